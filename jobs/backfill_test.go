package jobs

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator"
	"entsoed/jobs/agenda"
	"entsoed/store"
	"entsoed/timeseries"
)

// planned returns what the dry run says of an order.
func (s *scene) planned(o store.BackfillOrder) BackfillPlan {
	s.Helper()
	p, err := PlanBackfill(s.Context(), s.DB, o, s.Now())
	if err != nil {
		s.Fatal(err)
	}
	return p
}

// The dry run tells the number of requests to the last one, of items that do not
// page; of the others the least. What is stored then is what was expected, give
// or take.
func TestDryRunIsExact(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes half a minute")
	}
	t.Parallel()
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	s.order("actual_total_load", "FR", "2026-02-03", "2026-03-01") // something is there
	s.done(1)
	before := map[string]int{"actual_total_load": s.asked("actual_total_load")}
	o := store.BackfillOrder{ // nothing that pages by the day
		Item: "actual_total_load,wind_solar_forecast_day_ahead,actual_generation_per_production_type,actual_generation_per_generation_unit," +
			"year_ahead_forecast_margin,installed_capacity_per_production_unit,water_reservoirs_hydro_storage,cross_border_physical_flows," +
			"forecasted_transfer_capacities,imbalance_prices,production_and_generation_units,current_balancing_state,day_ahead_prices",
		Area: "BE,FR>BE,DE_LU>FR,NL", From: "2025-11-30T10:00Z", To: "2026-05-20T00:00Z",
	}
	plan := s.planned(o)
	started := s.orderAs(o)
	ended := s.done(*started.Backfill)
	if *ended.Requests != int64(plan.Requests) {
		t.Errorf("the driver plans %d requests, the dry run %d", *ended.Requests, plan.Requests)
	}
	if len(plan.Items) < 10 {
		t.Errorf("only %d items have something to do", len(plan.Items))
	}
	total := 0
	for _, item := range plan.Items {
		got := s.asked(item.Item) - before[item.Item]
		total += got
		if item.Paged && got >= item.Requests || got == item.Requests {
			continue
		}
		t.Errorf("%s: %d requests, planned were %d", item.Item, got, item.Requests)
	}
	if ended.Sent != int64(total) {
		t.Errorf("it says that it sent %d requests, the platform counts %d", ended.Sent, total)
	}
	if share := float64(ended.Points) / plan.Points; share < 0.2 || share > 5 {
		t.Errorf("%d points, expected were %.0f", ended.Points, plan.Points)
	}
	all := o
	all.Mode = "all"
	for _, item := range s.planned(all).Items { // what a page holds has been learned by now
		got := s.asked(item.Item) - before[item.Item]
		if off := item.Expected - got; before[item.Item] == 0 && (off < -item.Feeds || off > item.Feeds) {
			t.Errorf("%s: %d requests are expected, %d were sent the first time", item.Item, item.Expected, got)
		}
	}
	if plan = s.planned(o); plan.Requests != 0 || plan.Feeds != 0 || plan.Complete == 0 {
		t.Errorf("afterwards there is something to do: %+v", plan)
	}
	if again := s.orderAs(o); again.Inserted {
		t.Errorf("started again: %+v", again)
	}
	if got := s.unfinished(); got != "" {
		t.Errorf("jobs that did not just complete:\n%s", got)
	}
}

