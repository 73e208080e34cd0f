package jobs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator"
	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// splittable are feeds of every shape and grain.
var splittable = []entsoe.Feed{
	{Item: "actual_total_load", Area: "FR"}, // with holes
	{Item: "day_ahead_prices", Area: "DE_LU"},
	{Item: "actual_generation_per_production_type", Area: "BE"},
	{Item: "water_reservoirs_hydro_storage", Area: "FR"},
	{Item: "year_ahead_total_load_forecast", Area: "FR"},
	{Item: "installed_capacity_per_production_type", Area: "DE_LU"},
	{Item: "cross_border_physical_flows", Area: "DE_LU>FR"},
	{Item: "commercial_schedules_net_positions", Area: "NL", Variant: "day"},
	{Item: "imbalance_prices", Area: "NL"},
	{Item: "total_imbalance_volumes", Area: "NL"},
	{Item: "redispatching_internal", Area: "NL"},
	{Item: "contracted_reserves", Area: "BE", Variant: "day"},
	{Item: "procured_balancing_capacity", Area: "BE", Variant: "afrr"},
	{Item: "unavailability_consumption_units", Area: "BE"},
	{Item: "unavailability_generation_units", Area: "BE"},
	{Item: "unavailability_transmission", Area: "DE_LU>FR"},
	{Item: "production_and_generation_units", Area: "BE"},
}

// Any split of a window gives the same rows as the whole, in whatever order its
// parts are read, however often and how many at a time; and what is covered
// then is what was asked.
func TestAnySplitGivesTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes minutes")
	}
	t.Parallel()
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	for feeds := range slices.Chunk(splittable, 6) {
		seen := map[string]bool{}
		rapid.Check(t, func(t *rapid.T) {
			wholes, parts := make([][]timeseries.Window, len(feeds)), make([][]timeseries.Window, len(feeds))
			for i, feed := range feeds {
				w := drawWindow(t, feed.Item)
				wholes[i], parts[i] = []timeseries.Window{w}, drawParts(t, w)
			}
			rows := s.readAll(feeds, wholes)
			for i, row := range rows {
				if got := s.union(row); got != wholes[i][0].String() {
					t.Fatalf("covered of %v is %s, asked was %s", feeds[i], got, wholes[i])
				}
			}
			want := s.facts()
			for _, item := range s.collected() {
				seen[item] = true
			}
			s.readAll(feeds, parts)
			if diff := cmp.Diff(want, s.facts()); diff != "" {
				t.Fatalf("%v in parts %v (-whole, +parts)\n%s", feeds, parts, diff)
			}
		})
		for _, feed := range feeds {
			if !seen[feed.Item] {
				t.Errorf("%v had nothing to split", feed)
			}
		}
	}
}

// quarterHour is the shortest market time unit.
const quarterHour = 15 * time.Minute

// drawWindow draws some days of the spring, or a year of what is published by
// the week or year, which begin and end at any quarter of an hour.
func drawWindow(t *rapid.T, name string) timeseries.Window {
	item, _ := entsoe.ItemByName(name)
	first, fewest, most := time.Date(2026, 4, 10, 0, 0, 0, 0, time.UTC), 3, 8
	if unit := item.Timetable.Unit; unit == entsoe.MarketYear || unit == entsoe.MarketWeek {
		first, fewest, most = first.AddDate(-1, 0, 0), 200, 380
	}
	quarters := func(name string, fewest, most int) time.Duration {
		return time.Duration(rapid.IntRange(fewest, most).Draw(t, name)) * quarterHour
	}
	w := timeseries.Window{From: first.Add(quarters("from", 0, 5*96))}
	w.To = w.From.Add(quarters("length", fewest*96, most*96))
	return w
}

// drawParts cuts a window anywhere, repeats some parts and shuffles all.
func drawParts(t *rapid.T, w timeseries.Window) []timeseries.Window {
	n := int(w.To.Sub(w.From) / quarterHour)
	cuts := rapid.SliceOfN(rapid.IntRange(1, n-1), 1, 5).Draw(t, "cuts")
	slices.Sort(cuts)
	var parts []timeseries.Window
	from := w.From
	for _, cut := range append(slices.Compact(cuts), n) {
		to := w.From.Add(time.Duration(cut) * quarterHour)
		parts = append(parts, timeseries.Window{From: from, To: to})
		from = to
	}
	for _, again := range rapid.SliceOfN(rapid.IntRange(0, len(parts)-1), 0, 3).Draw(t, "again") {
		parts = append(parts, parts[again])
	}
	return rapid.Permutation(parts).Draw(t, "order")
}

