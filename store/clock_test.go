package store_test

import (
	"testing"
	"time"

	"entsoed/store/dbtest"
)

// The clock of the data is the server's, unless a simulated worker has another;
// then it goes on from what that said, as fast as it said.
func TestClock(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	ahead := func() time.Duration {
		t.Helper()
		seconds := dbtest.QueryOne[float64](t, db, `select extract(epoch from entsoe.clock() - now())::float8`)
		return time.Duration(seconds * float64(time.Second))
	}
	if got := ahead(); got != 0 {
		t.Errorf("a new database is %s ahead", got)
	}
	if err := db.SetClock(t.Context(), time.Now().AddDate(-5, 0, 0), 1); err != nil {
		t.Fatal(err)
	}
	if got := ahead(); got > -1825*24*time.Hour || got < -1828*24*time.Hour {
		t.Errorf("a clock five years ago is %s ahead", got)
	}
	written := func() time.Time {
		return dbtest.QueryOne[time.Time](t, db, `select written_at from entsoe.clock_shift`)
	}
	before := written()
	now, err := db.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.SetClock(t.Context(), now, 1); err != nil || !written().Equal(before) {
		t.Errorf("what the clock shows already was written again (%v)", err)
	}
	if err := db.SetClock(t.Context(), now, 3600); err != nil {
		t.Fatal(err)
	}
	dbtest.Exec(t, db, `update entsoe.clock_shift set written_at = written_at - interval '10 s', ahead = ahead + interval '10 s'`)
	if later, err := db.Clock(t.Context()); err != nil || later.Sub(now) < 10*time.Hour || later.Sub(now) > 12*time.Hour {
		t.Errorf("after 10 s at 3600 seconds a second it is %s later (%v)", later.Sub(now), err)
	}
	if err := db.KeepServerClock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := ahead(); got != 0 {
		t.Errorf("the server's clock is %s ahead", got)
	}
}

// No function or view of the schema compares the data with the server's time by
// itself where nobody gives it a time.
func TestDefaultsFollowTheClock(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	if got := dbtest.QueryText(t, db, `
select p.oid::regprocedure::text as function from pg_proc p
where p.pronamespace = 'entsoe'::regnamespace and pg_get_function_arguments(p.oid) ~ 'DEFAULT (now|clock_timestamp)\(|CURRENT_'`); len(got) > 0 {
		t.Errorf("the default of a time is now(), not entsoe.clock(): %v", got)
	}
	if n := dbtest.QueryOne[int](t, db, `
select count(*)::int from pg_proc p
where p.pronamespace = 'entsoe'::regnamespace and pg_get_function_arguments(p.oid) like '%DEFAULT entsoe.clock()%'`); n < 2 {
		t.Errorf("%d functions have entsoe.clock() as a default", n)
	}
}
