package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// wrote is what a save has written, for those who follow the changes.
type wrote struct {
	spans     []seriesSpan // first values of a series, or rows of it that came or went
	ofRows    bool
	changed   pointArrays
	retracted pointArrays
	documents []int64 // that are new, or new revisions

	details int64 // number of what is written of it; 0: nothing
	parts   int   // that are written
}

// seriesSpan is a time in which something of a series was written.
type seriesSpan struct {
	series int32
	unixWindow
}

func (w *wrote) add(o wrote) {
	w.spans = append(w.spans, o.spans...)
	w.ofRows = w.ofRows || o.ofRows
	w.changed.append(o.changed)
	w.retracted.append(o.retracted)
	w.documents = append(w.documents, o.documents...)
}

// mergeSpans joins the spans of each series that overlap or touch, and sorts them.
func mergeSpans(spans []seriesSpan) (merged []seriesSpan) {
	slices.SortFunc(spans, func(a, b seriesSpan) int {
		return cmp.Or(cmp.Compare(a.series, b.series), cmp.Compare(a.from, b.from))
	})
	for _, s := range spans {
		if n := len(merged); n > 0 && merged[n-1].series == s.series && s.from <= merged[n-1].to {
			merged[n-1].to = max(merged[n-1].to, s.to)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// many values and spans are written before the save goes on: what is held of a large
// answer is bounded.
func (w *wrote) many() bool {
	return len(w.spans)+len(w.changed.series)+len(w.retracted.series) > batchPoints
}

// write writes the details within tx, and forgets them.
func (w *wrote) write(ctx context.Context, tx pgx.Tx) error {
	var (
		series   []int32
		from, to []time.Time
	)
	for _, span := range w.spans {
		series, from, to = append(series, span.series), append(from, time.Unix(span.from, 0)), append(to, time.Unix(span.to, 0))
	}
	err := tx.QueryRow(ctx, `
insert into entsoe.change_details (details, part, span_series, span_from, span_to, value_series, value_at, old_values, new_values, documents, of_rows)
values (coalesce(nullif(@details::bigint, 0), nextval('entsoe.change_details_seq')), @part, @span_series, @span_from, @span_to, @value_series, @value_at, @old, @new, @documents, @of_rows)
returning details`, pgx.NamedArgs{
		"details": w.details, "part": w.parts, "span_series": series, "span_from": from, "span_to": to,
		"value_series": slices.Concat(w.changed.series, w.retracted.series), "value_at": slices.Concat(w.changed.at, w.retracted.at),
		"old": slices.Concat(w.changed.old, w.retracted.old), "new": w.changed.value, "documents": w.documents, "of_rows": w.ofRows,
	}).Scan(&w.details)
	if err != nil {
		return fmt.Errorf("note what has changed: %w", err)
	}
	*w = wrote{details: w.details, parts: w.parts + 1, ofRows: w.ofRows}
	return nil
}

// note writes within tx that a save has changed something, for entsoe.changes_since,
// and what. It gets its number only when tx is committed. It must follow all that
// the save writes: of two saves that change the same value the second waits for the
// first to commit, so that its note is the later one.
func (s Saved) note(ctx context.Context, tx pgx.Tx, a Answer) error {
	if s.Inserted+s.Changed+s.Retracted == 0 {
		return nil
	}
	if err := s.wrote.write(ctx, tx); err != nil {
		return err
	}
	w := s.window(a)
	_, err := tx.Exec(ctx, `
insert into entsoe.change_log (details, feed_id, changed_at, window_from, window_to, inserted, changed, retracted)
values (@details, @feed, @known_at, @from, @to, @inserted, @changed, @retracted)`, pgx.NamedArgs{
		"details": s.wrote.details, "feed": a.FeedID, "known_at": a.KnownAt, "from": w.From, "to": w.To,
		"inserted": s.Inserted, "changed": s.Changed, "retracted": s.Retracted,
	})
	if err != nil {
		return fmt.Errorf("note that something has changed: %w", err)
	}
	return nil
}

// NumberChanges gives the changes that are committed and have no number theirs, and
// returns how many. Readers see none before.
func (db *DB) NumberChanges(ctx context.Context) (n int64, err error) {
	if err := db.Pool.QueryRow(ctx, `select entsoe.number_changes()`).Scan(&n); err != nil {
		return 0, fmt.Errorf("number changes: %w", err)
	}
	return n, nil
}

// changesAtOnce is how many changes one transaction deletes.
const changesAtOnce = 10_000

// DropChanges deletes the changes before t, and returns how many. They go in the order
// of their numbers, so that those that are kept have no gap: a change that came
// before t stays if one with a lower number came after. It gives up waiting for a
// lock after wait; what it has done by then stays done.
func (db *DB) DropChanges(ctx context.Context, t time.Time, wait time.Duration) (dropped int64, err error) {
	for more := true; more; {
		err := db.Within(ctx, wait, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `select from entsoe.change_counter for update`); err != nil {
				return err
			}
			// Only a statement that begins under the lock sees what others have numbered.
			tag, err := tx.Exec(ctx, `
with kept as (
  select coalesce(
    (select min(l.number) from entsoe.change_log l where l.number >= k.oldest and l.number < k.oldest + $2 and l.changed_at >= $1),
    least(k.oldest + $2, k.last + 1)) as oldest
  from entsoe.change_counter k
), counted as (
  update entsoe.change_counter k set oldest = kept.oldest from kept where k.oldest < kept.oldest
), gone as (
  delete from entsoe.change_log l using kept where l.number < kept.oldest
  returning l.details
), without as (
  delete from entsoe.change_details d using gone where d.details = gone.details
)
select from gone`, t, changesAtOnce)
			dropped += tag.RowsAffected()
			more = tag.RowsAffected() == changesAtOnce
			return err
		})
		if err != nil {
			return dropped, fmt.Errorf("drop changes before %s: %w", t.UTC().Format(time.RFC3339), err)
		}
	}
	return dropped, nil
}
