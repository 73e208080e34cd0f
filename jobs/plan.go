package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/riverqueue/river"

	"entsoed/entsoe"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// Plan puts what is due of one item into the queue. It derives that from
// coverage, never from what it put there before, so that a missed tick, a lost
// leader or a week of downtime are made good by the next plan. It never asks the
// platform.
type Plan struct {
	river.WorkerDefaults[PlanArgs]

	DB *store.DB
	// Since is how far the first plan of a feed reaches back, Interval the least
	// time between two asks of a feed outside bursts.
	Since, Interval time.Duration
	// Installation makes the delays of this database differ from those of other
	// installations, so that not all ask the platform in the same second.
	Installation string
	Now          func() time.Time
	Speed        float64 // of that clock: its seconds in a real one
	Log          *slog.Logger
}

const (
	longestBackoff = 24 * time.Hour  // between two requests for a feed that has nothing
	widestDelay    = 2 * time.Minute // of a job, after its tick
)

// Work plans one item.
func (p *Plan) Work(ctx context.Context, job *river.Job[PlanArgs]) error {
	left, err := p.plan(ctx, job)
	if wrong, ok := errors.AsType[*argsError](err); ok {
		p.Log.Error("planning: cancel", "item", job.Args.Item, "job_id", job.ID, "error", wrong)
		return err
	}
	if err != nil && ctx.Err() == nil {
		p.Log.Warn("planning: retry", "item", job.Args.Item, "job_id", job.ID, "error", err)
	}
	if err != nil {
		return err
	}
	return whenRoom(left)
}

// plan goes from variant to variant, because each has its own timetable. It
// returns how many probes the queue had no room for.
func (p *Plan) plan(ctx context.Context, job *river.Job[PlanArgs]) (left int, err error) {
	item, ok := entsoe.ItemByName(job.Args.Item)
	if !ok {
		return 0, river.JobCancel(&argsError{fmt.Sprintf("this version of entsoed does not know the data item %q", job.Args.Item)})
	}
	feeds, err := p.DB.ActiveFeeds(ctx, item.Name)
	if err != nil {
		return 0, err
	}
	for _, v := range item.Variants {
		if v.OnDemand {
			continue
		}
		variant, _ := item.For(v.Name)
		n, err := p.variant(ctx, variant, ofVariant(feeds, v.Name))
		if err != nil {
			return 0, err
		}
		left += n
	}
	return left, nil
}

// NextRetry tries again soon: a plan is small, and the next tick comes anyway.
func (p *Plan) NextRetry(*river.Job[PlanArgs]) time.Time {
	return time.Now().Add(lasts(jitter(firstRetry), p.Speed))
}

// variant puts the feeds of one variant that lack something into the queue. It
// returns how many probes there was no room for.
func (p *Plan) variant(ctx context.Context, item entsoe.Item, feeds []store.FeedRow) (left int, err error) {
	now := p.Now()
	cadence := item.Timetable.Cadence(now, p.Interval)
	due := p.due(item, feeds, cadence, now)
	if len(due) == 0 {
		return 0, nil
	}
	from, err := p.DB.Reach(ctx, dueIDs(due), reach(item, p.Since, now))
	if err != nil {
		return 0, err
	}
	n, left, err := queue.InsertDue(ctx, p.DB, dueNeeds(item, due, from, now), queue.DueParams{
		Now: now, Least: cadence - slack(cadence), MaxBackoff: longestBackoff, MaxAttempts: MaxAttempts,
		Priority: priority(item),
	})
	if err != nil {
		return 0, err
	}
	p.Log.Debug("planned", "item", item.Name, "variant", item.Variants[0].Name, "feeds", len(feeds), "silent", len(feeds)-len(due), "jobs", n, "left", left)
	return left, nil
}

// dueFeed is a feed that may be asked for now, and how.
type dueFeed struct {
	store.FeedRow
	manner
	Delay time.Duration // of its jobs
}

