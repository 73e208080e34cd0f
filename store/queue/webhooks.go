package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// WebhooksWithoutJob returns those of the webhooks that changes are posted to and that
// no job posts to.
func WebhooksWithoutJob(ctx context.Context, db *store.DB, numbers []int) ([]int, error) {
	rows, err := db.Pool.Query(ctx, `
select w.number
from entsoe.webhooks w
where w.number = any($1) and w.parked_at is null
  and not exists (select from river.river_job j where j.kind = 'webhook' and j.args -> 'webhook' = to_jsonb(w.number) and `+living+`)`, numbers)
	if err != nil {
		return nil, fmt.Errorf("webhooks without a job: %w", err)
	}
	without, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return nil, fmt.Errorf("webhooks without a job: %w", err)
	}
	return without, nil
}

// DropWebhookJobs deletes the jobs of the webhooks that no process has had in its
// settings for that long, and closes their alarms.
func DropWebhookJobs(ctx context.Context, db *store.DB, silence time.Duration, now time.Time) error {
	_, err := db.Pool.Exec(ctx, `
with gone as (
  select number from entsoe.webhooks where seen_at < clock_timestamp() - @silence::interval
), closed as (
  update entsoe.alarms a set closed = greatest(@now, a.opened)
  from gone g
  where a.closed is null and a.kind = any(@kinds) and a.subject = 'webhook ' || g.number
)
delete from river.river_job j using gone g
where j.kind = 'webhook' and j.args -> 'webhook' = to_jsonb(g.number) and `+living+` and j.state <> 'running'`, pgx.NamedArgs{
		"silence": silence, "now": now, "kinds": []store.AlarmKind{store.AlarmWebhook, store.AlarmLostChanges},
	})
	if err != nil {
		return fmt.Errorf("delete the jobs of webhooks that are not in the settings any more: %w", err)
	}
	return nil
}
