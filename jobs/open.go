package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"entsoed/entsoe"
	"entsoed/jobs/agenda"
	"entsoed/store"
	"entsoed/timeseries"
)

// mostHealed is how many windows one healing job asks for. The others are due at
// the next tick, after what is more urgent by then.
const mostHealed = 60

// opening finds out what an attempt has to ask for.
type opening struct {
	*Collect
	task

	cut agenda.Cut
}

// open returns what an attempt has to ask for, and the windows by which it does.
func (c *Collect) open(ctx context.Context, a attempt) (task, agenda.Agenda, error) {
	o := opening{Collect: c}
	row, err := o.feed(ctx, a)
	if err != nil {
		return task{attempt: a}, agenda.Agenda{}, err
	}
	if o.task, err = newTask(a, row); err != nil {
		return o.task, agenda.Agenda{}, err
	}
	if o.suspicion, err = o.suspect(ctx); err != nil {
		return o.task, agenda.Agenda{}, err
	}
	o.cut = agenda.Cut{Item: o.Item, Zone: o.Zone, Limit: agenda.Limit(o.Item, row.LearnedLimit)}
	if a.Args.Trial {
		o.cut.Limit = agenda.Limit(o.Item, "")
	}
	fixed, ok := a.Args.window()
	if ok && fixed.Empty() {
		return o.task, agenda.Agenda{}, &argsError{fmt.Sprintf("the window %s is empty", fixed)}
	}
	if a.MRID != "" {
		return o.task, agenda.OfDocument(o.cut, row.LearnedLimit, fixed), nil
	}
	windows, err := o.windows(ctx)
	return o.task, agenda.New(o.cut, row.LearnedLimit, windows), err
}

// feed returns the feed that the arguments name. A request by mRID is recorded
// with the feed of the same item and area that asks by delivery time, because
// the records of the planned feed tell when it was last asked.
func (o *opening) feed(ctx context.Context, a attempt) (store.FeedRow, error) {
	if err := a.Args.byHand.Wrong; err != nil {
		return store.FeedRow{}, &argsError{fmt.Sprintf("the arguments cannot be read: %v", err)}
	}
	row, err := o.DB.Feed(ctx, a.Args.Feed)
	if errors.Is(err, pgx.ErrNoRows) {
		return row, &argsError{fmt.Sprintf("there is no feed %d", a.Args.Feed)}
	}
	if err == nil {
		err = a.Args.fit(row)
	}
	if err == nil && a.MRID != "" {
		row, err = o.byDelivery(ctx, row)
	}
	return row, err
}

func (o *opening) byDelivery(ctx context.Context, row store.FeedRow) (store.FeedRow, error) {
	item, _ := entsoe.ItemByName(row.Item)
	i := slices.IndexFunc(item.Variants, func(v entsoe.Variant) bool { return v.OnDemand && v.Axis == entsoe.Delivery })
	if i < 0 || item.Variants[i].Name == row.Variant {
		return row, nil
	}
	row.Variant = item.Variants[i].Name
	rows, err := o.DB.EnsureFeeds(ctx, []store.FeedRow{row})
	if err != nil {
		return row, err
	}
	return rows[0], nil
}

// windows returns the window of the arguments or, if they have none, what the
// lane should have read by now and coverage lacks.
func (o *opening) windows(ctx context.Context) ([]timeseries.Window, error) {
	if fixed, ok := o.Args.window(); ok {
		return o.fixed(ctx, fixed)
	}
	if o.Args.Lane == store.LaneBackfill {
		return o.healing(ctx)
	}
	missing, err := o.missing(ctx)
	if err != nil {
		return nil, err
	}
	windows := o.requests(missing)
	if o.Args.Lane == store.LaneProbe {
		o.Silent, err = o.neverHadData(ctx)
		_, settled := o.Item.Timetable.Published(o.Now(), o.Zone)
		windows = probed(o.Item, windows, settled)
	}
	return windows, err
}

// fixed returns what is to be asked of a fixed window: all but what earlier
// attempts read before they were interrupted, and what the mode leaves out.
func (o *opening) fixed(ctx context.Context, fixed timeseries.Window) ([]timeseries.Window, error) {
	if o.Item.Shape.OneState() { // one request, which no earlier attempt has read
		return o.requests([]timeseries.Window{fixed}), nil
	}
	read, err := o.DB.ReadBy(ctx, o.ID, o.Row.ID)
	if err != nil {
		return nil, err
	}
	covered, err := o.DB.Covered(ctx, o.Row.ID, o.Args.Mode)
	if err != nil {
		return nil, err
	}
	rest := fixed.Without(timeseries.Union(slices.Concat(read, covered)))
	if o.Args.Backfill != 0 {
		return o.cut.Requests(rest), nil
	}
	var windows []timeseries.Window
	for _, part := range rest {
		windows = slices.Concat(o.cut.Fixed(part), windows)
	}
	return windows, nil
}

// missing returns what coverage lacks in the stages of the lane. What was never
// read need not be read again: it is left to the live lane, whose answers count
// for all stages.
func (o *opening) missing(ctx context.Context) ([]timeseries.Window, error) {
	feed, now := o.Row.ID, o.Now()
	from, err := o.DB.Reach(ctx, []int64{feed}, reach(o.Item, o.Since, now))
	if err != nil {
		return nil, err
	}
	var first, rereads []timeseries.Window
	for _, n := range needs(o.Item, from[feed], now, o.Zone) {
		if n.Stage > 0 && o.Args.Lane != store.LaneRevision {
			break
		}
		parts, err := o.DB.Missing(ctx, feed, n.Stage, n.Window)
		if err != nil {
			return nil, err
		}
		if n.Stage == 0 {
			first = parts
			continue
		}
		for _, part := range parts {
			rereads = append(rereads, part.Without(first)...)
		}
	}
	if o.Args.Lane != store.LaneRevision {
		return first, nil
	}
	o.Due, err = o.DB.DueAgain(ctx, feed, store.LaneRevision, now)
	return slices.Concat(rereads, o.Due), err
}

// healing returns the holes in what backfills went through, and the gaps of the
// past that are due again. If the feed never had data, one request is enough to
// learn whether it has some now; then all its gaps are due.
func (o *opening) healing(ctx context.Context) ([]timeseries.Window, error) {
	holes, err := o.DB.Holes(ctx, o.Row.ID)
	if err != nil {
		return nil, err
	}
	if o.Due, err = o.DB.DueAgain(ctx, o.Row.ID, store.LaneBackfill, o.Now()); err != nil {
		return nil, err
	}
	if o.Silent, err = o.neverHadData(ctx); err != nil {
		return nil, err
	}
	due := o.Due
	if o.Silent {
		due = o.cut.Newest(due)
	}
	windows := o.requests(slices.Concat(holes, due))
	return windows[:min(len(windows), mostHealed)], nil
}

// requests returns the windows to ask for what is missing.
func (o *opening) requests(missing []timeseries.Window) []timeseries.Window {
	if o.Item.Shape.OneState() {
		o.Missed = missing
	}
	return o.cut.Requests(missing)
}

func (o *opening) neverHadData(ctx context.Context) (bool, error) {
	has, err := o.DB.HasData(ctx, o.Row.ID)
	return !has, err
}
