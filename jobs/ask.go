package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/jobs/answer"
	"entsoed/store"
	"entsoed/timeseries"
)

// reply is what the platform said about one window, on all its pages.
type reply struct {
	Window   timeseries.Window
	Sent     time.Time           // the first request for it
	Requests []store.FetchRecord // sent, and not yet written down
	Answer   answer.Answer       // if there is no Err, or Part
	Err      error               // why there is no answer, or not all of it
	Part     bool                // Answer holds the pages that came, which may be saved although they are not all
	memory   *held               // that the answer takes
	Split    *string             // parameter that divides the answers of the feed from now on, empty for none; nil: as before
}

// asker asks for one window. It holds memory for the answer until leave is called.
type asker struct {
	Upstream
	task

	now      func() time.Time
	window   timeseries.Window
	read     *answer.Reader
	requests []store.FetchRecord
	memory   *held         // of what was read
	copied   int64         // bytes of it that the copy of the last document has
	roomWait time.Duration // for memory, since the last request
	readEnds func()        // notes that nothing is being read; nil: nothing is
}

func newAsker(u Upstream, t task, w timeseries.Window, now func() time.Time) *asker {
	a := &asker{Upstream: u, task: t, now: now, window: w, memory: u.room(t.lane()).hold(t.Args.Backfill, t.ID)}
	a.begin()
	return a
}

// ask sends the requests that the window takes and reads the answers. "No data"
// is an answer.
func (a *asker) ask(ctx context.Context) reply {
	got := reply{Window: a.window}
	request, err := a.request(a.window)
	if err != nil {
		got.Err = &argsError{err.Error()}
		return got
	}
	_, err = a.page(ctx, request)
	many, isMany := errors.AsType[*client.TooManyError](err)
	switch {
	case isMany && a.Item.PageSize > 0:
		a.begin()
		err = a.pages(ctx, request, many)
		got.Part = ofType[*client.TooManyError](err) && !a.read.Empty()
	case isMany && a.divides():
		a.begin()
		if err = a.finer(ctx, request, many.Found); err == nil {
			got.Split = &a.Item.Finer.Param
		}
	case err == nil && a.Row.LearnedSplit != "":
		got.Split = new(string) // all of it comes at once again
	}
	return a.digest(got, err)
}

// digest completes a reply with what was read, and with the error that ended the
// reading.
func (a *asker) digest(got reply, err error) reply {
	got.Requests, got.memory = a.requests, a.memory
	if err != nil && !got.Part && !ofType[*client.NoDataError](err) {
		got.Err = err
		return got
	}
	read, wrong := a.read.Answer()
	switch {
	case wrong != nil && got.Part: // pages that contradict themselves are not saved
		got.Part, got.Err = false, err
		return got
	case wrong != nil:
		got.Err = wrong
		return got
	case got.Part:
		got.Err = err
	}
	got.Answer, got.Sent = read, a.requests[0].At
	got.keepFaulty()
	return got
}

// keepFaulty keeps, of the documents that could be read, those with faults. Where
// only all of them together contradict themselves it is the last one.
func (r *reply) keepFaulty() {
	if fault := r.faultOf(); fault != nil && !slices.ContainsFunc(r.Requests, func(f store.FetchRecord) bool { return f.Reason != "" }) {
		r.Requests[len(r.Requests)-1].Reason = fault.Error()
	}
	for i := range r.Requests {
		if r.Requests[i].Outcome == OutcomeData && r.Requests[i].Reason == "" {
			r.Requests[i].Copy = nil
		}
	}
}

// page sends one request and reads the documents that come. It returns how many
// of the instances that the platform counts they hold.
func (a *asker) page(ctx context.Context, request entsoe.Request) (counted int, err error) {
	p := &page{asker: a, before: a.read.Points, lost: a.read.Lost(), copy: &store.DocumentCopy{}}
	a.hasRead() // the page before
	if err := a.send(ctx, request, p); err != nil {
		return 0, err
	}
	return p.counted, nil
}

