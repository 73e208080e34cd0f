package store

import (
	"context"
	"fmt"
)

// Roles of a whole server, shared by its databases.
const (
	readerRole   = "entsoe_reader"
	operatorRole = "entsoe_operator"
)

// roles makes the two roles where our user may, and grants them what they are
// for. Several databases of one server may do that at the same moment.
func (m *migration) roles(ctx context.Context) error {
	for _, r := range [][2]string{
		{readerRole, "May read everything that entsoed has collected."},
		{operatorRole, "May read what entsoed has collected and its job queue."},
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
	_, err := m.pool.Exec(ctx, fmt.Sprintf(`
grant usage on schema entsoe to %[1]s, %[2]s;
grant select on all tables in schema entsoe to %[1]s, %[2]s;
grant execute on function entsoe.as_of(timestamptz, boolean) to %[1]s, %[2]s;
grant usage on schema river to %[2]s;
grant select on all tables in schema river to %[2]s`, readerRole, operatorRole))
	if err != nil {
		return fmt.Errorf("grant rights to %s and %s: %w", readerRole, operatorRole, err)
	}
	m.report.have("roles %s and %s", readerRole, operatorRole)
	return nil
}

// role reports whether the role is there, after making it if that is allowed.
func (m *migration) role(ctx context.Context, name, comment string) (bool, error) {
	var exists, allowed bool
	err := m.pool.QueryRow(ctx, `
select exists (select from pg_roles where rolname = $1),
  (select rolsuper or rolcreaterole from pg_roles where rolname = current_user)`, name).Scan(&exists, &allowed)
	if err != nil || exists || !allowed {
		return exists, err
	}
	_, err = m.pool.Exec(ctx, fmt.Sprintf(`create role %s nologin; comment on role %[1]s is '%s'`, name, comment))
	switch code(err) {
	case codeDuplicateObject, codeUniqueViolation, codeInternalError: // another database's migration was faster
		return true, nil
	}
	return err == nil, err
}
