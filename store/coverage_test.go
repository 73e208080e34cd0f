package store_test

import (
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

func TestEmptyStreak(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	empty := store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), Empty: []timeseries.Window{dbtest.Window(0, 1)}}
	early := store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1)}
	data := store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 1)}}
	for i, step := range []struct {
		answer store.Answer
		want   int
	}{{empty, 1}, {empty, 2}, {early, 2}, {data, 0}, {early, 0}, {empty, 1}} {
		step.answer.KnownAt = dbtest.After(float64(i))
		dbtest.MustSave(t, db, step.answer)
		got, err := db.Feed(t.Context(), feed.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.EmptyStreak != step.want || got.AskedAt == nil || !got.AskedAt.Equal(step.answer.KnownAt) {
			t.Errorf("answer %d: streak %d asked at %v, want %d at %v", i, got.EmptyStreak, got.AskedAt, step.want, step.answer.KnownAt)
		}
	}
}
