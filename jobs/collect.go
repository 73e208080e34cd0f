package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/store"
	"entsoed/timeseries"
)

// Collect brings one feed up to date, or reads one window of it: it asks the
// platform, decodes the answers and stores them. The network is never touched
// within a transaction, and the last answer commits together with the job's
// completion.
type Collect struct {
	river.WorkerDefaults[CollectArgs]

	DB     *store.DB
	Client *client.Client
	Budget *Budget
	Guard  *Guard
	Rounds *Rounds
	Front  Room             // for answers that are live, or that a person waits for
	Back   Room             // for all others
	Since  time.Duration    // COLLECT_SINCE
	Now    func() time.Time // the clock of delivery and publication times
	Log    *slog.Logger
}

// Work works one job.
func (c *Collect) Work(ctx context.Context, job *river.Job[CollectArgs]) error {
	if job.Args.order != nil {
		return c.start(ctx, job)
	}
	return c.work(ctx, &collection{Collect: c, job: job, began: time.Now()})
}

// work does what a job says and tells the round of its item.
func (c *Collect) work(ctx context.Context, work *collection) error {
	item, lane := work.job.Args.Item, work.lane()
	c.Rounds.Begin(item, lane, work.job.Args.Feed)
	outcome := work.conclude(ctx, work.run(ctx))
	c.Rounds.End(item, lane, work.did)
	return outcome
}

// collection is the work on one job.
type collection struct {
	*Collect
	job   *river.Job[CollectArgs]
	began time.Time

	mrid string // of the document of which the job asks for the revisions; else empty

	row   store.FeedRow
	feed  entsoe.Feed // the same in the platform's words
	item  entsoe.Item // as the feed's variant sees it
	zone  *time.Location
	limit timeseries.Step // longest window of one request

	windows  []timeseries.Window // still to be asked, newest first
	missed   []timeseries.Window // of a register: what the newest of them answers for
	reasked  []timeseries.Window // what was asked before and not answered
	silent   bool                // the feed never had data, as far as was looked for it
	day      cutDay              // the last one that was cut
	sample   sample              // of a window that was refused in words that nobody knows
	partial  *reply              // what the pages of the window in hand hold that are not all
	settled  int                 // windows one after another of which only that is taken
	warned   bool                // of one of them
	requests []store.FetchRecord // sent, and not yet written down
	refusals int                 // windows refused one after another
	refusal  error               // the first of them; it cancels the job in the end
	did      Tally
	inRoom   bool // an answer is held
	stopped  bool // the backfill was, and the job ended for it
}

// run asks window after window. What is saved stays saved when a later window
// fails.
func (c *collection) run(ctx context.Context) error {
	if err := c.open(ctx); err != nil {
		return err
	}
	for len(c.windows) > 0 {
		if time.Since(c.began) > longestWork {
			return errLongWork
		}
		if err := c.next(ctx); err != nil {
			return err
		}
	}
	return c.refusal
}

// longestWork is how long a job asks window after window before it makes room
// for others. River ends a job after 20 minutes, one request may take five.
const longestWork = 10 * time.Minute

// errLongWork says that a job has windows left, and will go on with them.
var errLongWork = errors.New("the job has more windows than can be read at a time")

// next asks the newest window that is left and saves the answer. A window that
// is too long for the platform is replaced by shorter ones.
func (c *collection) next(ctx context.Context) error {
	defer c.leaveRoom()
	got, err := c.ask(ctx, c.windows[0])
	if err != nil {
		return c.fail(ctx, err)
	}
	c.settled = 0
	return c.take(ctx, got)
}

// take saves the answer to the newest window that is left.
func (c *collection) take(ctx context.Context, got *reply) error {
	if got.Read.Unread != nil && c.refusal == nil {
		c.refusal = &refusedError{Window: c.windows[0], Cause: got.Read.Unread}
	}
	err := c.save(ctx, got)
	switch {
	case errors.Is(err, store.ErrOvertaken):
		return c.write(ctx, nil) // and the window is asked again
	case err != nil:
		return c.fail(ctx, err)
	}
	c.windows, c.refusals = c.windows[1:], 0
	c.sample.answered(got.Window)
	return c.relearn(ctx, got.Window)
}