// Missing is what nobody asked for, failed also what was refused, all is all.
func TestModes(t *testing.T) {
	t.Parallel()
	var refusing atomic.Bool
	s := newCampaign(t, simulator.Config{Seed: 7}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if start := r.URL.Query().Get("periodStart"); refusing.Load() && strings.HasPrefix(start, "202501") {
				acknowledge(w, http.StatusBadRequest, "The combination of [DocumentType=A65] is not valid")
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	feed := s.feed("actual_total_load", "FR", "")
	if err := s.DB.LearnLimit(t.Context(), feed.ID, "P1M", s.Now()); err != nil {
		t.Fatal(err)
	}
	order := func(mode string) store.BackfillOrder {
		return store.BackfillOrder{Item: "actual_total_load", Area: "FR", From: "2025-01-01T00:00Z", To: "2025-04-01T00:00Z", Mode: store.Text(mode)}
	}
	refusing.Store(true)
	s.orderAs(order("missing"))
	if b := s.done(1); b.Failed != 31*24*time.Hour || b.Sent != 3 {
		t.Errorf("failed %s of %d requests, want January of 3", b.Failed, b.Sent)
	}
	if got, want := s.coverage(feed, 0), "data 2025-02-01T00:00Z/2025-04-01T00:00Z, refused 2025-01-01T00:00Z/2025-02-01T00:00Z"; got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	refusing.Store(false)
	for mode, want := range map[string]int{"missing": 0, "failed": 1, "all": 3} {
		if plan := s.planned(order(mode)); plan.Requests != want {
			t.Errorf("%s: %d requests, want %d", mode, plan.Requests, want)
		}
	}
	if e := s.orderAs(order("missing")); e.Inserted {
		t.Errorf("nothing is missing, and %+v", e)
	}
	for id, mode := range []string{2: "failed", 3: "all"} {
		if mode == "" {
			continue
		}
		before := s.asked("actual_total_load")
		s.orderAs(order(mode))
		if b := s.done(int64(id)); b.Failed != 0 || b.Sent != int64(s.asked("actual_total_load")-before) || b.Sent != *b.Requests {
			t.Errorf("%s: %+v", mode, b)
		}
	}
	if got, want := s.coverage(feed, 0), "data 2025-01-01T00:00Z/2025-04-01T00:00Z"; got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	if n := query[int](s, `select count(*)::int from entsoe.point_history`); n != 0 {
		t.Errorf("%d values changed by being read again", n)
	}
}

// Mode failed also asks for what faults make unreadable where other curves have data,
// once, whether that is right then or not.
func TestModeFailedAsksForFaults(t *testing.T) {
	t.Parallel()
	platform := newFaulty()
	s := newCampaign(t, simulator.Config{Seed: 7}, func(http.Handler) http.Handler { return platform })
	order := store.BackfillOrder{Item: "day_ahead_prices", Area: "AT", From: "2026-05-01T22:00Z", To: "2026-05-11T22:00Z", Mode: "failed"}
	platform.change(func() { platform.values[faultyHour{2, time.Date(2026, 5, 5, 3, 0, 0, 0, time.UTC)}] = "n/a" })
	s.orderAs(order)
	s.done(1)
	for id := int64(2); id <= 3; id++ {
		if got := s.standing(); got != "2 05T03/05T04; 1 alarm" {
			t.Errorf("faults before backfill %d: %s", id, got)
		}
		if id == 3 {
			platform.heal()
		}
		if plan := s.planned(order); plan.Requests != 1 {
			t.Errorf("%d requests are planned for the one hour", plan.Requests)
		}
		s.orderAs(order)
		if b := s.done(id); b.Sent != 1 || b.Failed != 0 {
			t.Errorf("backfill %d: %+v", id, b)
		}
	}
	if n, got := s.points(), s.standing(); n != 2*24*10 || got != "none; 0 alarm" {
		t.Errorf("%d points, faults %s", n, got)
	}
	if e := s.orderAs(order); e.Inserted {
		t.Errorf("nothing is missing, and %+v", e)
	}
}

// windowsAsked notes the windows of the requests that reach the simulator.
type windowsAsked struct {
	http.Handler
	mu   sync.Mutex
	from []string
}

func (w *windowsAsked) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.from = append(w.from, r.URL.Query().Get("periodStart"))
	w.mu.Unlock()
	w.Handler.ServeHTTP(rw, r)
}

func (w *windowsAsked) list() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.from)
}

