package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// pointTables are the tables of points: one for steps of a minute and more,
// one for finer ones.
var pointTables = []struct {
	name string
	fast bool
}{{"entsoe.points", false}, {"entsoe.points_fast", true}}

// saveBatch compares a batch with the database and writes the difference. It
// starts again if another feed has written the same points in the meantime. Each
// time one of the writers is done, so there are no more tries than writers.
func saveBatch(ctx context.Context, tx pgx.Tx, pointTable string, batch []target, knownAt time.Time) (*change, error) {
	const tries = 100
	for try := 1; ; try++ {
		have, err := readStored(ctx, tx, pointTable, batch)
		if err != nil {
			return nil, err
		}
		c := &change{knownAt: knownAt}
		for _, t := range batch {
			c.compare(t, have[t.series])
		}
		err = pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error { return c.write(ctx, tx, pointTable) })
		if (Code(err) == CodeUniqueViolation || errors.Is(err, errMiscounted)) && try < tries {
			continue
		}
		return c, err
	}
}

// readStored returns the stored points within the hulls of the targets, by
// series, sorted by time.
func readStored(ctx context.Context, tx pgx.Tx, pointTable string, batch []target) (map[int32][]stored, error) {
	var (
		ids      []int32
		from, to []time.Time
	)
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	for _, t := range batch {
		h := t.hull()
		ids, from, to = append(ids, t.series), append(from, time.Unix(h.from, 0)), append(to, time.Unix(h.to, 0))
		first, last = min(first, h.from), max(last, h.to)
	}
	// The outer bounds tell the planner which chunks it has to read.
	rows, err := tx.Query(ctx, `
select p.series_id, p.at, p.value
from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[]) as w(id, window_from, window_to)
join `+pointTable+` p on p.series_id = w.id and p.at >= w.window_from and p.at < w.window_to
where p.series_id = any($1) and p.at >= $4 and p.at < $5`, ids, from, to, time.Unix(first, 0), time.Unix(last, 0))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	have := make(map[int32][]stored, len(batch))
	for rows.Next() {
		v := rows.RawValues() // in binary form; scanning would cost more than reading
		id := int32(binary.BigEndian.Uint32(v[0]))
		have[id] = append(have[id], stored{
			at:    int64(binary.BigEndian.Uint64(v[1]))/1e6 + postgresEpoch,
			value: math.Float64frombits(binary.BigEndian.Uint64(v[2])),
		})
	}
	for _, points := range have {
		slices.SortFunc(points, func(a, b stored) int { return cmp.Compare(a.at, b.at) })
	}
	return have, rows.Err()
}

// write applies the change, if what it was computed from still stands. Retractions
// come first, then updates, then inserts, each in the order of (series, time).
func (c *change) write(ctx context.Context, tx pgx.Tx, pointTable string) error {
	if err := c.rewrite(ctx, tx, pointTable); err != nil {
		return err
	}
	if c.insert.rows == 0 {
		return nil
	}
	tag, err := tx.Conn().PgConn().CopyFrom(ctx, c.insert.reader(),
		"copy "+pointTable+" (at, value, series_id, known_after) from stdin binary")
	return exactly(c.insert.rows, tag.RowsAffected(), err)
}

// rewrite retracts and updates. Points of a chunk that was never analyzed are expected
// to be one or two: nested loops would compare each change with each point.
func (c *change) rewrite(ctx context.Context, tx pgx.Tx, pointTable string) error {
	if len(c.retract.series)+len(c.update.series) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, `set local enable_nestloop = off`); err != nil {
		return err
	}
	if err := c.writeRetractions(ctx, tx, pointTable); err != nil {
		return err
	}
	if err := c.writeUpdates(ctx, tx, pointTable); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `set local enable_nestloop to default`)
	return err
}

func (c *change) writeRetractions(ctx context.Context, tx pgx.Tx, pointTable string) error {
	r := c.retract
	if len(r.series) == 0 {
		return nil
	}
	tag, err := tx.Exec(ctx, `
with gone as (
  delete from `+pointTable+` p
  using unnest(@series::integer[], @at::timestamptz[], @old::float8[]) as g(series_id, at, value)
  where p.series_id = any(@each) and p.series_id = g.series_id and p.at = g.at and p.value = g.value and p.at >= @first and p.at <= @last
  returning p.at, p.value, p.series_id, p.at + p.known_after * interval '1 second' as known_from
)
insert into entsoe.point_history (at, known_from, known_until, value, series_id)
select at, known_from, greatest(known_from, @known_at), value, series_id from gone`, pgx.NamedArgs{
		"series": r.series, "at": r.at, "old": r.old, "each": r.each(), "known_at": c.knownAt,
		"first": slices.MinFunc(r.at, time.Time.Compare), "last": slices.MaxFunc(r.at, time.Time.Compare),
	})
	return exactly(int64(len(r.series)), tag.RowsAffected(), err)
}

