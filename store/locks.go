package store

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// MigrateLock is the key of the advisory lock that lets one process at a time migrate.
const MigrateLock int64 = 0x656e74736f6564 // "entsoed"

// LockHolder is a session that holds a lock for which ours wait, or would.
type LockHolder struct {
	Lock        string // in words
	PID         int    // of the server's process
	Role        string
	Application string
	Address     string
	Since       *time.Time // when its transaction, or its last statement, began; nil: that is not for us to see
	Query       string     // its last statement
}

// LockHolders returns the sessions of others that hold an advisory lock of
// entsoed's, or a lock of any kind for which one of its sessions has waited for
// three seconds; of entsoed's own those that migrate while others wait for it.
func (db *DB) LockHolders(ctx context.Context) ([]LockHolder, error) {
	rows, err := db.Pool.Query(ctx, `
with locks as materialized (
  select l.pid, l.granted, l.locktype, l.relation, l.waitstart, a.application_name like 'entsoed%' as ours,
    case when l.locktype = 'advisory' and l.objsubid = 1 then l.classid::bigint << 32 | l.objid::bigint end as key,
    l.locktype = 'advisory' and l.objsubid = 2 and l.classid::bigint = @documents as documents
  from pg_locks l
  join pg_stat_activity a using (pid)
  where a.datname = current_database() and (not l.granted or l.locktype = 'advisory') and l.pid <> pg_backend_pid()
), named as (
  select l.*,
    case
      when key = @migrate then 'migration'
      when key = x'656e746266'::bigint then 'end of the driver of backfills'
      when key = hashtextextended('entsoe.queue_room', 0) then 'room in the queue of backfills'
      when documents then 'documents of an item'
    end as name
  from locks l
), trouble as (
  select h.pid, coalesce(w.name, 'table ' || w.relation::regclass, case w.locktype when 'advisory' then 'advisory lock ' || w.key else 'a row' end) as lock
  from named w
  cross join lateral unnest(pg_blocking_pids(w.pid)) h(pid)
  where not w.granted and w.waitstart < clock_timestamp() - interval '3 seconds' and (w.ours or w.name is not null)
  union
  select pid, name from named where granted and name is not null and not ours
)
select distinct on (t.lock, t.pid) t.lock, t.pid, coalesce(a.usename, ''), a.application_name, coalesce(host(a.client_addr), case when a.query = '<insufficient privilege>' then 'unknown' else 'the server itself' end),
  coalesce(a.xact_start, a.state_change), left(coalesce(a.query, ''), 200)
from trouble t
join pg_stat_activity a on a.pid = t.pid
where (not a.application_name like 'entsoed%' or t.lock = 'migration')
  and coalesce(a.xact_start, a.state_change, '-infinity') < clock_timestamp() - interval '3 seconds'
order by t.lock, t.pid`, pgx.NamedArgs{"migrate": MigrateLock, "documents": documentLock})
	if err != nil {
		return nil, fmt.Errorf("who holds locks: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[LockHolder])
	if err != nil {
		return nil, fmt.Errorf("who holds locks: %w", err)
	}
	return all, nil
}

// WatchLocks logs who holds a lock that entsoed needs, and when it is free again,
// once each, until the context ends. What waits goes on waiting. It looks every so
// often.
func (db *DB) WatchLocks(ctx context.Context, log *slog.Logger, every time.Duration) {
	type held struct {
		lock string
		pid  int
	}
	known := map[held]time.Time{}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		holders, err := db.LockHolders(ctx)
		if err != nil {
			continue // somebody else tells that the database is away
		}
		now := map[held]time.Time{}
		for _, h := range holders {
			key := held{h.Lock, h.PID}
			began, told := known[key]
			if !told {
				began = time.Now()
				log.Warn("somebody else holds a lock that is needed here", h.fields()...)
			}
			now[key] = began
		}
		for key, began := range known {
			if _, still := now[key]; !still {
				log.Info("the lock is free again", "lock", key.lock, "pid", key.pid, "after", time.Since(began).Round(time.Second))
			}
		}
		known = now
	}
}

func (h LockHolder) fields() []any {
	since := "unknown"
	if h.Since != nil {
		since = h.Since.UTC().Format(time.RFC3339)
	}
	return []any{"lock", h.Lock, "pid", h.PID, "role", h.Role, "application", h.Application, "address", h.Address, "since", since, "query", h.Query}
}
