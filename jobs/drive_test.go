package jobs

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe/simulator"
	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// A backfill is done when it has nothing left, though another has, and though that
// has windows of the same feed in the queue; and one that is started behind a big
// one has the next turns in the queue.
func TestBackfillsShareTheQueue(t *testing.T) {
	t.Parallel()
	s := &scene{now: noon}
	s.idle(t)
	s.collectFrom(http.NotFoundHandler(), nil)
	s.order("actual_generation_per_generation_unit", "BE", "2024-01-01T00:00Z", "2025-01-01T00:00Z")
	s.order("actual_generation_per_generation_unit", "BE", "2023-01-01T00:00Z", "2024-06-01T00:00Z")
	s.drive()
	windows := func() string {
		return query[string](s, `select string_agg(backfill_id || ': ' || windows, ', ' order by backfill_id) from entsoe.queue_backfills()`)
	}
	if got, want := windows(), "1: 110, 2: 110"; got != want {
		t.Errorf("windows in the queue: %s, want %s", got, want)
	}
	s.order("actual_total_load", "FR", "2020-01-01T00:00Z", "2022-01-01T00:00Z")
	s.order("actual_total_load", "BE", "2021-01-01T00:00Z", "2022-01-01T00:00Z")
	query[int](s, `with gone as (delete from river.river_job where id in (select max(id) from river.river_job where args ? 'backfill' group by args ->> 'backfill') returning 1)
		select count(*)::int from gone`)
	s.drive()
	first := query[string](s, `select string_agg(args ->> 'backfill', ' ' order by args ->> 'backfill') from (
		select args, row_number() over (order by scheduled_at, id) as n from river.river_job where queue = 'backfill' and state = 'available') j where n <= 4`)
	if first != "1 2 3 4" {
		t.Errorf("the next turns are of the backfills %s", first)
	}
	t.Log("others have read what the first wants, and its jobs have ended")
	for _, sql := range []string{
		`insert into entsoe.coverage (feed_id, stage, data) select id, 0, '{["2024-01-01Z","2025-01-01Z")}' from entsoe.feeds where item = 'actual_generation_per_generation_unit'`,
		`update river.river_job set state = 'completed', finalized_at = now() where args @> '{"backfill": 1}'`,
	} {
		dbtest.ExecOwner(t, s.DB, sql)
	}
	s.drive()
	if got := query[string](s, `select string_agg(state, ' ' order by id) from entsoe.backfills`); got != "done running running running" {
		t.Errorf("the backfills are %s", got)
	}
}

// Windows are for the backfill that has least in the queue, and none takes all.
func TestHandOut(t *testing.T) {
	feed := func(backfill int64, days int) queue.FeedLeft {
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		item := "actual_generation_per_generation_unit" // a day each
		l := queue.FeedLeft{Backfill: backfill, FeedRow: store.FeedRow{ID: backfill, Item: item, Area: "10YBE----------2", Name: "BE"}}
		for i := range days {
			l.Windows = append(l.Windows, timeseries.Window{From: from.AddDate(0, 0, 2*i), To: from.AddDate(0, 0, 2*i+1)})
		}
		return l
	}
	for _, c := range []struct {
		name   string
		room   int
		queued map[int64]int
		left   []queue.FeedLeft
		want   map[int64]int
	}{
		{"one alone leaves room", 16, nil, []queue.FeedLeft{feed(1, 100)}, map[int64]int{1: 14}},
		{"one that has its part gets no more", 2, map[int64]int{1: 14}, []queue.FeedLeft{feed(1, 100)}, nil},
		{"the next gets what was left", 2, map[int64]int{1: 14}, []queue.FeedLeft{feed(1, 100), feed(2, 100)}, map[int64]int{2: 2}},
		{"all alike", 16, nil, []queue.FeedLeft{feed(1, 100), feed(2, 100)}, map[int64]int{1: 8, 2: 8}},
		{"a small one and a big one", 16, nil, []queue.FeedLeft{feed(1, 100), feed(2, 3)}, map[int64]int{1: 13, 2: 3}},
		{"who has least first", 4, map[int64]int{1: 5, 2: 4, 3: 1}, []queue.FeedLeft{feed(1, 100), feed(2, 100), feed(3, 100)}, map[int64]int{2: 1, 3: 3}},
		{"a single place", 1, nil, []queue.FeedLeft{feed(1, 100)}, map[int64]int{1: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got map[int64]int
			for _, w := range handOut(c.left, c.room, c.queued, noon) {
				if got == nil {
					got = map[int64]int{}
				}
				got[w.Backfill]++
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("handed out (-want, +got)\n%s", diff)
			}
		})
	}
}

