package jobs

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"entsoed/entsoe/simulator"
	"entsoed/store"
	"entsoed/timeseries"
)

// An answer that takes long is not saved over one to a later request, which is
// newer: the window is asked again.
func TestAnswerOvertaken(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	later := make(chan struct{})
	s := newCampaign(t, simulator.Config{Seed: 7}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) > 1 {
				next.ServeHTTP(w, r)
				return
			}
			old := httptest.NewRecorder()
			r.Header.Del("Accept-Encoding")
			next.ServeHTTP(old, r)
			<-later
			old.Header().Del("Content-Length")
			maps.Copy(w.Header(), old.Header())
			_, _ = w.Write(bytes.ReplaceAll(old.Body.Bytes(), []byte("<quantity>"), []byte("<quantity>9")))
		})
	})
	feed := s.feed("actual_total_load", "FR", "")
	from := noon.AddDate(0, -1, 0).Truncate(24 * time.Hour)
	s.insert(feed, store.LaneFetch, timeseries.Window{From: from, To: from.AddDate(0, 0, 3)})
	await(t, func() bool { return asked.Load() == 1 })
	s.at(s.Now().Add(time.Minute))
	s.insert(feed, store.LaneBackfill, timeseries.Window{From: from.AddDate(0, 0, 1), To: from.AddDate(0, 0, 4)})
	await(t, func() bool {
		return query[bool](s, `select exists (select from river.river_job where queue = 'backfill' and state = 'completed')`)
	})
	close(later)
	s.settle()
	if got := query[string](s, `select string_agg(outcome, ' ' order by id) from entsoe.fetches`); got != "data unused data" {
		t.Errorf("requests %s, want the first one's answer unused and asked for again", got)
	}
	if n := query[int](s, `select count(*)::int from entsoe.point_history`); n != 0 {
		t.Errorf("%d values were replaced", n)
	}
	if n := query[int](s, `select count(*)::int from entsoe.points`); n < 4*24 {
		t.Errorf("only %d values are there", n)
	}
	if got := s.unfinished(); got != "" {
		t.Errorf("jobs that did not just complete:\n%s", got)
	}
}
