package queue

import (
	"context"
	"fmt"

	"entsoed/store"
)

// Heartbeat records that the River client is alive. It is due well within
// store.Silence.
func Heartbeat(ctx context.Context, db *store.DB, clientID string) error {
	_, err := db.Pool.Exec(ctx, `
insert into entsoe.workers (client_id, started_at, seen_at) values ($1, clock_timestamp(), clock_timestamp())
on conflict (client_id) do update set seen_at = clock_timestamp()`, clientID)
	if err != nil {
		return fmt.Errorf("heartbeat of %s: %w", clientID, err)
	}
	return nil
}

// Retire removes a client that has stopped properly from the living ones.
func Retire(ctx context.Context, db *store.DB, clientID string) error {
	if _, err := db.Pool.Exec(ctx, `delete from entsoe.workers where client_id = $1`, clientID); err != nil {
		return fmt.Errorf("retire %s: %w", clientID, err)
	}
	return nil
}

// PrivateSuffix ends the id of a client that works only the jobs it needs itself.
const PrivateSuffix = "_fetch"

// LivingWorkers counts the clients with a heartbeat within store.Silence that work
// everybody's jobs.
func LivingWorkers(ctx context.Context, db *store.DB) (int, error) {
	var n int
	err := db.Pool.QueryRow(ctx, `
select count(*) from entsoe.workers
where seen_at > clock_timestamp() - $1::interval and not client_id like '%' || $2`, store.Silence, `\`+PrivateSuffix).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count living workers: %w", err)
	}
	return n, nil
}
