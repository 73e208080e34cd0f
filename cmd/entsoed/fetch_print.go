package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/entsoe/document"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
	"entsoed/worker"
)

// printing is a running `entsoed fetch --print`.
type printing struct {
	env    environment
	db     *store.DB
	client *client.Client
	budget *jobs.Budget
	way    jobs.Passage // of each request, as it begins
	out    *bufio.Writer
	any    bool // a document with data was printed
	lost   int  // faults that cost something
}

// page is what an answer prints, and how much it holds of what the platform
// counts in pages.
type page struct {
	lines   lines
	counted int
}

// mostLines is how much of one answer is held before it is printed, in bytes: a
// small answer may hold hundreds of millions of points.
const mostLines = 64 << 20

// lines are what is printed of one answer.
type lines struct{ bytes.Buffer }

// Write refuses more than mostLines.
func (l *lines) Write(p []byte) (int, error) {
	if l.Len()+len(p) > mostLines {
		return 0, withHint(fmt.Errorf("one answer has more than %s to print", document.Size(mostLines)), "ask for a shorter span")
	}
	return l.Buffer.Write(p)
}

// printAnswers asks the platform and prints what its answers hold. It
// stores nothing, but takes its requests from the budget of all processes.
func printAnswers(ctx context.Context, env environment, d worker.Deps, order fetchOrder) error {
	db, err := store.Open(ctx, d.Store, 2)
	if err != nil {
		return databaseFailure(ctx, err)
	}
	defer db.Close()
	living, err := queue.LivingWorkers(ctx, db)
	if err == nil && living == 0 { // else theirs is the budget
		err = db.Budget(ctx, d.PerMinute)
	}
	if err != nil {
		return err
	}
	p := &printing{
		env: env, db: db, client: d.Client, budget: &jobs.Budget{DB: db}, out: bufio.NewWriter(env.Stdout),
		way: jobs.Passage{Breaker: &jobs.Breaker{DB: db, Now: clockOf(d), Speed: d.Speed, Log: d.Log}, Lane: store.LaneFetch},
	}
	for _, feed := range order.Feeds {
		if err := p.feed(ctx, feed, order.Window); err != nil {
			return errors.Join(p.out.Flush(), fmt.Errorf("fetch %s: %w", feedName(feed.Item, feed.AreaName(), feed.Variant), err))
		}
	}
	if err := p.out.Flush(); err != nil {
		return err
	}
	if p.lost > 0 {
		return lostError(p.lost)
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
		err = p.whole(ctx, request)
		if many, ok := errors.AsType[*client.TooManyError](err); ok && item.PageSize > 0 {
			err = p.pages(ctx, request, many)
		}
		if err != nil {
			return p.explain(ctx, err)
		}
	}
	return nil
}

// whole prints the one answer to a request.
func (p *printing) whole(ctx context.Context, request entsoe.Request) error {
	answer, err := p.ask(ctx, request)
	if err != nil {
		return err
	}
	return p.print(answer)
}

// pages prints page after page until all that there is was printed, or one has
// no data or repeats the one before it, as the platform does where it ignores
// offset (entsoe-apy#104): then many says that not all was printed.
func (p *printing) pages(ctx context.Context, request entsoe.Request, many *client.TooManyError) error {
	var before *page
	for offset := 0; offset == 0 || offset != many.Found; offset += before.counted {
		this, err := p.ask(ctx, request.Page(offset))
		if err != nil {
			return err
		}
		repeats := before != nil && bytes.Equal(this.lines.Bytes(), before.lines.Bytes())
		if this.counted == 0 || repeats {
			if offset < many.Found {
				return many
			}
			return nil
		}
		if err := p.print(this); err != nil {
			return err
		}
		before = this
	}
	return nil
}

func (p *printing) print(answer *page) error {
	p.any = p.any || answer.counted > 0
	_, err := p.out.Write(answer.lines.Bytes())
	return err
}

// ask sends one request and reads its documents. No data is no error: the
// reason goes to standard error.
func (p *printing) ask(ctx context.Context, request entsoe.Request) (*page, error) {
	read := &page{}
	out := newPointWriter(&read.lines, formatJSON)
	way, sent := p.way, p.way.Now()
	var kept error // by the gate
	gate := func(ctx context.Context) error {
		kept = p.budget.Gate(jobs.Claim{Lane: store.LaneFetch, Before: way.Ask})(ctx)
		return kept
	}
	faults := &faultPrinter{out: p.env.Stderr, points: out}
	_, err := p.client.Fetch(ctx, request, gate, read.reading(request.Item.Shape, faults))
	p.lost += faults.lost
	if kept != nil {
		way.Kept(ctx)
	}
	if kept != nil || ctx.Err() != nil {
		return nil, err
	}
	err = way.Came(ctx, sent, err)
	if _, ok := errors.AsType[*client.NoDataError](err); ok {
		fmt.Fprintln(p.env.Stderr, "entsoed:", oneLine(err.Error()))
		return &page{}, nil
	}
	if err != nil {
		return nil, err
	}
	return read, out.flush()
}

// reading prints the documents of an answer, and what is wrong in them.
func (read *page) reading(shape timeseries.Shape, faults *faultPrinter) client.Reading {
	lose := func(name string, err error) {
		fault := document.Fault{Scope: document.ScopeDocument, Member: name, Err: err}
		faults.print(document.Header{}, &fault) //nolint:errcheck // there is nowhere else to say it
	}
	return client.Reading{Lost: lose, Document: func(ctx context.Context, name string, body io.Reader) error {
		faults.member = name
		header, err := document.Decode(ctx, body, entsoe.Zone, faults.visitor())
		if wrong, ok := errors.AsType[*document.DecodeError](err); ok && name != "" && ctx.Err() == nil {
			lose(name, wrong)
			return nil
		}
		if err == nil && shown(shape).Documents {
			header.Series = 1
		}
		read.counted += header.Series
		return err
	}}
}

// explain adds what to do about an answer, and tells the other processes of a
// ban.
func (p *printing) explain(ctx context.Context, err error) error {
	if ban, ok := errors.AsType[*client.BannedError](err); ok {
		return errors.Join(err, p.db.Ban(ctx, time.Until(ban.Until)))
	}
	_, long := errors.AsType[*client.TooLongError](err)
	_, many := errors.AsType[*client.TooManyError](err)
	if long || many {
		return withHint(err, "ask for a shorter span")
	}
	return err
}
