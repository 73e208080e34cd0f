package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// unitOutage is a row of entsoe.unit_outages.
type unitOutage struct {
	unit          string
	at, until     int64   // seconds since 1970
	unavailable   float64 // MW
	nominal       float64 // MW
	area, psrType string
	resource      string // the production unit that it is, or belongs to
}

// renewUnits recomputes, for each unit in the answer's documents, how much of it is
// unavailable when, and writes what has changed.
func (s *documentSave) renewUnits(ctx context.Context) error {
	units, err := s.units(ctx)
	if err != nil || len(units) == 0 {
		return err
	}
	runs, err := s.unitRuns(ctx, units)
	if err != nil {
		return fmt.Errorf("read the outages of %d units: %w", len(units), err)
	}
	var outages []unitOutage
	for start := 0; start < len(runs); {
		end := start
		for end < len(runs) && runs[end].unit == runs[start].unit {
			end++
		}
		outages = append(outages, greatest(runs[start:end])...)
		start = end
	}
	if err := s.writeUnits(ctx, units, outages); err != nil {
		return fmt.Errorf("write the outages of %d units: %w", len(units), err)
	}
	return nil
}

// units are all units that any revision of the answer's documents mentions.
func (s *documentSave) units(ctx context.Context) ([]string, error) {
	rows, err := s.tx.Query(ctx, `
select distinct p.unit
from entsoe.documents d join entsoe.document_parts p on p.document_id = d.id
where d.item_no = $1 and d.mrid = any($2) and p.nominal_mw is not null`, s.item, s.mrids())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// unitRuns returns what the latest revisions say about the units, unit by unit.
func (s *documentSave) unitRuns(ctx context.Context, units []string) ([]unitOutage, error) {
	rows, err := s.tx.Query(ctx, `
select p.unit, r.at, r.until, greatest(least(p.nominal_mw - r.mw, p.nominal_mw), 0), p.nominal_mw, coalesce(p.area, f.area), coalesce(p.psr_type, ''), coalesce(p.resource, '')
from entsoe.document_parts p
join entsoe.documents d on d.id = p.document_id
join entsoe.feeds f on f.id = d.feed_id
join entsoe.document_runs r on r.document_id = p.document_id and r.n = p.n
where p.unit = any($2) and d.item_no = $1 and d.active and d.published_until = 'infinity' and p.nominal_mw > 0 and r.mw < p.nominal_mw
order by p.unit`, s.item, units)
	if err != nil {
		return nil, err
	}
	var (
		runs      []unitOutage
		o         unitOutage
		at, until time.Time
	)
	_, err = pgx.ForEachRow(rows, []any{&o.unit, &at, &until, &o.unavailable, &o.nominal, &o.area, &o.psrType, &o.resource}, func() error {
		o.at, o.until = at.Unix(), until.Unix()
		runs = append(runs, o)
		return nil
	})
	return runs, err
}

// greatest returns how much of one unit is unavailable at each time: where several
// runs overlap, that with the greatest unavailability.
func greatest(runs []unitOutage) []unitOutage {
	byStart := slices.SortedFunc(slices.Values(runs), func(a, b unitOutage) int { return cmp.Compare(a.at, b.at) })
	var instants []int64
	for _, r := range runs {
		instants = append(instants, r.at, r.until)
	}
	slices.Sort(instants)
	instants = slices.Compact(instants)

	var outages, open []unitOutage
	next := 0
	for i, at := range instants[:len(instants)-1] {
		open = slices.DeleteFunc(open, func(r unitOutage) bool { return r.until <= at })
		for ; next < len(byStart) && byStart[next].at <= at; next++ {
			open = append(open, byStart[next])
		}
		if len(open) == 0 {
			continue
		}
		o := slices.MaxFunc(open, compareOutages)
		o.at, o.until = at, instants[i+1]
		if last := len(outages) - 1; last >= 0 && outages[last].until == at && compareOutages(outages[last], o) == 0 {
			outages[last].until = o.until
		} else {
			outages = append(outages, o)
		}
	}
	return outages
}

// compareOutages compares everything but the times, what is unavailable first.
func compareOutages(a, b unitOutage) int {
	return cmp.Or(cmp.Compare(a.unavailable, b.unavailable), cmp.Compare(a.nominal, b.nominal),
		cmp.Compare(a.area, b.area), cmp.Compare(a.psrType, b.psrType), cmp.Compare(a.resource, b.resource))
}

// writeUnits replaces the stored outages of the units. Equal rows are not touched.
func (s *documentSave) writeUnits(ctx context.Context, units []string, outages []unitOutage) error {
	n := len(outages)
	names, areas, types, resources := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	at, until := make([]time.Time, n), make([]time.Time, n)
	unavailable, nominal := make([]float64, n), make([]float64, n)
	for i, o := range outages {
		names[i], areas[i], types[i], resources[i] = o.unit, o.area, o.psrType, o.resource
		at[i], until[i] = time.Unix(o.at, 0), time.Unix(o.until, 0)
		unavailable[i], nominal[i] = o.unavailable, o.nominal
	}
	const given = `unnest(@names::text[], @at::timestamptz[], @until::timestamptz[], @unavailable::float8[], @nominal::float8[], @areas::text[], @types::text[], @resources::text[])
    as g(unit, at, until, unavailable_mw, nominal_mw, area, psr_type, resource)`
	const same = `(o.item_no, o.unit, o.at, o.until, o.unavailable_mw, o.nominal_mw, o.area, o.psr_type, coalesce(o.resource, ''))
    = (@item, g.unit, g.at, g.until, g.unavailable_mw, g.nominal_mw, g.area, g.psr_type, g.resource)`
	args := pgx.NamedArgs{
		"item": s.item, "units": units, "names": names, "at": at, "until": until, "unavailable": unavailable, "nominal": nominal,
		"areas": areas, "types": types, "resources": resources,
	}
	_, err := s.tx.Exec(ctx, `
delete from entsoe.unit_outages o
where o.item_no = @item and o.unit = any(@units) and not exists (select from `+given+` where `+same+`)`, args)
	if err != nil {
		return err
	}
	_, err = s.tx.Exec(ctx, `
insert into entsoe.unit_outages (item_no, unit, at, until, unavailable_mw, nominal_mw, area, psr_type, resource)
select @item, g.unit, g.at, g.until, g.unavailable_mw, g.nominal_mw, g.area, g.psr_type, nullif(g.resource, '') from `+given+`
where not exists (select from entsoe.unit_outages o where `+same+`)`, args)
	return err
}
