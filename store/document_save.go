package store

import (
	"context"
	"fmt"
	"time"

	"entsoed/timeseries"

	"github.com/jackc/pgx/v5"
)

// documentLock is the class of the advisory locks under which the documents of
// one item are saved; the other half of their keys is the item's number.
const documentLock int32 = 0x656e7464 // "entd"

// saveDocuments stores the documents of an answer that are not there yet, and
// brings what derives from them up to date: until when revisions were the
// latest, and which units are unavailable. It counts new documents (inserted),
// new revisions of known ones (changed) and those that were there.
//
// Saves of one item take turns from here to the end of tx: two feeds may bring
// the same document, or different revisions of it.
func saveDocuments(ctx context.Context, tx pgx.Tx, a Answer) (Saved, error) {
	var saved Saved
	if len(a.Documents) == 0 {
		return saved, nil
	}
	rows, err := documentRows(a)
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

// documentSave is one run of saveDocuments.
type documentSave struct {
	tx      pgx.Tx
	feed    int64
	item    int16
	knownAt time.Time
	rows    []documentRow
}

// foundDocuments is what of an answer is stored already.
type foundDocuments struct {
	ids     []int64         // by row; 0: not stored
	known   map[string]bool // mRIDs that have a revision
	earlier bool            // a row is known earlier now than it was
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

// redate gives stored rows the earlier of their times and ours, so that the
// order in which answers are saved does not matter.
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

// insert adds rows that are not there, with their parts and runs.
func (s *documentSave) insert(ctx context.Context, fresh []documentRow) error {
	ids, err := s.insertDocuments(ctx, fresh)
	if err != nil {
		return fmt.Errorf("insert %d documents: %w", len(fresh), err)
	}
	var parts, runs [][]any
	for i, row := range fresh {
		for n, p := range row.parts {
			parts = append(parts, p.columns(ids[i], n+1, row.MRID))
			for _, r := range p.runs {
				runs = append(runs, []any{ids[i], n + 1, r.From, r.To, r.Value})
			}
		}
	}
	_, err = s.tx.CopyFrom(ctx, pgx.Identifier{"entsoe", "document_parts"}, []string{
		"document_id", "n", "unit", "business_type", "area", "counter_area", "psr_type", "resource", "generation_unit",
		"resource_name", "unit_name", "location", "nominal_mw", "starts", "ends", "resources", "other", "reasons", "details",
	}, pgx.CopyFromRows(parts))
	if err != nil {
		return fmt.Errorf("insert parts of documents: %w", err)
	}
	_, err = s.tx.CopyFrom(ctx, pgx.Identifier{"entsoe", "document_runs"},
		[]string{"document_id", "n", "at", "until", "mw"}, pgx.CopyFromRows(runs))
	if err != nil {
		return fmt.Errorf("insert runs of documents: %w", err)
	}
	return nil
}

// insertDocuments returns the ids of the rows, in their order.
func (s *documentSave) insertDocuments(ctx context.Context, fresh []documentRow) ([]int64, error) {
	n := len(fresh)
	mrids, revisions, digests := make([]string, n), make([]int, n), make([][]byte, n)
	types, processes, statuses := make([]*string, n), make([]*string, n), make([]string, n)
	published, starts, ends := make([]time.Time, n), make([]*time.Time, n), make([]*time.Time, n)
	reasons, details := make([]string, n), make([]string, n)
	for i, row := range fresh {
		mrids[i], revisions[i], digests[i] = row.MRID, row.Revision, row.digest
		types[i], processes[i], statuses[i] = sent(row.Type), sent(row.ProcessType), row.Status
		published[i], starts[i], ends[i] = row.published, sent(row.Period.From), sent(row.Period.To)
		reasons[i], details[i] = string(row.reasons), string(row.details)
	}
	rows, err := s.tx.Query(ctx, `
with given as (
  select * from unnest($4::text[], $5::integer[], $6::bytea[], $7::text[], $8::text[], $9::text[],
      $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[])
    with ordinality as g(mrid, revision, digest, document_type, process_type, status, published_at, starts, ends, reasons, details, ord)
), inserted as (
  insert into entsoe.documents (item_no, feed_id, known_from, mrid, revision, digest, document_type, process_type, status,
    published_at, starts, ends, reasons, details)
  select $1, $2, $3, mrid, revision, digest, document_type, process_type, status, published_at, starts, ends, reasons::jsonb, details::jsonb
  from given order by ord
  returning id, mrid, revision, digest
)
select i.id from inserted i join given g using (mrid, revision, digest) order by g.ord`,
		s.item, s.feed, s.knownAt, mrids, revisions, digests, types, processes, statuses, published, starts, ends, reasons, details)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// columns are in the order of the COPY in insert.
func (p partRow) columns(document int64, n int, mrid string) []any {
	resources := p.Resources
	if resources == nil {
		resources = []string{}
	}
	return []any{
		document, n, p.unit(mrid, n),
		sent(p.Attributes[timeseries.BusinessType]), sent(p.Attributes[timeseries.Area]), sent(p.Attributes[timeseries.CounterArea]),
		sent(p.Attributes[timeseries.PSRType]), sent(p.Attributes[timeseries.Resource]), sent(p.Attributes[timeseries.GenerationUnit]),
		sent(p.ResourceName), sent(p.UnitName), sent(p.Location), sent(p.NominalMW), sent(p.Starts), sent(p.Ends),
		resources, p.other, p.reasons, p.details,
	}
}

// sent returns nil for what a document does not say.
func sent[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// supersede sets until when each revision of the answer's documents was the
// latest, by both clocks. It is the end of the others' turn as soon as a later
// one is there, which may not be the next. What is later: the higher number, of
// the same number the later publication, then what cancels or withdraws.
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