// send sends one request as soon as the budget allows it, has the answer read, and
// records it.
func (a *asker) send(ctx context.Context, request entsoe.Request, p *page) error {
	began := time.Now()
	var waited time.Duration
	var kept error // by the gate
	way := Passage{Breaker: a.Breaker, Feed: a.Row.ID, Lane: a.lane()}
	claim := Claim{Lane: a.lane(), Backfill: a.Args.Backfill, Priority: a.Priority, Job: a.ID, Before: way.Ask}
	gate := func(ctx context.Context) error {
		kept = a.Budget.Gate(claim)(ctx)
		waited = time.Since(began)
		return kept
	}
	a.roomWait = 0
	got, err := a.Client.Fetch(ctx, request, gate, p.reading())
	took := time.Since(began)
	if err == nil && ctx.Err() != nil { // the answer was complete in the moment in which the job was to end
		err = fmt.Errorf("answer given up: %w", context.Cause(ctx))
	}
	if kept != nil {
		way.Kept(ctx)
		return err
	}
	if ctx.Err() != nil {
		return err
	}
	reply, _ := client.ReplyOf(err)
	if got != nil {
		reply = got.Reply
	}
	a.note(request, reply, waited, err)
	p.record(&a.requests[len(a.requests)-1], took)
	err = way.Came(ctx, a.requests[len(a.requests)-1].At, err)
	if got != nil || ofType[*client.NoDataError](err) {
		if mixed := a.Guard.Check(ctx, reply.Simulated); mixed != nil {
			return mixed
		}
	}
	return err
}

// note keeps the record of a request until it is known what becomes of it.
func (a *asker) note(request entsoe.Request, reply client.Reply, waited time.Duration, err error) {
	outcome := OutcomeData
	if err != nil {
		outcome = fateOf(err).Outcome
	}
	sent := reply.Sent
	if sent.IsZero() {
		sent = a.now()
	}
	a.requests = append(a.requests, store.FetchRecord{
		JobID: a.ID, FeedID: a.Row.ID, Lane: a.lane(), OffTimetable: a.offTimetable(request.Window), Window: request.Window, At: sent,
		Outcome: outcome, HTTPStatus: reply.Status, Reason: reply.Reason, Bytes: reply.Bytes,
		Wait: waited, Request: reply.Took, FirstByte: reply.FirstByte, Room: a.roomWait, Document: reply.Body,
	})
}

// reads notes, before anything is read, that the task reads. It may have to wait
// until another job has read alone.
func (a *asker) reads(ctx context.Context) (err error) {
	if a.readEnds == nil {
		a.readEnds, err = a.Readers.begin(ctx, a.reading(a.window), a.Suspect)
	}
	return err
}

// hasRead notes that the task does not read any more.
func (a *asker) hasRead() {
	if a.readEnds != nil {
		a.readEnds()
		a.readEnds = nil
	}
}

// grow takes memory for more of the answer, as soon as there is some.
func (a *asker) grow(ctx context.Context, bytes int64) error {
	began := time.Now()
	err := a.reads(ctx)
	if err == nil {
		err = a.memory.grow(ctx, bytes)
	}
	a.roomWait += time.Since(began)
	return err
}

// begin begins with an empty answer.
func (a *asker) begin() {
	a.leave()
	a.read = answer.NewReader(a.question(a.window))
	a.read.Grow = a.grow
}

// dropCopy drops the copy of the last document, which has been understood. Of those
// with faults the first is kept.
func (a *asker) dropCopy() {
	last := len(a.requests) - 1
	kept := slices.ContainsFunc(a.requests[:last], func(f store.FetchRecord) bool { return f.Copy != nil })
	if a.requests[last].Reason != "" && !kept {
		a.copied = 0
		return
	}
	a.requests[last].Copy = nil
	a.memory.shrink(a.copied)
	a.copied = 0
}

// leave makes room for other answers, once this one is saved or given up.
func (a *asker) leave() {
	a.hasRead()
	a.memory.leave()
}
