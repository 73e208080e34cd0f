package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"entsoed/store/schema"
)

// cast makes a database that was migrated with those options: a copy of a mold,
// a database that nobody connects to. Copying its files takes a fiftieth of the
// time of a migration. All packages that use the server share its molds.
func (s *server) cast(ctx context.Context, name string, opts schema.Options) error {
	key, err := json.Marshal(opts)
	if err != nil {
		return err
	}
	mold := fmt.Sprintf("%smold_%x", prefix, sha256.Sum256(key))[:len(prefix)+25]
	if err := s.ensureMold(ctx, mold, opts); err != nil {
		return err
	}
	if err := s.run(ctx, "create database %s template %s strategy file_copy", name, mold); err != nil {
		return err
	}
	// As migrated: a copy has no settings. Without TimescaleDB the second is nobody's.
	for _, setting := range []string{"jit", "timescaledb.enable_parallel_chunk_append"} {
		if err := s.run(ctx, "alter database %s set "+setting+" = off", name); err != nil {
			return err
		}
	}
	return nil
}

// ensureMold makes the database that others are copied from, unless it is there.
func (s *server) ensureMold(ctx context.Context, name string, opts schema.Options) error {
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) // and with it the lock
	if _, err := conn.Exec(ctx, `select pg_advisory_lock(hashtext($1))`, name); err != nil {
		return err
	}
	var there bool
	if err := conn.QueryRow(ctx, `select exists (select from pg_database where datname = $1 and not datallowconn)`, name).Scan(&there); err != nil || there {
		return err
	}
	// Whoever began to make it was killed.
	if err := s.run(ctx, "drop database if exists %s with (force)", name); err != nil {
		return err
	}
	if _, err := schema.Migrate(ctx, s.config(name), opts); err != nil {
		return err
	}
	if err := s.run(ctx, "alter database %s allow_connections false", name); err != nil {
		return err
	}
	return s.run(ctx, "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '%s'", name)
}

// run runs a statement about databases in the database postgres.
func (s *server) run(ctx context.Context, statement string, names ...any) error {
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, fmt.Sprintf(statement, names...))
	return err
}
