package store_test

import (
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// An alarm is one row from when it opens until it closes, however often its cause
// is noticed; a new one after that is another row.
func TestAlarms(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	open := func(cause string, hour float64, want bool) {
		t.Helper()
		opened, err := store.OpenAlarm(t.Context(), db.Pool, store.Alarm{Kind: store.AlarmToken, Cause: cause}, dbtest.After(hour))
		if err != nil || opened != want {
			t.Errorf("open %q: %v (%v), want %v", cause, opened, err, want)
		}
	}
	closes := func(subject string, hour float64, want bool) {
		t.Helper()
		closed, err := store.CloseAlarm(t.Context(), db.Pool, store.AlarmToken, subject, dbtest.After(hour))
		if err != nil || closed != want {
			t.Errorf("close %q: %v (%v), want %v", subject, closed, err, want)
		}
	}
	open("401", 1, true)
	open("401", 2, false)
	open("403", 3, false)
	closes("another", 4, false)
	closes("", 5, true)
	closes("", 6, false)
	open("401", 7, true)
	const all = `select string_agg(cause || ' ' || (opened - $1)::text || ' ' || coalesce((closed - $1)::text, 'open'), ', ' order by id) from entsoe.alarms`
	if got := dbtest.QueryOne[string](t, db, all, dbtest.After(0)); got != "403 01:00:00 05:00:00, 401 07:00:00 open" {
		t.Error(got)
	}
}
