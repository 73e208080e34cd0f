package main

import (
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/spf13/cobra"
)

func jobsRetryCommand(env environment) *cobra.Command {
	return &cobra.Command{
		Use:   "retry ID...",
		Short: "Work jobs again, at once",
		Long: `Work jobs again, at once: failed ones that wait for their next attempt, and those
that were cancelled or discarded. A completed job is worked once more. A job
that runs goes on running.`,
		Example: "  entsoed jobs retry 4711\n  entsoed jobs retry 4711 4712",
		Args:    arguments(1, 1000),
		RunE: func(cmd *cobra.Command, args []string) error {
			retry := func(client *river.Client[pgx.Tx], id int64) (*rivertype.JobRow, error) {
				return client.JobRetry(cmd.Context(), id)
			}
			return changeJobs(env, cmd, args, retry, func(job *rivertype.JobRow) string { return string(job.State) })
		},
	}
}

func jobsCancelCommand(env environment) *cobra.Command {
	return &cobra.Command{
		Use:   "cancel ID...",
		Short: "Cancel jobs that are not finished",
		Long: `Cancel jobs that are not finished. A worker that runs one is told to stop it;
what it has saved stays. What is missing then is due again at the next round; a
window of a backfill is not asked for until that is resumed.`,
		Example: "  entsoed jobs cancel 4711",
		Args:    arguments(1, 1000),
		RunE: func(cmd *cobra.Command, args []string) error {
			cancel := func(client *river.Client[pgx.Tx], id int64) (*rivertype.JobRow, error) {
				return client.JobCancel(cmd.Context(), id)
			}
			return changeJobs(env, cmd, args, cancel, func(job *rivertype.JobRow) string {
				if job.State == rivertype.JobStateRunning {
					return "running; its worker was told to stop it"
				}
				return string(job.State)
			})
		},
	}
}
