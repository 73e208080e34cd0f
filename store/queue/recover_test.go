package queue_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
)

// deaths is a database with jobs that processes die of.
type deaths struct {
	*testing.T
	db   *store.DB
	feed store.FeedRow
	jobs []int64
}

func newDeaths(t *testing.T, jobs int) *deaths {
	db := dbtest.OpenCatalogue(t)
	d := &deaths{T: t, db: db, feed: dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)}
	for i := range jobs {
		id, _, err := queue.InsertCollect(t.Context(), db, queue.Collect{Feed: d.feed, Lane: store.LaneBackfill, Window: dbtest.Window(float64(i), float64(i+1)), MaxAttempts: 5})
		if err != nil {
			t.Fatal(err)
		}
		d.jobs = append(d.jobs, id)
	}
	return d
}

// reading says what a job reads.
func (d *deaths) reading(job int, alone bool) queue.Reading {
	return queue.Reading{Job: d.jobs[job], Feed: d.feed.ID, Window: dbtest.Window(float64(job), float64(job+1)), Alone: alone}
}

// die lets a process work all jobs that are left, read some of them and die.
func (d *deaths) die(alone bool, read ...int) queue.Recovered {
	d.Helper()
	dbtest.Exec(d, d.db, `update river.river_job set state = 'running', attempt = attempt + 1, attempted_at = clock_timestamp() - interval '1 min', attempted_by = '{dead}'
where state = 'available'`)
	for _, job := range read {
		if err := queue.MarkReading(d.Context(), d.db, "dead", d.reading(job, alone)); err != nil {
			d.Fatal(err)
		}
	}
	dbtest.Exec(d, d.db, `update entsoe.reading set since = since - interval '1 min'`)
	return recoverJobs(d.T, d.db)
}

// suspects lists the suspects: job, deaths, deaths alone.
func (d *deaths) suspects() []string {
	d.Helper()
	return dbtest.QueryText(d, d.db, `select job_id - $1, deaths, alone from entsoe.suspects order by job_id`, d.jobs[0])
}

// Of what a process that died was reading, nothing is blamed at first. What kills it
// three times while it is read alone is set aside, and all get their attempts back.
func TestDeathsWhileReading(t *testing.T) {
	d := newDeaths(t, 4)
	first := d.die(false, 0, 1)
	if first.Jobs != 4 || first.Suspects != 2 || first.Aside != nil {
		t.Errorf("%+v, want 4 jobs, 2 of them suspects", first)
	}
	if diff := cmp.Diff([]string{"0 1 0", "1 1 0"}, d.suspects()); diff != "" {
		t.Errorf("suspects (-want, +got):\n%s", diff)
	}
	for range 2 {
		if again := d.die(true, 1); again.Suspects != 1 || again.Aside != nil {
			t.Fatalf("%+v after one or two deaths alone", again)
		}
	}
	last := d.die(true, 1)
	want := []queue.SetAside{{
		Job: d.jobs[1], Feed: d.feed.ID, Window: dbtest.Window(1, 2), Since: dbtest.Day0, AgainAt: dbtest.After(30 * 24),
		Reason: "killed its process 3 times while it was read alone", Name: "day_ahead_prices " + dbtest.Germany,
	}}
	if diff := cmp.Diff(want, last.Aside, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }), cmpopts.IgnoreFields(queue.SetAside{}, "DiedAt")); diff != "" {
		t.Errorf("set aside (-want, +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"available 0 4"}, dbtest.QueryText(t, d.db, `select state, attempt, count(*) from river.river_job group by 1, 2`)); diff != "" {
		t.Errorf("jobs (-want, +got):\n%s", diff)
	}
	if n := dbtest.QueryOne[int](t, d.db, `select count(*)::int from entsoe.reading`); n != 0 {
		t.Errorf("%d still read", n)
	}

	t.Log("a month later it is asked again, and dies once")
	if _, err := queue.Survived(t.Context(), d.db, d.reading(1, true), false); err != nil {
		t.Fatal(err)
	}
	if again := d.die(true, 1); len(again.Aside) != 1 || again.Aside[0].Reason != "killed its process again while it was read alone" {
		t.Errorf("%+v after one more death", again)
	}
	t.Log("in the end it is read")
	cleared, err := queue.Survived(t.Context(), d.db, d.reading(1, true), true)
	if err != nil || len(cleared) != 1 || cleared[0].Alarm() != last.Aside[0].Alarm() && cleared[0].Alarm().Subject != last.Aside[0].Alarm().Subject {
		t.Errorf("%+v, %v", cleared, err)
	}
	if suspect, aside, err := queue.Suspicion(t.Context(), d.db, d.jobs[1], d.feed.ID, ""); suspect || len(aside) > 0 || err != nil {
		t.Errorf("%v %v %v after it was read", suspect, aside, err)
	}
}

// A step that a job completes clears it; and what others were read beside does not
// count as read alone.
func TestDeathsOfTheInnocent(t *testing.T) {
	d := newDeaths(t, 2)
	d.die(false, 0)
	d.die(true, 0)
	d.die(true, 0)
	if _, err := queue.Survived(t.Context(), d.db, d.reading(0, true), false); err != nil {
		t.Fatal(err)
	}
	for n := range 5 {
		if done := d.die(false, 0, 1); done.Aside != nil || done.Suspects != 2 {
			t.Fatalf("%+v after %d deaths beside another", done, n+1)
		}
	}
	t.Log("it has ended, and the process did not come to note that it has read")
	dbtest.Exec(t, d.db, `update river.river_job set state = 'completed', finalized_at = now() where id = $1`, d.jobs[0])
	if done := d.die(false, 0); done.Jobs != 1 || done.Suspects != 0 {
		t.Errorf("%+v, want the other job only", done)
	}
	if diff := cmp.Diff([]string{"1 5 0"}, d.suspects()); diff != "" {
		t.Errorf("suspects (-want, +got):\n%s", diff)
	}
	t.Log("a process that lives, and one that stopped")
	if err := queue.Heartbeat(t.Context(), d.db, "living"); err != nil {
		t.Fatal(err)
	}
	for _, client := range []string{"living", "stopped"} {
		if err := queue.MarkReading(t.Context(), d.db, client, queue.Reading{Job: int64(len(client)), Window: dbtest.Window(0, 1)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := queue.UnmarkReading(t.Context(), d.db, "stopped"); err != nil {
		t.Fatal(err)
	}
	recoverJobs(t, d.db)
	if diff := cmp.Diff([]string{"living"}, dbtest.QueryText(t, d.db, `select client_id from entsoe.reading`)); diff != "" {
		t.Errorf("reading (-want, +got):\n%s", diff)
	}
}
