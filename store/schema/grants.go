package schema

import (
	"context"
	"fmt"
)

// The functions that run with the rights of their owner, by who may call them.
var (
	// steering changes something for an operator, who has no other way to touch the
	// queue.
	steering = []string{
		"entsoe.enqueue_backfill(text, text, timestamptz, timestamptz, text, boolean, text, timestamptz)",
		"entsoe.pause_backfill(bigint)", "entsoe.resume_backfill(bigint)", "entsoe.cancel_backfill(bigint)",
		"entsoe.set_share(text, numeric)", "entsoe.resume_webhook(integer, bigint)",
	}
	// showing is what views show of the queue to those who may not read it.
	showing = []string{"entsoe.queue_backfills()", "entsoe.backfill_waits()", "entsoe.stopped_windows(bigint)"}
	// chores is what the worker may do to tables that it does not own.
	chores = []string{"entsoe.analyze_changed(integer, double precision)", "entsoe.drop_fast(timestamptz)", "entsoe.note_collected()"}
)

// fixed are the tables that migrations alone write: the catalogue, and what was
// migrated.
var fixed = []string{
	"entsoe.migrations", "entsoe.kept_views", "entsoe.catalogue", "entsoe.items", "entsoe.variants", "entsoe.places", "entsoe.areas", "entsoe.area_lines", "entsoe.zones", "entsoe.codes",
	"river.river_migration",
}

// grant gives the roles that exist the rights that they lack, and only those: a grant
// waits for every transaction that is creating a chunk of points.
func (m *migration) grant(ctx context.Context) error {
	missing, err := m.statements(ctx, `
with roles as (
  select rolname as role from pg_roles where rolname in ($1, $2, $3)
), schemas as (
  select role, n.oid as schema, n.nspname as name
  from roles join pg_namespace n on n.nspname = 'entsoe' or n.nspname = 'river' and role <> $1
), relations as (
  select s.role, s.name as schema, c.oid, c.relname, c.relkind, format('%I.%I', s.name, c.relname) as relation
  from schemas s join pg_class c on c.relnamespace = s.schema
), functions as (
  select role, unnest($4::text[]) as function from roles where role <> $1
  union all
  select role, unnest($5::text[]) from roles
  union all
  select role, unnest($6::text[]) from roles where role = $3
  union all
  select role, unnest(array['entsoe.as_of(timestamptz, boolean)', 'entsoe.entries_as_of(timestamptz, boolean)', 'entsoe.warn_unknown(text, timestamptz, boolean)',
    'entsoe.last_change()', 'entsoe.changes_since(bigint, integer)', 'entsoe.changed_points(bigint)', 'entsoe.changed_documents(bigint)']) from roles
), missing as (
  select 1 as turn, 'usage' as privilege, format('schema %I', name) as object, role
  from schemas where not has_schema_privilege(role, schema, 'usage')
  union all
  select 2, 'select', relation, role
  from relations where relkind in ('r', 'p', 'v', 'm', 'f') and not has_table_privilege(role, oid, 'select')
  union all
  select 2, w.privilege, relation, role
  from relations cross join unnest(array['insert', 'update', 'delete']) w(privilege)
  where role = $3 and relkind in ('r', 'p') and relation <> all($7::text[]) and not has_table_privilege(role, oid, w.privilege)
  union all
  select 2, 'insert', relation, role
  from relations where role <> $1 and relation = 'entsoe.collect_requests' and not has_table_privilege(role, oid, 'insert')
  union all
  select 3, 'usage', 'sequence ' || relation, role
  from relations where role = $3 and case relkind when 'S' then not has_sequence_privilege(role, oid, 'usage') end
  union all
  select 4, 'execute', 'function ' || function, role
  from functions where not has_function_privilege(role, function, 'execute')
)
select format('grant %s on %s to %I', string_agg(privilege, ', ' order by privilege), object, role)
from missing group by turn, object, role order by turn, object, role`,
		readerRole, operatorRole, workerRole, steering, showing, chores, fixed)
	if err != nil {
		return err
	}
	if err := execAll(ctx, m.pool, missing); err != nil {
		return fmt.Errorf("grant rights: %w", err)
	}
	return nil
}