func (c *change) writeUpdates(ctx context.Context, tx pgx.Tx, pointTable string) error {
	u := c.update
	if len(u.series) == 0 {
		return nil
	}
	tag, err := tx.Exec(ctx, `
with old as (
  select p.at, p.at + p.known_after * interval '1 second' as known_from, p.value, p.series_id, g.value as new_value
  from unnest(@series::integer[], @at::timestamptz[], @old::float8[], @value::float8[]) as g(series_id, at, old, value)
  join `+pointTable+` p on p.series_id = g.series_id and p.at = g.at and p.value = g.old
  where p.series_id = any(@each) and p.at >= @first and p.at <= @last
), kept as (
  insert into entsoe.point_history (at, known_from, known_until, value, series_id)
  select at, known_from, greatest(known_from, @known_at), value, series_id from old
)
update `+pointTable+` p set value = old.new_value, known_after = extract(epoch from @known_at - p.at)
from old
where p.series_id = any(@each) and p.series_id = old.series_id and p.at = old.at and p.value = old.value and p.at >= @first and p.at <= @last`, pgx.NamedArgs{
		"series": u.series, "at": u.at, "old": u.old, "value": u.value, "each": u.each(), "known_at": c.knownAt,
		"first": slices.MinFunc(u.at, time.Time.Compare), "last": slices.MaxFunc(u.at, time.Time.Compare),
	})
	return exactly(int64(len(u.series)), tag.RowsAffected(), err)
}

// exactly makes sure that the reported counts are true.
func exactly(want, got int64, err error) error {
	if err == nil && want != got {
		return fmt.Errorf("%w: %d instead of %d", errMiscounted, got, want)
	}
	return err
}

// errMiscounted says that some of the rows were no longer what they had been when they
// were read.
var errMiscounted = errors.New("wrote not as many rows as were meant")

// extend recomputes the extents of series where they gained or lost points, and when
// they and their rivals have the best values. All of these are locked first, in one
// order: of two saves that meet there the second sees what the first has done.
func extend(ctx context.Context, tx pgx.Tx, grown map[int32]unixWindow) error {
	if len(grown) == 0 {
		return nil
	}
	var from, to []time.Time
	ids := slices.Sorted(maps.Keys(grown))
	for _, id := range ids {
		from, to = append(from, time.Unix(grown[id].from, 0)), append(to, time.Unix(grown[id].to, 0))
	}
	_, err := tx.Exec(ctx, `
select id from entsoe.series
where rival_key in (select rival_key from entsoe.series where id = any($1))
order by id
for no key update`, ids)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
update entsoe.series s
set extent = s.extent - tstzmultirange(tstzrange(w.window_from, w.window_to + s.longest)) + coalesce(
  case when s.fast then
    (select range_agg(tstzrange(p.at, p.at + s.longest)) from entsoe.points_fast p
     where p.series_id = any($1) and p.series_id = s.id and p.at > w.window_from - s.longest and p.at < w.window_to + s.longest)
  else
    (select range_agg(tstzrange(p.at, p.at + s.longest)) from entsoe.points p
     where p.series_id = any($1) and p.series_id = s.id and p.at > w.window_from - s.longest and p.at < w.window_to + s.longest)
  end, '{}')
from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[]) as w(id, window_from, window_to)
where s.id = w.id`, ids, from, to)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `select entsoe.renew_best_spans($1)`, ids)
	return err
}

// postgresEpoch is 2000-01-01, from which PostgreSQL counts microseconds, in
// seconds since 1970.
const postgresEpoch = 946_684_800

// addPoint adds a row of a table of points.
func (b *copyBuffer) addPoint(at int64, value float64, series int32, knownAt time.Time) {
	b.begin(4)
	b.put64(uint64((at - postgresEpoch) * 1e6))
	b.put64(math.Float64bits(value))
	b.put32(uint32(series))
	b.put32(uint32(knownAt.Unix() - at))
}
