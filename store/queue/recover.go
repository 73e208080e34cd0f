package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// Recovered is what RecoverJobs did.
type Recovered struct {
	Jobs     int        // that are available again
	Suspects int        // those of them that were reading when their process died
	Aside    []SetAside // what was set aside
}

const (
	mostAlone  = 3                   // deaths of a process in which a job reads alone, before that is set aside
	mostDeaths = 10                  // in which it does not, likewise: it kills late, when others were let in again
	asideFor   = 30 * 24 * time.Hour // until it is asked again, alone; then one death is enough
)

// recoverJobs is one statement, so that a death is counted once, with the recovery.
const recoverJobs = `
with heard as materialized (
  select client_id from entsoe.workers where seen_at > clock_timestamp() - @silence::interval
), forgotten as (
  delete from entsoe.workers where seen_at < clock_timestamp() - greatest(@silence, interval '1 day')
), orphan as (  -- a job whose last transaction is under way is locked, and left alone
  select id, attempted_by[cardinality(attempted_by)] as client_id from river.river_job
  where state = 'running' and attempted_at < clock_timestamp() - @silence
    and not attempted_by[cardinality(attempted_by)] = any(array(select client_id from heard))
  for update skip locked
), read as (
  select r.* from entsoe.reading r join orphan o on (o.id, o.client_id) = (r.job_id, r.client_id)
), unread as (  -- of processes that died, but for what is locked
  delete from entsoe.reading r
  where not r.client_id = any(array(select client_id from heard))
    and (r.job_id in (select id from orphan) or r.since < clock_timestamp() - @silence and not exists (
      select from river.river_job j
      where j.id = r.job_id and j.state = 'running' and j.attempted_by[cardinality(j.attempted_by)] = r.client_id))
), absolved as (
  delete from entsoe.suspects s
  where not exists (select from river.river_job j where j.id = s.job_id and ` + living + `)
), suspected as (
  insert into entsoe.suspects (job_id, died_at, deaths, alone)
  select r.job_id, clock_timestamp(), 1, r.alone::integer from read r
  on conflict (job_id) do update
  set died_at = excluded.died_at, deaths = suspects.deaths + 1, alone = suspects.alone + excluded.alone
  returning job_id, deaths, alone
), aside as (
  insert into entsoe.set_aside (since, again_at, died_at, job_id, feed_id, deaths, during, mrid, reason)
  select @now, @again, clock_timestamp(), r.job_id, r.feed_id, s.deaths, r.during, r.mrid,
    case when s.alone > 1 then format('killed its process %s times while it was read alone', s.alone)
      when r.alone then 'killed its process again while it was read alone'
      else format('was being read when a process died, %s times', s.deaths) end
  from read r
  join suspected s on s.job_id = r.job_id
  where s.alone >= @most_alone or s.deaths >= @most_deaths
    or r.alone and exists (select from entsoe.set_aside o where o.feed_id = r.feed_id and o.mrid = r.mrid and (o.mrid <> '' or o.during && r.during))
  on conflict (feed_id, mrid, during) do update
  set since = excluded.since, again_at = excluded.again_at, died_at = excluded.died_at, job_id = excluded.job_id, deaths = set_aside.deaths + 1, reason = excluded.reason
  returning set_aside.*
), available as (
  update river.river_job j
  set state = 'available', scheduled_at = now(),
    attempt = greatest(attempt - 1, 0),
    queue = case when queue = 'fetch' or queue like 'fetch\_%' then 'live' else queue end
  from orphan where j.id = orphan.id
  returning j.id
), stranded as (
  update river.river_job j set queue = 'live'
  where ` + living + ` and state <> 'running'
    and (queue = 'fetch'
      or queue like 'fetch\_%' and created_at < clock_timestamp() - @silence
      and not substr(queue, 7) = any(array(select client_id from heard)))
  returning j.id
)
select (select count(*) from available) + (select count(*) from stranded), (select count(*) from suspected), a.*
from (values (1)) one
left join (select ` + setAsideColumns + ` from aside a join entsoe.feeds f on f.id = a.feed_id) a on true`

// RecoverJobs makes the running jobs of clients that have been silent for that long
// available again, and moves the waiting jobs of their private queues
// (fetch_<client>) to the live queue; likewise those of the queue fetch, which
// only older versions worked.
// A recovered job gets its attempt back: it did nothing wrong. But those that were
// reading are suspects, and what has killed a process three times while it was read
// alone is set aside. A process that is frozen, or cut off, counts as dead.
func RecoverJobs(ctx context.Context, db *store.DB, silence time.Duration, now time.Time) (Recovered, error) {
	rows, err := db.Pool.Query(ctx, recoverJobs, pgx.NamedArgs{
		"silence": silence, "now": now, "again": now.Add(asideFor), "most_alone": mostAlone, "most_deaths": mostDeaths,
	})
	if err != nil {
		return Recovered{}, fmt.Errorf("recover jobs: %w", err)
	}
	var all Recovered
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (none struct{}, err error) {
		if row.RawValues()[2] == nil {
			return none, row.Scan(&all.Jobs, &all.Suspects, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil)
		}
		var a SetAside
		err = row.Scan(&all.Jobs, &all.Suspects, &a.Job, &a.Feed, &a.MRID, &a.Window.From, &a.Window.To, &a.Since, &a.AgainAt, &a.DiedAt, &a.Reason, &a.Name)
		all.Aside = append(all.Aside, a)
		return none, err
	})
	if err != nil {
		return Recovered{}, fmt.Errorf("recover jobs: %w", err)
	}
	return all, nil
}
