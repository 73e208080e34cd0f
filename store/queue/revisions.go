package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/timeseries"
)

// WantRevisions records the documents whose missing revisions are to be asked for.
// There may be many thousands: they wait for HandRevisions. tx is that of Save;
// once it is committed the driver has to be woken.
func WantRevisions(ctx context.Context, tx pgx.Tx, feed store.FeedRow, backfill int64, missing []store.MissingRevisions) error {
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
with known as (
  select w.mrid
  from entsoe.revision_wants w join entsoe.items i on i.item_no = w.item_no and i.name = @item
  where w.mrid = any(@mrids) and w.backfill_id = @backfill
), wanted as (
  insert into entsoe.revision_wants (starts, ends, backfill_id, feed_id, revision, item_no, mrid)
  select g.starts, g.ends, nullif(@backfill::bigint, 0), @feed, g.revision, i.item_no, g.mrid
  from unnest(@mrids::text[], @revisions::integer[], @from::timestamptz[], @to::timestamptz[]) as g(mrid, revision, starts, ends)
  join entsoe.items i on i.name = @item
  where not exists (select from entsoe.document_asks a where (a.mrid, a.item_no, a.revision) = (g.mrid, i.item_no, g.revision))
  order by i.item_no, g.mrid
  on conflict (item_no, mrid) do update
  set starts = excluded.starts, ends = excluded.ends, backfill_id = excluded.backfill_id, feed_id = excluded.feed_id,
    revision = greatest(excluded.revision, revision_wants.revision)
  returning mrid
)
update entsoe.backfill_feeds b set found = b.found + n.documents
from (select count(*) as documents from wanted w where w.mrid not in (select mrid from known)) n
where b.backfill_id = @backfill and b.feed_id = @feed and n.documents > 0`, pgx.NamedArgs{
		"feed": feed.ID, "item": feed.Item, "backfill": backfill, "mrids": mrids, "revisions": revisions, "from": from, "to": to,
	})
	if err != nil {
		return fmt.Errorf("have the revisions of %d documents of %s %s asked for: %w", n, feed.Item, feed.Name, err)
	}
	return nil
}

// HandRevisions hands documents whose revisions are missing to the queue, as far as
// there is room: first those of the running backfill that has least in the queue
// (those that came otherwise count as one), and of one the latest first. It returns
// the number of jobs. If a job for the document is running, it may have asked before
// the revision that is missing now came, so nothing is recorded then: the document's
// next answer will show it.
func HandRevisions(ctx context.Context, db *store.DB, maxAttempts int) (inserted int, err error) {
	err = db.Pool.QueryRow(ctx, handRevisions, maxAttempts).Scan(&inserted)
	if err != nil {
		return 0, fmt.Errorf("hand documents whose revisions are missing to the queue: %w", err)
	}
	return inserted, nil
}

const handRevisions = `
with running as (  -- as in InsertWindows
  select o.id from entsoe.backfill_orders o
  where o.state = 'running' and exists (select from entsoe.revision_wants w where w.backfill_id = o.id)
  for share skip locked
), room as materialized (
  select entsoe.queue_room('revisions') as jobs
  where exists (select from entsoe.revision_wants w where w.backfill_id is null or w.backfill_id in (select id from running))
), queued as (
  select entsoe.queue_party(j.kind, j.args) as party, count(*) as jobs
  from river.river_job j
  where j.queue = 'backfill' and j.kind = 'revisions' and ` + living + `
  group by 1
), picked as (
  delete from entsoe.revision_wants w using (
    select n.item_no, n.mrid
    from (
      select r.item_no, r.mrid, coalesce(r.backfill_id::text, 'revisions') as party,
        row_number() over (partition by r.backfill_id order by r.ends desc) as turn
      from entsoe.revision_wants r where r.backfill_id is null or r.backfill_id in (select id from running)
    ) t
    join entsoe.revision_wants n on (n.item_no, n.mrid) = (t.item_no, t.mrid)
    left join queued q on q.party = t.party
    order by t.turn + coalesce(q.jobs, 0), t.turn
    limit coalesce((select jobs from room), 0)
    for update of n skip locked
  ) c
  where (w.item_no, w.mrid) = (c.item_no, c.mrid)
  returning w.*
), given as (
  select p.*, entsoe.revisions_key(i.name, p.mrid) as key, coalesce(p.backfill_id::text, 'revisions') as party,
    jsonb_strip_nulls(jsonb_build_object('feed', p.feed_id, 'item', i.name, 'area', f.name, 'mrid', p.mrid,
      'revision', p.revision, 'backfill', p.backfill_id,
      'from', to_char(p.starts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'to', to_char(p.ends at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) as args
  from picked p
  join entsoe.items i on i.item_no = p.item_no
  join entsoe.feeds f on f.id = p.feed_id
  where not exists (select from entsoe.document_asks a where (a.mrid, a.item_no, a.revision) = (p.mrid, p.item_no, p.revision))
), alive as (
  select g.key, j.id, j.state = 'running' as running
  from given g join river.river_job j on j.unique_key = g.key
  where ` + holdsKey + `
), fresh as (
  select g.*, row_number() over (partition by g.party order by g.ends desc) as nth
  from given g where not exists (select from alive a where a.key = g.key)
), turn as (
  select p.party, t.nth, t.at
  from (select party, count(*)::integer as jobs from fresh group by party) p
  cross join lateral entsoe.queue_turns(p.party, p.jobs) t
), inserted as (
  select i.id, i.args
  from (
    select array_agg(row('revisions', g.args, 'backfill', 1, $1, t.at)::entsoe.new_job order by g.nth) as jobs
    from fresh g join turn t on (t.party, t.nth) = (g.party, g.nth)
  ) n
  cross join lateral entsoe.insert_jobs(n.jobs) i
), remembered as (
  insert into entsoe.document_asks (item_no, mrid, revision, job_id, args)
  select g.item_no, g.mrid, g.revision, j.id, g.args
  from given g
  join (
    select f.key, i.id from inserted i join fresh f on f.args = i.args
    union all
    select a.key, a.id from alive a where not a.running
  ) j on j.key = g.key
  on conflict do nothing
)
select count(*) from inserted`

// TakeBackRevisions returns a document to those that wait, because the backfill of
// the job that was to ask for it was stopped. args are those of the job.
func TakeBackRevisions(ctx context.Context, db *store.DB, args []byte) error {
	if _, err := db.Pool.Exec(ctx, `select entsoe.want_revisions($1::jsonb)`, string(args)); err != nil {
		return fmt.Errorf("remember a document of a stopped backfill: %w", err)
	}
	return nil
}

// FindLostRevisions returns documents to those that wait, because somebody deleted the
// jobs that were to ask for them, and forgets the jobs that have ended. It returns the
// number of documents; if there are any, the driver has to be woken.
func FindLostRevisions(ctx context.Context, db *store.DB) (found int, err error) {
	err = db.Pool.QueryRow(ctx, `
with ended as (
  update entsoe.document_asks a set job_id = null, args = null
  from river.river_job j
  where a.job_id is not null and j.id = a.job_id and j.state in ('completed', 'cancelled', 'discarded')
), lost as (
  delete from entsoe.document_asks a
  where a.job_id is not null and not exists (select from river.river_job j where j.id = a.job_id)
  returning a.*
), wanted as (
  insert into entsoe.revision_wants (starts, ends, backfill_id, feed_id, revision, item_no, mrid)
  select distinct on (l.item_no, l.mrid) (l.args ->> 'from')::timestamptz, (l.args ->> 'to')::timestamptz, o.id,
    (l.args ->> 'feed')::bigint, l.revision, l.item_no, l.mrid
  from lost l
  left join entsoe.backfill_orders o on o.id = (l.args ->> 'backfill')::bigint and o.state in ('running', 'paused', 'stopped')
  order by l.item_no, l.mrid, l.revision desc
  on conflict do nothing
  returning 1
)
select count(*) from wanted`).Scan(&found)
	if err != nil {
		return 0, fmt.Errorf("look for documents whose jobs were deleted: %w", err)
	}
	return found, nil
}

// wholeSeconds rounds a window outwards.
func wholeSeconds(w timeseries.Window) (from, to time.Time) {
	return w.From.UTC().Truncate(time.Second), w.To.UTC().Add(time.Second - 1).Truncate(time.Second)
}
