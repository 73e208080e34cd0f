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
	found, err := s.find(ctx)
	if err != nil {
		return saved, err
	}
	if err := s.redate(ctx, found); err != nil {
		return saved, err
	}
	var fresh []documentRow
	for i, row := range rows {
		switch {
		case found.ids[i] != 0:
			saved.Unchanged++
			continue
		case found.known[row.MRID]:
			saved.Changed++
		default:
			saved.Inserted++
			found.known[row.MRID] = true
		}
		fresh = append(fresh, row)
		if w := row.Period; !w.Empty() && !w.From.IsZero() {
			saved.touched = saved.touched.hull(unixWindow{w.From.Unix(), w.To.Unix()})
		}
	}
	if len(fresh) > 0 {
		if err := s.insert(ctx, fresh); err != nil {
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

// foundDocuments is the part of an answer that is stored already.
type foundDocuments struct {
	ids     []int64         // by row; 0: not stored
	known   map[string]bool // mRIDs that have a revision
	earlier bool            // a row turns out to have been known earlier than recorded
}

func (s *documentSave) mrids() []string {
	mrids := make([]string, len(s.rows))
	for i, row := range s.rows {
		mrids[i] = row.MRID
	}
	return mrids
}

func (s *documentSave) find(ctx context.Context) (foundDocuments, error) {
	found := foundDocuments{ids: make([]int64, len(s.rows)), known: map[string]bool{}}
	revisions, digests, published := make([]int, len(s.rows)), make([][]byte, len(s.rows)), make([]time.Time, len(s.rows))
	for i, row := range s.rows {
		revisions[i], digests[i], published[i] = row.Revision, row.digest, row.published
	}
	rows, err := s.tx.Query(ctx, `
select g.ord, coalesce(d.id, 0), exists (select from entsoe.documents k where k.mrid = g.mrid and k.item_no = $1),
  coalesce(g.published < d.published_at or $6 < d.known_from, false)
from unnest($2::text[], $3::integer[], $4::bytea[], $5::timestamptz[]) with ordinality as g(mrid, revision, digest, published, ord)
left join entsoe.documents d on (d.mrid, d.item_no, d.revision, d.digest) = (g.mrid, $1, g.revision, g.digest)`,
		s.item, s.mrids(), revisions, digests, published, s.knownAt)
	if err != nil {
		return found, err
	}
	var (
		ord, id        int64
		known, earlier bool
	)
	_, err = pgx.ForEachRow(rows, []any{&ord, &id, &known, &earlier}, func() error {
		found.ids[ord-1] = id
		if known {
			found.known[s.rows[ord-1].MRID] = true
		}
		found.earlier = found.earlier || earlier
		return nil
	})
	return found, err
}

// redate lowers the times of stored rows to ours where ours are earlier, so that
// the order in which answers are saved does not matter.
func (s *documentSave) redate(ctx context.Context, found foundDocuments) error {
	if !found.earlier {
		return nil
	}
	var (
		ids       []int64
		published []time.Time
	)
	for i, id := range found.ids {
		if id != 0 {
			ids, published = append(ids, id), append(published, s.rows[i].published)
		}
	}
	_, err := s.tx.Exec(ctx, `
update entsoe.documents d
set published_at = least(d.published_at, g.published), known_from = least(d.known_from, $3)
from unnest($1::bigint[], $2::timestamptz[]) as g(id, published)
where d.id = g.id and (g.published < d.published_at or $3 < d.known_from)`, ids, published, s.knownAt)
	return err
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
