package store_test

import (
	"errors"
	"strings"
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// A pooler that shares sessions is refused in words; one in session mode works, and
// keeps what was set in the session.
func TestOpenThroughAPooler(t *testing.T) {
	cfg := dbtest.New(t)
	for _, mode := range []string{"transaction", "statement", "session"} {
		t.Run(mode, func(t *testing.T) {
			through := dbtest.Pooler(t, cfg, mode)
			for range 3 { // what an earlier probe left behind does not mislead
				checkPooler(t, through, mode == "session")
			}
		})
	}
}

func checkPooler(t *testing.T, cfg store.Config, works bool) {
	t.Helper()
	db, err := store.Open(t.Context(), cfg, 4)
	if err == nil {
		defer db.Close()
	}
	if !works {
		if _, refused := errors.AsType[*store.PoolerError](err); !refused || !strings.Contains(err.Error(), "DATABASE_URL") {
			t.Errorf("the pooler was not refused: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	checkSession(t, db)
}

// checkSession looks whether the settings of our sessions are in force.
func checkSession(t *testing.T, db *store.DB) {
	t.Helper()
	const want = "force_custom_plan 15s UTC entsoed"
	if got := dbtest.QueryText(t, db, `
select current_setting('plan_cache_mode') as plan, current_setting('idle_in_transaction_session_timeout') as idle,
  current_setting('timezone') as zone, current_setting('application_name') as name`); len(got) != 1 || got[0] != want {
		t.Errorf("settings of the session: %q, want %q", got, want)
	}
}
