package jobs

import (
	"cmp"
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
	Window timeseries.Window
	Sent   time.Time // the first request for it
	Read   *answer.Reader
	Rows   timeseries.Rows // of what was read
}

// ask asks for one window and reads the answer. No data is an answer.
func (c *collection) ask(ctx context.Context, w timeseries.Window) (*reply, error) {
	c.partial = nil
	request, err := c.request(w)
	if err != nil {
		return nil, &argsError{err.Error()}
	}
	got := &reply{Window: w, Read: c.reader(w)}
	first := len(c.requests)
	_, err = c.page(ctx, request, got.Read)
	var many *client.TooManyError
	switch {
	case errors.As(err, &many) && c.item.PageSize > 0:
		got.Read = c.reader(w)
		err = c.pages(ctx, request, many, got.Read)
		if a[*client.TooManyError](err) && !got.Read.Empty() {
			c.partial, _ = c.digest(got, first) // what contradicts itself is none
		}
	case errors.As(err, &many) && c.divides(w):
		got.Read = c.reader(w)
		err = c.finer(ctx, request, many.Found, got.Read)
	case err == nil && c.row.LearnedSplit != "":
		err = c.DB.LearnSplit(ctx, c.row.ID, "") // all of it comes at once again
	}
	if err != nil && !a[*client.NoDataError](err) {
		return nil, err
	}
	return c.digest(got, first)
}

// digest makes of the documents of an answer what is stored. first is the first
// request for it.
func (c *collection) digest(got *reply, first int) (*reply, error) {
	got.Sent = c.requests[first].At
	var err error
	if got.Rows, err = got.Read.Rows(); err != nil {
		return nil, err
	}
	for i := range c.requests {
		if c.requests[i].Outcome == OutcomeData {
			c.requests[i].Document = nil
		}
	}
	return got, nil
}

// request asks for a window of the feed, or for the document of which the
// revisions are asked for.
func (c *collection) request(w timeseries.Window) (entsoe.Request, error) {
	if c.mrid != "" {
		return entsoe.NewDocumentRequest(c.feed, c.mrid, w)
	}
	return entsoe.NewRequest(c.feed, w)
}

func (c *collection) reader(w timeseries.Window) *answer.Reader {
	return answer.NewReader(answer.Question{Feed: c.feed, Item: c.item, Window: w, Zone: c.zone, MRID: c.mrid})
}

// page sends one request and reads its documents. It returns how much they hold
// of what the platform counts.
func (c *collection) page(ctx context.Context, request entsoe.Request, into *answer.Reader) (counted int, err error) {
	got, err := c.send(ctx, request)
	if err != nil {
		return 0, err
	}
	record, before := &c.requests[len(c.requests)-1], into.Points
	for i, document := range got.Documents {
		if into.Unread == nil {
			record.Document = document // kept if it or what it makes with the others is wrong
		}
		n, err := into.Read(ctx, document)
		if err != nil && len(got.Documents) > 1 {
			err = fmt.Errorf("document %d of %d: %w", i+1, len(got.Documents), err)
		}
		if err != nil && !c.spares(err, got.Documents) {
			return 0, err
		}
		if err != nil && into.Unread == nil {
			into.Unread = err
			record.Outcome, record.Reason = fateOf(err).Outcome, err.Error()
		}
		counted += n
		record.Points = into.Points - before
	}
	return counted, nil
}

// spares reports whether the other documents of an answer are saved in spite of
// one that cannot be read: outages have nothing to do with each other.
func (c *collection) spares(err error, documents [][]byte) bool {
	return c.item.Shape == timeseries.ShapeDocuments && len(documents) > 1 && fateOf(err).Action == Cancel
}

// send sends one request, when the budget allows it, and notes that it did.
func (c *collection) send(ctx context.Context, request entsoe.Request) (*client.Answer, error) {
	c.leaveRoom() // of the page before
	began := time.Now()
	var waited time.Duration
	var kept error // by the gate
	gate := func(ctx context.Context) error {
		kept = c.Budget.Gate(c.lane(), c.job.Args.Backfill, c.job.ID)(ctx)
		waited = time.Since(began)
		return kept
	}
	got, err := c.Client.Fetch(ctx, request, gate, c.enterRoom)
	if kept != nil || ctx.Err() != nil {
		return nil, err
	}
	reply, _ := client.ReplyOf(err)
	if err == nil {
		reply = got.Reply
	}
	c.note(request, reply, waited, err)
	if err == nil || a[*client.NoDataError](err) {
		if mixed := c.Guard.Check(ctx, reply.Simulated); mixed != nil {
			return nil, mixed
		}
	}
	return got, err
}

// room is where the answers of the job's lane are held.
func (c *collection) room() Room {
	if rankOf(c.lane()) <= rankOf(store.LaneLive) {
		return c.Front
	}
	return c.Back
}

func (c *collection) enterRoom(ctx context.Context) error {
	if c.inRoom {
		return nil
	}
	err := c.room().enter(ctx)
	c.inRoom = err == nil
	return err
}

// leaveRoom makes room for another answer: this one is saved, or its documents
// are read.
func (c *collection) leaveRoom() {
	if c.inRoom {
		c.inRoom = false
		c.room().leave()
	}
}

// lane returns the job's lane in the budget.
func (c *collection) lane() string { return cmp.Or(c.job.Args.Lane, store.LaneBackfill) }

// aside reports whether a window is asked beside the feed's timetable.
func (c *collection) aside(w timeseries.Window) bool {
	return c.lane() == store.LaneBackfill || slices.ContainsFunc(c.reasked, w.Overlaps)
}

// note remembers a request until it is written down with what becomes of it.
func (c *collection) note(request entsoe.Request, reply client.Reply, waited time.Duration, err error) {
	c.did.Requests++
	outcome := OutcomeData
	if err != nil {
		outcome = fateOf(err).Outcome
	}
	sent := reply.Sent
	if sent.IsZero() {
		sent = c.Now()
	}
	c.requests = append(c.requests, store.FetchRecord{
		JobID: c.job.ID, FeedID: c.row.ID, Lane: c.lane(), Aside: c.aside(request.Window), Window: request.Window, At: sent,
		Outcome: outcome, HTTPStatus: reply.Status, Reason: reply.Reason, Bytes: reply.Bytes,
		Wait: waited, Request: reply.Took, Document: reply.Body,
	})
}
