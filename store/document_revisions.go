package store

import (
	"context"
	"fmt"
	"time"

	"entsoed/timeseries"

	"github.com/jackc/pgx/v5"
)

// missing returns the documents of the answer of which a revision between 1 and
// the latest is not stored, unless all that are missing were asked for: what
// the platform did not answer then, it does not have.
func (s *documentSave) missing(ctx context.Context) ([]MissingRevisions, error) {
	rows, err := s.tx.Query(ctx, `
select l.mrid, l.revision, coalesce(l.starts, least(l.published_at, l.ends - interval '1 hour')), l.ends
from (
  select d.mrid, max(d.revision) as latest, array_agg(distinct d.revision) as stored
  from entsoe.documents d where d.item_no = $1 and d.mrid = any($2)
  group by d.mrid
) m
cross join lateral (
  select coalesce(max(k.revision), 0) as revision from entsoe.document_asks k where k.item_no = $1 and k.mrid = m.mrid and k.revision <= m.latest
) asked
cross join lateral (
  select d.* from entsoe.documents d where d.item_no = $1 and d.mrid = m.mrid and d.published_until = 'infinity'
) l
where (select count(*) from unnest(m.stored) r where r > asked.revision) < m.latest - asked.revision
order by l.mrid`, s.item, s.mrids())
	if err != nil {
		return nil, err
	}
	var (
		missing  []MissingRevisions
		m        MissingRevisions
		from, to *time.Time
	)
	_, err = pgx.ForEachRow(rows, []any{&m.MRID, &m.Revision, &from, &to}, func() error {
		m.Period = timeseries.Window{From: from.UTC()}
		if to != nil {
			m.Period.To = to.UTC()
		}
		if m.Period.Empty() { // no end was sent
			m.Period.To = m.Period.From.Add(time.Hour)
		}
		missing = append(missing, m)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for missing revisions: %w", err)
	}
	return missing, nil
}

// A job that is at work may have asked before the revision came that is missing
// now, so nothing is remembered then: the document's next answer tells again.
const insertRevisions = `
with given as (
  select i.item_no, g.*, entsoe.revisions_key(i.name, g.mrid) as key,
    jsonb_build_object('feed', $1::bigint, 'item', i.name, 'area', $3::text, 'mrid', g.mrid,
      'from', to_char(g.starts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'to', to_char(g.ends at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as args
  from unnest($4::text[], $5::integer[], $6::timestamptz[], $7::timestamptz[]) as g(mrid, revision, starts, ends)
  join entsoe.items i on i.name = $2
  where not exists (select from entsoe.document_asks a where (a.mrid, a.item_no, a.revision) = (g.mrid, i.item_no, g.revision))
), alive as (
  select g.mrid, j.state = 'running' as running
  from given g join river.river_job j on j.unique_key = g.key
  where j.unique_states is not null and river.river_job_state_in_bitmask(j.unique_states, j.state)
), inserted as (
  insert into river.river_job (kind, args, queue, max_attempts, unique_key, unique_states)
  select 'revisions', args, 'backfill', $8, key, B'11110001'
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

// InsertRevisions inserts a job for each document whose revisions are to be
// asked for, unless one for it is alive, and remembers that these were asked
// for. It returns the number of inserted jobs. tx is that of Save.
func (db *DB) InsertRevisions(ctx context.Context, tx pgx.Tx, feed FeedRow, missing []MissingRevisions, maxAttempts int) (int, error) {
	if len(missing) == 0 {
		return 0, nil
	}
	n := len(missing)
	mrids, revisions, from, to := make([]string, n), make([]int, n), make([]time.Time, n), make([]time.Time, n)
	for i, m := range missing {
		mrids[i], revisions[i] = m.MRID, m.Revision
		from[i], to[i] = wholeSeconds(m.Period)
	}
	var inserted int
	err := tx.QueryRow(ctx, insertRevisions, feed.ID, feed.Item, feed.Name, mrids, revisions, from, to, maxAttempts).Scan(&inserted)
	if err != nil {
		return 0, fmt.Errorf("insert jobs for the revisions of %d documents of %s %s: %w", n, feed.Item, feed.Name, err)
	}
	return inserted, nil
}

// wholeSeconds rounds a window outwards.
func wholeSeconds(w timeseries.Window) (from, to time.Time) {
	return w.From.UTC().Truncate(time.Second), w.To.UTC().Add(time.Second - 1).Truncate(time.Second)
}
