package jobs

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/entsoe/simulator"
	"entsoed/jobs/agenda"
	"entsoed/store"
	"entsoed/timeseries"
)

// week is a scene in which all items are planned and collected as a worker
// does it, but for the clock: it goes on when all jobs are done.
type week struct {
	*scene
	Plan  *Plan
	Items []entsoe.Item // with feeds

	planned map[string]time.Time // when each item was
	behind  int64                // requests before the time that is counted
}

// newWeek lets a worker begin to collect items of areas from a simulator.
func newWeek(t *testing.T, begin time.Time, config simulator.Config, items []string, areas ...string) *week {
	t.Helper()
	w := &week{scene: &scene{now: begin}, planned: map[string]time.Time{}}
	config.Now, config.Unlimited = w.Now, true
	w.Sim = simulator.New(config)
	w.idle(t)
	w.collectFrom(w.Sim, nil)
	log := slog.New(slog.NewTextHandler(w.Log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	w.Collect.Log = log
	c := Config{Areas: areas, Items: items, Since: Duration(2 * 24 * time.Hour), Interval: Duration(15 * time.Minute)}
	w.Plan = &Plan{
		DB: w.DB, Since: time.Duration(c.Since), Interval: time.Duration(c.Interval), Installation: "a", Now: w.Now,
		Speed: 1e6, // no job waits for its place among others
		Log:   log,
	}
	selected, err := Select(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Setup(t.Context(), w.DB, selected, c, 390); err != nil {
		t.Fatal(err)
	}
	has := map[string]bool{}
	for _, f := range selected.Feeds {
		has[f.Item] = true
	}
	for _, item := range selected.Items {
		if has[item.Name] {
			w.Items = append(w.Items, item)
		}
	}
	w.crew(4)
	return w
}

// to sets the clock, plans the items that have ticked since they were last
// planned, heals, and waits until nothing is left to do.
func (w *week) to(now time.Time) {
	w.Helper()
	w.at(now)
	for _, item := range w.Items {
		if w.ticks(item, now) {
			w.planned[item.Name] = now
			job := &river.Job[PlanArgs]{JobRow: &rivertype.JobRow{ID: 1}, Args: PlanArgs{Item: item.Name}}
			if err := w.Plan.Work(w.Context(), job); err != nil {
				w.Fatal(err)
			}
		}
	}
	w.settle()
	w.heal()
}

// ticks reports whether a variant of the item is to be planned, as the worker's
// schedule does.
func (w *week) ticks(item entsoe.Item, now time.Time) bool {
	before, planned := w.planned[item.Name]
	if !planned {
		return true
	}
	for _, v := range item.Variants {
		if variant, _ := item.For(v.Name); !v.OnDemand && !variant.Timetable.NextTick(before).After(now) {
			return true
		}
	}
	return false
}

// requests counts those that were sent since the last call of count, and how
// many of them went to feeds that never answered with data.
func (w *week) requests() (all, wasted int) {
	w.Helper()
	all = query[int](w.scene, `select count(*)::int from entsoe.fetches where id > $1`, w.behind)
	wasted = query[int](w.scene, `select count(*)::int from entsoe.fetches t join entsoe.feeds f on f.id = t.feed_id
		where t.id > $1 and f.last_data_at is null`, w.behind)
	w.behind = query[int64](w.scene, `select coalesce(max(id), 0) from entsoe.fetches`)
	return all, wasted
}

// feeds returns the feeds that have answered with data, and the others.
func (w *week) feeds() (publishing, silent []store.FeedRow) {
	w.Helper()
	for _, item := range w.Items {
		active, err := w.DB.ActiveFeeds(w.Context(), item.Name)
		if err != nil {
			w.Fatal(err)
		}
		for _, f := range active {
			if f.LastDataAt != nil {
				publishing = append(publishing, f)
			} else {
				silent = append(silent, f)
			}
		}
	}
	return publishing, silent
}

// After a week every item of an area is read as its feeds publish it, with hardly
// a request wasted on feeds that do not, and nothing is lost by that.
// ENTSOED_LONG_TESTS=1 takes two areas and the borders between them.
func TestSimulatedWeek(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes minutes")
	}
	t.Parallel()
	begin := time.Date(2026, 6, 10, 6, 0, 0, 0, time.UTC)
	areas := []string{"NL"}
	if os.Getenv("ENTSOED_LONG_TESTS") != "" {
		areas = append(areas, "BE")
	}
	w := newWeek(t, begin, simulator.Config{Seed: 7}, []string{entsoe.GroupAll}, areas...)
	total := query[int](w.scene, `select count(*)::int from entsoe.feeds where active`)

	w.to(begin)
	all, wasted := w.requests()
	t.Logf("%d feeds of %d items; the first round: %d requests, %d of silent feeds", total, len(w.Items), all, wasted)
	end := begin.AddDate(0, 0, 7)
	for now := begin.Add(12 * time.Hour); !now.After(end); now = now.Add(12 * time.Hour) {
		w.to(now)
	}
	all, wasted = w.requests()
	t.Logf("the week: %d requests, %d of silent feeds", all, wasted)

	for now := end; now.Before(end.AddDate(0, 0, 1)); now = now.Add(30 * time.Minute) {
		w.to(now)
	}
	all, wasted = w.requests()
	publishing, silent := w.feeds()
	t.Logf("the day after: %d requests, %d of silent feeds (%.2f %%); %d feeds publish", all, wasted, 100*float64(wasted)/float64(all), len(publishing))
	if wasted*100 >= all {
		t.Errorf("%d of %d requests were wasted, want less than 1 %%", wasted, all)
	}
	for _, f := range publishing {
		w.readAll(f)
	}
	for _, f := range silent {
		w.hasNothing(f)
	}
	if t.Failed() {
		t.Log(tail(w.Log.String()))
	}
}

// readAll checks that a feed was read for all times since the beginning whose
// deadlines had passed when it was last planned.
func (w *week) readAll(f store.FeedRow) {
	w.Helper()
	missing, err := w.DB.Missing(w.Context(), f.ID, 0, w.known(f))
	if err != nil {
		w.Fatal(err)
	}
	if len(missing) > 0 {
		w.Errorf("%s %s %s misses %v", f.Item, f.Name, f.Variant, missing)
	}
}

// hasNothing checks that the platform has nothing of a feed that was found to
// publish nothing, up to its last probe.
func (w *week) hasNothing(f store.FeedRow) {
	w.Helper()
	item, err := itemOf(f)
	if err != nil {
		w.Fatal(err)
	}
	known := w.known(f)
	if f.AskedAt != nil {
		known.To = timeseries.Earlier(known.To, *f.AskedAt)
	}
	for _, part := range (agenda.Cut{Item: item, Zone: feedOf(f).Zone(), Limit: item.LimitStep()}).Requests([]timeseries.Window{known}) {
		if part.Empty() {
			continue
		}
		request, err := entsoe.NewRequest(feedOf(f), part)
		if err != nil {
			w.Fatal(err)
		}
		var none *client.NoDataError
		if _, err := w.Collect.Client.Fetch(w.Context(), request, func(context.Context) error { return nil }, client.Reading{Document: unwanted}); !errors.As(err, &none) {
			w.Errorf("%s %s %s counts as silent, but answers to %s: %v", f.Item, f.Name, f.Variant, part, err)
			return
		}
	}
}

// unwanted reads a document where none should come.
func unwanted(_ context.Context, _ string, document io.Reader) error {
	_, err := io.Copy(io.Discard, document)
	return err
}

// known are the times since the beginning whose deadlines had passed when the
// feed was last planned.
func (w *week) known(f store.FeedRow) timeseries.Window {
	w.Helper()
	item, err := itemOf(f)
	if err != nil {
		w.Fatal(err)
	}
	now := w.Now()
	_, settled := item.Timetable.Published(now.Add(-item.Timetable.Cadence(now, w.Plan.Interval)), feedOf(f).Zone())
	from := query[time.Time](w.scene, `select collect_from from entsoe.feeds where id = $1`, f.ID)
	return timeseries.Window{From: from, To: settled}
}
