package jobs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe/simulator"
	"entsoed/jobs/jobstest"
	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// While the platform is awaited no transaction is open and no row locked.
func TestCollectHoldsNothingWhileItWaits(t *testing.T) {
	s := newScene(t)
	feed := s.feed("actual_total_load", "FR", "")
	for _, point := range []string{simulator.HoldBefore, simulator.HoldBody} {
		if err := s.Sim.Hold(simulator.Hold{Point: point}); err != nil {
			t.Fatal(err)
		}
		id := s.insert(feed, store.LaneFetch, jobstest.Window(t, "2026-06-01T00:00Z/2026-06-02T00:00Z"))
		if _, err := s.Sim.AwaitHeld(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		await(t, func() bool { // River's own short ones come and go
			return query[int](s, `select count(*)::int from pg_stat_activity
				where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null and backend_type = 'client backend'`) == 0
		})
		query[int64](s, `select id from river.river_job where id = $1 for update nowait`, id)
		query[int64](s, `select id from entsoe.feeds where id = $1 for update nowait`, feed.ID)
		s.Sim.Release()
		if job := s.next().Job; job.State != rivertype.JobStateCompleted {
			t.Errorf("%s: job is %s: %v", point, job.State, job.Errors)
		}
	}
}

// An attempt whose job was given to another process writes nothing, and leaves
// the job's row as the other has it, whatever the platform answers.
func TestCollectLostJobWritesNothing(t *testing.T) {
	answers := map[string]func(http.ResponseWriter){
		"data": func(w http.ResponseWriter) {
			w.Write(jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}}))
		},
		"no data": func(w http.ResponseWriter) { acknowledge(w, http.StatusOK, "No matching data found for Data item X") },
		"refused": func(w http.ResponseWriter) {
			acknowledge(w, http.StatusBadRequest, "The combination of [] is not valid")
		},
		"unavailable": func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) },
		"unknown":     func(w http.ResponseWriter) { io.WriteString(w, "<Other_MarketDocument></Other_MarketDocument>") },
		"too long": func(w http.ResponseWriter) {
			acknowledge(w, http.StatusBadRequest, "Provided time interval (a - b) is larger than maximum allowed period 'PT1H' for 'X' export.")
		},
	}
	asked, release := make(chan bool), make(chan bool)
	var answer func(http.ResponseWriter)
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) {
		asked <- true
		<-release
		answer(w)
	})
	feed := s.feed("day_ahead_prices", "AT", "")
	given := map[int64]string{} // jobs as another process has them
	for name := range answers {
		answer = answers[name]
		left := strings.Count(s.Log.String(), "collecting: leave")
		asks := timeseries.Window{From: hour(len(given)), To: hour(len(given) + 1)} // another of each: their jobs live on
		id := s.insert(feed, store.LaneFetch, asks)
		<-asked
		given[id] = query[string](s, `update river.river_job set attempted_at = now(), attempted_by = array['another']
			where id = $1 returning to_jsonb(river_job)::text`, id)
		release <- true
		await(t, func() bool { return strings.Count(s.Log.String(), "collecting: leave") > left })
	}
	s.stop()
	for id, want := range given {
		if got := query[string](s, `select to_jsonb(j)::text from river.river_job j where id = $1`, id); got != want {
			t.Errorf("a job was\n%s\nand is now\n%s", want, got)
		}
	}
	for _, table := range []string{"points", "fetches", "coverage"} {
		if n := query[int](s, `select count(*)::int from entsoe.`+table); n != 0 {
			t.Errorf("%d rows were written to %s", n, table)
		}
	}
	if got := query[string](s, `select learned_limit from entsoe.feeds`); got != "" {
		t.Errorf("the limit %s was learned", got)
	}
}

// Rows, coverage, the record of the request and the completion are there
// together or not at all.
func TestCollectSavesAllOrNothing(t *testing.T) {
	s := newScene(t)
	feed := s.feed("actual_total_load", "FR", "")
	for _, sql := range []string{
		`create function pg_temp_fail() returns trigger language plpgsql as $$ begin raise 'the disk is full'; end $$`,
		`create trigger fail before update on river.river_job for each row when (new.state = 'completed') execute function pg_temp_fail()`,
	} {
		dbtest.ExecOwner(t, s.DB, sql)
	}
	job := s.work(feed, store.LaneLive, timeseries.Window{})
	if job.State != rivertype.JobStateRetryable || !strings.Contains(job.Errors[0].Error, "the disk is full") {
		t.Errorf("job is %s: %v", job.State, job.Errors)
	}
	if n := query[int](s, `select count(*)::int from entsoe.points`); n != 0 {
		t.Errorf("%d points without the completion", n)
	}
	if got := s.coverage(feed, 0); got != "" {
		t.Errorf("coverage %s without the completion", got)
	}
	if got := s.outcomes(); got != OutcomeFailed {
		t.Errorf("requests: %s, want that the answer was not saved", got)
	}
}

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

// ending is a context whose end nobody has noticed yet.
type ending struct {
	context.Context
	ended atomic.Bool
}

func (e *ending) Err() error {
	if e.ended.Load() {
		return context.Canceled
	}
	return e.Context.Err()
}

// An answer that is complete in the moment in which its job has to end is given
// up like one that is not.
func TestAnswerAtTheEnd(t *testing.T) {
	ctx := &ending{Context: t.Context()}
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) {
		ctx.ended.Store(true)
		w.Write(jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}}))
	})
	a := attempt{JobRow: &rivertype.JobRow{ID: 1}, Args: CollectArgs{Lane: store.LaneFetch}}
	asked, err := newTask(a, s.feed("day_ahead_prices", "AT", ""))
	if err != nil {
		t.Fatal(err)
	}
	got := newAsker(s.Collect.Upstream, asked, jobstest.Window(t, jobstest.OneDay), s.Now).ask(ctx)
	if !errors.Is(got.Err, context.Canceled) || len(got.Requests) != 0 {
		t.Errorf("%d requests, %v, want the end of the job", len(got.Requests), got.Err)
	}
}
