package jobs

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/entsoe/simulator"
	"entsoed/store/dbtest"
)

// A worker that stands still for days, a week in the long form of the test, and
// whose database loses some hours of what it has collected, has in the end what one has that nobody disturbs: on a
// platform that publishes late, corrects and takes back. Of what both have seen
// come it has the same history.
func TestStoppedWeek(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes minutes")
	}
	t.Parallel()
	days, stop, resume, loss := 12, 3, 5, 7
	if dbtest.Long() {
		days, resume, loss = 21, 10, 12
	}
	begin := time.Date(2026, 5, 4, 6, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return begin.AddDate(0, 0, n) }
	calm, stopped := newRestless(t, begin), newRestless(t, begin)
	for now := begin; !now.After(day(days)); now = now.Add(12 * time.Hour) {
		calm.to(now)
		if now.Before(day(stop)) || !now.Before(day(resume)) {
			stopped.to(now)
		}
		if now.Equal(day(loss)) { // of what was collected four days before, in the morning
			lost := day(loss - 4).Truncate(24 * time.Hour).Add(3 * time.Hour)
			stopped.lose(lost, lost.Add(2*time.Hour))
		}
	}
	if diff := cmp.Diff(calm.facts(), stopped.facts()); diff != "" {
		t.Errorf("not what an undisturbed worker has (-undisturbed, +stopped)\n%s", diff)
	}
	want := calm.history(day(loss), day(days-1))
	if diff := cmp.Diff(want, stopped.history(day(loss), day(days-1))); diff != "" {
		t.Errorf("history (-undisturbed, +stopped)\n%s", diff)
	}
	t.Logf("%d facts, %d values and rows that changed or were taken back", len(calm.facts()), len(want))
	if len(want) < 100 {
		t.Errorf("only %d values changed: the simulator is too calm to show anything", len(want))
	}
	if left := stopped.unfinished(); left != "" {
		t.Errorf("jobs that did not just complete:\n%s", left)
	}
}

// newRestless is a week of some items of every shape, on a platform that does
// not leave things as they are.
func newRestless(t *testing.T, begin time.Time) *week {
	t.Helper()
	items := []string{
		"actual_total_load", "day_ahead_prices", "actual_generation_per_production_type", "wind_solar_forecast_intraday", "imbalance_prices",
		"redispatching_internal", "unavailability_generation_units", "contracted_reserves",
	}
	w := newWeek(t, begin, simulator.Config{Seed: 3, Restless: true}, items, "NL")
	if got := len(w.Items); got != len(items) {
		t.Fatalf("%d of %d items have feeds", got, len(items))
	}
	return w
}

// lose takes hours of all feeds out of the database, as a restored backup may
// lack them.
func (w *week) lose(from, to time.Time) {
	w.Helper()
	for _, sql := range []string{
		`update entsoe.coverage set data = data - tstzmultirange(tstzrange($1, $2)), empty = empty - tstzmultirange(tstzrange($1, $2))`,
		`delete from entsoe.points where at >= $1 and at < $2`,
		`delete from entsoe.entries where at >= $1 and at < $2`,
	} {
		if _, err := w.DB.Pool.Exec(w.Context(), sql, from, to); err != nil {
			w.Fatal(err)
		}
	}
}

// history lists the values and rows that changed or were taken back, of delivery
// times in a span, with when they were known.
func (w *week) history(from, to time.Time) []string {
	w.Helper()
	rows, err := w.DB.Pool.Query(w.Context(), `
		select concat_ws(' ', s.key, h.at, h.value, h.known_from, h.known_until)
		from entsoe.point_history h join entsoe.series s on s.id = h.series_id where h.at >= $1 and h.at < $2
		union all
		select concat_ws(' ', s.key, e.at, e.until, e.content, e.nth, e.known_from, e.known_until)
		from entsoe.entries e join entsoe.series s on s.id = e.series_id
		where e.known_until <> 'infinity' and e.at >= $1 and e.at < $2`, from, to)
	if err != nil {
		w.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		w.Fatal(err)
	}
	slices.Sort(all)
	return all
}
