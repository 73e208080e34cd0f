package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// fetchFlags are the flags of `entsoed fetch`.
type fetchFlags struct {
	Area, From, To, Variant string
	Wait                    time.Duration
	Print, JSON             bool
	Clock                   clockFlags
}

// fetchOrder is what a fetch asks for: an item of an area in one or several
// variants, each a feed of its own.
type fetchOrder struct {
	Item   entsoe.Item
	Feeds  []entsoe.Feed
	Window timeseries.Window
}

func fetchCommand(env environment) *cobra.Command {
	var flags fetchFlags
	cmd := &cobra.Command{
		Use:   "fetch ITEM --area A|A>B --from F --to T",
		Short: "Collect one item of one area for a span of time, now",
		Long: `Collect one item of one area for a span of time, now, and wait for it. It is the
same job that the worker does by itself: a running worker works it, before
everything else; if there is none, fetch works this one job itself. Fetching
again changes nothing but values that were revised.

--from and --to are days, months or years (2026-11-01, 2026-11, 2026), which
begin at midnight of the area's market day, or times with their offset from UTC
(2026-11-01T12:00Z). --to is exclusive. Some items, such as prices,
are answered by whole days: what is answered is stored, also outside the span.

Without --variant all variants of the item are fetched, but those by update,
whose span is not when something happens but when it was published or changed:
outages are asked for by the time of the outage, and with --variant updated or
--variant withdrawn by the time of their last change.

--print stores nothing: it prints points and records as ` + "`entsoed decode`" + ` does.
The request counts against the same budget.

What in an answer cannot be right is left out and listed below what was stored: the
curve, the time, what is wrong, where, and when it is asked for again. A Point too
many is listed, too, but makes no time unreadable.

Exit status: 0 data was read, 3 the platform has none, or none yet, 1 something
failed, or some time was left out; what can be tried again then stays in the queue,
or is asked for again in time.`,
		Example: `  entsoed fetch day_ahead_prices --area DE_LU --from 2026-11-01 --to 2026-11-02
  entsoed fetch cross_border_physical_flows --area 'DE_LU>FR' --from 2026-10 --to 2026-11
  entsoed fetch unavailability_generation_units --area BE --from 2026-11-01 --to 2026-11-02
  entsoed fetch actual_total_load --area FR --from 2026-11-01T00:00Z --to 2026-11-01T06:00Z --print`,
		Args:              arguments(1, 1),
		ValidArgsFunction: completeItem,
		RunE: func(cmd *cobra.Command, args []string) error {
			order, err := newOrder(cmd, args[0], flags)
			if err != nil {
				return err
			}
			return runFetch(cmd, env, order, flags)
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.Area, "area", "", "`area` (a name or an EIC), or border A>B for what leaves A and enters B")
	f.StringVar(&flags.From, "from", "", "start `time`")
	f.StringVar(&flags.To, "to", "", "end `time`, exclusive")
	f.StringVar(&flags.Variant, "variant", "", "only this `variant` of the item (\"entsoed items ITEM\" lists them)")
	f.DurationVar(&flags.Wait, "wait", time.Minute, "give up when the next attempt is farther off")
	f.BoolVar(&flags.Print, "print", false, "print points and records, store nothing")
	f.BoolVar(&flags.JSON, "json", false, "print the outcome as JSON")
	flags.Clock.register(cmd)
	completeFlag(cmd, "area", completeArea)
	completeFlag(cmd, "variant", completeVariant)
	for _, name := range []string{"from", "to"} {
		completeFlag(cmd, name, completeNothing)
	}
	return cmd
}

// newOrder reads what a command line asks for.
func newOrder(cmd *cobra.Command, name string, flags fetchFlags) (fetchOrder, error) {
	item, err := findItem(cmd, name)
	if err != nil {
		return fetchOrder{}, err
	}
	for _, flag := range []string{"area", "from", "to"} {
		if !cmd.Flags().Changed(flag) {
			return fetchOrder{}, usageError(cmd, "--%s is missing", flag)
		}
	}
	area, counter, err := entsoe.ParseFeedArea(item, flags.Area)
	if err != nil {
		return fetchOrder{}, usageError(cmd, "--area: %w", oneAreaError(err, "a fetch is for one area or border; what is to be collected of all areas is for a worker with ENTSOE_AREAS=all"))
	}
	// Without --variant those are meant that only people ask, if there are any.
	demanded := slices.ContainsFunc(item.Variants, func(v entsoe.Variant) bool { return v.OnDemand })
	order := fetchOrder{Item: item}
	for _, v := range item.Variants {
		if cmd.Flags().Changed("variant") && flags.Variant == v.Name || !cmd.Flags().Changed("variant") && v.OnDemand == demanded && v.Axis != entsoe.Update {
			order.Feeds = append(order.Feeds, entsoe.Feed{Item: item.Name, Area: area.EIC, CounterArea: counter.EIC, Variant: v.Name})
		}
	}
	if len(order.Feeds) == 0 {
		return fetchOrder{}, usageError(cmd, "--variant is %q: %s", flags.Variant, variantsOf(item))
	}
	order.Window, err = parseWindow(cmd, flags, order.Feeds[0].Zone())
	return order, err
}

// oneAreaError says what is taken where one area is meant, or one border, which
// is less than where areas are chosen: no group of them, to which notAll answers.
func oneAreaError(err error, notAll string) error {
	unknown, ok := errors.AsType[*entsoe.UnknownError](err)
	switch {
	case !ok:
		return err
	case strings.EqualFold(unknown.Name, entsoe.GroupAll):
		return errors.New(notAll)
	case len(unknown.Nearest) > 0:
		return fmt.Errorf("unknown area %q (did you mean %s?)", unknown.Name, strings.Join(unknown.Nearest, ", "))
	}
	return fmt.Errorf("unknown area %q: it takes names such as DE_LU (`entsoed areas` lists them) and EICs of 16 characters", unknown.Name)
}

// variantsOf says which variants an item has.
func variantsOf(item entsoe.Item) string {
	if len(item.Variants) == 1 {
		return item.Name + " has no variants"
	}
	names := make([]string, len(item.Variants))
	for i, v := range item.Variants {
		names[i] = v.Name
	}
	return "must be " + alternatives(names)
}

// parseWindow reads --from and --to; days are those of zone.
func parseWindow(cmd *cobra.Command, flags fetchFlags, zone *time.Location) (timeseries.Window, error) {
	var w timeseries.Window
	var err error
	if w.From, err = parseWhen(flags.From, zone); err != nil {
		return w, usageError(cmd, "--from: %w", err)
	}
	if w.To, err = parseWhen(flags.To, zone); err != nil {
		return w, usageError(cmd, "--to: %w", err)
	}
	if w.Empty() {
		return w, usageError(cmd, "--to must be after --from; for the day 2026-11-01 that is --from 2026-11-01 --to 2026-11-02")
	}
	return w, nil
}

// runFetch collects or prints what was ordered.
func runFetch(cmd *cobra.Command, env environment, order fetchOrder, flags fetchFlags) error {
	ctx := cmd.Context()
	d, done, err := quietDeps(cmd, env, flags.Clock)
	if err != nil {
		return err
	}
	defer done()
	if flags.Print {
		return printAnswers(ctx, env, d, order)
	}
	return collectNow(ctx, env, d, order, flags)
}
