package store_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/store"
	"entsoed/store/dbtest"
)

func TestRecordFetch(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	random := make([]byte, 3<<20)
	if _, err := rand.Read(random); err != nil {
		t.Fatal(err)
	}
	records := []store.FetchRecord{
		{JobID: 5, FeedID: feed.ID, Window: dbtest.Window(0, 24), At: dbtest.After(30), Outcome: "data", HTTPStatus: 200, Bytes: 1000, Points: 24, Changed: 2, Retracted: 1,
			Wait: time.Second, Request: 2 * time.Second, Save: 3 * time.Millisecond},
		{FeedID: feed.ID, Window: dbtest.Window(0, 24), At: dbtest.After(31), Outcome: "failed", Reason: "no \x00 answer \xff", Document: []byte("<html>")},
		{FeedID: feed.ID, Window: dbtest.Window(0, 24), At: dbtest.After(32), Outcome: "unknown", HTTPStatus: 200, Document: random},
	}
	for _, r := range records {
		if _, err := db.RecordFetch(t.Context(), db.Pool, r); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"5 24:00:00 data 200  1000 24 2 1 00:00:01 00:00:02 00:00:00.003",
		"24:00:00 failed no ? answer ? 0 0 0 0 00:00:00 00:00:00 00:00:00",
		"24:00:00 unknown 200  0 0 0 0 00:00:00 00:00:00 00:00:00",
	}
	got := dbtest.QueryText(t, db, `
select job_id, window_to - window_from as length, outcome, http_status, reason, bytes, points, changed, retracted, wait_time, request_time, save_time
from entsoe.fetches order by id`)
	for i := range got {
		got[i] = string(bytes.ReplaceAll([]byte(got[i]), []byte("1 day"), []byte("24:00:00")))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fetches (-want, +got):\n%s", diff)
	}
	checkDocument(t, db, 31, func(d []byte) bool { return string(d) == "<html>" })
	checkDocument(t, db, 32, func(d []byte) bool { return len(d) > 700_000 && bytes.HasPrefix(random, d) })

	asked, err := db.Feed(t.Context(), feed.ID)
	if err != nil {
		t.Fatal(err)
	}
	if asked.AskedAt == nil || !asked.AskedAt.Equal(dbtest.After(32)) {
		t.Errorf("asked at %v, want %v", asked.AskedAt, dbtest.After(32))
	}
	if n, err := db.DropDocuments(t.Context(), dbtest.After(32), time.Second); n != 1 || err != nil {
		t.Errorf("dropped %d documents (%v), want 1", n, err)
	}
	if n := dbtest.QueryOne[int](t, db, `select count(document) from entsoe.fetches`); n != 1 {
		t.Errorf("%d documents are left, want 1", n)
	}
}

func checkDocument(t *testing.T, db *store.DB, hour float64, good func([]byte) bool) {
	t.Helper()
	compressed := dbtest.QueryOne[[]byte](t, db, `select document from entsoe.fetches where at = $1`, dbtest.After(hour))
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	document, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if !good(document) || len(compressed) > 1<<20 {
		t.Errorf("document of %d bytes, %d compressed, is not what was recorded", len(document), len(compressed))
	}
}
