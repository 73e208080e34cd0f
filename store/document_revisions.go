package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// MissingRevisions says that a document is stored without all of its earlier
// revisions.
type MissingRevisions struct {
	MRID     string
	Revision int               // the latest that is stored
	Period   timeseries.Window // of the latest revision; never empty
}

// missing returns the answer's documents that lack a revision between 1 and the
// latest, unless all of the missing ones have been asked for: what the platform
// did not return then, it does not have.
func (s *documentSave) missing(ctx context.Context) ([]MissingRevisions, error) {
	rows, err := s.tx.Query(ctx, `
select l.mrid, l.revision, coalesce(l.starts, least(l.published_at, l.ends - interval '1 hour')), l.ends
from (
  select d.mrid, max(d.revision) as latest, array_agg(distinct d.revision) as stored
  from entsoe.documents d where d.item_no = $1 and d.mrid = any($2)
  group by d.mrid
) m
cross join lateral (
  select coalesce(max(k.revision), 0) as revision from entsoe.document_asks k where k.item_no = $1 and k.mrid = m.mrid and k.revision <= m.latest
) asked
cross join lateral (
  select d.* from entsoe.documents d where d.item_no = $1 and d.mrid = m.mrid and d.published_until = 'infinity'
) l
where (select count(*) from unnest(m.stored) r where r > asked.revision) < m.latest - asked.revision
order by l.mrid`, s.item, s.mrids())
	if err != nil {
		return nil, err
	}
	var (
		missing  []MissingRevisions
		m        MissingRevisions
		from, to *time.Time
	)
	_, err = pgx.ForEachRow(rows, []any{&m.MRID, &m.Revision, &from, &to}, func() error {
		m.Period = timeseries.Window{From: from.UTC()}
		if to != nil {
			m.Period.To = to.UTC()
		}
		if m.Period.Empty() { // it has no end
			m.Period.To = m.Period.From.Add(time.Hour)
		}
		missing = append(missing, m)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for missing revisions: %w", err)
	}
	return missing, nil
}