// readAll reads windows of feeds into an empty database, by a job each; those of
// a feed that are equal one after another, for of equal jobs one is alive at a
// time.
func (s *scene) readAll(feeds []entsoe.Feed, windows [][]timeseries.Window) []store.FeedRow {
	s.Helper()
	s.clear()
	var rows []store.FeedRow
	for _, feed := range feeds {
		rows = append(rows, s.feed(feed.Item, feed.Area, feed.Variant))
	}
	left := slices.Clone(windows)
	for again := true; again; {
		again = false
		for i, row := range rows {
			var later []timeseries.Window
			for n, w := range left[i] {
				if slices.Contains(left[i][:n], w) {
					later = append(later, w)
					continue
				}
				s.insert(row, store.LaneFetch, w)
			}
			left[i] = later
			again = again || len(later) > 0
		}
		s.settle()
	}
	return rows
}

// collected lists the items of which there are points, rows or documents.
func (s *scene) collected() []string {
	s.Helper()
	return strings.Fields(query[string](s, `
		select coalesce(string_agg(name, ' '), '') from entsoe.items where item_no in (
			select s.item_no from entsoe.series s join (select series_id from entsoe.points union all select series_id from entsoe.points_fast) p on p.series_id = s.id
			union all select item_no from entsoe.entries union all select item_no from entsoe.documents)`))
}

// clear forgets all that was collected. Numbers of jobs go on, for River may
// still write down the end of a job that is forgotten.
func (s *scene) clear() {
	s.Helper()
	dbtest.ExecOwner(s.T, s.DB, `
		truncate entsoe.points, entsoe.points_fast, entsoe.point_history, entsoe.entries, entsoe.documents, entsoe.document_parts, entsoe.document_runs,
			entsoe.document_asks, entsoe.unit_outages, entsoe.coverage, entsoe.unanswered, entsoe.fetches, entsoe.feed_series, entsoe.backfill_feeds,
			entsoe.backfill_orders, entsoe.feeds, river.river_job cascade`)
}

// union is what the coverage of a feed's first reading is, whatever the answers
// were.
func (s *scene) union(feed store.FeedRow) string {
	s.Helper()
	return query[string](s, `
		select coalesce(string_agg(to_char(lower(r) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') || '/' || to_char(upper(r) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'), ', '), '')
		from entsoe.coverage c, unnest(c.data + c.empty + c.refused) r where c.feed_id = $1 and c.stage = 0`, feed.ID)
}

// Any order and repetition of the jobs of a backfill, and of what is read live,
// gives the same database.
func TestAnyOrderGivesTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes minutes")
	}
	t.Parallel()
	s := newCampaign(t, simulator.Config{Seed: 13}, nil)
	const item = "actual_total_load,day_ahead_prices,unavailability_generation_units,redispatching_internal"
	s.order(item, "NL", "2026-04-20T05:15Z", "2026-05-20T17:45Z")
	s.done(1)
	s.settle() // revisions of documents that were missing
	want := s.facts()
	rapid.Check(t, func(t *rapid.T) {
		s.clear()
		n := rapid.IntRange(2, 4).Draw(t, "backfills")
		for i := range n {
			o := store.BackfillOrder{Item: item, Area: "NL", From: "2026-04-20T05:15Z", To: "2026-05-20T17:45Z"}
			o.OldestFirst = rapid.Bool().Draw(t, fmt.Sprint("oldest first ", i))
			o.Mode = store.Text(rapid.SampledFrom([]string{"missing", "failed", "all"}).Draw(t, fmt.Sprint("mode ", i)))
			if i < n-1 { // the last is the whole
				days := rapid.IntRange(0, 25).Draw(t, fmt.Sprint("days ", i))
				o.From = store.Text(time.Date(2026, 4, 20, 5, 15, 0, 0, time.UTC).AddDate(0, 0, days).Format(time.RFC3339))
			}
			s.orderAs(o)
		}
		s.eventually("backfills are not done", func() (string, bool) {
			left := query[string](s, `select coalesce(string_agg(id::text, ' '), '') from entsoe.backfill_orders where state <> 'done'`)
			return left, left == ""
		})
		s.settle()
		if diff := cmp.Diff(want, s.facts()); diff != "" {
			t.Fatalf("%d backfills (-one, +several)\n%s", n, diff)
		}
	})
}
