package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"entsoed/entsoe"
	"entsoed/store"
	"entsoed/timeseries"
	"entsoed/worker"
)

func coverageCommand(env environment) *cobra.Command {
	var area, from, to string
	var asJSON bool
	var clock clockFlags
	cmd := &cobra.Command{
		Use:   "coverage ITEM --area A [--from F] [--to T]",
		Short: "Show what is missing, and why",
		Long: `Show what is missing of a data item (or of several, or core, or all) for an area (or
several, or all) in a span of time though it was due, holes in its middle as well as its
ends. The answers are three different ones:

  not published   the platform was asked and has no data; it is asked again, ever
                  more rarely
  not fetched     it was not asked: a backfill fetches it
  failed          the platform refused, or its answer could not be read; where only
                  some curve could not, it is named, and others may have data

Nothing is printed where nothing is missing. The function entsoe.gaps gives the same
in SQL.`,
		Example: `  entsoed coverage day_ahead_prices --area DE_LU --from 2015
  entsoed coverage core --area DE_LU,FR --from 2026-11 --json`,
		Args:              arguments(1, 1),
		ValidArgsFunction: completeItem,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := coverageWindow(cmd, from, to)
			if err != nil {
				return err
			}
			c, db, err := openDatabase(cmd.Context(), env)
			if err != nil {
				return err
			}
			defer db.Close()
			var d worker.Deps
			if err := clock.apply(cmd, c, &d); err != nil {
				return err
			}
			now, err := present(cmd.Context(), d, db)
			if err != nil {
				return err
			}
			if w.To.IsZero() {
				w.To = now
			}
			gaps, err := db.Gaps(cmd.Context(), args[0], area, w, now)
			if err != nil {
				return orderFailure(err)
			}
			if asJSON {
				return printJSON(env.Stdout, append([]store.Gap{}, gaps...))
			}
			return printGaps(env, gaps)
		},
	}
	f := cmd.Flags()
	f.StringVar(&area, "area", "", "`area` or areas, separated by commas: names, EICs, borders A>B, or all")
	f.StringVar(&from, "from", "", "start `time` (default: when the platform began)")
	f.StringVar(&to, "to", "", "end `time`, exclusive (default: now)")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	clock.register(cmd)
	completeFlag(cmd, "area", completeArea)
	for _, name := range []string{"from", "to"} {
		completeFlag(cmd, name, completeNothing)
	}
	return cmd
}

// coverageWindow reads the flags; a zero end is now.
func coverageWindow(cmd *cobra.Command, from, to string) (timeseries.Window, error) {
	w := timeseries.Window{From: entsoe.Began()}
	if !cmd.Flags().Changed("area") {
		return w, usageError(cmd, "--area is missing")
	}
	var err error
	if from != "" {
		if w.From, err = parseWhen(from, entsoe.Brussels()); err != nil {
			return w, usageError(cmd, "--from: %w", err)
		}
	}
	if to != "" {
		if w.To, err = parseWhen(to, entsoe.Brussels()); err != nil {
			return w, usageError(cmd, "--to: %w", err)
		}
	}
	return w, nil
}

func printGaps(env environment, gaps []store.Gap) error {
	if len(gaps) == 0 {
		fmt.Fprintln(env.Stderr, "nothing is missing")
		return nil
	}
	rows := make([][]string, len(gaps))
	for i, g := range gaps {
		reason, curve := "", ""
		if g.Reason != nil {
			reason = cut(*g.Reason, 80)
		}
		if g.Curve != nil {
			curve = *g.Curve
		}
		rows[i] = []string{
			g.Item, feedName("", g.Area, g.Variant)[1:], instant(&g.From), instant(&g.To), g.Answer, instant(g.AskedAt), instant(g.AgainAt), reason, orDash(curve),
		}
	}
	return table(env.Stdout, []string{"ITEM", "AREA", "FROM", "TO", "ANSWER", "ASKED", "AGAIN", "REASON", "CURVE"}, rows)
}