// The newest comes first, or the oldest where that is wanted.
func TestOrderOfWindows(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes half a minute")
	}
	t.Parallel()
	for _, oldest := range []bool{false, true} {
		var asked *windowsAsked
		s := &scene{now: noon}
		s.Sim = simulator.New(simulator.Config{Seed: 7, Now: s.Now, Unlimited: true})
		s.idle(t)
		s.collectFrom(s.Sim, func(next http.Handler) http.Handler {
			asked = &windowsAsked{Handler: next}
			return asked
		})
		s.crew(1)
		s.orderAs(store.BackfillOrder{Item: "actual_generation_per_generation_unit", Area: "BE,NL", From: "2026-03-01", To: "2026-03-20", OldestFirst: oldest})
		s.done(1)
		got := asked.list()
		want := slices.Clone(got)
		slices.Sort(want)
		if !oldest {
			slices.Reverse(want)
		}
		if diff := cmp.Diff(want, got); diff != "" || len(got) != 2*19 {
			t.Errorf("oldest first %v: %d windows out of order\n%s", oldest, len(got), diff)
		}
	}
}

// However much there is to do, the queue holds a few hundred windows of all
// backfills; and several of them take turns.
func TestQueueStaysSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: plans all items of all areas")
	}
	t.Parallel()
	s := &scene{now: noon}
	s.Sim = simulator.New(simulator.Config{Seed: 7, Now: s.Now, Unlimited: true})
	s.idle(t)
	s.collectFrom(s.Sim, nil)
	s.order("all", "all", "2010-01-01", "2020-01-01")
	s.order("day_ahead_prices", "FR", "2020-01-01", "2026-01-01")
	began := time.Now()
	for range 3 {
		s.drive()
		n := query[int](s, `select count(*)::int from river.river_job where kind = 'collect'`)
		if n < refillBelow || n > 220 {
			t.Errorf("%d windows are in the queue, want at most 220", n)
		}
	}
	t.Logf("planned and begun in %s: %d requests", time.Since(began).Round(time.Millisecond), *s.backfill(1).Requests)
	if got := query[int](s, `select count(*)::int from river.river_job where args ->> 'backfill' = '2'`); got != 7 {
		t.Errorf("%d windows of the small backfill, want all 7", got)
	}
	// What is taken out by hand is handed out again; what is cancelled is not.
	query[int64](s, `with gone as (delete from river.river_job where args ->> 'backfill' = '1' returning 1) select count(*) from gone`)
	query[int64](s, `with gone as (update river.river_job set state = 'cancelled', finalized_at = now() where id = (select max(id) from river.river_job where args ->> 'backfill' = '2') returning 1) select count(*) from gone`)
	s.drive()
	if got := query[string](s, `select string_agg(state || ' ' || n, ', ' order by state) from (select state, count(*) as n from river.river_job where args ->> 'backfill' = '2' group by 1) j`); got != "available 6, cancelled 1" {
		t.Errorf("the small backfill: %s", got)
	}
	if b := s.backfill(2); b.Failed != 0 || b.Stopped != 1 {
		t.Errorf("of what was cancelled %s counts as failed, and %d windows as open", b.Failed, b.Stopped)
	}
}