// The queue of backfills never holds more than 300 jobs, whatever there is to do
// at once: two backfills, one of them of outages with many revisions, feeds that
// are probed, and time that is healed. All of it is done in the end.
func TestQueueIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: works more than a thousand jobs")
	}
	t.Parallel()
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	for _, sql := range []string{
		`create function public.bound() returns trigger language plpgsql as $$
		begin
		  if (select count(*) from river.river_job where queue = 'backfill' and finalized_at is null) > 300 then
		    raise exception 'more than 300 jobs are in the queue';
		  end if;
		  return null;
		end $$`,
		`create trigger bound after insert on river.river_job for each statement execute function public.bound()`,
	} {
		dbtest.ExecOwner(t, s.DB, sql)
	}
	s.order("unavailability_generation_units", "BE", "2026-04-01", "2026-05-15")
	s.order("actual_generation_per_generation_unit", "NL", "2025-12-01", "2026-05-10")
	var needs []queue.Need
	for i := range 100 {
		feed := store.FeedRow{Item: "actual_total_load", Area: fmt.Sprintf("10Y%013d", i), Name: fmt.Sprint("nowhere ", i)}
		rows, err := s.DB.EnsureFeeds(t.Context(), []store.FeedRow{feed})
		if err != nil {
			t.Fatal(err)
		}
		needs = append(needs, queue.Need{FeedID: rows[0].ID, Window: timeseries.Window{From: noon.AddDate(0, 0, -2), To: noon.AddDate(0, 0, -1)}, Lane: store.LaneProbe, Priority: 4})
	}
	query[int](s, `with set as (update entsoe.feeds set active = true, wanted = case when id % 2 = 0 then '{["2026-01-01Z","2026-01-02Z")}' else wanted end
		where name like 'nowhere%' returning 1) select count(*)::int from set`)
	probes, refused := 0, false
	enqueue := func() (string, bool) {
		n, left, err := queue.InsertDue(t.Context(), s.DB, needs, queue.DueParams{Now: noon, Least: time.Hour, MaxAttempts: MaxAttempts})
		if err != nil {
			t.Fatal(err)
		}
		probes, refused = probes+n, refused || left > 0
		_, holes, err := queue.InsertHealing(t.Context(), s.DB, noon, MaxAttempts)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(left, " probes, ", holes, " holes"), left == 0 && holes == 0
	}
	enqueue()
	s.done(1, 2)
	s.eventually("probes or holes are left", enqueue)
	s.settle()
	if probes != len(needs) || !refused {
		t.Errorf("%d probes, want %d; that there was no room: %v", probes, len(needs), refused)
	}
	if n := query[int](s, `select count(*)::int from entsoe.feeds f where f.wanted <> '{}' and f.wanted - coalesce((select c.data + c.empty + c.refused from entsoe.coverage c where c.feed_id = f.id and c.stage = 0), '{}') <> '{}'`); n != 0 {
		t.Errorf("%d feeds have holes", n)
	}
	if n := query[int](s, `select count(*)::int from (select from entsoe.documents group by item_no, mrid having count(distinct revision) < max(revision)) d`); n != 0 {
		t.Errorf("of %d documents revisions are missing", n)
	}
	if n := query[int](s, `select count(*)::int from river.river_job where state in ('cancelled', 'discarded')`); n != 0 {
		t.Errorf("%d jobs were given up", n)
	}
}
