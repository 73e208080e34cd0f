package schema

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// part is a span of time that is moved at once.
type part struct {
	from, to   time.Time
	chunk      bool // of a hypertable, and nothing but that
	compressed bool
	bytes      int64 // uncompressed
}

// parts returns the spans of time in which the old table has rows: its chunks, or of a
// plain table months.
func (m *migration) parts(ctx context.Context, before string) ([]part, error) {
	chunks, err := m.chunks(ctx, before)
	if err != nil || chunks != nil {
		return chunks, err
	}
	rows, err := m.pool.Query(ctx, `
with filled as (
  select min(at) as first, max(at) as last, pg_total_relation_size($1::regclass) as bytes from `+before+`
), months as (
  select at, at + interval '1 month' as until, bytes, count(*) over () as n
  from filled, generate_series(date_trunc('month', first, 'UTC'), last, interval '1 month') at
)
select at, until, false, false, bytes / n from months order by at`, before)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanPart)
}

// chunks returns the chunks of a hypertable in the order of time, or nil if the table
// is none.
func (m *migration) chunks(ctx context.Context, table string) ([]part, error) {
	if m.report.TimescaleDB == "" {
		return nil, nil
	}
	var is bool
	err := m.pool.QueryRow(ctx, `
select exists (select from timescaledb_information.hypertables where format('%s.%s', hypertable_schema, hypertable_name) = $1)`, table).Scan(&is)
	if err != nil || !is {
		return nil, err
	}
	uncompressed := `pg_total_relation_size(format('%I.%I', c.chunk_schema, c.chunk_name)::regclass)`
	join := ""
	schema, err := m.extensionSchema(ctx)
	if err != nil {
		return nil, err
	}
	var some bool // are compressed, and the server tells what they were before
	err = m.pool.QueryRow(ctx, `
select to_regprocedure($2) is not null and exists (
  select from timescaledb_information.chunks where format('%s.%s', hypertable_schema, hypertable_name) = $1 and is_compressed)`,
		table, schema+".chunk_compression_stats(regclass)").Scan(&some)
	if err != nil {
		return nil, err
	}
	if some {
		uncompressed += ` + coalesce(s.before_compression_total_bytes, 0)`
		join = `
left join ` + schema + `.chunk_compression_stats($1::regclass) s on (s.chunk_schema, s.chunk_name) = (c.chunk_schema, c.chunk_name)`
	}
	rows, err := m.pool.Query(ctx, `
select c.range_start, c.range_end, true, c.is_compressed, `+uncompressed+`
from timescaledb_information.chunks c`+join+`
where format('%s.%s', c.hypertable_schema, c.hypertable_name) = $1
order by c.range_start`, table)
	if err != nil {
		return nil, err
	}
	parts, err := pgx.CollectRows(rows, scanPart)
	return append([]part{}, parts...), err
}

func scanPart(row pgx.CollectableRow) (p part, err error) {
	err = row.Scan(&p.from, &p.to, &p.chunk, &p.compressed, &p.bytes)
	return p, err
}
