package schema

import (
	"context"
	"fmt"

	"entsoed/store"
)

// The roles, which all databases of a server share.
const (
	ownerRole    = "entsoe_owner"
	workerRole   = "entsoe_worker"
	readerRole   = "entsoe_reader"
	operatorRole = "entsoe_operator"
)

// roles creates the roles, and the login of the worker, if our user may. Several
// databases of one server may do that at the same time.
func (m *migration) roles(ctx context.Context) error {
	for _, r := range []struct{ name, rights, comment string }{
		{readerRole, "nologin", "May read everything that entsoed has collected."},
		{operatorRole, "nologin", "May read what entsoed has collected and its job queue, start and steer backfills and set the shares of lanes."},
		{workerRole, "nologin", "May collect: write the data of entsoed and work its job queue, see who holds locks, but change nothing of the schema."},
	} {
		ok, err := m.role(ctx, r.name, r.rights, r.comment)
		if err != nil {
			return err
		}
		if !ok {
			m.report.missing("role %s: user may not create roles; let an administrator run `create role %s` and run `entsoed migrate` again", r.name, r.name)
			continue
		}
		m.report.have("role %s", r.name)
	}
	if err := m.ownerRole(ctx); err != nil {
		return err
	}
	if err := m.lookAround(ctx); err != nil {
		return err
	}
	return m.login(ctx)
}

// lookAround lets the workers see what the sessions of others do, for they tell who
// holds a lock that they need.
func (m *migration) lookAround(ctx context.Context) error {
	if !m.user.Super {
		return nil
	}
	statements, err := m.statements(ctx, `
select format('grant pg_read_all_stats to %I', rolname) from pg_roles
where rolname = $1 and not pg_has_role(oid, 'pg_read_all_stats', 'member')`, workerRole)
	if err != nil {
		return err
	}
	err = execAll(ctx, m.pool, statements)
	if madeMeanwhile(err) {
		return nil
	}
	return err
}

// ownerRole makes the role that owns the schema. Only a superuser can give it what
// TimescaleDB has made beside the tables; else the user stays the owner of all. The
// role may log in, for the background jobs of TimescaleDB's Community edition run as
// it and are refused otherwise; but as it has no password, nobody does.
func (m *migration) ownerRole(ctx context.Context) error {
	if !m.user.Super {
		if m.user.SchemaOwner != ownerRole {
			m.report.missing("role %s: only a superuser can make it the owner of everything; user %s is that", ownerRole, m.user.Name)
		}
		return nil
	}
	const rights = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
	if _, err := m.role(ctx, ownerRole, rights, "Owns the schemas of entsoed and all in them. It has no password; background jobs of TimescaleDB run as it."); err != nil {
		return err
	}
	statements, err := m.statements(ctx, `
select format('alter role %I `+rights+`', rolname) from pg_roles
where rolname = $1 and (not rolcanlogin or rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)`, ownerRole)
	if err != nil {
		return err
	}
	m.report.have("role %s owns the schema", ownerRole)
	return execAll(ctx, m.pool, statements)
}

// role reports whether the role exists, after creating it if that is allowed.
func (m *migration) role(ctx context.Context, name, rights, comment string) (bool, error) {
	var exists bool
	err := m.pool.QueryRow(ctx, `select to_regrole($1) is not null`, name).Scan(&exists)
	if err != nil || exists || !m.user.MayMake {
		return exists, err
	}
	_, err = m.pool.Exec(ctx, fmt.Sprintf(`create role %s %s; comment on role %[1]s is %[3]s`, name, rights, literal(comment)))
	if madeMeanwhile(err) {
		return true, nil
	}
	return err == nil, err
}

// madeMeanwhile reports whether the migration of another database of the server was
// faster to make or to change a role.
func madeMeanwhile(err error) bool {
	switch store.Code(err) {
	case codeDuplicateObject, store.CodeUniqueViolation, codeInternalError:
		return true
	}
	return false
}
