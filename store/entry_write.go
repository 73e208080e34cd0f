package store

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// retract ends the rows that are gone. Of equal rows those with the highest
// numbers go.
func (d *entryDiff) retract(ctx context.Context, tx pgx.Tx) error {
	if len(d.gone) == 0 {
		return nil
	}
	var (
		at       []time.Time
		until    []pgtype.Timestamptz
		contents []int64
		series   []int32
		left     []int32
		want     int64
	)
	for _, g := range d.gone {
		at = append(at, time.UnixMicro(g.at))
		until = append(until, untilTime(g.until))
		contents, series, left = append(contents, g.content), append(series, g.series), append(left, g.left)
		want += int64(g.gone)
	}
	// The outer bounds tell the planner which chunks it has to read.
	tag, err := tx.Exec(ctx, `
update entsoe.entries e
set known_until = greatest(e.known_from, @known_at)
from unnest(@at::timestamptz[], @until::timestamptz[], @contents::bigint[], @series::integer[], @left::integer[]) as g(at, until, content, series_id, rest)
where e.feed_id = @feed and e.series_id = any(@each) and e.known_until = 'infinity' and e.at = g.at and e.content = g.content
  and e.until = g.until and e.series_id = g.series_id and e.nth >= g.rest
  and e.at >= @first and e.at <= @last`, pgx.NamedArgs{
		"feed": d.answer.FeedID, "known_at": d.answer.KnownAt, "at": at, "until": until, "contents": contents, "series": series, "left": left,
		"each": slices.Compact(slices.Sorted(slices.Values(series))), "first": at[0], "last": at[len(at)-1],
	})
	return exactly(want, tag.RowsAffected(), err)
}

func untilTime(micros int64) pgtype.Timestamptz {
	if micros == openEnd {
		return pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
	}
	return pgtype.Timestamptz{Time: time.UnixMicro(micros), Valid: true}
}

// insert writes the new rows in their order.
func (d *entryDiff) insert(ctx context.Context, tx pgx.Tx) error {
	const batch = 10_000 // rows that are encoded at once
	if len(d.fresh) == 0 {
		return nil
	}
	var item int16
	err := tx.QueryRow(ctx, `
select i.item_no from entsoe.feeds f join entsoe.items i on i.name = f.item where f.id = $1`, d.answer.FeedID).Scan(&item)
	if err != nil {
		return err
	}
	for rows := d.fresh; len(rows) > 0; {
		n := min(batch, len(rows))
		var b copyBuffer
		for _, r := range rows[:n] {
			b.addEntry(r, d.answer, item)
		}
		tag, err := tx.Conn().PgConn().CopyFrom(ctx, b.reader(),
			"copy entsoe.entries (at, until, known_from, feed_id, content, series_id, nth, item_no, values, details) from stdin binary")
		if err := exactly(b.rows, tag.RowsAffected(), err); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func (b *copyBuffer) addEntry(r entryRow, a Answer, item int16) {
	b.begin(10)
	b.put64(toPostgres(r.at))
	b.put64(toPostgres(r.until))
	b.put64(toPostgres(a.KnownAt.UnixMicro()))
	b.put64(uint64(a.FeedID))
	b.put64(uint64(r.content))
	b.put32(uint32(r.series))
	b.put32(uint32(r.nth))
	b.put16(uint16(item))
	b.putJSON(r.values)
	b.putJSON(r.details)
}
