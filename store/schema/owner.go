package schema

import (
	"context"
	"fmt"
)

// carryOver gives the owner role the schemas and, one by one, all that is in them and
// still belongs to somebody else: a database that was made before the role was, or
// restored by a superuser. Schemas and tables come first and views last, for a view
// reads with the rights of its owner, and a worker may be running.
func (m *migration) carryOver(ctx context.Context) error {
	if !m.user.Super {
		return nil
	}
	statements, err := m.statements(ctx, `
with ours as (
  select oid, nspname, nspowner from pg_namespace where nspname in ('entsoe', 'river')
), other as (
  select 1 as turn, format('schema %I', nspname) as object from ours where nspowner <> to_regrole($1)
  union all
  select case c.relkind when 'v' then 5 when 'm' then 5 else 2 end,
    format('%s %I.%I', case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' else 'table' end,
      n.nspname, c.relname)
  from pg_class c join ours n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and c.relowner <> to_regrole($1)
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and (d.deptype = 'e'
      or c.relkind = 'S' and d.deptype in ('a', 'i'))) -- of a column: goes with its table
  union all
  select 3, format('type %I.%I', n.nspname, t.typname)
  from pg_type t join ours n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
  where (t.typtype in ('d', 'e', 'r') or c.relkind = 'c') and t.typowner <> to_regrole($1)
  union all
  select 4, format('routine %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
  from pg_proc p join ours n on n.oid = p.pronamespace
  where p.proowner <> to_regrole($1)
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  union all
  select 4, format('statistics %I.%I', n.nspname, s.stxname)
  from pg_statistic_ext s join ours n on n.oid = s.stxnamespace
  where s.stxowner <> to_regrole($1)
)
select format('alter %s owner to %I', object, $1) from other order by turn, object`, ownerRole)
	if err != nil {
		return err
	}
	if err := execAll(ctx, m.pool, statements); err != nil {
		return fmt.Errorf("give all to role %s: %w", ownerRole, err)
	}
	if len(statements) > 0 && m.user.SchemaOwner != "" {
		m.report.have("%d objects were given to role %s", len(statements), ownerRole)
	}
	return m.ownerMayConnect(ctx)
}

// ownerMayConnect lets the owner make schemas in the database.
func (m *migration) ownerMayConnect(ctx context.Context) error {
	statements, err := m.statements(ctx, `
select format('grant connect, create, temporary on database %I to %I', current_database(), $1::text)
where not has_database_privilege($1, current_database(), 'connect') or not has_database_privilege($1, current_database(), 'create')
  or not has_database_privilege($1, current_database(), 'temporary')`, ownerRole)
	if err != nil {
		return err
	}
	return execAll(ctx, m.pool, statements)
}
