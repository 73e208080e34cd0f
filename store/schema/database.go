package schema

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// makeDatabase creates the database if it does not exist.
func (m *migration) makeDatabase(ctx context.Context) error {
	cc, err := m.cfg.ConnConfig()
	if err != nil {
		return err
	}
	m.report.Database = cc.Database
	conn, err := store.WaitConnect(ctx, m.cfg, cc, m.opts.Log)
	if err == nil {
		return conn.Close(ctx)
	}
	if store.Code(err) != store.CodeNoDatabase {
		return err
	}
	admin := cc.Copy()
	admin.Database = "postgres"
	conn, err = store.WaitConnect(ctx, m.cfg, admin, m.opts.Log)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if err := lockSession(ctx, conn); err != nil {
		return fmt.Errorf("wait for another migration to end: %w", err)
	}
	m.report.Created, err = createDatabase(ctx, conn, cc.Database)
	if store.Code(err) == store.CodeNoPrivilege {
		return fmt.Errorf("%s: there is no database %q and user %q may not create it: let an administrator run `create database %s owner %s`",
			m.cfg.Setting("DATABASE_NAME"), cc.Database, cc.User, pgx.Identifier{cc.Database}.Sanitize(), pgx.Identifier{cc.User}.Sanitize())
	}
	return err
}

// createDatabase reports false if another process was faster.
func createDatabase(ctx context.Context, conn *pgx.Conn, name string) (bool, error) {
	const tries = 20 // each time the server waits 5 s for others to leave template1
	for try := 1; ; try++ {
		_, err := conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize())
		switch {
		case err == nil:
			return true, nil
		case store.Code(err) == codeDuplicateDB:
			return false, nil
		case store.Code(err) != codeObjectInUse || try == tries:
			return false, fmt.Errorf("create database %q: %w", name, err)
		}
	}
}
