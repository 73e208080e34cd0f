package schema

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// moving is a table of points on its way to its new form. What is still to be moved
// is in the old table: each part is moved and deleted there in one transaction, so
// that a run that ends anywhere is taken up by the next.
type moving struct {
	hypertable
	before, target string
}

// movingTables are the tables that migration 38 leaves behind in a filled database.
func movingTables() []moving {
	var all []moving
	for _, h := range hypertables {
		if h.table == "entsoe.points" || h.table == "entsoe.points_fast" {
			m := moving{hypertable: h, before: h.table + "_before", target: h.table + "_moving"}
			m.table = m.target
			all = append(all, m)
		}
	}
	return all
}

// movePoints moves the points of a filled database to their new form, and gives back
// the names by which they are read.
func (m *migration) movePoints(ctx context.Context) error {
	var begun bool
	if err := m.pool.QueryRow(ctx, `select to_regclass('entsoe.points_before') is not null`).Scan(&begun); err != nil || !begun {
		return err
	}
	var err error
	parts := map[string][]part{}
	p := m.newProgress()
	for _, t := range movingTables() {
		if err := m.receive(ctx, t); err != nil {
			return fmt.Errorf("prepare %s: %w", t.target, err)
		}
		if parts[t.before], err = m.parts(ctx, t.before); err != nil {
			return fmt.Errorf("measure %s: %w", t.before, err)
		}
		p.expect(parts[t.before])
	}
	p.begin()
	for _, t := range movingTables() {
		for _, part := range parts[t.before] {
			var rows int64
			err := undoneByDeadlock(func() (err error) {
				rows, err = m.movePart(ctx, t, part)
				return err
			})
			if err != nil {
				return fmt.Errorf("move points of %s to %s from %s: %w", part.from.Format(time.DateOnly), part.to.Format(time.DateOnly), t.before, err)
			}
			if part.compressed {
				m.compressMoved(ctx, t, part)
			}
			p.moved(part, rows)
		}
	}
	if err := m.wholeSeconds(ctx); err != nil {
		return fmt.Errorf("cut the history of points to seconds: %w", err)
	}
	if err := undoneByDeadlock(func() error { return m.moved(ctx) }); err != nil {
		return fmt.Errorf("put the moved points in place: %w", err)
	}
	p.end()
	m.report.have("%d points were moved to their new form", p.rows)
	return nil
}

// receive makes the new table a hypertable and takes over how the old one was
// compressed, and from which age on.
func (m *migration) receive(ctx context.Context, t moving) error {
	if m.report.TimescaleDB == "" {
		return nil
	}
	schema, err := m.extensionSchema(ctx)
	if err != nil {
		return err
	}
	if err := m.makeHypertable(ctx, schema, t.hypertable); err != nil || m.report.License != "timescale" {
		return err
	}
	err = pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error {
		old, err := compressed(ctx, tx, t.before)
		if err != nil && err != pgx.ErrNoRows { // there are none of a plain table
			return err
		}
		t.compressAfter = cmp.Or(old.After, t.compressAfter)
		if err := compress(ctx, tx, schema, t.hypertable); err != nil || !old.Planned {
			return err
		}
		_, err = tx.Exec(ctx, `select `+schema+`.remove_compression_policy($1::regclass)`, t.before)
		return err
	})
	if err != nil {
		m.report.missing("compression of points while they are moved: %v", err)
	}
	return nil
}

// undoneByDeadlock does a transaction again, some times, that PostgreSQL has undone
// because two waited for each other: autovacuum counts the rows of a table while its
// chunks are dropped.
func undoneByDeadlock(do func() error) error {
	err := do()
	for tries := 1; store.Code(err) == codeDeadlock && tries < 5; tries++ {
		err = do()
	}
	return err
}

