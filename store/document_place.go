package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// revisionKey is what the platform calls a revision: what it holds may change.
type revisionKey struct {
	mrid     string
	revision int
}

// occurrence is a content that was the present of a revision from a time on.
type occurrence struct {
	id        int64 // 0: not stored yet
	fresh     int   // of one that is not stored: its place among those
	digest    []byte
	published time.Time
	known     time.Time
	moved     bool // it turns out to be earlier than recorded
	listed    bool // an answer has it
}

// placedDocuments says what of an answer is stored already, and what is not.
type placedDocuments struct {
	fresh                        []documentRow
	stored                       []*occurrence // those of the answer
	earlier                      bool          // one of them is earlier than recorded
	inserted, changed, unchanged int64
}

// place finds out which documents of an answer are stored. A content that was
// there before is new if another came between: it is the present again.
func (s *documentSave) place(ctx context.Context) (placed placedDocuments, err error) {
	past, known, err := s.past(ctx)
	if err != nil {
		return placed, fmt.Errorf("find %d documents: %w", len(s.rows), err)
	}
	slices.SortStableFunc(s.rows, func(a, b documentRow) int { return a.published.Compare(b.published) })
	for _, row := range s.rows {
		key := revisionKey{row.MRID, row.Revision}
		if o := continued(past[key], row); o != nil {
			placed.keep(o, row, s.knownAt)
			continue
		}
		if known[row.MRID] {
			placed.changed++
		} else {
			placed.inserted++
		}
		known[row.MRID] = true
		past[key] = append(past[key], &occurrence{fresh: len(placed.fresh), digest: row.digest, published: row.published, known: s.knownAt})
		placed.fresh = append(placed.fresh, row)
	}
	return placed, nil
}

// keep notes that a row is an occurrence that is there already.
func (p *placedDocuments) keep(o *occurrence, row documentRow, knownAt time.Time) {
	p.unchanged++
	if row.published.Before(o.published) {
		o.published, o.moved = row.published, true
		if o.id == 0 {
			p.fresh[o.fresh].published = row.published
		}
	}
	if knownAt.Before(o.known) {
		o.known, o.moved = knownAt, true
	}
	if o.id == 0 {
		return
	}
	p.earlier = p.earlier || o.moved
	if !o.listed {
		o.listed = true
		p.stored = append(p.stored, o)
	}
}

// continued returns the occurrence of which a row is no more than another sight,
// nil if there is none: one that was published with it, else the last before it
// or the first after it, if that has the same content.
func continued(past []*occurrence, row documentRow) *occurrence {
	var before, after *occurrence
	for _, o := range past {
		switch order := o.published.Compare(row.published); {
		case order == 0 && bytes.Equal(o.digest, row.digest):
			return o
		case order <= 0 && (before == nil || !o.published.Before(before.published)):
			before = o
		case order > 0 && (after == nil || o.published.Before(after.published)):
			after = o
		}
	}
	for _, o := range []*occurrence{before, after} {
		if o != nil && bytes.Equal(o.digest, row.digest) {
			return o
		}
	}
	return nil
}

// past returns what is stored of the documents of the answer, and which of them
// have a revision.
func (s *documentSave) past(ctx context.Context) (map[revisionKey][]*occurrence, map[string]bool, error) {
	past, known := map[revisionKey][]*occurrence{}, map[string]bool{}
	rows, err := s.tx.Query(ctx, `
select mrid, revision, id, digest, published_at, known_from
from entsoe.documents
where item_no = $1 and mrid = any($2)
order by published_at, active desc, known_from, digest -- as supersede has it`, s.item, s.mrids())
	if err != nil {
		return nil, nil, err
	}
	var (
		key revisionKey
		o   occurrence
	)
	_, err = pgx.ForEachRow(rows, []any{&key.mrid, &key.revision, &o.id, &o.digest, &o.published, &o.known}, func() error {
		one := o
		one.digest = bytes.Clone(o.digest)
		past[key] = append(past[key], &one)
		known[key.mrid] = true
		return nil
	})
	return past, known, err
}

// seenEvery is how long a document is not marked as seen again.
const seenEvery = time.Hour

// redate lowers the times of stored rows to ours where ours are earlier, so that
// the order in which answers are saved does not matter, and notes when they were
// seen, which a row tells to the hour so that it need not be written every time.
func (s *documentSave) redate(ctx context.Context, stored []*occurrence) error {
	if len(stored) == 0 {
		return nil
	}
	ids, published, known := make([]int64, len(stored)), make([]time.Time, len(stored)), make([]time.Time, len(stored))
	for i, o := range stored {
		ids[i], published[i], known[i] = o.id, o.published, o.known
	}
	_, err := s.tx.Exec(ctx, `
update entsoe.documents d
set published_at = g.published, known_from = g.known, seen_at = greatest(d.seen_at, d.known_from, $4)
from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) as g(id, published, known)
where d.id = g.id
  and (g.published < d.published_at or g.known < d.known_from or $4 - coalesce(d.seen_at, d.known_from) >= $5)`,
		ids, published, known, s.knownAt, seenEvery)
	if err != nil {
		return fmt.Errorf("note when %d documents were seen: %w", len(stored), err)
	}
	return nil
}
