package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/timeseries"
)

// InsertRevisions sees to it that the revisions of documents are asked for that
// are missing: by a job each, unless one for it is alive, which goes behind the
// windows of backfills. What a backfill comes upon, which may be many thousand
// documents, waits for HandRevisions. tx is that of Save.
func InsertRevisions(ctx context.Context, tx pgx.Tx, feed store.FeedRow, backfill int64, missing []store.MissingRevisions, maxAttempts int) error {
	if len(missing) == 0 {
		return nil
	}
	n := len(missing)
	mrids, revisions, from, to := make([]string, n), make([]int, n), make([]time.Time, n), make([]time.Time, n)
	for i, m := range missing {
		mrids[i], revisions[i] = m.MRID, m.Revision
		from[i], to[i] = wholeSeconds(m.Period)
	}
	_, err := tx.Exec(ctx, `
insert into entsoe.revision_wants (starts, ends, backfill_id, feed_id, revision, item_no, mrid)
select g.starts, g.ends, nullif($3::bigint, 0), $1, g.revision, i.item_no, g.mrid
from unnest($4::text[], $5::integer[], $6::timestamptz[], $7::timestamptz[]) as g(mrid, revision, starts, ends)
join entsoe.items i on i.name = $2
where not exists (select from entsoe.document_asks a where (a.mrid, a.item_no, a.revision) = (g.mrid, i.item_no, g.revision))
order by i.item_no, g.mrid
on conflict (item_no, mrid) do update
set starts = excluded.starts, ends = excluded.ends, backfill_id = excluded.backfill_id, feed_id = excluded.feed_id,
  revision = greatest(excluded.revision, revision_wants.revision)`,
		feed.ID, feed.Item, backfill, mrids, revisions, from, to)
	if err == nil && backfill == 0 {
		_, err = tx.Exec(ctx, handRevisions(`
    select n.item_no, n.mrid from entsoe.revision_wants n
    where n.backfill_id is null
    limit $3
    for update of n skip locked`), maxAttempts, behindWindows, n)
	}
	if err != nil {
		return fmt.Errorf("have the revisions of %d documents of %s %s asked for: %w", n, feed.Item, feed.Name, err)
	}
	return nil
}

// HandRevisions hands at most so many documents to the queue whose revisions
// running backfills want: of each backfill the latest first. It returns the
// number of jobs.
func HandRevisions(ctx context.Context, db *store.DB, most, maxAttempts int) (inserted int, err error) {
	err = db.Pool.QueryRow(ctx, handRevisions(`
    select n.item_no, n.mrid
    from entsoe.revision_wants n join entsoe.backfill_orders o on o.id = n.backfill_id and o.state = 'running'
    order by o.id, n.ends desc
    limit $3
    for update of n skip locked
    for share of o skip locked -- as in InsertWindows`), maxAttempts, WindowPriority, most).Scan(&inserted)
	if err != nil {
		return 0, fmt.Errorf("hand documents whose revisions are missing to the queue: %w", err)
	}
	return inserted, nil
}

// handRevisions inserts jobs for the documents of entsoe.revision_wants that a
// query chooses. A job that is at work may have asked before the revision came
// that is missing now, so nothing is remembered then: the document's next answer
// tells again.
func handRevisions(chosen string) string {
	return `
with picked as (
  delete from entsoe.revision_wants w using (` + chosen + `
  ) c
  where (w.item_no, w.mrid) = (c.item_no, c.mrid)
  returning w.*
), given as (
  select p.*, i.name as item, f.name as area, entsoe.revisions_key(i.name, p.mrid) as key
  from picked p
  join entsoe.items i on i.item_no = p.item_no
  join entsoe.feeds f on f.id = p.feed_id
  where not exists (select from entsoe.document_asks a where (a.mrid, a.item_no, a.revision) = (p.mrid, p.item_no, p.revision))
), alive as (
  select g.mrid, j.state = 'running' as running
  from given g join river.river_job j on j.unique_key = g.key
  where j.unique_states is not null and river.river_job_state_in_bitmask(j.unique_states, j.state)
), inserted as (
  insert into river.river_job (kind, args, queue, priority, max_attempts, unique_key, unique_states)
  select 'revisions', jsonb_strip_nulls(jsonb_build_object('feed', feed_id, 'item', item, 'area', area, 'mrid', mrid, 'revision', revision, 'backfill', backfill_id,
      'from', to_char(starts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'to', to_char(ends at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))),
    'backfill', $2, $1, key, B'11110001'
  from given g where not exists (select from alive a where a.mrid = g.mrid)
  on conflict (unique_key)
    where unique_key is not null and unique_states is not null and river.river_job_state_in_bitmask(unique_states, state)
    do nothing
  returning args ->> 'mrid' as mrid
), remembered as (
  insert into entsoe.document_asks (item_no, mrid, revision)
  select item_no, mrid, revision from given g
  where g.mrid in (select mrid from inserted union all select mrid from alive where not running)
  on conflict do nothing
), told as (
  select pg_notify('river.river_insert', json_build_object('queue', 'backfill')::text) where exists (select from inserted)
)
select count(*) + 0 * (select count(*) from told) from inserted`
}

// WantRevisions takes back that a document was asked for, because the backfill
// of the job that was to do it was stopped. args are those of the job.
func WantRevisions(ctx context.Context, db *store.DB, args []byte) error {
	if _, err := db.Pool.Exec(ctx, `select entsoe.want_revisions($1::jsonb)`, string(args)); err != nil {
		return fmt.Errorf("remember a document of a stopped backfill: %w", err)
	}
	return nil
}

// wholeSeconds rounds a window outwards.
func wholeSeconds(w timeseries.Window) (from, to time.Time) {
	return w.From.UTC().Truncate(time.Second), w.To.UTC().Add(time.Second - 1).Truncate(time.Second)
}
