package commit_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"entsoed/jobs/commit"
	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// collectArgs stand for the arguments of a job that asks something.
type collectArgs struct{}

func (collectArgs) Kind() string { return "collect" }

// scene is a database with a feed, and a River client whose jobs commit what a
// test gives them.
type scene struct {
	*testing.T
	DB     *store.DB
	Feed   store.FeedRow
	commit func(ctx context.Context, job *rivertype.JobRow) error
	events <-chan *river.Event
}

func newScene(t *testing.T) *scene {
	s := &scene{T: t, DB: dbtest.OpenCatalogue(t)}
	s.Feed = dbtest.MakeFeed(t, s.DB, "day_ahead_prices", dbtest.Germany)
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[collectArgs]) error { return s.commit(ctx, job.JobRow) }))
	one := river.QueueConfig{MaxWorkers: 1, FetchCooldown: 5 * time.Millisecond, FetchPollInterval: 20 * time.Millisecond}
	client, err := river.NewClient(riverpgxv5.New(s.DB.Pool), &river.Config{
		Schema: "river", Workers: workers, LeaderElectionDisabled: true, Queues: map[string]river.QueueConfig{store.LaneLive: one},
	})
	if err != nil {
		t.Fatal(err)
	}
	events, unsubscribe := client.Subscribe(river.EventKindJobCompleted, river.EventKindJobFailed)
	s.events = events
	if err := client.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		<-client.Stopped()
		unsubscribe()
	})
	return s
}

// work inserts a job that makes a commit, and returns what became of it.
func (s *scene) work(write func(ctx context.Context, job *rivertype.JobRow) error) *rivertype.JobRow {
	s.Helper()
	s.commit = write
	_, inserted, err := queue.InsertCollect(s.Context(), s.DB, queue.Collect{Feed: s.Feed, Lane: store.LaneLive, MaxAttempts: 1})
	if err != nil || !inserted {
		s.Fatalf("insert job: %v, %v", inserted, err)
	}
	select {
	case event := <-s.events:
		return event.Job
	case <-time.After(time.Minute):
		s.Fatal("no job ended")
		return nil
	}
}

// answered is a commit of two hourly prices that nobody was asked for.
func (s *scene) answered(job *rivertype.JobRow) commit.Commit {
	asked := dbtest.Window(0, 4)
	return commit.Commit{
		Job: job, Feed: s.Feed, Completes: true,
		Answer: &store.Answer{
			FeedID: s.Feed.ID, Asked: asked, Sent: dbtest.After(10), KnownAt: dbtest.After(10),
			Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 40.5, 41.5)},
			Data: []timeseries.Window{dbtest.Window(0, 2)}, Empty: []timeseries.Window{dbtest.Window(2, 4)},
		},
		Stages: []store.StageCover{{Stage: 1, Data: []timeseries.Window{dbtest.Window(0, 1)}}},
		Unanswered: &commit.Unanswered{
			Counts: []timeseries.Window{asked}, Data: []timeseries.Window{dbtest.Window(0, 2)},
			Gaps: []commit.Gap{{Window: dbtest.Window(2, 4), Requests: 1}},
		},
		Requests: []store.FetchRecord{{JobID: job.ID, FeedID: s.Feed.ID, Lane: store.LaneLive, Window: asked, At: dbtest.After(10), Outcome: "data", Points: 2}},
	}
}

// stored is what the database says of the feed and its jobs.
func (s *scene) stored() map[string]string {
	s.Helper()
	stored := map[string]string{}
	for name, sql := range map[string]string{
		"points":     `select count(*) || ' ' || coalesce(sum(value), 0) from entsoe.points`,
		"coverage":   `select coalesce(string_agg(stage || ' ' || (upper(data) - lower(data)) || ' ' || coalesce((upper(empty) - lower(empty))::text, '-'), ', ' order by stage), '') from entsoe.coverage`,
		"unanswered": `select coalesce(string_agg((upper(during) - lower(during)) || ' again after ' || (again_at - asked_at), ', '), '') from entsoe.unanswered`,
		"fetches":    `select coalesce(string_agg(outcome || ' ' || points, ', '), '') from entsoe.fetches`,
	} {
		stored[name] = dbtest.QueryOne[string](s, s.DB, sql)
	}
	return stored
}

// Rows that came from nowhere, neither over HTTP nor out of a document, are
// committed as an answer of a feed, with all that belongs to one.
func TestWrite(t *testing.T) {
	s := newScene(t)
	job := s.work(func(ctx context.Context, job *rivertype.JobRow) error {
		saved, err := commit.Write(ctx, s.DB, s.answered(job))
		if saved.Inserted != 2 {
			t.Errorf("%d rows were inserted, want 2", saved.Inserted)
		}
		return err
	})
	if job.State != rivertype.JobStateCompleted {
		t.Errorf("the job is %s: %v", job.State, job.Errors)
	}
	want := map[string]string{
		"points": "2 82", "coverage": "0 02:00:00 02:00:00, 1 01:00:00 -",
		"unanswered": "02:00:00 again after 01:03:45", "fetches": "data 2",
	}
	if diff := cmp.Diff(want, s.stored()); diff != "" {
		t.Errorf("(-want, +got)\n%s", diff)
	}
}

