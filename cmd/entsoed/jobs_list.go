package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/riverqueue/river/rivertype"
	"github.com/spf13/cobra"

	"entsoed/entsoe"
	"entsoed/jobs"
	"entsoed/store/queue"
)

func jobsListCommand(env environment) *cobra.Command {
	var filter queue.JobFilter
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List jobs, the newest first",
		Example: `  entsoed jobs list
  entsoed jobs list --state running,retryable --item day_ahead_prices
  entsoed jobs list --area 'DE_LU>FR' --limit 5 --json`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFilter(cmd, &filter); err != nil {
				return err
			}
			_, db, err := openDatabase(cmd.Context(), env)
			if err != nil {
				return err
			}
			defer db.Close()
			found, err := queue.Jobs(cmd.Context(), db, filter)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(env.Stdout, found)
			}
			return printJobs(env, found)
		},
	}
	flags := cmd.Flags()
	wordsFlag(cmd, &filter.States, "state", "only jobs in these `states`, separated by commas", jobStates())
	wordFlag(cmd, &filter.Kind, "kind", "only jobs of this `kind`", jobs.Kinds())
	flags.StringVar(&filter.Item, "item", "", "only jobs of this data `item`")
	flags.StringVar(&filter.Area, "area", "", "only jobs of this `area` (a name or an EIC) or border (A>B)")
	flags.IntVar(&filter.Limit, "limit", 50, "at most this `number` of jobs")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	completeFlag(cmd, "item", completeItemFlag)
	completeFlag(cmd, "area", completeArea)
	return cmd
}

// checkFilter refuses what no job can be, for an empty list would hide the
// mistake, and writes areas as jobs do.
func checkFilter(cmd *cobra.Command, filter *queue.JobFilter) error {
	if filter.Limit < 1 {
		return usageError(cmd, "--limit is %d: must be at least 1", filter.Limit)
	}
	if filter.Item != "" {
		item, err := findItem(cmd, filter.Item)
		if err != nil {
			return err
		}
		filter.Item = item.Name
	}
	if filter.Area != "" {
		name, err := areaName(filter.Area)
		if err != nil {
			return usageError(cmd, "--area: %w", oneAreaError(err, "one area or border is meant; without --area the jobs of all are listed"))
		}
		filter.Area = name
	}
	return nil
}

// areaName writes an area or a border with the names that jobs carry.
func areaName(text string) (string, error) {
	like := entsoe.Item{Name: "it", Domain: entsoe.OutBiddingZone}
	if slices.Contains([]byte(text), '>') {
		like.Domain = entsoe.Border
	}
	area, counter, err := entsoe.ParseFeedArea(like, text)
	if err != nil {
		return "", err
	}
	return entsoe.Feed{Area: area.EIC, CounterArea: counter.EIC}.AreaName(), nil
}

// jobStates lists River's words, in the order of a job's life.
func jobStates() []string {
	return []string{
		string(rivertype.JobStateAvailable), string(rivertype.JobStatePending), string(rivertype.JobStateScheduled),
		string(rivertype.JobStateRunning), string(rivertype.JobStateRetryable), string(rivertype.JobStateCompleted),
		string(rivertype.JobStateCancelled), string(rivertype.JobStateDiscarded),
	}
}

func printJobs(env environment, found []queue.Job) error {
	if len(found) == 0 {
		fmt.Fprintln(env.Stdout, "no jobs")
		return nil
	}
	rows := make([][]string, len(found))
	for i, job := range found {
		rows[i] = []string{
			strconv.FormatInt(job.ID, 10), job.State, job.Kind, job.Item, orDash(job.Area), orDash(job.Variant), job.Queue,
			fmt.Sprintf("%d/%d", job.Attempt, job.MaxAttempts), instant(&job.ScheduledAt), cut(job.LastError(), 80),
		}
	}
	return table(env.Stdout, []string{"ID", "STATE", "KIND", "ITEM", "AREA", "VARIANT", "QUEUE", "ATTEMPT", "DUE", "LAST ERROR"}, rows)
}
