package schema

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"entsoed/migrations"
	"entsoed/store"
	"entsoed/store/queue"
)

// VersionError says that a schema is not the one that this program works with.
type VersionError struct {
	Database    string
	User        string // who may not migrate it; empty if it is newer
	Have, Known store.SchemaVersion
}

func (e *VersionError) Error() string {
	if e.Have.NewerThan(e.Known) {
		return fmt.Sprintf("the database %q has %s, and this entsoed knows only %s: run the newer entsoed that migrated it", e.Database, e.Have, e.Known)
	}
	return fmt.Sprintf("the database %q has %s, this entsoed needs %s, and user %q does not own the schema: run `entsoed migrate`",
		e.Database, e.Have, e.Known, e.User)
}

// OwnerError says that another role owns the schema that was to be migrated.
type OwnerError struct{ User, Owner string }

func (e *OwnerError) Error() string {
	return fmt.Sprintf("the schema belongs to role %q, and user %q is neither that, nor a member of it, nor a superuser", e.Owner, e.User)
}

// Known is the schema that this program makes and works with.
func Known() (store.SchemaVersion, error) {
	var known store.SchemaVersion
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		return known, err
	}
	for _, name := range names {
		n, err := goose.NumericComponent(name)
		if err != nil {
			return known, err
		}
		known.Schema = max(known.Schema, n)
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(nil), &rivermigrate.Config{Schema: riverSchema})
	if err != nil {
		return known, err
	}
	for _, m := range migrator.AllVersions() {
		known.River = max(known.River, int64(m.Version))
	}
	return known, nil
}

// Open is store.Open for a schema of this very version; else it returns a
// *VersionError.
func Open(ctx context.Context, cfg store.Config, size int32) (*store.DB, error) {
	known, err := Known()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, cfg, size)
	if err != nil {
		return nil, err
	}
	have, err := queue.SchemaVersion(ctx, db.Pool)
	if err == nil && have != known {
		cc := db.Pool.Config().ConnConfig
		err = &VersionError{Database: cc.Database, User: cc.User, Have: have, Known: known}
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// Ensure does what Migrate does, for a command that needs the schema, if its role
// owns the schema or may make it. Another role must find all as this program needs
// it: else there is a *VersionError.
func Ensure(ctx context.Context, cfg store.Config, opts Options) (Report, error) {
	owns, err := ownsSchema(ctx, cfg, opts)
	if err != nil {
		return Report{}, err
	}
	if owns {
		return Migrate(ctx, cfg, opts)
	}
	db, err := Open(ctx, cfg, 1)
	if err != nil {
		return Report{}, err
	}
	defer db.Close()
	report, err := compareCatalogue(ctx, db, opts)
	if err == nil && opts.Source.Kind != "" {
		err = db.ClaimSource(ctx, opts.Source)
	}
	return report, err
}

// ownsSchema reports whether the user may migrate the database: it owns the schema,
// or there is none yet and it is not the worker's login.
func ownsSchema(ctx context.Context, cfg store.Config, opts Options) (owns bool, err error) {
	cc, err := cfg.ConnConfig()
	if err != nil {
		return false, err
	}
	conn, err := store.WaitConnect(ctx, cfg, cc, opts.Log)
	if store.Code(err) == store.CodeNoDatabase {
		return !cfg.IsWorker(), nil
	}
	if err != nil {
		return false, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it was only read from
	err = conn.QueryRow(ctx, `select pg_has_role(nspowner, 'usage') from pg_namespace where nspname = 'entsoe'`).Scan(&owns)
	if err == pgx.ErrNoRows {
		return !cfg.IsWorker(), nil
	}
	return owns, err
}

// mayMigrate refuses a schema that is newer than this program, or somebody else's.
func (m *migration) mayMigrate(ctx context.Context) error {
	known, err := Known()
	if err != nil {
		return err
	}
	have, err := queue.SchemaVersion(ctx, m.pool)
	if err != nil {
		return err
	}
	if have.NewerThan(known) {
		return &VersionError{Database: m.report.Database, Have: have, Known: known}
	}
	if m.user, err = m.look(ctx); err != nil {
		return err
	}
	if m.user.SchemaOwner != "" && !m.user.Owns {
		return &OwnerError{User: m.user.Name, Owner: m.user.SchemaOwner}
	}
	return nil
}

// compareCatalogue refuses a database that lacks items of the catalogue, and reports
// one whose catalogue differs in something else: another version migrated it last,
// or the server is a newer one.
func compareCatalogue(ctx context.Context, db *store.DB, opts Options) (Report, error) {
	m := &migration{opts: opts, pool: db.Pool, report: Report{Database: db.Pool.Config().ConnConfig.Database}}
	names := make([]string, len(opts.Items))
	for n, i := range opts.Items {
		names[n] = i.Name
	}
	var lacks string
	err := db.Pool.QueryRow(ctx, `
select coalesce(string_agg(name, ', '), '') from unnest($1::text[]) name
where not exists (select from entsoe.items i where i.name = name.name)`, names).Scan(&lacks)
	if err != nil {
		return m.report, err
	}
	if lacks != "" {
		return m.report, fmt.Errorf("the database %q does not know the data items %s: run `entsoed migrate`", m.report.Database, lacks)
	}
	if err := m.server(ctx); err != nil {
		return m.report, err
	}
	same, err := m.mirrored(ctx)
	if err == nil && !same {
		m.report.missing("the catalogue in the database was written for another version of entsoed or of the server: run `entsoed migrate`")
	}
	return m.report, err
}
