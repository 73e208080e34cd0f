package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// benchEntries are 20,000 bids of a day, in 4 series and quarters of an hour,
// with details as bids have them.
func benchEntries(feed int64, change int) store.Answer {
	a := store.Answer{FeedID: feed, KnownAt: dbtest.After(float64(100 + change)), Data: dbtest.Hours(0, 24), Asked: dbtest.Window(0, 24)}
	rows := timeseries.Entries{Replaces: dbtest.Hours(0, 24)}
	for i := range 20_000 {
		from := float64(i%96) / 4
		e := dbtest.Bid(from, from+0.25, float64(i%50), fmt.Sprintf(`{"auction.mRID": "MARI_%d", "bid": "%016x", "divisible": "A01", "priority": "%d", "Reason": [{"code": "B%02d", "text": "as offered"}], "status": [{"value": "A06"}]}`,
			i%96, i*7919, i%5, i%40), timeseries.Direction, []string{"A01", "A02"}[i/5000%2], timeseries.Product, []string{"A01", "A05"}[i/10_000])
		e.Values["energy_Price.amount"] = float64(i*31%9973) / 100
		if i%10 == 0 {
			e.Values["energy_Price.amount"] += float64(change)
		}
		rows.All = append(rows.All, e)
	}
	a.Rows = rows
	return a
}

// BenchmarkSaveEntries saves 20,000 rows: new ones into an empty table and into
// a day beside 20 others, equal ones, and ones of which a tenth has changed.
func BenchmarkSaveEntries(b *testing.B) {
	db := dbtest.Open(b, dbtest.BidCatalogue())
	feed := dbtest.MakeFeed(b, db, "bids", dbtest.Germany)
	other := dbtest.MakeFeed(b, db, "bids", dbtest.France)
	answer := benchEntries(feed.ID, 0)
	if _, err := db.Prepare(b.Context(), answer); err != nil {
		b.Fatal(err)
	}
	changes := 0
	changed := func() store.Answer {
		changes++
		return benchEntries(feed.ID, changes)
	}
	ways := []struct {
		name    string
		prepare func()
		answer  func() store.Answer
	}{
		{"new", func() { dbtest.ExecOwner(b, db, `truncate entsoe.entries`) }, func() store.Answer { return answer }},
		{"again", func() {}, func() store.Answer { return answer }},
		{"again_beside_400k", func() {
			dbtest.Exec(b, db, `
insert into entsoe.entries (at, until, known_from, known_until, feed_id, content, series_id, nth, item_no, values, details)
select at + n * interval '1 day', until + n * interval '1 day', known_from, known_until, case when n > 10 then $1 else feed_id end, content, series_id, nth, item_no, values, details
from entsoe.entries, generate_series(1, 20) n`, other.ID)
		}, func() store.Answer { return answer }},
		{"tenth_changed", func() {}, changed},
	}
	took := map[string][]time.Duration{}
	for b.Loop() {
		for _, way := range ways {
			way.prepare()
			a := way.answer()
			start := time.Now()
			if _, err := dbtest.Save(b.Context(), db, a); err != nil {
				b.Fatal(way.name, err)
			}
			took[way.name] = append(took[way.name], time.Since(start))
		}
	}
	for name, times := range took {
		slices.Sort(times)
		b.ReportMetric(20/times[len(times)/2].Seconds(), name+"_krows/s")
	}
	b.ReportMetric(0, "ns/op")
}
