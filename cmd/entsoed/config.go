package main

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/webhook"
	"entsoed/worker"
)

// config holds all settings of entsoed: each package's own, read from the
// environment. The file .env repeats them with their defaults.
type config struct {
	Entsoe   client.Config
	Jobs     jobs.Config
	Database store.Config
	Worker   worker.Config
	Webhook  webhook.Config
	Log      logConfig

	strange []misspelt // variables that are set and read by nobody
}

// readConfig reads and checks all settings. Its errors name the variable and
// what is allowed.
func readConfig(ctx context.Context, env environment) (config, error) {
	var c config
	err := readSettings(ctx, env.Lookup, &c)
	if err == nil {
		err = c.checkNames(env.Variables)
	}
	if err == nil {
		c.settle()
		err = c.check()
	}
	if err != nil {
		return config{}, settingFailure(err)
	}
	return c, nil
}

// settle applies the rules between variables. A token of the shell wins over a
// file named in .env.local. The name of the database follows the source, so
// that simulated and real values never mix. In the bundled database the worker has
// a login of its own.
func (c *config) settle() {
	if c.Entsoe.Token != "" {
		c.Entsoe.TokenFile = ""
	}
	if c.Database.Name == "" {
		c.Database.Name = "entsoed"
		if c.source().Kind == store.SourceSimulated {
			c.Database.Name = "entsoed_simulated"
		}
	}
	if c.Database.WorkerUser == "" && c.Database.URL == "" && c.Database.Host == bundledHost {
		c.Database.WorkerUser = "entsoed_worker"
	}
}

// bundledHost is the database that compose starts, by its name there. In it, a
// migration is run by a superuser, who can make a login for the worker.
const bundledHost = "timescaledb"

// source says where the data comes from: from the platform if there is a
// token, else from the simulator.
func (c config) source() store.Source {
	kind := store.SourceSimulated
	if c.Entsoe.HasToken() {
		kind = store.SourcePlatform
	}
	return store.Source{Kind: kind, URL: c.Entsoe.Endpoint()}
}

// check refuses values that cannot be worked with.
func (c config) check() error {
	if err := c.checkSource(); err != nil {
		return err
	}
	readable := func() error { _, err := c.Entsoe.ReadToken(); return err }
	checks := []func() error{readable, c.Database.AsWorker().Validate, c.Jobs.Check, c.Worker.Check, c.Webhook.Check, c.checkHTTPAddr, c.Log.check}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	if _, err := entsoe.SelectAreas(c.Jobs.Areas); err != nil {
		return &settingError{Name: "ENTSOE_AREAS", Err: err}
	}
	if _, err := entsoe.SelectItems(c.Jobs.Items); err != nil {
		return &settingError{Name: "ENTSOE_ITEMS", Err: err}
	}
	return nil
}

// checkSource refuses to ask the platform without a token: it would answer 401
// to every request.
func (c config) checkSource() error {
	endpoint, err := url.Parse(c.Entsoe.URL)
	if err != nil || c.Entsoe.HasToken() {
		return nil // Validate reports it
	}
	if host := endpoint.Hostname(); host == "entsoe.eu" || strings.HasSuffix(host, ".entsoe.eu") {
		return withHint(&settingError{Name: "ENTSOE_API_URL", Value: c.Entsoe.URL,
			Err: errors.New("the platform answers nothing without a token")},
			"set ENTSOE_API_TOKEN, or leave ENTSOE_API_URL out to collect simulated data")
	}
	return nil
}

// checkHTTPAddr refuses what is no host and port.
func (c config) checkHTTPAddr() error {
	if _, err := reachable(c.Worker.HTTPAddr); err != nil {
		return &settingError{Name: "HTTP_ADDR", Value: c.Worker.HTTPAddr, Err: err}
	}
	return nil
}

// settingFailure makes the error of a wrong setting one with exit status 2 and
// a hint.
func settingFailure(err error) error {
	_, hinted := errors.AsType[hinter](err)
	_, unknown := errors.AsType[*entsoe.UnknownError](err)
	_, mistyped := errors.AsType[*entsoe.CheckCharacterError](err)
	switch {
	case hinted:
	case unknown, mistyped:
		err = withHint(err, "`entsoed items` and `entsoed areas` list what is known")
	default:
		err = withHint(err, "the file .env explains every setting and gives its default")
	}
	return &exitError{Status: exitUsage, Err: err}
}

// logSettings writes all settings that hold, secrets left out, for whoever
// looks for a mistake.
func (c *config) logSettings(log *slog.Logger) {
	var values []any
	for _, s := range settings(c) {
		values = append(values, s.Name, s.String())
	}
	log.Debug("settings", values...)
}
