package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// insert adds the rows that are not stored yet, with their parts and runs, and
// returns their ids.
func (s *documentSave) insert(ctx context.Context, fresh []documentRow) ([]int64, error) {
	ids, err := s.insertDocuments(ctx, fresh)
	if err != nil {
		return nil, fmt.Errorf("insert %d documents: %w", len(fresh), err)
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
		return nil, fmt.Errorf("insert parts of documents: %w", err)
	}
	_, err = s.tx.CopyFrom(ctx, pgx.Identifier{"entsoe", "document_runs"},
		[]string{"document_id", "n", "at", "until", "mw"}, pgx.CopyFromRows(runs))
	if err != nil {
		return nil, fmt.Errorf("insert runs of documents: %w", err)
	}
	return ids, nil
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
  select * from unnest(@mrids::text[], @revisions::integer[], @digests::bytea[], @types::text[], @processes::text[], @statuses::text[],
      @published::timestamptz[], @starts::timestamptz[], @ends::timestamptz[], @reasons::text[], @details::text[])
    with ordinality as g(mrid, revision, digest, document_type, process_type, status, published_at, starts, ends, reasons, details, ord)
), inserted as (
  insert into entsoe.documents (item_no, feed_id, known_from, mrid, revision, digest, document_type, process_type, status,
    published_at, starts, ends, reasons, details)
  select @item, @feed, @known_at, mrid, revision, digest, document_type, process_type, status, published_at, starts, ends, reasons::jsonb, details::jsonb
  from given order by ord
  returning id, mrid, revision, digest, published_at
)
select i.id from inserted i join given g using (mrid, revision, digest, published_at) order by g.ord`, pgx.NamedArgs{
		"item": s.item, "feed": s.feed, "known_at": s.knownAt, "mrids": mrids, "revisions": revisions, "digests": digests,
		"types": types, "processes": processes, "statuses": statuses, "published": published, "starts": starts, "ends": ends,
		"reasons": reasons, "details": details,
	})
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

// sent returns nil for a value that the document does not have.
func sent[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
