package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// jobDetails is what `entsoed jobs show --json` prints.
type jobDetails struct {
	Job     *queue.Job       `json:"job"` // null if it was deleted
	Fetches []store.JobFetch `json:"fetches"`
	Faults  []shownFault     `json:"faults,omitempty"` // what was left out of the answers
}

func jobsShowCommand(env environment) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Show a job, its errors and the requests that it sent",
		Example: "  entsoed jobs show 4711\n  entsoed jobs show 4711 --json",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := jobID(cmd, args[0])
			if err != nil {
				return err
			}
			_, db, err := openDatabase(cmd.Context(), env)
			if err != nil {
				return err
			}
			defer db.Close()
			found, err := queue.JobsByID(cmd.Context(), db, id)
			if err != nil {
				return err
			}
			shown := jobDetails{}
			if shown.Fetches, err = db.JobFetches(cmd.Context(), id); err != nil {
				return err
			}
			if shown.Faults, err = faultsOf(cmd.Context(), db, id); err != nil {
				return err
			}
			if len(found) == 0 && len(shown.Fetches) == 0 {
				return noSuchJob(id)
			}
			if len(found) > 0 {
				shown.Job = &found[0]
			}
			if asJSON {
				return printJSON(env.Stdout, shown)
			}
			return printJob(env, id, shown)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printJob(env environment, id int64, shown jobDetails) error {
	pairs := [][2]string{{"job", strconv.FormatInt(id, 10)}, {"state", "deleted from the queue"}}
	if job := shown.Job; job != nil {
		pairs[1][1] = job.State
		pairs = append(pairs, [][2]string{
			{"kind", job.Kind}, {"queue", job.Queue}, {"arguments", string(job.Args)},
			{"attempt", fmt.Sprintf("%d of %d", job.Attempt, job.MaxAttempts)},
			{"created", instant(&job.CreatedAt)}, {"due", instant(&job.ScheduledAt)},
			{"attempted", instant(job.AttemptedAt)}, {"finished", instant(job.FinalizedAt)},
			{"worked by", strings.Join(job.AttemptedBy, ", ")},
		}...)
		for _, failed := range job.Errors {
			pairs = append(pairs, [2]string{
				fmt.Sprintf("error of attempt %d", failed.Attempt), instant(&failed.At) + "  " + oneLine(failed.Error),
			})
		}
	}
	if err := details(env.Stdout, pairs); err != nil || len(shown.Fetches) == 0 {
		return err
	}
	fmt.Fprintln(env.Stdout)
	if err := printFetches(env, shown.Fetches); err != nil {
		return err
	}
	printFaults(env.Stdout, shown.Faults)
	return nil
}

func printFetches(env environment, fetches []store.JobFetch) error {
	rows := make([][]string, len(fetches))
	for i, f := range fetches {
		status := "-"
		if f.HTTPStatus != nil {
			status = strconv.Itoa(*f.HTTPStatus)
		}
		rows[i] = []string{
			instant(&f.At), timeseries.Window{From: f.From, To: f.To}.String(), f.Outcome, status,
			strconv.FormatInt(f.Points, 10), strconv.FormatInt(f.Changed, 10), strconv.FormatInt(f.Retracted, 10),
			strconv.FormatInt(f.Bytes, 10), f.Request.Round(time.Millisecond).String(), cut(f.Reason, 100),
		}
	}
	return table(env.Stdout, []string{"SENT", "WINDOW", "OUTCOME", "HTTP", "POINTS", "CHANGED", "RETRACTED", "BYTES", "TOOK", "REASON"}, rows)
}
