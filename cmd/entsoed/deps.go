package main

import (
	"log/slog"

	"entsoed/entsoe"
	"entsoed/jobs"
	"entsoed/store"
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
	return worker.Deps{
		Worker:    c.Worker,
		Collect:   c.Jobs,
		Store:     c.Database,
		Source:    c.source(),
		Client:    entsoe.NewClient(c.Entsoe.Endpoint(), token),
		PerMinute: c.Entsoe.RequestsPerMinute,
		Log:       log,
	}, nil
}

// migration is what the database mirrors of the catalogue, and its source.
func migration(c config, log *slog.Logger) store.MigrateOptions {
	options := jobs.Catalogue()
	options.Source, options.Log = c.source(), log
	return options
}
