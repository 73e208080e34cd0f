package schema

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"entsoed/migrations"
	"entsoed/store"
)

// SQLSTATE codes of a migration.
const (
	codeDuplicateDB      = "42P04"
	codeDuplicateObject  = "42710"
	codeObjectInUse      = "55006"
	codeLockTimeout      = "55P03"
	codeBadViewChange    = "42P16"
	codeDependentObjects = "2BP01"
	codeInternalError    = "XX000"
	codeDeadlock         = "40P01"
)

const (
	riverSchema  = "river"
	versionTable = "entsoe.migrations"
)

// Options is what a database mirrors of the catalogue, and how it is migrated.
type Options struct {
	Items    []ItemRow
	Variants []VariantRow
	Places   []PlaceRow
	Areas    []AreaRow
	Codes    []CodeRow
	Lines    []AreaLineRow
	Zones    []ZoneRow
	Views    []ViewSpec
	Source   store.Source // claimed for the database if its kind is not empty
	Log      *slog.Logger // nil: silent
}

// Report says what Migrate found and did.
type Report struct {
	Database    string   // name
	Created     bool     // the database did not exist before
	Server      string   // version of PostgreSQL, "17.11"
	TimescaleDB string   // version of the extension, empty without it
	License     string   // of TimescaleDB: "timescale" (Community edition) or "apache"
	Applied     []string // migrations applied now, of entsoed and of River
	Have        []string // what the server can do and is used, one sentence each
	Missing     []string // what the server cannot do, and what to do about it
}

func (r *Report) have(format string, args ...any) {
	r.Have = append(r.Have, fmt.Sprintf(format, args...))
}

func (r *Report) missing(format string, args ...any) {
	r.Missing = append(r.Missing, fmt.Sprintf(format, args...))
}

// migration is one run of Migrate.
type migration struct {
	cfg    store.Config
	opts   Options
	pool   *pgxpool.Pool
	user   user
	report Report
}

// Migrate creates the database if it is missing, brings its schema up to date, and
// ensures what depends on the server or the catalogue: roles, hypertables,
// compression, the mirrored catalogue and views. Any number of processes may run it
// at once. It refuses, with a *VersionError, a schema that is newer than this
// program, and an *OwnerError says that another role owns it.
func Migrate(ctx context.Context, cfg store.Config, opts Options) (Report, error) {
	cfg.Application = "entsoed migrate"
	m := &migration{cfg: cfg, opts: opts}
	if err := m.makeDatabase(ctx); err != nil {
		return m.report, err
	}
	pool, err := store.OpenPool(ctx, cfg, 4)
	if err != nil {
		return m.report, err
	}
	db := &store.DB{Pool: pool}
	defer db.Close()
	m.pool = pool
	if err := m.locked(ctx, m.steps); err != nil {
		return m.report, fmt.Errorf("migrate database %q: %w", m.report.Database, err)
	}
	if opts.Source.Kind != "" {
		return m.report, db.ClaimSource(ctx, opts.Source)
	}
	return m.report, nil
}

// locked runs f while no other process migrates this database.
func (m *migration) locked(ctx context.Context, f func(context.Context) error) error {
	conn, err := m.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	waiting, got := context.WithCancel(ctx)
	defer got()
	if m.opts.Log != nil {
		go (&store.DB{Pool: m.pool}).WatchLocks(waiting, m.opts.Log, locksEvery)
	}
	if err := lockSession(ctx, conn.Conn()); err != nil {
		return fmt.Errorf("wait for another migration to end: %w", err)
	}
	got()
	err = f(ctx)
	// Closing the session, unlike unlocking, works after a cancellation as well.
	return errors.Join(err, conn.Conn().Close(context.WithoutCancel(ctx)))
}

// locksEvery is how often a migration that waits looks for whom it waits.
const locksEvery = 2 * time.Second

// lockSession takes store.MigrateLock until the session ends.
func lockSession(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, `set lock_timeout = '10min'`); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, store.MigrateLock)
	return err
}

func (m *migration) steps(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		m.server,
		m.mayMigrate,
		m.extension,
		m.layoutMayBegin,
		m.steerPlanner,
		m.roles,
		m.carryOver,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return m.asOwner(ctx,
		m.schema,
		m.river,
		m.hypertables,
		m.compression,
		m.mirror,
		m.views,
		m.collected,
		m.grant,
		m.keptViews,
	)
}

// server asks for the version of PostgreSQL.
func (m *migration) server(ctx context.Context) error {
	err := m.pool.QueryRow(ctx, `show server_version`).Scan(&m.report.Server)
	m.report.Server, _, _ = strings.Cut(m.report.Server, " ")
	return err
}

// schema applies our own migrations.
func (m *migration) schema(ctx context.Context) error {
	if err := m.makeSchema(ctx, "entsoe"); err != nil {
		return err
	}
	db := stdlib.OpenDBFromPool(m.pool)
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	// Later migrations read points, so that these must be in place.
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error {
			return m.applied(provider.UpTo(ctx, store.LayoutVersion))
		},
		m.movePoints,
		func(ctx context.Context) error {
			return m.applied(provider.Up(ctx))
		},
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	_, err = m.pool.Exec(ctx, `
comment on table  entsoe.migrations            is 'Which migrations of this schema have been applied.';
comment on column entsoe.migrations.id         is 'Order of application.';
comment on column entsoe.migrations.version_id is 'Number of the migration; 0 stands for the empty schema.';
comment on column entsoe.migrations.is_applied is 'Always true: migrations are never taken back.';
comment on column entsoe.migrations.tstamp     is 'When it was applied, by the server''s clock.'`)
	return err
}

// applied reports the migrations that were applied.
func (m *migration) applied(results []*goose.MigrationResult, err error) error {
	for _, r := range results {
		m.report.Applied = append(m.report.Applied, r.Source.Path)
	}
	return err
}

// makeSchema makes a schema that is not there: "if not exists" needs the right to make
// one all the same.
func (m *migration) makeSchema(ctx context.Context, name string) error {
	statements, err := m.statements(ctx, `select format('create schema %I', $1::text) where to_regnamespace($1) is null`, name)
	if err != nil {
		return err
	}
	return execAll(ctx, m.pool, statements)
}

// river applies the migrations of the queue.
func (m *migration) river(ctx context.Context) error {
	if err := m.makeSchema(ctx, riverSchema); err != nil {
		return err
	}
	_, err := m.pool.Exec(ctx, `comment on schema river is 'The job queue (riverqueue.com). Jobs are in river.river_job.'`)
	if err != nil {
		return err
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(m.pool), &rivermigrate.Config{Schema: riverSchema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	result, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if err != nil {
		return fmt.Errorf("river: %w", err)
	}
	for _, v := range result.Versions {
		m.report.Applied = append(m.report.Applied, fmt.Sprintf("river %d %s", v.Version, v.Name))
	}
	return nil
}
