package schema

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// LayoutError says what keeps the points of a database from getting their new form.
// Nothing was changed.
type LayoutError struct {
	InTheWay []string // what stands on the points and cannot be made anew
	Need     int64    // bytes of free disk, for the time of the move
	Free     int64    // bytes
}

func (e *LayoutError) Error() string {
	if len(e.InTheWay) > 0 {
		return fmt.Sprintf("points get another form, and in the way are %s: drop these, run `entsoed migrate` again, and make them anew then. Nothing was changed",
			strings.Join(e.InTheWay, ", "))
	}
	return fmt.Sprintf("points get another form, and while they are moved the disk of the server needs %d MB free, of which it has %d MB: make room and run `entsoed migrate` again. Nothing was changed",
		e.Need>>20, e.Free>>20)
}

// layoutMayBegin returns a *LayoutError if the points have to be moved and cannot be,
// before anything is changed.
func (m *migration) layoutMayBegin(ctx context.Context) error {
	version, err := store.LastMigration(ctx, m.pool)
	if err != nil || version == 0 || version >= store.LayoutVersion {
		return err
	}
	var begun bool
	if err := m.pool.QueryRow(ctx, `select to_regclass('entsoe.points_before') is not null`).Scan(&begun); err != nil {
		return err
	}
	suffix := "_before"
	if !begun {
		suffix = ""
		if err := m.inTheWay(ctx); err != nil {
			return err
		}
	}
	need := int64(0)
	for _, table := range []string{"entsoe.points" + suffix, "entsoe.points_fast" + suffix} {
		parts, err := m.parts(ctx, table)
		if err != nil {
			return fmt.Errorf("measure %s: %w", table, err)
		}
		need = max(need, needed(parts))
	}
	return m.room(ctx, need)
}

// needed is how much disk a table takes beside itself while it is moved: its largest
// chunk, and as much again for sorting and the server's log; a table without chunks
// gives nothing back before the end.
func needed(parts []part) int64 {
	all, largest := int64(0), int64(0)
	for _, p := range parts {
		largest = max(largest, p.bytes)
		if !p.chunk {
			all += p.bytes
		}
	}
	return max(all, largest) + largest
}

