package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"entsoed/store"
	"entsoed/store/schema"
)

func migrateCommand(env environment) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Make the database, or bring it up to date",
		Long: `Make the database if there is none, bring its schema up to date and ensure what
depends on the server: hypertables, compression, roles, the views of the data
items. It waits for a server that is still starting, may be run at any time, and
by several processes at once. The worker and fetch do the same when they start, if
their role owns the schema; they refuse a schema of another version otherwise.
Nothing works with a schema that is newer than the program.

It logs in as DATABASE_USER. If that is a superuser, all that entsoed makes belongs
to the role entsoe_owner, and everything else logs in as DATABASE_WORKER_USER, which
it makes: that role may write data but change nothing of the schema.

The database is bound to its source: the one for simulated data refuses real
data and the other way round.`,
		Example: `  entsoed migrate
  DATABASE_HOST=localhost DATABASE_TIMESCALEDB=auto entsoed migrate`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := readConfig(cmd.Context(), env)
			if err != nil {
				return err
			}
			log, done, err := c.Log.logger(env.Stdout, false)
			if err != nil {
				return err
			}
			defer done()
			c.warnStrange(log)
			if err := c.Database.Validate(); err != nil {
				return settingFailure(err)
			}
			report, err := schema.Migrate(cmd.Context(), c.Database, migration(c, log))
			if err != nil {
				return databaseFailure(cmd.Context(), err)
			}
			return printReport(env, report)
		},
	}
}

func printReport(env environment, r schema.Report) error {
	made := "is up to date"
	switch {
	case r.Created:
		made = "was made"
	case len(r.Applied) > 0:
		made = "was brought up to date"
	}
	timescale := "none"
	if r.TimescaleDB != "" {
		timescale = r.TimescaleDB + " (" + cmp.Or(r.License, "license unknown") + ")"
	}
	pairs := [][2]string{
		{"database", r.Database + " " + made}, {"PostgreSQL", r.Server}, {"TimescaleDB", timescale},
		{"migrations", strings.Join(r.Applied, ", ")},
	}
	for _, sentence := range r.Have {
		pairs = append(pairs, [2]string{"used", sentence})
	}
	for _, sentence := range r.Missing {
		pairs = append(pairs, [2]string{"missing", sentence})
	}
	return details(env.Stdout, pairs)
}

// ensureSchema does what `entsoed migrate` does, before a command that needs
// the schema: outside Docker nobody else has run it. A role that does not own the
// schema changes nothing, and is refused if the schema is another version's.
func ensureSchema(ctx context.Context, c config, log *slog.Logger) error {
	report, err := schema.Ensure(ctx, c.Database.AsWorker(), migration(c, log))
	if err != nil {
		return databaseFailure(ctx, err)
	}
	if report.Created || len(report.Applied) > 0 {
		log.Info("the database was prepared", "database", report.Database, "created", report.Created, "migrations", len(report.Applied))
	}
	for _, sentence := range report.Missing {
		log.Info("the database server lacks something", "what", sentence)
	}
	return nil
}

// databaseFailure adds to an error of the database what to do about it.
func databaseFailure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	if _, hinted := errors.AsType[hinter](err); hinted {
		return err
	}
	if _, other := errors.AsType[*store.SourceMismatchError](err); other {
		return withHint(err, "simulated and real data never mix; without DATABASE_NAME each has a database of its own")
	}
	if _, version := errors.AsType[*schema.VersionError](err); version {
		return withHint(err, "docker compose runs `entsoed migrate` at every `up`, with the image that it has built then")
	}
	if _, owner := errors.AsType[*schema.OwnerError](err); owner {
		return withHint(err, "let that role, or a superuser, run `entsoed migrate`: DATABASE_USER")
	}
	return withHint(err, "the file .env explains the DATABASE settings; `docker compose up timescaledb` starts the database that comes with entsoed")
}
