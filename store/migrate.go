package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"entsoed/migrations"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

const (
	riverSchema  = "river"
	versionTable = "entsoe.migrations"
	// migrateLock is the key of the advisory lock under which one process migrates.
	migrateLock int64 = 0x656e74736f6564 // "entsoed"
)

// ItemRow is a data item as entsoe.items mirrors it for SQL users.
type ItemRow struct {
	Name    string // unique; also the name of the item's view
	Title   string
	Article string
	Unit    string
	Meaning string
	Core    bool

	Border   bool   // asked for borders
	Since    string // first day with data, "2015-01-05"
	Keeps    int    // days for which the platform keeps it; 0: for ever
	Archives int    // of an archive: days after which values are moved into it; 0: it has all
	PerYear  int    // typical rows of one feed in a year
	Retired  string // month since when the platform refuses it; empty: it does not
}

// VariantRow is one of the questions that are asked of an item, as
// entsoe.variants mirrors it.
type VariantRow struct {
	Item         string `json:"item"`
	Variant      string `json:"variant"`
	Title        string `json:"title"`
	Axis         string `json:"axis"` // "delivery", "update" or "date"
	Unit         string `json:"unit"` // published at once: "instant", "day", "week", "month", "quarter" or "year"
	OnDemand     bool   `json:"on_demand"`
	Backfilled   bool   `json:"backfilled"`
	LatestMonths int    `json:"latest_months"` // deadline of a unit
	LatestDays   int    `json:"latest_days"`
	LatestClock  string `json:"latest_clock"` // an interval of PostgreSQL
}

// PlaceRow is where data of an item can be expected, as entsoe.places mirrors it.
type PlaceRow struct {
	Item        string `json:"item"`
	Area        string `json:"area"`
	CounterArea string `json:"counter_area"`
	Name        string `json:"name"`
	TimeZone    string `json:"time_zone"`
	ValidFrom   string `json:"valid_from,omitempty"` // "2018-10-01"
	ValidUntil  string `json:"valid_until,omitempty"`
}

// AreaRow is an area as entsoe.areas mirrors it for SQL users.
type AreaRow struct {
	EIC        string
	Code       string
	Name       string
	Kinds      []string
	TimeZone   string
	ValidFrom  string // "2018-10-01", empty: always
	ValidUntil string // first day without data, empty: still valid
}

// CodeRow is a code of the platform as entsoe.codes mirrors it.
type CodeRow struct {
	List  string // "psrType", "businessType", "docStatus" ...
	Code  string
	Title string
}

// AreaLineRow is a part of a line of areas that followed each other, as
// entsoe.area_lines mirrors it.
type AreaLineRow struct {
	Name  string // of the line
	EIC   string
	From  string // first day, "2018-10-01"; empty: from the beginning
	Until string // first day after it; empty: until now
}

// MigrateOptions is what a database mirrors of the catalogue.
type MigrateOptions struct {
	Items    []ItemRow
	Variants []VariantRow
	Places   []PlaceRow
	Areas    []AreaRow
	Codes    []CodeRow
	Lines    []AreaLineRow
	Views    []ViewSpec
	Source   Source       // claimed for the database if its kind is not empty
	Log      *slog.Logger // nil: silent
}

// Report says what Migrate found and made.
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
	cfg    Config
	opts   MigrateOptions
	pool   *pgxpool.Pool
	report Report
}

