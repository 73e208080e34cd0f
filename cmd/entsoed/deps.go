package main

import (
	"log/slog"

	"github.com/spf13/cobra"

	"entsoed/entsoe/client"
	"entsoed/jobs"
	"entsoed/store/schema"
	"entsoed/worker"
)

// deps puts together what a process works with that asks the platform. A token
// in .env is refused.
func deps(c config, log *slog.Logger) (worker.Deps, error) {
	if err := refuseTokenInDotEnv(log); err != nil {
		return worker.Deps{}, err
	}
	token, err := c.Entsoe.ReadToken()
	if err != nil {
		return worker.Deps{}, settingFailure(err)
	}
	known, err := schema.Known()
	if err != nil {
		return worker.Deps{}, err
	}
	return worker.Deps{
		Schema:    known,
		Worker:    c.Worker,
		Collect:   c.Jobs,
		Store:     c.Database.AsWorker(),
		Source:    c.source(),
		Client:    client.New(c.Entsoe.Endpoint(), token),
		PerMinute: c.Entsoe.RequestsPerMinute,
		Log:       log,
	}, nil
}

// migration is what the database mirrors of the catalogue, and its source.
func migration(c config, log *slog.Logger) schema.Options {
	options := jobs.Catalogue()
	options.Source, options.Log = c.source(), log
	return options
}

// quietDeps is deps for a command that reports on its own work: of the log
// only errors are shown. The schema is there then. done ends the log.
func quietDeps(cmd *cobra.Command, env environment, clock clockFlags) (d worker.Deps, done func(), err error) {
	c, err := readConfig(cmd.Context(), env)
	if err != nil {
		return d, nil, err
	}
	c.printStrange(env.Stderr)
	if c.Log.Level != "debug" {
		c.Log.Level = "error"
	}
	log, done, err := c.Log.logger(env.Stderr, false)
	if err != nil {
		return d, nil, err
	}
	if d, err = deps(c, log); err == nil {
		err = clock.apply(cmd, c, &d)
	}
	if err == nil {
		err = ensureSchema(cmd.Context(), c, log)
	}
	if err != nil {
		done()
	}
	return d, done, err
}
