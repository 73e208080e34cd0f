package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// FeedRow is one thing that is asked for. Item, Area, CounterArea and Variant
// identify it.
type FeedRow struct {
	ID           int64
	Item         string
	Area         string     // EIC
	CounterArea  string     // EIC, empty unless the item belongs to borders
	Variant      string     // name of the fixed request parameters, often empty
	Name         string     // of the area for people: "DE_LU" or "DE_LU>FR"
	LearnedLimit string     // longest window the platform accepts, "P1M"; empty: as the catalogue says
	AskedAt      *time.Time // of the last request, nil: never
	EmptyStreak  int        // answers "no data" for settled times since the last one with data
	LastDataAt   *time.Time // of the last answer with data; nil: there was none
	SilentSince  *time.Time // the first answer since then without data that was due; nil: there was none
	LearnedAt    *time.Time // when LearnedLimit was learned or last put to the test; nil: before this was recorded
	LearnedSplit string     // request parameter by which answers that hold too much are divided; empty: none
}

// Title names the feed for people: "day_ahead_prices DE_LU", with the variant if it
// has one.
func (f FeedRow) Title() string {
	if f.Variant == "" {
		return f.Item + " " + f.Name
	}
	return f.Item + " " + f.Name + " " + f.Variant
}

// FeedColumns are the columns of FeedRow, in its order.
const FeedColumns = `f.id, f.item, f.area, f.counter_area, f.variant, f.name, f.learned_limit, f.asked_at, f.empty_streak, f.last_data_at, f.silent_since, f.learned_at, f.learned_split`

// Fields returns the destinations for the values of FeedColumns.
func (f *FeedRow) Fields() []any {
	return []any{&f.ID, &f.Item, &f.Area, &f.CounterArea, &f.Variant, &f.Name, &f.LearnedLimit, &f.AskedAt, &f.EmptyStreak,
		&f.LastDataAt, &f.SilentSince, &f.LearnedAt, &f.LearnedSplit}
}

// EnsureFeeds inserts the feeds that are missing and returns all of them, in
// the given order, as they stand in the database.
func (db *DB) EnsureFeeds(ctx context.Context, feeds []FeedRow) ([]FeedRow, error) {
	items, areas, counters, variants, names := feedArrays(feeds)
	const given = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
with ordinality as g(item, area, counter_area, variant, name, n)`
	_, err := db.Pool.Exec(ctx, `
insert into entsoe.feeds (item, area, counter_area, variant, name)
select item, area, counter_area, variant, name from `+given+`
where not exists (select from entsoe.feeds f
  where (f.item, f.area, f.counter_area, f.variant) = (g.item, g.area, g.counter_area, g.variant))
order by n
on conflict do nothing`, items, areas, counters, variants, names)
	if err != nil {
		return nil, fmt.Errorf("ensure %d feeds: %w", len(feeds), err)
	}
	rows, err := db.Pool.Query(ctx, `
select `+FeedColumns+` from entsoe.feeds f join `+given+` using (item, area, counter_area, variant)
order by n`, items, areas, counters, variants, names)
	if err != nil {
		return nil, fmt.Errorf("read %d feeds: %w", len(feeds), err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[FeedRow])
	if err != nil {
		return nil, fmt.Errorf("read %d feeds: %w", len(feeds), err)
	}
	return all, nil
}

func feedArrays(feeds []FeedRow) (items, areas, counters, variants, names []string) {
	for _, f := range feeds {
		items = append(items, f.Item)
		areas = append(areas, f.Area)
		counters = append(counters, f.CounterArea)
		variants = append(variants, f.Variant)
		names = append(names, f.Name)
	}
	return
}

// SetActive makes planning cover the given feeds and no others.
func (db *DB) SetActive(ctx context.Context, ids []int64) error {
	_, err := db.Pool.Exec(ctx, `
update entsoe.feeds f set active = not active
from (select id from entsoe.feeds where active <> (id = any(coalesce($1::bigint[], '{}'))) order by id for no key update) wrong
where f.id = wrong.id`, ids)
	if err != nil {
		return fmt.Errorf("activate %d feeds: %w", len(ids), err)
	}
	return nil
}

// NoteCollected notes which items have active feeds: entsoe.items.collected, and the
// comments of the views of the others.
func (db *DB) NoteCollected(ctx context.Context) error {
	if _, err := db.Pool.Exec(ctx, `select entsoe.note_collected()`); err != nil {
		return fmt.Errorf("note what is collected: %w", err)
	}
	return nil
}

// ActiveFeeds returns the active feeds of an item, ordered by id.
func (db *DB) ActiveFeeds(ctx context.Context, item string) ([]FeedRow, error) {
	rows, err := db.Pool.Query(ctx, `select `+FeedColumns+` from entsoe.feeds f where f.active and f.item = $1 order by f.id`, item)
	if err != nil {
		return nil, fmt.Errorf("active feeds of %s: %w", item, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[FeedRow])
	if err != nil {
		return nil, fmt.Errorf("active feeds of %s: %w", item, err)
	}
	return all, nil
}

// Feed returns one feed; pgx.ErrNoRows if there is none.
func (db *DB) Feed(ctx context.Context, id int64) (FeedRow, error) {
	rows, err := db.Pool.Query(ctx, `select `+FeedColumns+` from entsoe.feeds f where f.id = $1`, id)
	if err != nil {
		return FeedRow{}, fmt.Errorf("feed %d: %w", id, err)
	}
	f, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[FeedRow])
	if err != nil {
		return f, fmt.Errorf("feed %d: %w", id, err)
	}
	return f, nil
}

// LearnLimit records the longest window that the platform accepts for a feed, as
// found at now; empty: what the catalogue says.
func (db *DB) LearnLimit(ctx context.Context, feedID int64, limit string, now time.Time) error {
	_, err := db.Pool.Exec(ctx, `update entsoe.feeds set learned_limit = $2, learned_at = $3 where id = $1`, feedID, limit, now)
	if err != nil {
		return fmt.Errorf("learn limit %s of feed %d: %w", limit, feedID, err)
	}
	return nil
}

// LearnSplit records the request parameter by which the answers of a feed must be
// divided; empty: they need not be.
func (db *DB) LearnSplit(ctx context.Context, feedID int64, param string) error {
	_, err := db.Pool.Exec(ctx, `update entsoe.feeds set learned_split = $2 where id = $1 and learned_split <> $2`, feedID, param)
	if err != nil {
		return fmt.Errorf("learn the division %q of feed %d: %w", param, feedID, err)
	}
	return nil
}

// Reach returns the time from which the live lane collects each of the feeds. The
// first call sets it to from; later ones only move it back, if from is earlier, so
// that downtime is made up for however long ago it began.
func (db *DB) Reach(ctx context.Context, feedIDs []int64, from time.Time) (map[int64]time.Time, error) {
	rows, err := db.Pool.Query(ctx, `
with moved as (
  update entsoe.feeds set collect_from = $2
  where id = any ($1) and (collect_from is null or collect_from > $2)
  returning id, collect_from
)
select f.id, coalesce(m.collect_from, f.collect_from)
from entsoe.feeds f left join moved m using (id)
where f.id = any ($1)`, feedIDs, from)
	if err != nil {
		return nil, fmt.Errorf("since when %d feeds are collected: %w", len(feedIDs), err)
	}
	reach := make(map[int64]time.Time, len(feedIDs))
	var id int64
	var since time.Time
	_, err = pgx.ForEachRow(rows, []any{&id, &since}, func() error {
		reach[id] = since.UTC()
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("since when %d feeds are collected: %w", len(feedIDs), err)
	}
	return reach, nil
}
