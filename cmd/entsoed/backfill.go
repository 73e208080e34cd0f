package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entsoed/entsoe"
	"entsoed/store"
)

func backfillCommand(env environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backfill",
		Short: "Fetch the past: start, watch, pause, resume and cancel backfills",
		Long: `Fetch the past. A backfill asks the platform for what is missing of data items and
areas in a span of time; the running workers do it with what the budget of
requests has left over from live data. It may be paused and resumed, survives
restarts, and asks nothing twice.

The same from SQL, for whoever has the role entsoe_operator: the functions
entsoe.enqueue_backfill, pause_backfill, resume_backfill and cancel_backfill, the
view entsoe.collect_requests, which takes inserts, and the view entsoe.backfills. Their
comments and docs/backfills.md show how.`,
		Example: `  entsoed backfill start day_ahead_prices --areas DE_LU,FR --from 2015 --dry-run
  entsoed backfill start day_ahead_prices --areas DE_LU,FR --from 2015 --wait
  entsoed backfill list
  entsoed backfill pause 3`,
	}
	cmd.AddCommand(backfillStartCommand(env), backfillListCommand(env), backfillShowCommand(env))
	cmd.AddCommand(backfillSteerCommands(env)...)
	return group(cmd)
}

// startFlags are the flags of `entsoed backfill start`.
type startFlags struct {
	Areas, From, To, Mode, Variant  string
	OldestFirst, DryRun, Wait, JSON bool
	Clock                           clockFlags
}

func backfillStartCommand(env environment) *cobra.Command {
	flags := startFlags{Mode: string(store.ModeMissing)}
	cmd := &cobra.Command{
		Use:   "start ITEM... --areas A,B|all --from F [--to T]",
		Short: "Start a backfill, or plan one",
		Long: `Start a backfill of data items (names, core or all) for areas (names, EICs, borders
A>B, or all) from --from to --to, or until now. Started again it adds nothing.

--from and --to are days, months or years, which begin at midnight in Brussels,
or times with their offset from UTC. --to is exclusive.

--mode says what is asked: missing, what was never answered; failed, that, and what
the platform refused or sent so that it could not be read; all, everything again, to
find what was revised.

--dry-run starts nothing and tells what it would take: the number of requests,
which is exact for items that do not come in pages and otherwise the least, the
time at the present budget and shares of the lanes, and how many points are to
be expected.

The newest comes first, or with --oldest-first the oldest. --wait shows the progress
and ends with the backfill: with exit status 1 if something of it failed.`,
		Example: `  entsoed backfill start day_ahead_prices actual_total_load --areas all --from 2015 --dry-run
  entsoed backfill start core --areas DE_LU,FR,NL --from 2020-01 --to 2021-01 --wait
  entsoed backfill start cross_border_physical_flows --areas 'DE_LU>FR' --from 2015 --oldest-first`,
		Args:              arguments(1, 1000),
		ValidArgsFunction: completeItems,
		RunE: func(cmd *cobra.Command, args []string) error {
			return startBackfill(cmd, env, args, flags)
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.Areas, "areas", "", "`areas`, separated by commas: names, EICs, borders A>B, or all")
	f.StringVar(&flags.From, "from", "", "start `time`")
	f.StringVar(&flags.To, "to", "", "end `time`, exclusive (default: now)")
	wordFlag(cmd, &flags.Mode, "mode", "what is asked for, by `mode`", modes())
	f.StringVar(&flags.Variant, "variant", "", "only this `variant` of the items (\"entsoed items ITEM\" lists them)")
	f.BoolVar(&flags.OldestFirst, "oldest-first", false, "begin with the oldest")
	f.BoolVar(&flags.DryRun, "dry-run", false, "tell what it takes, and start nothing")
	f.BoolVar(&flags.Wait, "wait", false, "show the progress until it is done")
	f.BoolVar(&flags.JSON, "json", false, "print JSON")
	flags.Clock.register(cmd)
	completeFlag(cmd, "areas", completeArea)
	for _, name := range []string{"from", "to", "variant"} {
		completeFlag(cmd, name, completeNothing)
	}
	return cmd
}

// modes lists what --mode takes.
func modes() []string {
	var words []string
	for _, mode := range store.Modes() {
		words = append(words, string(mode))
	}
	return words
}

// order puts together what the command line asks for. Items and areas are for
// the database to judge, as when they come from SQL.
func (flags startFlags) order(cmd *cobra.Command, items []string) (store.BackfillOrder, error) {
	for _, flag := range []string{"areas", "from"} {
		if !cmd.Flags().Changed(flag) {
			return store.BackfillOrder{}, usageError(cmd, "--%s is missing", flag)
		}
	}
	o := store.BackfillOrder{
		Item: store.Text(strings.Join(items, ",")), Area: store.Text(flags.Areas),
		Mode: store.Text(flags.Mode), OldestFirst: flags.OldestFirst,
	}
	if cmd.Flags().Changed("variant") {
		variant := store.Text(flags.Variant)
		o.Variant = &variant
	}
	for _, bound := range []struct {
		flag, text string
		into       *store.Text
	}{{"from", flags.From, &o.From}, {"to", flags.To, &o.To}} {
		if bound.text == "" {
			continue
		}
		t, err := parseWhen(bound.text, entsoe.Brussels())
		if err != nil {
			return o, usageError(cmd, "--%s: %w", bound.flag, err)
		}
		*bound.into = store.Text(t.Format(time.RFC3339))
	}
	return o, nil
}

func startBackfill(cmd *cobra.Command, env environment, items []string, flags startFlags) error {
	order, err := flags.order(cmd, items)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	d, done, err := quietDeps(cmd, env, flags.Clock)
	if err != nil {
		return err
	}
	defer done()
	db, err := store.Open(ctx, d.Store, 4)
	if err != nil {
		return databaseFailure(ctx, err)
	}
	defer db.Close()
	now, err := present(ctx, d, db)
	if err != nil {
		return err
	}
	if flags.DryRun {
		return planBackfill(ctx, env, db, order, now, flags.JSON)
	}
	started, err := db.EnqueueBackfill(ctx, db.Pool, order, now)
	if err != nil {
		return orderFailure(err)
	}
	return followBackfill(cmd, env, db, started, flags)
}

// orderFailure gives what the database finds wrong with an order the exit status
// of a wrong command line.
func orderFailure(err error) error {
	wrong, ok := errors.AsType[*store.OrderError](err)
	if !ok {
		return err
	}
	said := errors.New(wrong.Message)
	if wrong.Hint == "" {
		return &exitError{Status: exitUsage, Err: said}
	}
	return &exitError{Status: exitUsage, Err: withHint(said, "%s", wrong.Hint)}
}

// backfillID reads the number of a backfill.
func backfillID(cmd *cobra.Command, text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, usageError(cmd, "%q is not the number of a backfill", text)
	}
	return id, nil
}

// noSuchBackfill explains a number that no backfill has.
func noSuchBackfill(id int64) error {
	return withHint(fmt.Errorf("there is no backfill %d", id), "`entsoed backfill list` lists them")
}