// A pause takes what waits out of the queue and stops what runs before its next
// request; what is left is done after the resume.
func TestPause(t *testing.T) {
	t.Parallel()
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	if err := s.Sim.Hold(simulator.Hold{Point: simulator.HoldBefore, Next: 3}); err != nil {
		t.Fatal(err)
	}
	if err := s.DB.Budget(t.Context(), 600); err != nil {
		t.Fatal(err)
	}
	s.order("actual_generation_per_generation_unit", "BE", "2026-03-01", "2026-04-01")
	if _, err := s.Sim.AwaitHeld(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.SteerBackfill(t.Context(), 1, store.StepPause); err != nil {
		t.Fatal(err)
	}
	s.eventually("jobs wait on", func() (string, bool) {
		left := query[string](s, `select coalesce(string_agg(state || ' ' || n, ', '), '') from (select state, count(*) as n from river.river_job where kind = 'collect' and state <> 'completed' group by 1) j`)
		return left, left == "running 3"
	})
	paused := s.Sim.Stats().Requests
	s.Sim.Clear()
	s.eventually("requests go on", func() (string, bool) {
		left := query[string](s, `select coalesce(string_agg(kind || ' ' || state, ', '), '') from river.river_job where state <> 'completed'`)
		return left, left == ""
	})
	b := s.backfill(1)
	if got := s.Sim.Stats().Requests; b.State != "paused" || got != paused || b.Sent != got {
		t.Errorf("%d requests after the pause at %d: %+v", got, paused, b)
	}
	if _, err := s.DB.SteerBackfill(t.Context(), 1, store.StepResume); err != nil {
		t.Fatal(err)
	}
	if b := s.done(1); b.Sent != 31 || *b.Requests != 31 {
		t.Errorf("%+v, want 31 requests in all", b)
	}
}

// The earlier revisions of the outages that a backfill comes upon are part of it:
// a pause stops them as well, and it is done when they are there.
func TestOutagesOfBackfill(t *testing.T) {
	t.Parallel()
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	if err := s.DB.Budget(t.Context(), 1200); err != nil {
		t.Fatal(err)
	}
	s.order("unavailability_generation_units", "BE", "2026-04-01", "2026-05-15")
	s.eventually("no revisions are asked for", func() (string, bool) {
		n := query[int](s, `select count(*)::int from river.river_job where kind = 'revisions' and state = 'completed'`)
		return strconv.Itoa(n), n > 0
	})
	if _, err := s.DB.SteerBackfill(t.Context(), 1, store.StepPause); err != nil {
		t.Fatal(err)
	}
	s.eventually("requests go on", func() (string, bool) {
		left := query[string](s, `select coalesce(string_agg(kind || ' ' || state, ', '), '') from river.river_job where state <> 'completed'`)
		return left, left == ""
	})
	if n := query[int](s, `select count(*)::int from entsoe.revision_wants`); n == 0 {
		t.Error("nothing was left when it was paused: it shows nothing")
	}
	if left := s.backfill(1).RequestsLeft; left == nil || *left == 0 {
		t.Errorf("requests left: %v", left)
	}
	if _, err := s.DB.SteerBackfill(t.Context(), 1, store.StepResume); err != nil {
		t.Fatal(err)
	}
	s.done(1)
	s.hasAllRevisions()
}

// cancelled backfills leave nothing in the queue, and end no other way.
func TestCancel(t *testing.T) {
	t.Parallel()
	s := &scene{now: noon}
	s.idle(t)
	s.collectFrom(http.NotFoundHandler(), nil)
	s.order("day_ahead_prices", "FR", "2016-01-01", "2026-01-01")
	s.drive()
	if state, err := s.DB.SteerBackfill(t.Context(), 1, store.StepCancel); err != nil || state != "cancelled" {
		t.Fatal(state, err)
	}
	if n := query[int](s, `select count(*)::int from river.river_job where kind = 'collect'`); n != 0 {
		t.Errorf("%d windows are left", n)
	}
	for _, step := range []string{store.StepPause, store.StepResume} {
		if _, err := s.DB.SteerBackfill(t.Context(), 1, step); err == nil || !strings.Contains(err.Error(), "backfill 1 is cancelled") {
			t.Errorf("%s: %v", step, err)
		}
	}
	if n := query[int](s, `select count(*)::int from entsoe.feeds where wanted <> '{}'`); n != 0 {
		t.Error("what was cancelled is still wanted")
	}
}

// Two backfills that overlap ask nothing twice, and leave what one would.
func TestOverlappingBackfills(t *testing.T) {
	t.Parallel()
	whole := newCampaign(t, simulator.Config{Seed: 7}, nil)
	whole.order("actual_total_load,day_ahead_prices", "FR,BE,NL", "2024-01-01", "2026-05-01")
	whole.done(1)

	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	s.order("actual_total_load", "FR,BE", "2024-01-01", "2025-09-01")
	s.order("actual_total_load,day_ahead_prices", "FR,BE,NL", "2024-06-01", "2026-05-01")
	s.orderAs(store.BackfillOrder{Item: "day_ahead_prices", Area: "FR,NL", From: "2024-01-01", To: "2025-01-01", OldestFirst: true})
	s.order("actual_total_load,day_ahead_prices", "FR,BE,NL", "2024-01-01", "2026-05-01")
	s.done(1, 2, 3, 4)
	if diff := cmp.Diff(whole.facts(), s.facts()); diff != "" {
		t.Errorf("not what one backfill leaves (-one, +four)\n%s", diff)
	}
	twice := query[string](s, `
		select coalesce(string_agg(concat_ws(' ', a.feed_id, a.window_from, a.window_to, b.window_from, b.window_to), E'\n'), '')
		from entsoe.fetches a join entsoe.fetches b on a.feed_id = b.feed_id and a.id < b.id
			and greatest(a.window_from, b.window_from) + interval '2 days' < least(a.window_to, b.window_to)`)
	if twice != "" {
		t.Errorf("asked twice:\n%s", twice)
	}
}

// When the platform flips its limit in the middle of a backfill, no job fails and
// no point is missing, though the month is counted in UTC; a week later it is
// tried whether longer windows are accepted again.
func TestFlippedLimit(t *testing.T) {
	t.Parallel()
	const from, to = "2023-01-31T23:00Z", "2026-05-31T22:00Z"
	calm := newCampaign(t, simulator.Config{Seed: 7}, nil)
	calm.order("actual_total_load,day_ahead_prices", "FR,BE", from, to)
	calm.done(1)

	var sim *simulator.Simulator
	var seen atomic.Int64
	s := newCampaign(t, simulator.Config{Seed: 7}, func(next http.Handler) http.Handler {
		sim = next.(*simulator.Simulator)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if seen.Add(1) == 6 {
				if err := sim.Inject(simulator.Fault{Kind: simulator.FaultLimit, Value: "P1M"}); err != nil {
					t.Error(err)
				}
			}
			next.ServeHTTP(w, r)
		})
	})
	s.order("actual_total_load,day_ahead_prices", "FR,BE", from, to)
	if b := s.done(1); b.Failed != 0 {
		t.Errorf("%+v", b)
	}
	if got := s.unfinished(); got != "" {
		t.Errorf("jobs that did not just complete:\n%s", got)
	}
	if diff := cmp.Diff(calm.facts(), s.facts()); diff != "" {
		t.Errorf("not what the old limit gives (-old, +flipped)\n%s", diff)
	}
	if got := query[string](s, `select string_agg(distinct learned_limit, ' ') from entsoe.feeds`); got != "P1M" {
		t.Errorf("learned %s", got)
	}
	if n := query[int](s, `select count(*)::int from entsoe.fetches where outcome = 'too_long'`); n > 8 {
		t.Errorf("%d requests were refused, though each of four feeds needs one to learn, and two may be under way", n)
	}

	again := store.BackfillOrder{Item: "actual_total_load", Area: "FR", From: "2024-01-01T00:00Z", To: "2026-01-01T00:00Z", Mode: "all"}
	if plan := s.planned(again); plan.Requests != 24 {
		t.Errorf("%d requests by the learned limit, want 24", plan.Requests)
	}
	s.at(s.Now().Add(agenda.DoubtedAfter))
	s.orderAs(again) // the limit still stands: one request tries
	if b := s.done(2); b.Failed != 0 || b.Sent != 25 {
		t.Errorf("with the limit %d requests, want one more than 24", b.Sent)
	}
	sim.Clear()
	s.orderAs(again) // it was tried just now
	if b := s.done(3); b.Sent != 24 {
		t.Errorf("%d requests soon after, want 24", b.Sent)
	}
	s.at(s.Now().Add(agenda.DoubtedAfter))
	s.orderAs(again)
	if b := s.done(4); b.Sent > 14 {
		t.Errorf("%d requests a week later, want the first year in one", b.Sent)
	}
	if got := query[string](s, `select learned_limit from entsoe.feeds where item = 'actual_total_load' and name = 'FR'`); got != "" {
		t.Errorf("%s is still believed", got)
	}
}

