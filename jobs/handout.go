package jobs

import (
	"cmp"
	"container/heap"
	"slices"
	"time"

	"entsoed/jobs/agenda"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// handOut chooses the next windows for so much room: each for the backfill that
// has least in the queue, and of one the newest, or the oldest, of all its feeds.
// A part of the room stays free for the backfill that comes next. What two want of
// one feed is handed out for one of them; what the other still misses then is seen
// later.
func handOut(left []queue.FeedLeft, room int, queued map[int64]int, now time.Time) []queue.BackfillWindow {
	backfills := windowQueues(left, room, queued, now)
	var chosen []queue.BackfillWindow
	taken := map[int64][]queue.BackfillWindow{} // by feed
	for len(chosen) < room {
		backfills = slices.DeleteFunc(backfills, func(q *windowQueue) bool { return q.Len() == 0 || q.queued >= q.most })
		if len(backfills) == 0 {
			break
		}
		q := slices.MinFunc(backfills, func(a, b *windowQueue) int { return cmp.Compare(a.queued, b.queued) })
		w := q.take()
		if others := taken[w.Feed.ID]; !slices.ContainsFunc(others, w.Clashes) {
			chosen, taken[w.Feed.ID] = append(chosen, w), append(others, w)
			q.queued++
		}
	}
	return chosen
}

// keptFree is the part of the room that one backfill leaves to others.
const keptFree = 8

// windowQueues sorts what is left by backfill.
func windowQueues(left []queue.FeedLeft, room int, queued map[int64]int, now time.Time) []*windowQueue {
	var all []*windowQueue
	byID := map[int64]*windowQueue{}
	for _, l := range left {
		q, known := byID[l.Backfill]
		if !known {
			reach := room + queued[l.Backfill]
			q = &windowQueue{oldestFirst: l.OldestFirst, queued: queued[l.Backfill], most: max(1, reach-reach/keptFree)}
			byID[l.Backfill], all = q, append(all, q)
		}
		if f := newFeedWindows(l, now); len(f.windows) > 0 {
			q.feeds = append(q.feeds, f)
		}
	}
	for _, q := range all {
		heap.Init(q)
	}
	return all
}

// feedWindows are the windows of one feed that are left, the next one first.
type feedWindows struct {
	queue.FeedLeft
	windows []timeseries.Window
	trial   bool // the first of them
	silent  bool // the feed never had data
}

func newFeedWindows(l queue.FeedLeft, now time.Time) *feedWindows {
	f := &feedWindows{FeedLeft: l, silent: standing(l.FeedRow).Silent > 0}
	item, err := itemOf(l.FeedRow)
	if err != nil {
		return f
	}
	cut := agenda.Cut{Item: item, Zone: feedOf(l.FeedRow).Zone(), Limit: agenda.Limit(item, l.LearnedLimit)}
	f.windows = cut.Portions(l.Windows)
	if l.OldestFirst {
		slices.Reverse(f.windows)
	}
	if agenda.Doubted(l.LearnedLimit, l.LearnedAt, now) && len(f.windows) > 0 {
		f.try(cut)
	}
	return f
}

// try replaces the first windows by one as long as the catalogue allows, if
// there is one around the first.
func (f *feedWindows) try(cut agenda.Cut) {
	cut.Limit = agenda.Limit(cut.Item, "")
	first := f.windows[0]
	for _, long := range cut.Portions(f.FeedLeft.Windows) {
		if long.Intersect(first) != first || long == first {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(f.windows), func(w timeseries.Window) bool { return w.Overlaps(long) })
		f.windows, f.trial = slices.Concat([]timeseries.Window{long}, rest), true
		return
	}
}

// windowQueue is what a backfill has left: a heap of feeds by their next window.
type windowQueue struct {
	oldestFirst  bool
	feeds        []*feedWindows
	queued, most int // windows in the queue, and how many may be
}

func (q *windowQueue) Len() int { return len(q.feeds) }

func (q *windowQueue) Less(i, j int) bool {
	a, b := q.feeds[i], q.feeds[j]
	switch {
	case a.silent != b.silent:
		return b.silent
	case q.oldestFirst:
		return a.windows[0].From.Before(b.windows[0].From)
	}
	return a.windows[0].To.After(b.windows[0].To)
}

func (q *windowQueue) Swap(i, j int) { q.feeds[i], q.feeds[j] = q.feeds[j], q.feeds[i] }

func (q *windowQueue) Push(x any) { q.feeds = append(q.feeds, x.(*feedWindows)) }

func (q *windowQueue) Pop() any {
	last := q.feeds[len(q.feeds)-1]
	q.feeds = q.feeds[:len(q.feeds)-1]
	return last
}

// take returns the next window.
func (q *windowQueue) take() queue.BackfillWindow {
	f := q.feeds[0]
	w := queue.BackfillWindow{Backfill: f.Backfill, Mode: f.Mode, Feed: f.FeedRow, Window: f.windows[0], Trial: f.trial}
	f.windows, f.trial = f.windows[1:], false
	if len(f.windows) == 0 {
		heap.Pop(q)
		return w
	}
	heap.Fix(q, 0)
	return w
}
