package schema

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// loginComment marks a login that a migration has made: of such a one it may change
// the password.
const loginComment = "Login of the worker, made by entsoed migrate."

// login makes the role that the worker logs in as, if the settings name one, makes it
// a member of the role of workers, and carries a changed password over. A role that
// somebody else has made keeps its password and its rights.
func (m *migration) login(ctx context.Context) error {
	name, password, err := m.cfg.WorkerLogin()
	if err != nil || name == "" || name == m.user.Name {
		return err
	}
	var exists, super, made, member bool
	err = m.pool.QueryRow(ctx, `
select r.oid is not null, coalesce(rolsuper, false), coalesce(shobj_description(r.oid, 'pg_authid') = $2, false),
  coalesce(pg_has_role(r.oid, to_regrole($3), 'member'), false)
from (select) one left join pg_roles r on r.rolname = $1`, name, loginComment, workerRole).Scan(&exists, &super, &made, &member)
	switch {
	case err != nil:
		return err
	case super:
		return fmt.Errorf("DATABASE_WORKER_USER: role %q is a superuser, which the worker must not be: name another, which a migration can make", name)
	case !m.user.MayMake && !member:
		m.report.missing("role %s, which the worker logs in as: user may not create roles; let an administrator run `create role %[1]s login in role %[2]s password '...'`", name, workerRole)
		return nil
	case !m.user.MayMake || exists && !made && member:
		m.report.have("role %s, which the worker logs in as; its password is not entsoed's to change", name)
		return nil
	}
	same, err := m.hasPassword(ctx, name, password)
	if err != nil {
		return err
	}
	if !same || !member {
		err = m.makeLogin(ctx, name, password, exists, made)
	}
	if err != nil {
		return fmt.Errorf("role %s, which the worker logs in as: %w", name, err)
	}
	m.report.have("role %s, which the worker logs in as", name)
	return nil
}

// hasPassword reports whether the role has the password already, which only a
// superuser may know.
func (m *migration) hasPassword(ctx context.Context, name, password string) (bool, error) {
	if !m.user.Super {
		return false, nil
	}
	var verifier string
	err := m.pool.QueryRow(ctx, `select coalesce((select rolpassword from pg_authid where rolname = $1), '')`, name).Scan(&verifier)
	return verifies(verifier, password), err
}

// makeLogin makes the role, or brings it up to date. The server gets a verifier of
// the password, since it may log statements. Two databases of one server may be
// migrated at once; then the second tries again.
func (m *migration) makeLogin(ctx context.Context, name, password string, exists, made bool) error {
	role := pgx.Identifier{name}.Sanitize()
	member := fmt.Sprintf("grant %s to %s", workerRole, role)
	if exists && !made {
		_, err := m.pool.Exec(ctx, member)
		return err
	}
	verifier, err := newVerifier(password)
	if err != nil {
		return err
	}
	const tries = 10
	for try := 1; ; try++ {
		verb, rights := "create", "login"
		if exists {
			verb = "alter"
		}
		if exists && m.user.Super {
			rights += " inherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
		}
		_, err := m.pool.Exec(ctx, fmt.Sprintf(`%[1]s role %[2]s %[3]s password %[4]s; comment on role %[2]s is %[5]s; %[6]s`,
			verb, role, rights, literal(verifier), literal(loginComment), member))
		if err == nil || !madeMeanwhile(err) || try == tries {
			return err
		}
		exists = exists || store.Code(err) != codeInternalError
	}
}