// Migrate makes the database if it is missing, brings its schema up to date
// and ensures what depends on the server: hypertables, compression, roles,
// views and the mirrored catalogue. Any number of processes may run it at once.
func Migrate(ctx context.Context, cfg Config, opts MigrateOptions) (Report, error) {
	m := &migration{cfg: cfg, opts: opts}
	if err := m.makeDatabase(ctx); err != nil {
		return m.report, err
	}
	pool, err := openPool(ctx, cfg, 4)
	if err != nil {
		return m.report, err
	}
	defer pool.Close()
	m.pool = pool
	if err := m.locked(ctx, m.steps); err != nil {
		return m.report, fmt.Errorf("migrate database %q: %w", m.report.Database, err)
	}
	if opts.Source.Kind != "" {
		return m.report, (&DB{Pool: pool}).ClaimSource(ctx, opts.Source)
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
	if err := lockSession(ctx, conn.Conn()); err != nil {
		return fmt.Errorf("wait for another migration to end: %w", err)
	}
	err = f(ctx)
	// Not by unlocking: closing the session works after a cancellation, too.
	return errors.Join(err, conn.Conn().Close(context.WithoutCancel(ctx)))
}

// lockSession takes migrateLock until the session ends.
func lockSession(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, `set lock_timeout = '10min'`); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, migrateLock)
	return err
}

func (m *migration) steps(ctx context.Context) error {
	if err := m.pool.QueryRow(ctx, `show server_version`).Scan(&m.report.Server); err != nil {
		return err
	}
	m.report.Server, _, _ = strings.Cut(m.report.Server, " ")
	for _, step := range []func(context.Context) error{
		m.extension,
		m.schema,
		m.river,
		m.hypertables,
		m.compression,
		m.mirror,
		m.views,
		m.roles,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// schema applies our own migrations.
func (m *migration) schema(ctx context.Context) error {
	if _, err := m.pool.Exec(ctx, `create schema if not exists entsoe`); err != nil {
		return err
	}
	db := stdlib.OpenDBFromPool(m.pool)
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	results, err := provider.Up(ctx)
	for _, r := range results {
		m.report.Applied = append(m.report.Applied, r.Source.Path)
	}
	if err != nil {
		return err
	}
	_, err = m.pool.Exec(ctx, `
comment on table  entsoe.migrations            is 'Which migrations of this schema have been applied.';
comment on column entsoe.migrations.id         is 'Order of application.';
comment on column entsoe.migrations.version_id is 'Number of the migration; 0 stands for the empty schema.';
comment on column entsoe.migrations.is_applied is 'Always true: migrations are never taken back.';
comment on column entsoe.migrations.tstamp     is 'When it was applied, by the server''s clock.'`)
	return err
}

// river applies the migrations of the queue.
func (m *migration) river(ctx context.Context) error {
	_, err := m.pool.Exec(ctx, `create schema if not exists river;
comment on schema river is 'The job queue (riverqueue.com). Jobs are in river.river_job.'`)
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

// makeDatabase creates the database unless it is there.
func (m *migration) makeDatabase(ctx context.Context) error {
	cc, err := m.cfg.connConfig()
	if err != nil {
		return err
	}
	m.report.Database = cc.Database
	conn, err := waitConnect(ctx, m.cfg, cc, m.opts.Log)
	if err == nil {
		return conn.Close(ctx)
	}
	if code(err) != codeNoDatabase {
		return err
	}
	admin := cc.Copy()
	admin.Database = "postgres"
	conn, err = waitConnect(ctx, m.cfg, admin, m.opts.Log)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if err := lockSession(ctx, conn); err != nil {
		return fmt.Errorf("wait for another migration to end: %w", err)
	}
	m.report.Created, err = createDatabase(ctx, conn, cc.Database)
	if code(err) == codeNoPrivilege {
		return fmt.Errorf("%s: there is no database %q and user %q may not create it: let an administrator run `create database %s owner %s`",
			m.cfg.setting("DATABASE_NAME"), cc.Database, cc.User, pgx.Identifier{cc.Database}.Sanitize(), pgx.Identifier{cc.User}.Sanitize())
	}
	return err
}

// createDatabase reports false where another process was faster.
func createDatabase(ctx context.Context, conn *pgx.Conn, name string) (bool, error) {
	const tries = 20 // the server waits 5 s each for others to leave template1
	for try := 1; ; try++ {
		_, err := conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize())
		switch {
		case err == nil:
			return true, nil
		case code(err) == codeDuplicateDB:
			return false, nil
		case code(err) != codeObjectInUse || try == tries:
			return false, fmt.Errorf("create database %q: %w", name, err)
		}
	}
}