// due leaves out the silent feeds whose next probe is not due yet. A feed is
// asked for the first time without delay.
func (p *Plan) due(item entsoe.Item, feeds []store.FeedRow, cadence time.Duration, now time.Time) []dueFeed {
	var due []dueFeed
	for _, f := range feeds {
		place := p.place(f)
		d := dueFeed{FeedRow: f, manner: mannerOf(item, f, cadence, place, now)}
		if f.AskedAt != nil {
			d.Delay = p.delay(place, cadence)
		}
		if !d.Early {
			due = append(due, d)
		}
	}
	return due
}

func dueIDs(due []dueFeed) []int64 {
	all := make([]int64, len(due))
	for i, f := range due {
		all[i] = f.ID
	}
	return all
}

// priority puts items that people wait for, such as prices after the auction,
// before the backlog of the others.
func priority(item entsoe.Item) int {
	if len(item.Timetable.Bursts) > 0 {
		return priorityAwaited
	}
	return priorityUsual
}

// dueNeeds returns what should have been read of the feeds by now. A feed
// without data is not read again; its first answers count for the re-reads too.
func dueNeeds(item entsoe.Item, due []dueFeed, from map[int64]time.Time, now time.Time) []queue.Need {
	var all []queue.Need
	for _, f := range due {
		for _, n := range needs(item, from[f.ID], now, feedOf(f.FeedRow).Zone()) {
			if n.Stage > 0 && f.LastDataAt == nil {
				break
			}
			need := queue.Need{FeedID: f.ID, Stage: n.Stage, Window: n.Window, Delay: f.Delay, Gap: f.Gap, Priority: f.Priority}
			if n.Stage == 0 {
				need.Lane = f.Lane
			}
			all = append(all, need)
		}
	}
	return all
}

// place is where a feed stands among all, from 0 to 1. It keeps the jobs of
// feeds apart.
func (p *Plan) place(f store.FeedRow) float64 {
	sum := sha256.Sum256([]byte(p.Installation + "/" + strconv.FormatInt(f.ID, 10)))
	return float64(binary.BigEndian.Uint32(sum[:])) / (1 << 32)
}

// delay is how long after a tick the jobs of a feed start, in real time: at most
// an eighth of the cadence, and two minutes.
func (p *Plan) delay(place float64, cadence time.Duration) time.Duration {
	widest := time.Duration(min(float64(cadence/8)/p.Speed, float64(widestDelay)))
	return time.Duration(place * float64(widest)).Truncate(time.Second)
}

// slack is how much earlier than the cadence a feed may be asked for again,
// because its last request was sent after a delay and a wait in the queue.
func slack(cadence time.Duration) time.Duration { return min(cadence/5, 3*time.Minute) }

func ofVariant(feeds []store.FeedRow, variant string) []store.FeedRow {
	var kept []store.FeedRow
	for _, f := range feeds {
		if f.Variant == variant {
			kept = append(kept, f)
		}
	}
	return kept
}

func ids(feeds []store.FeedRow) []int64 {
	all := make([]int64, len(feeds))
	for i, f := range feeds {
		all[i] = f.ID
	}
	return all
}

// need is what should have been read of a feed in a stage.
type need struct {
	Stage  int
	Window timeseries.Window
}

// needs returns what should have been read of a feed by now: in stage 0
// everything after since that can have been published, in later stages what is
// due to be read again. Coverage then tells what of it is missing.
func needs(item entsoe.Item, since, now time.Time, zone *time.Location) []need {
	var all []need
	for stage := range item.Timetable.Stages() {
		possible, _ := item.Timetable.Due(stage, now, zone)
		if w := (timeseries.Window{From: since, To: possible}); !w.Empty() {
			all = append(all, need{Stage: stage, Window: w})
		}
	}
	return all
}

// reach returns how far back a new feed is read: since before now or, where the
// newest data is months old, since before that; but not before the first day of
// the item.
func reach(item entsoe.Item, since time.Duration, now time.Time) time.Time {
	possible, _ := item.Timetable.Published(now, entsoe.Brussels())
	from := timeseries.Earlier(now, possible).Add(-since)
	if first, err := time.Parse(time.DateOnly, item.Since); err == nil {
		from = timeseries.Later(from, first)
	}
	return from
}
