package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"entsoed/store"
)

func backfillListCommand(env environment) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List backfills, the newest first",
		Example: "  entsoed backfill list\n  entsoed backfill list --json | jq -r '.[] | select(.state == \"running\") | .id'",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, db, err := openDatabase(cmd.Context(), env)
			if err != nil {
				return err
			}
			defer db.Close()
			found, err := db.Backfills(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(env.Stdout, append([]store.BackfillStatus{}, found...))
			}
			return printBackfills(env, found)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printBackfills(env environment, found []store.BackfillStatus) error {
	rows := make([][]string, len(found))
	for i, b := range found {
		rows[i] = []string{
			strconv.FormatInt(b.ID, 10), stateOf(b), percent(b), orDash(requestsOf(b)), end(b), string(b.Mode),
			b.From.UTC().Format("2006-01-02"), b.To.UTC().Format("2006-01-02"), cut(b.Areas, 24), cut(b.Items, 48),
		}
	}
	return table(env.Stdout, []string{"ID", "STATE", "DONE", "REQUESTS", "ETA", "MODE", "FROM", "TO", "AREAS", "ITEMS"}, rows)
}

// stateOf is the state of a backfill, and what somebody cancelled of it while it
// goes on.
func stateOf(b store.BackfillStatus) string {
	if b.Stopped > 0 && !strings.HasPrefix(b.State, "stopped") {
		return fmt.Sprintf("%s, %s cancelled", b.State, count(int(b.Stopped), "window"))
	}
	return b.State
}

// percent says how much of a backfill is done: 100 % is all of it.
func percent(b store.BackfillStatus) string {
	if b.Progress == nil {
		return "-"
	}
	return fmt.Sprintf("%.0f %%", math.Floor(100**b.Progress))
}

// end says when a backfill will be done, or why it waits.
func end(b store.BackfillStatus) string {
	if b.Waiting != nil {
		return "waiting: " + waiting(b)
	}
	return instant(b.ETA)
}

// requestsOf says how many of the planned requests are done.
func requestsOf(b store.BackfillStatus) string {
	if b.Requests == nil {
		return ""
	}
	return fmt.Sprintf("%s of %s", grouped(*b.Requests-*b.RequestsLeft), grouped(*b.Requests))
}

func backfillShowCommand(env environment) *cobra.Command {
	var asJSON, wait bool
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Show how a backfill stands",
		Example: "  entsoed backfill show 3\n  entsoed backfill show 3 --wait",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := backfillID(cmd, args[0])
			if err != nil {
				return err
			}
			_, db, err := openDatabase(cmd.Context(), env)
			if err != nil {
				return err
			}
			defer db.Close()
			found, err := db.Backfills(cmd.Context(), id)
			switch {
			case err != nil:
				return err
			case len(found) == 0:
				return noSuchBackfill(id)
			case wait && !over(found[0]):
				last, err := awaitBackfill(cmd.Context(), env, db, id)
				if err != nil {
					return err
				}
				return ended(env, last, asJSON)
			case asJSON:
				return printJSON(env.Stdout, found[0])
			}
			return printBackfill(env, found[0])
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&wait, "wait", false, "show the progress until it is done")
	return cmd
}

func printBackfill(env environment, b store.BackfillStatus) error {
	order := "newest first"
	if b.OldestFirst {
		order = "oldest first"
	}
	pairs := [][2]string{
		{"backfill", strconv.FormatInt(b.ID, 10)}, {"state", stateOf(b)}, {"items", b.Items}, {"areas", b.Areas},
		{"span", instant(&b.From) + " to " + instant(&b.To)},
		{"mode", string(b.Mode) + ", " + order},
		{"feeds", fmt.Sprintf("%s, %s done", grouped(b.Feeds), grouped(b.FeedsDone))},
		{"progress", percent(b)}, {"requests", requestsOf(b)}, {"sent", grouped(b.Sent)}, {"points", grouped(b.Points)},
	}
	if b.Variant != nil {
		pairs = append(pairs, [2]string{"variant", *b.Variant})
	}
	if b.Failed > 0 {
		pairs = append(pairs, [2]string{"failed", durationText(b.Failed) + " of delivery time, all feeds together"})
	}
	if b.Faults > 0 {
		pairs = append(pairs, [2]string{"faults", grouped(b.Faults) + ", of curves that cannot be right in places"})
	}
	if b.Waiting != nil {
		pairs = append(pairs, [2]string{"waiting", waiting(b)})
	} else if b.PerMinute != nil {
		pairs = append(pairs, [2]string{"rate", fmt.Sprintf("%.0f requests a minute", *b.PerMinute)}, [2]string{"done at", instant(b.ETA)})
	}
	pairs = append(pairs, [2]string{"started", instant(&b.CreatedAt) + " by " + b.RequestedBy})
	if b.FinishedAt != nil {
		pairs = append(pairs, [2]string{"finished", instant(b.FinishedAt)})
	}
	return details(env.Stdout, pairs)
}

// backfillSteerCommands pause, resume and cancel.
func backfillSteerCommands(env environment) []*cobra.Command {
	var all []*cobra.Command
	for _, step := range [][2]string{
		{store.StepPause, "Pause backfills: requests under way end, no other is sent"},
		{store.StepResume, "Let backfills go on that are paused, or of which jobs were cancelled"},
		{store.StepCancel, "End backfills; what they have fetched stays"},
	} {
		all = append(all, &cobra.Command{
			Use: step[0] + " ID...", Short: step[1], Example: "  entsoed backfill " + step[0] + " 3", Args: arguments(1, 1000),
			RunE: func(cmd *cobra.Command, args []string) error { return steerBackfills(cmd, env, step[0], args) },
		})
	}
	return all
}

func steerBackfills(cmd *cobra.Command, env environment, step string, args []string) error {
	ids := make([]int64, len(args))
	for i, arg := range args {
		id, err := backfillID(cmd, arg)
		if err != nil {
			return err
		}
		ids[i] = id
	}
	_, db, err := openDatabase(cmd.Context(), env)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, id := range ids {
		state, err := db.SteerBackfill(cmd.Context(), id, step)
		if err != nil {
			return steerFailure(err)
		}
		fmt.Fprintf(env.Stdout, "backfill %d: %s\n", id, state)
	}
	return nil
}

// steerFailure gives what the database says against a step a hint.
func steerFailure(err error) error {
	failed := orderFailure(err)
	var exit *exitError
	if e, ok := failed.(*exitError); ok {
		exit = e
		return exit.Err // the command line was right
	}
	return failed
}
