package main

import (
	"context"
	"errors"
	"net"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"entsoed/entsoe/simulator"
	"entsoed/store"
	"entsoed/worker"
)

// clockFlags are the flags of a simulated clock.
type clockFlags struct {
	Now   string  // RFC 3339
	Speed float64 // simulated seconds per second
}

func (f *clockFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.Now, "now", "", "begin at this `time` (RFC 3339) instead of now; only with simulated data")
	cmd.Flags().Float64Var(&f.Speed, "speed", 1, "`seconds` per second, 0 stands still; only with simulated data")
}

// apply gives the process a simulated clock, as that of the simulator that it
// asks. Real data has real time: coverage must not say that something was not
// published because the clock was wrong.
func (f *clockFlags) apply(cmd *cobra.Command, c config, d *worker.Deps) error {
	if !cmd.Flags().Changed("now") && !cmd.Flags().Changed("speed") {
		return nil
	}
	if c.source().Kind != store.SourceSimulated && !loopback(c.Entsoe.Endpoint()) {
		return usageError(cmd, "--now and --speed are for simulated data; with a token the clock is the real one")
	}
	var start time.Time
	if f.Now != "" {
		var err error
		if start, err = time.Parse(time.RFC3339, f.Now); err != nil {
			return usageError(cmd, "--now is %q: must be a time such as 2026-11-01T12:00:00Z", f.Now)
		}
	}
	if err := simulator.CheckSpeed(f.Speed); err != nil {
		return usageError(cmd, "--speed is %v: %w", f.Speed, err)
	}
	d.Now, d.Speed = simulator.Clock(start, f.Speed), f.Speed
	return nil
}

// present is what time it is for the data: by the clock of the flags, else by
// that of the database.
func present(ctx context.Context, d worker.Deps, db *store.DB) (time.Time, error) {
	if d.Now != nil {
		return d.Now(), nil
	}
	return db.Clock(ctx)
}

// loopback reports whether an endpoint is on this machine.
func loopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

func workerCommand(env environment) *cobra.Command {
	var clock clockFlags
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Collect: the process that runs all the time",
		Long: `Collect the items and areas of ENTSOE_ITEMS and ENTSOE_AREAS until it is asked to
stop (Ctrl-C, SIGTERM); what is running then is finished or handed back within
20 seconds. It prepares the database if that was not done, and may be killed at
any time: another worker, or its next start, goes on where it was. Several may
run at once on one database; they share its jobs and its request budget.

Without ENTSOE_API_TOKEN it collects simulated data, into a database of its own.`,
		Example: `  entsoed worker
  ENTSOE_AREAS=DE_LU,FR ENTSOE_ITEMS=day_ahead_prices entsoed worker
  DATABASE_HOST=localhost ENTSOE_API_URL=http://127.0.0.1:8080/api entsoed worker`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := readConfig(cmd.Context(), env)
			if err != nil {
				return err
			}
			log, done, err := c.Log.logger(env.Stdout, true)
			if err != nil {
				return settingFailure(err)
			}
			defer done()
			c.logSettings(log)
			c.warnStrange(log)
			d, err := deps(c, log)
			if err != nil {
				return err
			}
			if d.Webhooks, err = c.Webhook.Endpoints(); err != nil {
				return settingFailure(err)
			}
			if err := clock.apply(cmd, c, &d); err != nil {
				return err
			}
			if err := ensureSchema(cmd.Context(), c, log); err != nil {
				return err
			}
			err = worker.Run(cmd.Context(), d)
			if errors.Is(err, context.Canceled) && cmd.Context().Err() != nil {
				return errInterrupted // while it started
			}
			return err
		},
	}
	clock.register(cmd)
	return cmd
}
