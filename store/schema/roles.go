package schema

import (
	"context"
	"fmt"
	"strings"

	"entsoed/store"
)

// The roles, which all databases of a server share.
const (
	readerRole   = "entsoe_reader"
	operatorRole = "entsoe_operator"
)

// steering are the functions by which an operator changes something, with the rights
// of their owner: an operator has no other way to touch the queue.
var steering = []string{
	"entsoe.enqueue_backfill(text, text, timestamptz, timestamptz, text, boolean, text, timestamptz)",
	"entsoe.pause_backfill(bigint)", "entsoe.resume_backfill(bigint)", "entsoe.cancel_backfill(bigint)",
	"entsoe.set_share(text, numeric)",
}

// roles creates the two roles if our user may, and grants them their rights. Several
// databases of one server may do that at the same time.
func (m *migration) roles(ctx context.Context) error {
	for _, r := range [][2]string{
		{readerRole, "May read everything that entsoed has collected."},
		{operatorRole, "May read what entsoed has collected and its job queue, start and steer backfills and set the shares of lanes."},
	} {
		ok, err := m.role(ctx, r[0], r[1])
		if err != nil {
			return err
		}
		if !ok {
			m.report.missing("role %s: user may not create roles; let an administrator run `create role %s` and run `entsoed migrate` again", r[0], r[0])
			return nil
		}
	}
	if err := m.grant(ctx); err != nil {
		return fmt.Errorf("grant rights to %s and %s: %w", readerRole, operatorRole, err)
	}
	m.report.have("roles %s and %s", readerRole, operatorRole)
	return nil
}

// grant gives the roles their rights, but only if one is missing: a grant waits for
// every transaction that is creating a chunk of points.
func (m *migration) grant(ctx context.Context) error {
	var missing bool
	err := m.pool.QueryRow(ctx, `
with schemas as (
  select r.name as role, n.oid as schema
  from (values ($1, 'entsoe'), ($2, 'entsoe'), ($2, 'river')) r(name, schema)
  join pg_namespace n on n.nspname = r.schema
)
select bool_or(not has_schema_privilege(s.role, s.schema, 'usage'))
  or exists (
    select from (values ($1), ($2)) r(name), (values ('entsoe.as_of(timestamptz, boolean)'), ('entsoe.entries_as_of(timestamptz)')) f(signature)
    where not has_function_privilege(r.name, f.signature, 'execute'))
  or exists (
    select from schemas s join pg_class c on c.relnamespace = s.schema
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and not has_table_privilege(s.role, c.oid, 'select'))
  or exists (select from unnest($3::text[]) signature where not has_function_privilege($2, signature, 'execute'))
  or not has_table_privilege($2, 'entsoe.collect_requests', 'insert')
from schemas s`, readerRole, operatorRole, steering).Scan(&missing)
	if err != nil || !missing {
		return err
	}
	_, err = m.pool.Exec(ctx, fmt.Sprintf(`
grant usage on schema entsoe to %[1]s, %[2]s;
grant select on all tables in schema entsoe to %[1]s, %[2]s;
grant execute on function entsoe.as_of(timestamptz, boolean), entsoe.entries_as_of(timestamptz) to %[1]s, %[2]s;
grant execute on function %[3]s to %[2]s;
grant insert on entsoe.collect_requests to %[2]s;
grant usage on schema river to %[2]s;
grant select on all tables in schema river to %[2]s`, readerRole, operatorRole, strings.Join(steering, ", ")))
	return err
}

// role reports whether the role exists, after creating it if that is allowed.
func (m *migration) role(ctx context.Context, name, comment string) (bool, error) {
	var exists, allowed bool
	err := m.pool.QueryRow(ctx, `
select exists (select from pg_roles where rolname = $1),
  (select rolsuper or rolcreaterole from pg_roles where rolname = current_user)`, name).Scan(&exists, &allowed)
	if err != nil || exists || !allowed {
		return exists, err
	}
	_, err = m.pool.Exec(ctx, fmt.Sprintf(`create role %s nologin; comment on role %[1]s is '%s'`, name, comment))
	switch store.Code(err) {
	case codeDuplicateObject, store.CodeUniqueViolation, codeInternalError: // another database's migration was faster
		return true, nil
	}
	return err == nil, err
}
