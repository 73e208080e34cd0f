package store

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"
)

// mirror copies the catalogue into the database. Items and areas that left the
// catalogue stay: there may be data of them.
func (m *migration) mirror(ctx context.Context) error {
	return pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error {
		if err := mirrorItems(ctx, tx, m.opts); err != nil {
			return err
		}
		if err := mirrorAreas(ctx, tx, m.opts.Areas); err != nil {
			return err
		}
		if err := mirrorCodes(ctx, tx, m.opts.Codes); err != nil {
			return err
		}
		return mirrorLines(ctx, tx, m.opts.Lines)
	})
}

func mirrorItems(ctx context.Context, tx pgx.Tx, opts MigrateOptions) error {
	best := map[string]bool{}
	for _, v := range opts.Views {
		best[v.Item] = v.Best
	}
	type row struct {
		Ord                                 int
		Name, Title, Article, Unit, Meaning string
		Core, Best                          bool
	}
	rows := []row{}
	for n, i := range opts.Items {
		rows = append(rows, row{n, i.Name, i.Title, i.Article, i.Unit, i.Meaning, i.Core, best[i.Name]})
	}
	given, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	const recordset = `jsonb_to_recordset($1::jsonb) as g("Ord" int, "Name" text, "Title" text, "Article" text, "Unit" text, "Meaning" text, "Core" boolean, "Best" boolean)`
	// The extents of an item that gets a view of best values now.
	_, err = tx.Exec(ctx, `
update entsoe.series s
set extent = coalesce(case when s.fast
  then (select range_agg(tstzrange(p.at, p.at + s.longest)) from entsoe.points_fast p where p.series_id = s.id)
  else (select range_agg(tstzrange(p.at, p.at + s.longest)) from entsoe.points p where p.series_id = s.id)
  end, '{}')
from entsoe.items i join `+recordset+` on g."Name" = i.name
where s.item_no = i.item_no and g."Best" and not i.best`, given)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
update entsoe.items i
set (title, article, unit, meaning, core, best) = (g."Title", g."Article", g."Unit", g."Meaning", g."Core", g."Best")
from `+recordset+`
where i.name = g."Name"
  and (i.title, i.article, i.unit, i.meaning, i.core, i.best) is distinct from (g."Title", g."Article", g."Unit", g."Meaning", g."Core", g."Best")`, given)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
insert into entsoe.items (name, title, article, unit, meaning, core, best)
select g."Name", g."Title", g."Article", g."Unit", g."Meaning", g."Core", g."Best"
from `+recordset+`
where not exists (select from entsoe.items i where i.name = g."Name")
order by g."Ord"`, given)
	return err
}

func mirrorAreas(ctx context.Context, tx pgx.Tx, areas []AreaRow) error {
	if areas == nil {
		areas = []AreaRow{}
	}
	given, err := json.Marshal(areas)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
insert into entsoe.areas (eic, code, name, kinds, time_zone, valid_from, valid_until)
select g."EIC", g."Code", g."Name", coalesce(g."Kinds", '{}'), g."TimeZone", nullif(g."ValidFrom", '')::date, nullif(g."ValidUntil", '')::date
from jsonb_to_recordset($1::jsonb) as g("EIC" text, "Code" text, "Name" text, "Kinds" text[], "TimeZone" text, "ValidFrom" text, "ValidUntil" text)
on conflict (eic) do update
set (code, name, kinds, time_zone, valid_from, valid_until)
  = (excluded.code, excluded.name, excluded.kinds, excluded.time_zone, excluded.valid_from, excluded.valid_until)
where (areas.code, areas.name, areas.kinds, areas.time_zone, areas.valid_from, areas.valid_until)
  is distinct from (excluded.code, excluded.name, excluded.kinds, excluded.time_zone, excluded.valid_from, excluded.valid_until)`, given)
	return err
}

func mirrorCodes(ctx context.Context, tx pgx.Tx, codes []CodeRow) error {
	if codes == nil {
		codes = []CodeRow{}
	}
	given, err := json.Marshal(codes)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
insert into entsoe.codes (list, code, title)
select g."List", g."Code", g."Title"
from jsonb_to_recordset($1::jsonb) as g("List" text, "Code" text, "Title" text)
on conflict (list, code) do update set title = excluded.title where codes.title <> excluded.title`, given)
	return err
}

// mirrorLines makes the lines those of the catalogue: one that changed must
// not stand beside its old self.
func mirrorLines(ctx context.Context, tx pgx.Tx, lines []AreaLineRow) error {
	if lines == nil {
		lines = []AreaLineRow{}
	}
	given, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	const catalogue = `
with given as (
  select g."Name" as name, g."EIC" as eic, nullif(g."From", '')::date as valid_from, nullif(g."Until", '')::date as valid_until
  from jsonb_to_recordset($1::jsonb) as g("Name" text, "EIC" text, "From" text, "Until" text)
)`
	_, err = tx.Exec(ctx, catalogue+`
delete from entsoe.area_lines l
where not exists (select from given g
  where (g.name, g.eic, g.valid_from, g.valid_until) is not distinct from (l.name, l.eic, l.valid_from, l.valid_until))`, given)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, catalogue+`
insert into entsoe.area_lines (name, eic, valid_from, valid_until)
select name, eic, valid_from, valid_until from given
except
select name, eic, valid_from, valid_until from entsoe.area_lines`, given)
	return err
}
