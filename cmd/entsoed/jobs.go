package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
	"github.com/spf13/cobra"

	"entsoed/store"
	"entsoed/store/schema"
	"entsoed/worker"
)

func jobsCommand(env environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "jobs",
		Short: "List, show, retry and cancel jobs",
		Long: `List, show, retry and cancel the jobs of the queue, the table river.river_job.

Finished jobs are deleted after a while (completed ones after ` + days(worker.CompletedJobsKept) + `, cancelled
and discarded ones after ` + days(worker.FailedJobsKept) + `); what they asked and got stays in the table
entsoe.fetches, which ` + "`jobs show`" + ` prints, too.`,
		Example: `  entsoed jobs list --state retryable
  entsoed jobs show 4711
  entsoed jobs retry 4711`,
	}
	cmd.AddCommand(jobsListCommand(env), jobsShowCommand(env), jobsRetryCommand(env), jobsCancelCommand(env))
	return group(cmd)
}

// days prints a length of time in days.
func days(d time.Duration) string { return count(int(d/(24*time.Hour)), "day") }

// openDatabase reads the settings and opens the database for a command that
// looks at it or changes a few rows.
func openDatabase(ctx context.Context, env environment) (config, *store.DB, error) {
	c, err := readConfig(ctx, env)
	if err != nil {
		return config{}, nil, err
	}
	c.printStrange(env.Stderr)
	c.Database.Wait = 5 * time.Second // a person waits
	db, err := schema.Open(ctx, c.Database.AsWorker().Reading(), 4)
	if err != nil {
		return config{}, nil, databaseFailure(ctx, err)
	}
	return c, db, nil
}

// queueClient is a River client that works no jobs.
func queueClient(db *store.DB) (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(db.Pool), &river.Config{
		Schema: "river",
		Logger: slog.New(slog.DiscardHandler),
	})
}

// jobID reads the number of a job.
func jobID(cmd *cobra.Command, text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, usageError(cmd, "%q is not the number of a job", text)
	}
	return id, nil
}

// noSuchJob explains what became of a job that is not in the queue.
func noSuchJob(id int64) error {
	return withHint(fmt.Errorf("there is no job %d", id),
		"finished jobs are deleted after a while; `entsoed jobs list` lists those that are there")
}

// changeJobs does something to each of the named jobs and prints what state
// they are in then.
func changeJobs(env environment, cmd *cobra.Command, args []string,
	change func(*river.Client[pgx.Tx], int64) (*rivertype.JobRow, error), tell func(*rivertype.JobRow) string) error {
	ctx := cmd.Context()
	ids := make([]int64, len(args))
	for i, arg := range args {
		id, err := jobID(cmd, arg)
		if err != nil {
			return err
		}
		ids[i] = id
	}
	_, db, err := openDatabase(ctx, env)
	if err != nil {
		return err
	}
	defer db.Close()
	client, err := queueClient(db)
	if err != nil {
		return err
	}
	for _, id := range ids {
		job, err := change(client, id)
		if err != nil {
			return unchanged(id, err)
		}
		fmt.Fprintf(env.Stdout, "job %d: %s\n", id, tell(job))
	}
	return nil
}

// unchanged explains why a job could not be changed.
func unchanged(id int64, err error) error {
	const uniqueViolation = "23505"
	if errors.Is(err, rivertype.ErrNotFound) {
		return noSuchJob(id)
	}
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == uniqueViolation {
		return withHint(fmt.Errorf("job %d: another job for the same data is in the queue", id), "`entsoed jobs list` shows it")
	}
	return fmt.Errorf("job %d: %w", id, err)
}