// movePart moves the points of a span. The times stand in the statements as constants,
// since the planner leaves out other chunks, and takes no locks on them, by those only.
func (m *migration) movePart(ctx context.Context, t moving, p part) (rows int64, err error) {
	span := fmt.Sprintf(`at >= '%s' and at < '%s'`, p.from.UTC().Format(time.RFC3339Nano), p.to.UTC().Format(time.RFC3339Nano))
	const columns = `at, value, series_id, extract(epoch from date_trunc('second', known_from) - at)`
	err = pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error {
		if !p.chunk {
			// The condition on the item leads to the index of the old table.
			tag, err := tx.Exec(ctx, `
with moved as (
  delete from `+t.before+` where item_no = any(array(select item_no from entsoe.items)) and `+span+`
  returning at, value, series_id, known_from
)
insert into `+t.target+` (at, value, series_id, known_after)
select `+columns+` from moved order by series_id, at`)
			rows = tag.RowsAffected()
			return err
		}
		tag, err := tx.Exec(ctx, `
insert into `+t.target+` (at, value, series_id, known_after)
select `+columns+` from `+t.before+` where `+span+` order by series_id, at`)
		if err != nil {
			return err
		}
		rows = tag.RowsAffected()
		schema, err := m.extensionSchema(ctx)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `select `+schema+`.drop_chunks($1::regclass, older_than => $2::timestamptz, newer_than => $3::timestamptz)`,
			t.before, p.to, p.from)
		return err
	})
	return rows, err
}

// compressMoved compresses what a compressed chunk has become. What fails here is left
// to the policy, which compresses by age.
func (m *migration) compressMoved(ctx context.Context, t moving, p part) {
	schema, err := m.extensionSchema(ctx)
	if err == nil {
		_, err = m.pool.Exec(ctx, `
select `+schema+`.compress_chunk(format('%I.%I', chunk_schema, chunk_name)::regclass, if_not_compressed => true)
from timescaledb_information.chunks
where format('%s.%s', hypertable_schema, hypertable_name) = $1 and not is_compressed and range_end <= $2`, t.target, p.to)
	}
	if err != nil {
		m.report.missing("compression of points from %s on, after they were moved: %v; the policy does it later", p.from.Format(time.DateOnly), err)
	}
}

// wholeSeconds cuts the times of history to the second, as those of points are, in
// batches that leave room for each other.
func (m *migration) wholeSeconds(ctx context.Context) error {
	const batch = 20_000 // pages of 8 kB
	var pages int64
	err := m.pool.QueryRow(ctx, `select pg_relation_size('entsoe.point_history') / current_setting('block_size')::bigint`).Scan(&pages)
	if err != nil {
		return err
	}
	for first := int64(0); first < pages; first += batch {
		tag, err := m.pool.Exec(ctx, fmt.Sprintf(`
update entsoe.point_history
set known_from = date_trunc('second', known_from), known_until = date_trunc('second', known_until)
where ctid >= '(%d,0)' and ctid < '(%d,0)'
  and (known_from <> date_trunc('second', known_from) or known_until <> date_trunc('second', known_until))`, first, first+batch))
		if err != nil {
			return err
		}
		if tag.RowsAffected() > 0 {
			if _, err := m.pool.Exec(ctx, `vacuum entsoe.point_history`); err != nil {
				return err
			}
		}
	}
	return nil
}

// moved gives the new tables their names, and drops the old ones.
func (m *migration) moved(ctx context.Context) error {
	return pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error {
		for _, t := range movingTables() {
			var left bool
			if err := tx.QueryRow(ctx, `select exists (select from `+t.before+`)`).Scan(&left); err != nil {
				return err
			}
			if left {
				return fmt.Errorf("%s still has rows: run `entsoed migrate` again", t.before)
			}
			if _, err := tx.Exec(ctx, `drop table `+t.before+` cascade`); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `
alter table entsoe.points_moving rename to points;
alter table entsoe.points_fast_moving rename to points_fast`)
		return err
	})
}
