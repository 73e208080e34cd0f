package schema

import (
	"cmp"
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// hypertables are the tables that TimescaleDB splits into chunks of time.
var hypertables = []hypertable{
	// Only times that no timetable reads again are compressed (the last stage is 60 days).
	{"entsoe.points", "30 days", "90 days", "series_id", "at"},
	{"entsoe.points_fast", "1 day", "90 days", "series_id", "at"},
	// Ordered by the end as well, so that a save finds what reaches into its window
	// without decompressing everything before it.
	{"entsoe.entries", "30 days", "90 days", "item_no, feed_id, series_id", "at, until"},
}

type hypertable struct{ table, chunk, compressAfter, segmentBy, orderBy string }

// extension creates the TimescaleDB extension if the server has it, or refuses to go
// on if it is required and missing.
func (m *migration) extension(ctx context.Context) error {
	var available *string
	err := m.pool.QueryRow(ctx, `
select default_version, coalesce(installed_version, '')
from pg_available_extensions where name = 'timescaledb'`).Scan(&available, &m.report.TimescaleDB)
	if err != nil && err != pgx.ErrNoRows {
		return err
	}
	if m.report.TimescaleDB == "" {
		var why error
		if available == nil {
			why = fmt.Errorf("it is not installed on the server")
		} else if _, err := m.pool.Exec(ctx, `create extension if not exists timescaledb`); err != nil {
			why = err
		} else {
			m.report.TimescaleDB = *available
		}
		if why != nil {
			return m.withoutTimescaleDB(why)
		}
	}
	m.report.have("TimescaleDB %s", m.report.TimescaleDB)
	if available != nil && *available != m.report.TimescaleDB {
		m.report.missing("TimescaleDB %s is installed on the server, the database still uses %s: run `alter extension timescaledb update` in a new session",
			*available, m.report.TimescaleDB)
	}
	return m.pool.QueryRow(ctx, `select coalesce(current_setting('timescaledb.license', true), '')`).Scan(&m.report.License)
}

func (m *migration) withoutTimescaleDB(why error) error {
	if m.cfg.TimescaleDB != "auto" {
		return fmt.Errorf("DATABASE_TIMESCALEDB: TimescaleDB is required but cannot be used: %w; use an image such as timescale/timescaledb, or set DATABASE_TIMESCALEDB=auto to do without it", why)
	}
	m.report.missing("TimescaleDB: %v. Plain tables are used: the same data and views, larger and slower after some years. Once it is installed, run `entsoed migrate` again", why)
	return nil
}

// hypertables converts the tables, also after a first run without
// TimescaleDB, and sets the chunk interval of new chunks.
func (m *migration) hypertables(ctx context.Context) error {
	if m.report.TimescaleDB == "" {
		return nil
	}
	schema, err := m.extensionSchema(ctx)
	if err != nil {
		return err
	}
	for _, h := range hypertables {
		if err := m.makeHypertable(ctx, schema, h); err != nil {
			return err
		}
		m.report.have("%s is a hypertable with chunks of %s", h.table, h.chunk)
	}
	return nil
}

// makeHypertable converts a table, unless it is one, with its rows.
func (m *migration) makeHypertable(ctx context.Context, schema string, h hypertable) error {
	_, err := m.pool.Exec(ctx, fmt.Sprintf(`
select %[1]s.create_hypertable('%[2]s', %[1]s.by_range('at', interval '%[3]s'),
  create_default_indexes => false, if_not_exists => true, migrate_data => true);
select %[1]s.set_chunk_time_interval('%[2]s', interval '%[3]s')
from timescaledb_information.dimensions
where format('%%s.%%s', hypertable_schema, hypertable_name) = '%[2]s' and time_interval <> interval '%[3]s'`,
		schema, h.table, h.chunk))
	if err != nil {
		return fmt.Errorf("make %s a hypertable: %w", h.table, err)
	}
	return nil
}

// extensionSchema is the schema of the extension's functions, which need not be on
// the search path.
func (m *migration) extensionSchema(ctx context.Context) (schema string, err error) {
	err = m.pool.QueryRow(ctx, `
select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
where e.extname = 'timescaledb'`).Scan(&schema)
	return schema, err
}

// compression is a feature of the Community edition. Everything else works without
// it, so its failure is reported, not returned.
func (m *migration) compression(ctx context.Context) error {
	if m.report.TimescaleDB == "" {
		return nil
	}
	if m.report.License != "timescale" {
		m.report.missing("compression: the server runs the Apache edition of TimescaleDB (timescaledb.license = %s); the Community edition stores the same data in a tenth of the space", m.report.License)
		return nil
	}
	schema, err := m.extensionSchema(ctx)
	if err != nil {
		return err
	}
	for _, h := range hypertables {
		err := pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error { return compress(ctx, tx, schema, h) })
		if err != nil {
			m.report.missing("compression of %s: %v", h.table, err)
			continue
		}
		m.report.have("%s is compressed after %s", h.table, h.compressAfter)
	}
	return nil
}

// compress ensures that a hypertable is compressed, by a policy of its owner.
func compress(ctx context.Context, tx pgx.Tx, schema string, h hypertable) error {
	now, err := compressed(ctx, tx, h.table)
	if err != nil {
		return err
	}
	if !now.Enabled {
		_, err = tx.Exec(ctx, fmt.Sprintf(`alter table %s set (timescaledb.compress,
  timescaledb.compress_segmentby = '%s', timescaledb.compress_orderby = '%s')`, h.table, h.segmentBy, h.orderBy))
		if err != nil {
			return err
		}
	}
	if now.Planned && !now.Own {
		if _, err := tx.Exec(ctx, `select `+schema+`.remove_compression_policy($1::regclass)`, h.table); err != nil {
			return err
		}
	}
	if !now.Own {
		_, err = tx.Exec(ctx, `select `+schema+`.add_compression_policy($1::regclass, compress_after => $2::interval, if_not_exists => true)`,
			h.table, cmp.Or(now.After, h.compressAfter))
	}
	return err
}

// compression is how a hypertable is compressed.
type compression struct {
	Enabled bool
	Planned bool   // there is a policy
	Own     bool   // the policy's job runs as the owner of the table
	After   string // the age at which the policy compresses, which somebody may have changed
}

// compressed returns how a hypertable is compressed. A policy keeps the owner that the
// table had when it was made, so that one from before the table was given to the
// owner's role would go on as the superuser.
func compressed(ctx context.Context, tx pgx.Tx, table string) (c compression, err error) {
	err = tx.QueryRow(ctx, `
select h.compression_enabled, j.job_id is not null,
  coalesce(j.owner::text in (h.owner::text, quote_ident(h.owner::text)), false), coalesce(j.config ->> 'compress_after', '')
from timescaledb_information.hypertables h
left join timescaledb_information.jobs j
  on (j.hypertable_schema, j.hypertable_name) = (h.hypertable_schema, h.hypertable_name)
  and j.proc_name in ('policy_compression', 'policy_columnstore')
where format('%s.%s', h.hypertable_schema, h.hypertable_name) = $1
order by 3
limit 1`, table).Scan(&c.Enabled, &c.Planned, &c.Own, &c.After)
	return c, err
}
