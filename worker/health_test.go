package worker

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"entsoed/entsoe/simulator"
	"entsoed/store"
)

// The process lives, whatever its database and the platform do. It is ready while
// its database can be read and written at the schema that it knows; what else
// somebody should know stands in the body.
func TestHealth(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultBan}); err != nil {
		t.Fatal(err)
	}
	r := s.run()
	s.await("the ban", func() bool { until, err := s.DB.BannedUntil(t.Context()); return err == nil && !until.IsZero() })
	if _, err := store.OpenAlarm(t.Context(), s.DB.Pool, store.Alarm{Kind: store.AlarmFault, Subject: "7", Cause: "a test"}, noon); err != nil {
		t.Fatal(err)
	}
	s.await("the alarm in the body", func() bool { // an answer is given again for a second
		status, body := r.get("/readyz")
		if status != http.StatusOK || body["status"] != "ok" {
			t.Errorf("banned: %d %v", status, body)
		}
		return strings.Contains(fmt.Sprint(body["notices"]), "cause:a test")
	})
	failing := func(name, want string, breaks, mends func()) {
		t.Helper()
		breaks()
		s.await(name, func() bool {
			status, body := r.get("/readyz")
			return status == http.StatusServiceUnavailable && strings.Contains(fmt.Sprint(body["problems"]), want)
		})
		if status, body := r.get("/healthz"); status != http.StatusOK || body["status"] != "ok" {
			t.Errorf("%s: the process does not live: %d %v", name, status, body)
		}
		mends()
		s.await("the end of: "+name, func() bool { status, _ := r.get("/readyz"); return status == http.StatusOK })
	}
	var newest int64 // without it the schema is older; a newer one would end the process
	failing("another schema", "schema:is version", func() {
		newest = query[int64](s, `delete from entsoe.migrations where version_id = (select max(version_id) from entsoe.migrations) returning version_id`)
	}, func() {
		query[int64](s, `insert into entsoe.migrations (version_id, is_applied) values ($1, true) returning version_id`, newest)
	})
	failing("a database that takes no writes", "database:", func() { s.writable(false) }, func() { s.writable(true) })
	failing("no database", "database:is away since", func() { s.admit(false) }, func() { s.admit(true) })
	lock := s.lock(`lock table entsoe.workers in access exclusive mode`)
	failing("a lock", "database:does not answer", func() {}, func() { lock.Close(t.Context()) })
}

// writable says whether sessions of the scene's database may write, and ends those
// that are there.
func (s *scene) writable(yes bool) {
	s.Helper()
	s.admin(`alter database %s set default_transaction_read_only = %v`, !yes)
}
