package store_test

import (
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// TestAnalyze has the planner know what a save brought at once, and does nothing where
// nothing has changed since.
func TestAnalyze(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "actual_total_load", dbtest.Germany)
	answer, _ := benchAnswer(feed.ID)
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: answer.Asked, Rows: answer.Rows.(timeseries.Curves)[:10], Data: answer.Data})
	counted := func() float64 {
		return dbtest.QueryOne[float64](t, db, `
select coalesce(sum(reltuples) filter (where reltuples > 0), 0)::float8
from pg_class where oid in (select inhrelid from pg_inherits where inhparent = 'entsoe.points'::regclass union all select 'entsoe.points'::regclass)`)
	}
	// The counts of changes come to others a moment after the commit.
	dbtest.WaitFor(t, func() bool {
		if err := db.AnalyzeAll(t.Context(), 10*time.Second); err != nil {
			t.Fatal(err)
		}
		return counted() == 10*benchPoints
	})
	if n := dbtest.QueryOne[int](t, db, `select entsoe.analyze_changed(100, 0.1)`); n != 0 {
		t.Errorf("%d tables were analyzed again", n)
	}
}