// A platform that refuses a window without naming a limit that helps teaches one
// all the same.
func TestUnnamedLimit(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	s := newCampaign(t, simulator.Config{Seed: 7}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent.Add(1)
			from, _ := time.Parse("200601021504", r.URL.Query().Get("periodStart"))
			to, _ := time.Parse("200601021504", r.URL.Query().Get("periodEnd"))
			if to.Sub(from) > 20*24*time.Hour {
				acknowledge(w, http.StatusBadRequest, fmt.Sprintf("Provided time interval (%s - %s) is larger than maximum allowed period 'P1Y' for 'ACTUAL_TOTAL_LOAD_R3:XML' export.", from, to))
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	s.order("actual_total_load", "FR", "2025-01-01T00:00Z", "2026-01-01T00:00Z")
	if b := s.done(1); b.Failed != 0 || s.unfinished() != "" {
		t.Errorf("%+v\n%s", b, s.unfinished())
	}
	feed := s.feed("actual_total_load", "FR", "")
	if got, want := s.coverage(feed, 0), "data 2025-01-01T00:00Z/2026-01-01T00:00Z"; !strings.HasPrefix(strings.ReplaceAll(got, ", empty", " empty"), "data 2025-01-01T00:00Z") {
		t.Errorf("coverage %s, want %s", got, want)
	}
	if limit, err := timeseries.ParseStep(feed.LearnedLimit); err != nil || limit.Days < 5 || limit.Days > 20 {
		t.Errorf("learned %q", feed.LearnedLimit)
	}
	if got := sent.Load(); got > 60 {
		t.Errorf("%d requests for what takes about 40", got)
	}
}

// Too many generation units for one answer are asked for by their kind, and what
// comes is all of them.
func TestFinerParameters(t *testing.T) {
	t.Parallel()
	calm := newCampaign(t, simulator.Config{Seed: 7}, nil)
	calm.order("actual_generation_per_generation_unit", "BE", "2026-03-01T00:00Z", "2026-03-04T00:00Z")
	calm.done(1)

	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	const few = 15
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultInstances, Value: fmt.Sprint(few)}); err != nil {
		t.Fatal(err)
	}
	s.order("actual_generation_per_generation_unit", "BE", "2026-03-01T00:00Z", "2026-03-04T00:00Z")
	if b := s.done(1); b.Failed != 0 || s.unfinished() != "" {
		t.Fatalf("%+v\n%s", b, s.unfinished())
	}
	if diff := cmp.Diff(calm.facts(), s.facts()); diff != "" {
		t.Errorf("not all units (-at once, +by kind)\n%s", diff)
	}
	item, _ := entsoe.ItemByName("actual_generation_per_generation_unit")
	each := 1 + len(item.Finer.Usual)
	if got := s.asked(item.Name); got != 3*each {
		t.Errorf("%d requests for three days, want %d", got, 3*each)
	}
	again := store.BackfillOrder{Item: store.Text(item.Name), Area: "BE", From: "2026-03-01T00:00Z", To: "2026-03-04T00:00Z", Mode: "all"}
	if plan := s.planned(again); plan.Requests != 3*each {
		t.Errorf("once that is known %d requests are planned, want %d", plan.Requests, 3*each)
	}
	s.Sim.Clear()
	s.orderAs(again)
	s.done(2)
	if plan := s.planned(again); plan.Requests != 3 {
		t.Errorf("when all comes at once again %d requests are planned, want 3", plan.Requests)
	}
}

// hasAllRevisions fails the test if revisions of a document were passed over.
func (s *scene) hasAllRevisions() {
	s.Helper()
	if n := query[int](s, `select count(*)::int from (
		select from entsoe.documents group by item_no, mrid having count(distinct revision) < max(revision)) d`); n != 0 {
		s.Errorf("of %d documents revisions are missing", n)
	}
}