// All of a commit is written or nothing.
func TestWriteNothing(t *testing.T) {
	s := newScene(t)
	nothing := s.stored()
	dbtest.ExecOwner(t, s.DB, `alter table entsoe.fetches add constraint fails check (outcome <> 'data')`)
	job := s.work(func(ctx context.Context, job *rivertype.JobRow) error {
		_, err := commit.Write(ctx, s.DB, s.answered(job))
		return err
	})
	if job.State != rivertype.JobStateDiscarded || !strings.Contains(job.Errors[0].Error, "fails") {
		t.Errorf("the job is %s: %v", job.State, job.Errors)
	}
	if diff := cmp.Diff(nothing, s.stored()); diff != "" {
		t.Errorf("after a failure (-nothing, +got)\n%s", diff)
	}
	dbtest.ExecOwner(t, s.DB, `alter table entsoe.fetches drop constraint fails`)
	s.work(func(ctx context.Context, job *rivertype.JobRow) error {
		lost := *job
		lost.Attempt++
		if _, err := commit.Write(ctx, s.DB, s.answered(&lost)); !errors.Is(err, queue.ErrJobLost) {
			t.Errorf("of another attempt: %v", err)
		}
		return nil
	})
	if diff := cmp.Diff(nothing, s.stored()); diff != "" {
		t.Errorf("of another attempt (-nothing, +got)\n%s", diff)
	}
}

// Requests that led to nothing are written down alone, and a commit without the
// last window of a job leaves it running.
func TestWriteRequests(t *testing.T) {
	s := newScene(t)
	s.work(func(ctx context.Context, job *rivertype.JobRow) error {
		c := s.answered(job)
		c.Answer, c.Stages, c.Unanswered, c.Completes = nil, nil, nil, false
		c.Requests[0].Outcome, c.Requests[0].Points = "too_long", 0
		_, err := commit.Write(ctx, s.DB, c)
		if state := dbtest.QueryOne[string](t, s.DB, `select state::text from river.river_job where id = $1`, job.ID); state != "running" {
			t.Errorf("the job is %s", state)
		}
		return err
	})
	want := map[string]string{"points": "0 0", "coverage": "", "unanswered": "", "fetches": "too_long 0"}
	if diff := cmp.Diff(want, s.stored()); diff != "" {
		t.Errorf("(-want, +got)\n%s", diff)
	}
}

// Faults are written with the good rows, told once, and removed by a good answer.
// So does the alarm come and go.
func TestWriteFaults(t *testing.T) {
	s := newScene(t)
	curve := dbtest.PriceSeries("PT60M", dbtest.Hour).Attributes.Key()
	write := func(hour float64, news int, found ...commit.Fault) {
		t.Helper()
		s.work(func(ctx context.Context, job *rivertype.JobRow) error {
			c := s.answered(job)
			c.Answer.Sent, c.Answer.KnownAt, c.Requests[0].At = dbtest.After(hour), dbtest.After(hour), dbtest.After(hour)
			c.Requests[0].Document = []byte("the document")
			c.Faults = &commit.Faults{Counts: dbtest.Hours(0, 4), Told: dbtest.Hours(0, 4), Found: found}
			done, err := commit.Write(ctx, s.DB, c)
			if len(done.News) != news {
				t.Errorf("%d faults are news, want %d", len(done.News), news)
			}
			return err
		})
	}
	check := func(faults, alarms string) {
		t.Helper()
		got := dbtest.QueryOne[string](t, s.DB, `
select coalesce(string_agg(coalesce(extract(epoch from fault_from - $1)::int / 3600, 0) || ' ' || reason || ' seen ' || extract(epoch from first_seen - $1)::int / 3600
  || ' again ' || coalesce((extract(epoch from again_at - asked_at)::int / 3600)::text, 'never')
  || ' ' || (select count(document) from entsoe.fetches f where f.id = fetch_id), ', ' order by fault_from), '') from entsoe.faulty`, dbtest.Day0)
		if got != faults {
			t.Errorf("faults: %s, want %s", got, faults)
		}
		got = dbtest.QueryOne[string](t, s.DB, `select coalesce(string_agg(kind || ' of ' || split_part(subject, ' ', 1) || ': ' || cause
  || ' ' || extract(epoch from opened - $1)::int / 3600 || ' to ' || coalesce((extract(epoch from closed - $1)::int / 3600)::text, ''), ', ' order by id), '') from entsoe.alarms`, dbtest.Day0)
		if got != alarms {
			t.Errorf("alarms: %s, want %s", got, alarms)
		}
	}
	number := commit.Fault{Curve: curve, Window: dbtest.Window(2, 3), Reason: "no number", Position: "line 3"}
	surplus := commit.Fault{Curve: curve, Reason: "a Point too many"}
	write(10, 1, number)
	check("2 no number seen 10 again 24 1", "fault of day_ahead_prices: no number 10 to ")
	write(58, 0, number)
	check("2 no number seen 10 again 48 1", "fault of day_ahead_prices: no number 10 to ")
	write(106, 0)
	const first = "fault of day_ahead_prices: no number 10 to 106"
	check("", first)
	write(110, 1, surplus)
	const second = first + ", fault of day_ahead_prices: a Point too many 110 to 110"
	check("0 a Point too many seen 110 again never 1", second)
	write(111, 0, surplus)
	check("0 a Point too many seen 110 again never 1", second)
	write(112, 0)
	check("", second)
}

// Complete completes a job only together with what else its transaction does.
func TestComplete(t *testing.T) {
	s := newScene(t)
	job := s.work(func(ctx context.Context, job *rivertype.JobRow) error {
		back := errors.New("back")
		err := pgx.BeginFunc(ctx, s.DB.Pool, func(tx pgx.Tx) error {
			if err := commit.Complete(ctx, tx, job); err != nil {
				return err
			}
			return back
		})
		if err != back {
			t.Errorf("complete: %v", err)
		}
		return errors.New("the job failed")
	})
	if job.State != rivertype.JobStateDiscarded {
		t.Errorf("the job is %s", job.State)
	}
}