// inTheWay returns a *LayoutError for what stands on points, or on views of them, and
// is neither a view nor a function, which migration 38 keeps; and for values whose
// distance from when they were seen the new form cannot hold.
func (m *migration) inTheWay(ctx context.Context) error {
	found, err := m.statements(ctx, `
with recursive ours as (
  select 'pg_class'::regclass::oid as class, c.oid as object
  from pg_class c
  where c.relnamespace = 'entsoe'::regnamespace and (c.relkind = 'r' and c.relname in ('points', 'points_fast') or c.relkind = 'v' and (c.relname = 'availability'
    or c.relname in (select i.name || suffix from entsoe.items i, unnest($1::text[]) suffix)))
  union all
  select 'pg_proc'::regclass, p.oid
  from pg_proc p
  where p.pronamespace = 'entsoe'::regnamespace and (p.proname in ('as_of', 'entries_as_of', 'unavailability_as_of')
    or p.proname in (select i.name || suffix || $2 from entsoe.items i, unnest($1::text[]) suffix))
), found as (
  select class, object from ours
  union
  select n.class, n.object
  from found f
  cross join lateral (
    select case d.classid when 'pg_rewrite'::regclass then 'pg_class'::regclass else d.classid end as class, coalesce(r.ev_class, d.objid) as object
    from pg_depend d left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    where d.deptype = 'n'
      and (d.refclassid = f.class and d.refobjid = f.object
        or f.class = 'pg_class'::regclass and d.refclassid = 'pg_type'::regclass and d.refobjid in (
          select unnest(array[t.oid, t.typarray]) from pg_type t where t.typrelid = f.object))
  ) n
)
select case f.class when 'pg_class'::regclass then format('%s %I.%I', case c.relkind when 'm' then 'materialized view' else 'table' end, n.nspname, c.relname)
  else pg_describe_object(f.class, f.object, 0) end
from found f
left join pg_class c on f.class = 'pg_class'::regclass and c.oid = f.object
left join pg_namespace n on n.oid = c.relnamespace
left join pg_proc p on f.class = 'pg_proc'::regclass and p.oid = f.object
left join pg_constraint k on f.class = 'pg_constraint'::regclass and k.oid = f.object
where not exists (select from ours o where (o.class, o.object) = (f.class, f.object))
  and case f.class
    when 'pg_class'::regclass then c.relkind <> 'v' and n.nspname not like '\_timescaledb%'
    when 'pg_proc'::regclass then p.prokind in ('a', 'w')
    when 'pg_constraint'::regclass then k.contype = 'f'
    when 'pg_type'::regclass then false
    else true end
union all
select format('trigger %s on %s', t.tgname, t.tgrelid::regclass)
from pg_trigger t
where t.tgrelid in ('entsoe.points'::regclass, 'entsoe.points_fast'::regclass) and not t.tgisinternal and t.tgname not like 'ts\_%'
order by 1`, viewSuffixes, asOfSuffix)
	if err != nil {
		return fmt.Errorf("look for what stands on points: %w", err)
	}
	if m.report.TimescaleDB != "" {
		aggregates, err := m.statements(ctx, `
select format('continuous aggregate %I.%I', view_schema, view_name)
from timescaledb_information.continuous_aggregates
where hypertable_schema = 'entsoe' and hypertable_name in ('points', 'points_fast')
order by 1`)
		if err != nil {
			return fmt.Errorf("look for continuous aggregates of points: %w", err)
		}
		found = append(found, aggregates...)
	}
	for _, table := range []string{"entsoe.points", "entsoe.points_fast"} {
		// The first condition alone tells TimescaleDB which chunks it may leave out.
		const far = `(at < '1990-01-01' or at > '2060-01-01') and abs(extract(epoch from known_from - at)) > 2147483646`
		var there bool
		if err := m.pool.QueryRow(ctx, `select exists (select from `+table+` where `+far+`)`).Scan(&there); err != nil {
			return fmt.Errorf("look for times far away: %w", err)
		}
		if there {
			found = append(found, fmt.Sprintf("values more than 68 years from when they were seen (delete from %s where %s)", table, far))
		}
	}
	if len(found) > 0 {
		return &LayoutError{InTheWay: found}
	}
	return nil
}

// room returns a *LayoutError if the disk of the server has less than need bytes free,
// as far as that can be seen.
func (m *migration) room(ctx context.Context, need int64) error {
	if need == 0 {
		return nil
	}
	free, err := m.freeDisk(ctx)
	if err != nil {
		m.report.missing("a look at the free disk of the server, before points were moved to their new form (%v): that takes up to %d MB for a while", err, need>>20)
		return nil
	}
	if free < need {
		return &LayoutError{Need: need, Free: free}
	}
	return nil
}

// diskLine is the end of a line of df: blocks of 1,024 bytes in all, used and free, and
// the share that is used.
var diskLine = regexp.MustCompile(`\s\d+\s+\d+\s+(\d+)\s+\d+%`)

// freeDisk asks the server for the bytes that are free where its data is.
func (m *migration) freeDisk(ctx context.Context) (free int64, err error) {
	var may bool
	err = m.pool.QueryRow(ctx, `
select rolsuper or pg_has_role(oid, 'pg_execute_server_program', 'usage') from pg_roles where rolname = current_user`).Scan(&may)
	if err != nil {
		return 0, err
	}
	if !may {
		return 0, fmt.Errorf("user may run no program on the server")
	}
	var said string
	err = pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `create temporary table disk (line text) on commit drop; copy pg_temp.disk from program 'df -Pk .'`); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select string_agg(line, E'\n') from pg_temp.disk`).Scan(&said)
	})
	if err != nil {
		return 0, err
	}
	found := diskLine.FindStringSubmatch(said)
	if found == nil {
		return 0, fmt.Errorf("df said %q", said)
	}
	blocks, err := strconv.ParseInt(found[1], 10, 64)
	return blocks << 10, err
}
