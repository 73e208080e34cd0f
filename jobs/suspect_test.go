package jobs

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river/rivertype"

	"entsoed/jobs/jobstest"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// What is set aside is not asked for by itself, shows as failed with the reason, and
// is asked when a person wants it. Once it is read, it is set aside no longer.
func TestSetAside(t *testing.T) {
	var requests atomic.Int32
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Write(jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}}))
	})
	s.Collect.Readers = &Readers{DB: s.DB, ClientID: "test"}
	feed := s.feed("day_ahead_prices", "AT", "")
	day := jobstest.Window(t, jobstest.OneDay)
	killed := s.kills(feed, day)
	job := s.next().Job
	if job.ID != killed || job.State != rivertype.JobStateCancelled || !strings.Contains(job.Errors[len(job.Errors)-1].Error, "killed its process 3 times") {
		t.Fatalf("job %d is %s: %+v", job.ID, job.State, job.Errors)
	}
	gap := query[string](s, `select concat_ws(' ', answer, gap_from, gap_to, reason) from entsoe.gaps('day_ahead_prices', 'AT', $1, $2, $3)`, day.From, day.To, noon)
	if !strings.HasPrefix(gap, "failed") || !strings.Contains(gap, "killed its process 3 times") {
		t.Errorf("gap: %s", gap)
	}
	if job := s.work(feed, store.LaneBackfill, day); job.State != rivertype.JobStateCancelled {
		t.Errorf("another job is %s", job.State)
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests for what is set aside", n)
	}

	s.completes(feed, store.LaneFetch, day)
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests of a person's fetch, want 1", n)
	}
	s.eventually("it is still set aside, or read", func() (string, bool) { // which ends after the commit
		got := query[string](s, `select (select count(*) from entsoe.set_aside) + (select count(*) from entsoe.reading)
			|| ' ' || string_agg(kind || ' ' || subject || ' ' || (closed is not null), ',') from entsoe.alarms`)
		return got, got == "0 set aside day_ahead_prices AT "+day.String()+" true"
	})
	if diff := cmp.Diff("data "+jobstest.OneDay, s.coverage(feed, 0)); diff != "" {
		t.Errorf("coverage (-want, +got)\n%s", diff)
	}
}

// A suspect reads when nobody else does, and nobody begins beside it.
func TestSuspectsReadAlone(t *testing.T) {
	s := &scene{now: noon}
	s.idle(t)
	r := &Readers{DB: s.DB, ClientID: "test"}
	begin := func(job int64, suspect bool) <-chan func() {
		began := make(chan func(), 1)
		go func() {
			end, err := r.begin(t.Context(), queue.Reading{Job: job, Window: timeseries.Window{From: noon, To: noon.AddDate(0, 0, 1)}}, suspect)
			if err != nil {
				t.Error(err)
			}
			began <- end
		}()
		return began
	}
	shut := func() bool { r.mu.Lock(); defer r.mu.Unlock(); return r.shut }
	reading := func() string {
		return query[string](s, `select coalesce(string_agg(job_id || case when alone then ' alone' else '' end, ', ' order by job_id), '') from entsoe.reading`)
	}
	first, second := <-begin(1, false), <-begin(2, false)
	suspect := begin(3, true)
	s.eventually("the suspect does not wait", func() (string, bool) { return "", shut() })
	other, another := begin(4, true), begin(5, false)
	first()
	if got := reading(); got != "2" {
		t.Errorf("reading: %s, want 2", got)
	}
	second()
	end := <-suspect
	if got := reading(); got != "3 alone" {
		t.Errorf("reading: %s, want the suspect alone", got)
	}
	end()
	for range 2 { // in whichever order, one after the other
		select {
		case end := <-other:
			end()
		case end := <-another:
			end()
		}
	}
	if got := reading(); got != "" {
		t.Errorf("reading: %s, want nobody", got)
	}
}

// kills inserts a job that has killed its process three times while it read alone.
func (s *scene) kills(feed store.FeedRow, w timeseries.Window) (id int64) {
	s.Helper()
	id, _, err := queue.InsertCollect(s.Context(), s.DB, queue.Collect{Feed: feed, Lane: store.LaneFetch, Window: w, Queue: "elsewhere", MaxAttempts: MaxAttempts})
	if err != nil {
		s.Fatal(err)
	}
	query[string](s, `update river.river_job set args = args || '{"lane": "backfill"}' where id = $1 returning kind`, id)
	for range 3 {
		query[string](s, `update river.river_job set state = 'running', attempt = 1, attempted_at = now() - interval '1 minute', attempted_by = '{dead}' where id = $1 returning kind`, id)
		if err := queue.MarkReading(s.Context(), s.DB, "dead", queue.Reading{Job: id, Feed: feed.ID, Window: w, Alone: true}); err != nil {
			s.Fatal(err)
		}
		done, err := queue.RecoverJobs(s.Context(), s.DB, store.Silence, noon)
		if err != nil {
			s.Fatal(err)
		}
		for _, a := range done.Aside {
			if _, err := store.OpenAlarm(s.Context(), s.DB.Pool, a.Alarm(), noon); err != nil {
				s.Fatal(err)
			}
		}
	}
	query[string](s, `update river.river_job set queue = 'live' where id = $1 returning kind`, id)
	return id
}
