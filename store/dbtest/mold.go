package dbtest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"entsoed/store/schema"
)

// mold is a migrated database that nobody connects to. Copying its files takes
// a fiftieth of the time of a migration.
type mold struct {
	once sync.Once
	name string
	err  error
}

// cast makes a database that was migrated with those options.
func (s *server) cast(ctx context.Context, name string, opts schema.Options) error {
	key, err := json.Marshal(opts)
	if err != nil {
		return err
	}
	shared.mu.Lock()
	if shared.molds == nil {
		shared.molds = map[string]*mold{}
	}
	m, ok := shared.molds[string(key)]
	if !ok {
		m = &mold{name: prefix + strings.ToLower(rand.Text()[:10])}
		shared.molds[string(key)] = m
	}
	shared.mu.Unlock()
	m.once.Do(func() { m.err = s.mold(ctx, m.name, opts) })
	if m.err != nil {
		return m.err
	}
	return s.run(ctx, "create database %s template %s strategy file_copy", name, m.name)
}

// mold makes the database that others are copied from, and locks it.
func (s *server) mold(ctx context.Context, name string, opts schema.Options) error {
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
