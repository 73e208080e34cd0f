package schema

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// user is the role that migrates.
type user struct {
	Name        string
	Super       bool
	MayMake     bool   // roles
	SchemaOwner string // empty: there is no schema yet
	Owns        bool   // is the schema's owner, a member of that, or a superuser
}

// look finds out who migrates, and whose the schema is.
func (m *migration) look(ctx context.Context) (u user, err error) {
	err = m.pool.QueryRow(ctx, `
select r.rolname, r.rolsuper, r.rolsuper or r.rolcreaterole, coalesce(n.nspowner::regrole::text, ''), coalesce(pg_has_role(n.nspowner, 'usage'), true)
from pg_roles r left join pg_namespace n on n.nspname = 'entsoe'
where r.rolname = current_user`).Scan(&u.Name, &u.Super, &u.MayMake, &u.SchemaOwner, &u.Owns)
	return u, err
}

// asOwner runs steps in sessions of the role that owns the schema, so that all they
// make belongs to it, and nothing of what others made runs as the superuser. A user
// who is no superuser and no member of that role is the owner.
func (m *migration) asOwner(ctx context.Context, steps ...func(context.Context) error) error {
	u, err := m.look(ctx)
	if err != nil {
		return err
	}
	role := u.Name
	if u.Super || u.SchemaOwner == ownerRole {
		role = ownerRole
	}
	given := m.pool
	defer func() { m.pool = given }()
	pc := given.Config()
	prepare := pc.AfterConnect
	pc.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		if prepare != nil {
			if err := prepare(ctx, conn); err != nil {
				return err
			}
		}
		_, err := conn.Exec(ctx, fmt.Sprintf(`set role %s; set search_path = pg_catalog, pg_temp`, pgx.Identifier{role}.Sanitize()))
		return err
	}
	if m.pool, err = pgxpool.NewWithConfig(ctx, pc); err != nil {
		return err
	}
	defer m.pool.Close()
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// execer is a pool or a transaction.
type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// execAll runs statements that a query has written, one by one.
func execAll(ctx context.Context, db execer, statements []string) error {
	for _, statement := range statements {
		if _, err := db.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// statements returns what a query has written, in its order.
func (m *migration) statements(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := m.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
