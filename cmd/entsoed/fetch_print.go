package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"entsoed/entsoe"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/timeseries"
	"entsoed/worker"
)

// printing is a running `entsoed fetch --print`.
type printing struct {
	env    environment
	db     *store.DB
	client *entsoe.Client
	gate   entsoe.Gate
	out    *pointWriter
	any    bool // a document with data was printed
}

// printAnswers asks the platform and prints what its answers hold. It
// stores nothing, but takes its requests from the budget of all processes.
func printAnswers(ctx context.Context, env environment, d worker.Deps, order fetchOrder) error {
	db, err := store.Open(ctx, d.Store, 2)
	if err != nil {
		return err
	}
	defer db.Close()
	living, err := db.LivingWorkers(ctx)
	if err == nil && living == 0 { // else theirs is the budget
		err = db.Budget(ctx, d.PerMinute)
	}
	if err != nil {
		return err
	}
	budget := &jobs.Budget{DB: db}
	p := &printing{env: env, db: db, client: d.Client, gate: budget.Gate(store.LaneFetch, 0), out: newPointWriter(env.Stdout, formatJSON)}
	for _, feed := range order.Feeds {
		if err := p.feed(ctx, feed, order.Window); err != nil {
			return errors.Join(p.out.flush(), fmt.Errorf("fetch %s: %w", feedName(feed.Item, feed.AreaName(), feed.Variant), err))
		}
	}
	if err := p.out.flush(); err != nil {
		return err
	}
	if !p.any {
		for _, feed := range order.Feeds {
			if notYet(feed, order.Window, clockOf(d)()) {
				return &exitError{Status: exitNoData, Err: errors.New(fetchedNotYet)}
			}
		}
		return &exitError{Status: exitNoData}
	}
	return nil
}

// feed asks one feed, in windows as long as the catalogue allows.
func (p *printing) feed(ctx context.Context, feed entsoe.Feed, w timeseries.Window) error {
	item, _ := entsoe.ItemByName(feed.Item)
	item, _ = item.For(feed.Variant)
	for _, part := range entsoe.SplitWindow(item.Widen(w, feed.Zone()), item.LimitStep()) {
		request, err := entsoe.NewRequest(feed, part)
		if err != nil {
			return err
		}
		_, err = p.ask(ctx, request)
		var many *entsoe.TooManyError
		if errors.As(err, &many) && item.PageSize > 0 {
			err = p.pages(ctx, request, item.PageSize)
		}
		if err != nil {
			return p.explain(ctx, err)
		}
	}
	return nil
}

// pages asks page after page until one is not full. The end is there because
// the platform was seen to ignore offset (entsoe-apy#104), and then answers the
// same page for ever.
func (p *printing) pages(ctx context.Context, request entsoe.Request, size int) error {
	const end = 10_000
	for offset := 0; offset < end; offset += size {
		counted, err := p.ask(ctx, request.Page(offset))
		if err != nil || counted < size {
			return err
		}
	}
	return fmt.Errorf("more than %d TimeSeries or documents", end)
}

// ask sends one request and prints its documents; it returns how much they hold
// of what the platform counts in pages. No data is no error: the reason goes to
// standard error.
func (p *printing) ask(ctx context.Context, request entsoe.Request) (counted int, err error) {
	answer, err := p.client.Fetch(ctx, request, p.gate)
	var none *entsoe.NoDataError
	if errors.As(err, &none) {
		fmt.Fprintln(p.env.Stderr, "entsoed:", oneLine(err.Error()))
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, document := range answer.Documents {
		header, err := entsoe.Decode(bytes.NewReader(document), entsoe.Zone, p.out.visitor())
		if err != nil {
			return counted, err
		}
		if request.Item.Shape == entsoe.Documents {
			header.Series = 1
		}
		counted += header.Series
	}
	p.any = p.any || counted > 0
	return counted, nil
}

// explain adds what to do about an answer, and tells the other processes of a
// ban.
func (p *printing) explain(ctx context.Context, err error) error {
	var long *entsoe.TooLongError
	var many *entsoe.TooManyError
	var ban *entsoe.BannedError
	switch {
	case errors.As(err, &long), errors.As(err, &many):
		return withHint(err, "ask for a shorter span")
	case errors.As(err, &ban):
		return errors.Join(err, p.db.Ban(ctx, time.Until(ban.Until)))
	}
	return err
}
