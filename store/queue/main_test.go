package queue_test

import (
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func finishJobs(t testing.TB, db *store.DB) {
	t.Helper()
	dbtest.Exec(t, db, `update river.river_job set state = 'completed', finalized_at = now() where finalized_at is null`)
}
