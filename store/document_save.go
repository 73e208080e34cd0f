package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// documentLock is the class of the advisory locks under which the documents of
// one item are saved; the other half of their keys is the item's number.
const documentLock int32 = 0x656e7464 // "entd"

// documents are the documents of an answer.
type documents timeseries.Documents

func (all documents) series() []int32 { return nil }
func (all documents) data() bool      { return len(all) > 0 }
func (all documents) revised() bool   { return len(all) > 0 }

// save stores the documents of an answer that are not stored yet and updates what
// is derived from them: how long each revision was the latest, and which units
// are unavailable. It counts new documents (inserted), new revisions of known ones
// (changed), and those that were stored already (unchanged).
//
// Saves of one item take turns from here to the end of tx: two feeds may bring
// the same document, or different revisions of it.
func (all documents) save(ctx context.Context, tx pgx.Tx, a Answer) (Saved, error) {
	var saved Saved
	if len(all) == 0 {
		return saved, nil
	}
	rows, err := all.rows(a.KnownAt)
	if err != nil {
		return saved, err
	}
	item, err := lockDocuments(ctx, tx, a.FeedID)
	if err != nil {
		return saved, err
	}
	s := documentSave{tx, a.FeedID, item, a.KnownAt, rows}
	found, err := s.place(ctx)
	if err != nil {
		return saved, err
	}
	if err := s.redate(ctx, found.stored); err != nil {
		return saved, err
	}
	fresh := found.fresh
	saved.Inserted, saved.Changed, saved.Unchanged = found.inserted, found.changed, found.unchanged
	for _, row := range fresh {
		if w := row.Period; !w.Empty() && !w.From.IsZero() {
			saved.touched = saved.touched.hull(unixWindow{w.From.Unix(), w.To.Unix()})
		}
	}
	if len(fresh) > 0 {
		if saved.wrote.documents, err = s.insert(ctx, fresh); err != nil {
			return saved, err
		}
	}
	if len(fresh) > 0 || found.earlier {
		if err := s.supersede(ctx); err != nil {
			return saved, err
		}
		if err := s.renewUnits(ctx); err != nil {
			return saved, err
		}
	}
	saved.Missing, err = s.missing(ctx)
	return saved, err
}

// lockDocuments returns the number of the feed's item once no other save of its
// documents is under way.
func lockDocuments(ctx context.Context, tx pgx.Tx, feed int64) (item int16, err error) {
	err = tx.QueryRow(ctx, `select i.item_no from entsoe.feeds f join entsoe.items i on i.name = f.item where f.id = $1`, feed).Scan(&item)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `select pg_advisory_xact_lock($1, $2)`, documentLock, int32(item))
	return item, err
}

// documentSave is one save of documents.
type documentSave struct {
	tx      pgx.Tx
	feed    int64
	item    int16
	knownAt time.Time
	rows    []documentRow
}

func (s *documentSave) mrids() []string {
	mrids := make([]string, len(s.rows))
	for i, row := range s.rows {
		mrids[i] = row.MRID
	}
	return mrids
}

// supersede sets until when each revision of the answer's documents was the
// latest, by both clocks: until any later one came, which need not be the next.
// Later is the higher number; with equal numbers the later publication; then a
// document that cancels or withdraws.
func (s *documentSave) supersede(ctx context.Context) error {
	_, err := s.tx.Exec(ctx, `
update entsoe.documents d
set published_until = n.published_until, known_until = n.known_until
from (
  select id, coalesce(min(published_at) over later, 'infinity') as published_until,
    coalesce(min(known_from) over later, 'infinity') as known_until
  from entsoe.documents
  where item_no = $1 and mrid = any($2)
  window later as (partition by mrid order by revision, published_at, active desc, known_from, digest
    rows between 1 following and unbounded following)
) n
where d.id = n.id and (d.published_until, d.known_until) is distinct from (n.published_until, n.known_until)`, s.item, s.mrids())
	if err != nil {
		return fmt.Errorf("supersede revisions: %w", err)
	}
	return nil
}
