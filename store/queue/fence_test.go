package queue_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
)

func TestFence(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	id, _, err := queue.InsertCollect(t.Context(), db, queue.Collect{Feed: feed, Lane: store.LaneLive, MaxAttempts: 5})
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now().Truncate(time.Microsecond)
	dbtest.Exec(t, db, `update river.river_job set state = 'running', attempt = 2, attempted_at = $1, attempted_by = '{me}'`, started)
	ours := queue.JobRef{ID: id, Attempt: 2, AttemptedAt: started}
	tests := []struct {
		name   string
		change string
		job    queue.JobRef
		want   error
	}{
		{"ours", ``, ours, nil},
		{"another attempt", ``, queue.JobRef{ID: id, Attempt: 1, AttemptedAt: started}, queue.ErrJobLost},
		{"the same attempt after a snooze", ``, queue.JobRef{ID: id, Attempt: 2, AttemptedAt: started.Add(-time.Second)}, queue.ErrJobLost},
		{"no such job", ``, queue.JobRef{ID: id + 1, Attempt: 2, AttemptedAt: started}, queue.ErrJobLost},
		{"made available again", `update river.river_job set state = 'available'`, ours, queue.ErrJobLost},
		{"cancelled", `update river.river_job set state = 'cancelled', finalized_at = now()`, ours, queue.ErrJobLost},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dbtest.Exec(t, db, test.change)
			err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error { return queue.Fence(t.Context(), tx, test.job) })
			if err != test.want {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}
