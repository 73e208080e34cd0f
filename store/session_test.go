package store_test

import (
	"net/url"
	"strings"
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// What is set in a session is set after connecting, also what the URL asks for.
func TestSessionSettings(t *testing.T) {
	cfg := dbtest.New(t)
	u, err := url.Parse(cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("work_mem", "17MB")
	query.Set("timezone", "Asia/Tokyo") // ours is UTC, whoever says otherwise
	u.RawQuery = query.Encode()
	cfg.URL = u.String()
	cc, err := cfg.Reading().ConnConfig()
	if err != nil {
		t.Fatal(err)
	}
	if len(cc.RuntimeParams) > 0 {
		t.Errorf("parameters of the start-up: %v", cc.RuntimeParams)
	}
	db, err := store.Open(t.Context(), cfg.Reading(), 2)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	checkSession(t, db)
	if got := dbtest.QueryOne[string](t, db, `select concat_ws(' ', current_setting('work_mem'), current_setting('statement_timeout'))`); got != "17MB 5min" {
		t.Errorf("settings of the URL and of a reader: %s", got)
	}
}

// A session that may not write, as an old one after a failover, is not used again.
func TestReadOnlySessionIsClosed(t *testing.T) {
	db, err := store.Open(t.Context(), dbtest.New(t), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	before := dbtest.QueryOne[int](t, db, `select pg_backend_pid() from set_config('default_transaction_read_only', 'on', false)`)
	_, err = db.Pool.Exec(t.Context(), `update entsoe.budget set per_minute = per_minute`)
	if err == nil || !strings.Contains(err.Error(), "SQLSTATE 25006") {
		t.Fatalf("a write of a read-only session: %v", err)
	}
	if _, err := db.Pool.Exec(t.Context(), `update entsoe.budget set per_minute = per_minute`); err != nil {
		t.Errorf("the next write: %v", err)
	}
	if after := dbtest.QueryOne[int](t, db, `select pg_backend_pid()`); after == before {
		t.Error("the session is still in use")
	}
}