// open finds the feed and what is to be asked of it.
func (c *collection) open(ctx context.Context) error {
	if err := c.job.Args.wrong; err != nil {
		return &argsError{fmt.Sprintf("the arguments cannot be read: %v", err)}
	}
	row, err := c.DB.Feed(ctx, c.job.Args.Feed)
	if errors.Is(err, pgx.ErrNoRows) {
		return &argsError{fmt.Sprintf("there is no feed %d", c.job.Args.Feed)}
	}
	if err == nil {
		err = c.job.Args.fit(row)
	}
	if err == nil && c.mrid != "" {
		row, err = c.byDelivery(ctx, row)
	}
	if err != nil {
		return err
	}
	if c.item, err = itemOf(row); err != nil {
		return err
	}
	c.row = row
	c.feed = feedOf(row)
	c.zone = c.feed.Zone()
	c.limit = longest(c.item, row.LearnedLimit)
	if c.job.Args.Trial {
		c.limit = longest(c.item, "")
	}
	return c.openWindows(ctx)
}

// openWindows takes the window of the arguments, or what coverage misses of
// what the lane should have read by now.
func (c *collection) openWindows(ctx context.Context) error {
	fixed, ok := c.job.Args.window()
	switch {
	case ok && fixed.Empty():
		return &argsError{fmt.Sprintf("the window %s is empty", fixed)}
	case c.mrid != "":
		c.windows = []timeseries.Window{fixed}
		return nil
	case ok:
		return c.openFixed(ctx, fixed)
	case c.job.Args.Lane == store.LaneBackfill:
		return c.openHealing(ctx)
	}
	missing, err := c.missing(ctx)
	c.windows, c.missed = requests(c.item, missing, c.limit, c.zone), missing
	if err == nil && c.job.Args.Lane == store.LaneProbe {
		c.silent, err = c.neverHadData(ctx)
		_, settled := c.item.Timetable.Published(c.Now(), c.zone)
		c.windows = probed(c.item, c.windows, settled)
	}
	return err
}

// openFixed takes a fixed window, but for what earlier attempts of the job have
// read of it before they were interrupted, and what its mode leaves out.
func (c *collection) openFixed(ctx context.Context, fixed timeseries.Window) error {
	if c.item.Shape == timeseries.ShapeRegister {
		c.missed = []timeseries.Window{fixed}
		c.windows = newest(c.missed, c.zone)
		return nil
	}
	read, err := c.DB.ReadBy(ctx, c.job.ID, c.row.ID)
	if err != nil {
		return err
	}
	covered, err := c.DB.Covered(ctx, c.row.ID, c.job.Args.Mode)
	if err != nil {
		return err
	}
	rest := fixed.Without(timeseries.Union(slices.Concat(read, covered)))
	if c.job.Args.Backfill != 0 {
		c.windows = requests(c.item, rest, c.limit, c.zone)
		return nil
	}
	for _, part := range rest {
		c.windows = slices.Concat(question(c.item, part, c.limit, c.zone), c.windows)
	}
	return nil
}

// missing returns what coverage misses in the stages of the job's lane. What
// was never read is not to be read again: it is left to the live lane, whose
// answers count for all stages.
func (c *collection) missing(ctx context.Context) ([]timeseries.Window, error) {
	row := c.row
	now := c.Now()
	from, err := c.DB.Reach(ctx, []int64{row.ID}, reach(c.item, c.Since, now))
	if err != nil {
		return nil, err
	}
	var first, again []timeseries.Window
	for _, n := range needs(c.item, from[row.ID], now, c.zone) {
		if n.Stage > 0 && c.job.Args.Lane != store.LaneRevision {
			break
		}
		parts, err := c.DB.Missing(ctx, row.ID, n.Stage, n.Window)
		if err != nil {
			return nil, err
		}
		if n.Stage == 0 {
			first = parts
			continue
		}
		for _, part := range parts {
			again = append(again, part.Without(first)...)
		}
	}
	if c.job.Args.Lane != store.LaneRevision {
		return first, nil
	}
	c.reasked, err = c.DB.DueAgain(ctx, row.ID, store.LaneRevision, now)
	return slices.Concat(again, c.reasked), err
}

// argsError says that the arguments of a job cannot be worked with.
type argsError struct{ Reason string }

func (e *argsError) Error() string { return e.Reason }

// feedOf translates a feed from the database's words into the platform's.
func feedOf(row store.FeedRow) entsoe.Feed {
	return entsoe.Feed{Item: row.Item, Area: row.Area, CounterArea: row.CounterArea, Variant: row.Variant}
}

// itemOf returns the item of a feed as its variant sees it. The catalogue may
// have lost one since the feed was made.
func itemOf(row store.FeedRow) (entsoe.Item, error) {
	item, ok := entsoe.ItemByName(row.Item)
	if ok {
		item, ok = item.For(row.Variant)
	}
	if !ok {
		return entsoe.Item{}, &argsError{fmt.Sprintf("this version of entsoed does not know %s %q", row.Item, row.Variant)}
	}
	return item, nil
}
