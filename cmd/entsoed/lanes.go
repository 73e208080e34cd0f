package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entsoed/jobs"
	"entsoed/store"
)

func lanesCommand(env environment) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lanes [LANE=SHARE...]",
		Short: "Show the lanes of requests, or set their shares of the budget",
		Long: `Show the lanes of requests, in the order in which they go: fetch (what a person waits
for), live, revision (what is read again), backfill, probe (whether a feed
publishes). Each has at most its share of the budget, and a later one only what
those before it leave.

LANE=SHARE sets a share, as 50% or 0.5; it holds at once, in all processes. 0 stops
the lane.

While the platform is away, a line says since when, and when it is asked again.`,
		Example: "  entsoed lanes\n  entsoed lanes backfill=50%\n  entsoed lanes backfill=100% revision=50%",
		Args:    arguments(0, 10),
		ValidArgsFunction: func(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var found []cobra.Completion
			for _, lane := range jobs.Lanes() {
				if strings.HasPrefix(lane, begun) {
					found = append(found, lane+"=")
				}
			}
			return found, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			shares, err := parseShares(cmd, args)
			if err != nil {
				return err
			}
			_, db, err := openDatabase(cmd.Context(), env)
			if err != nil {
				return err
			}
			defer db.Close()
			for _, s := range shares {
				if err := db.SetShare(cmd.Context(), s.Lane, s.Share); err != nil {
					return orderFailure(err)
				}
			}
			return printLanes(cmd, env, db, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// laneShare is the share that a lane shall have, 0 to 1.
type laneShare struct {
	Lane  string
	Share float64
}

// parseShares reads all shares before the first is set: a mistake changes nothing.
func parseShares(cmd *cobra.Command, args []string) ([]laneShare, error) {
	var shares []laneShare
	for _, arg := range args {
		s, err := parseShare(cmd, arg)
		if err != nil {
			return nil, err
		}
		shares = append(shares, s)
	}
	return shares, nil
}

// parseShare reads a share that is written LANE=SHARE.
func parseShare(cmd *cobra.Command, arg string) (laneShare, error) {
	lane, text, ok := strings.Cut(arg, "=")
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	share, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		share /= 100
	}
	if !ok || err != nil || !(share >= 0 && share <= 1) {
		return laneShare{}, usageError(cmd, "%q is no lane and share: write backfill=50%% or backfill=0.5", arg)
	}
	if !slices.Contains(jobs.Lanes(), lane) {
		return laneShare{}, usageError(cmd, "there is no lane %q: must be %s", lane, alternatives(jobs.Lanes()))
	}
	return laneShare{Lane: lane, Share: share}, nil
}

func printLanes(cmd *cobra.Command, env environment, db *store.DB, asJSON bool) error {
	lanes, perMinute, err := db.Lanes(cmd.Context(), time.Now())
	if err != nil {
		return err
	}
	channels, err := db.Breakers(cmd.Context())
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(env.Stdout, map[string]any{"per_minute": perMinute, "lanes": lanes, "channels": channels})
	}
	rows := make([][]string, len(lanes))
	for i, l := range lanes {
		rows[i] = []string{l.Lane, fmt.Sprintf("%.0f %%", 100*l.Share), fmt.Sprintf("%.0f", float64(perMinute)*l.Share), strconv.Itoa(l.LastHour)}
	}
	if err := table(env.Stdout, []string{"LANE", "SHARE", "A MINUTE AT MOST", "REQUESTS IN THE LAST HOUR"}, rows); err != nil {
		return err
	}
	for _, c := range channels {
		if c.Open() {
			fmt.Fprintf(env.Stdout, "\n%s\n", away(c))
		}
	}
	return nil
}

// away says that a channel is away, and when it is asked again.
func away(c store.Breaker) string {
	return fmt.Sprintf("the platform is away since %s (%s); the next probe is due at %s", instant(&c.Opened), oneLine(c.Cause), instant(&c.NextProbe))
}
