package schema

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// mirror copies the catalogue into the database, unless it was copied before.
// Items and areas that have left the catalogue stay, since there may be data of them.
func (m *migration) mirror(ctx context.Context) error {
	same, err := m.mirrored(ctx)
	if err != nil || same {
		return err
	}
	digest, err := m.catalogueDigest()
	if err != nil {
		return err
	}
	if err := m.knownZones(ctx); err != nil {
		return err
	}
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
		if err := mirrorLines(ctx, tx, m.opts.Lines); err != nil {
			return err
		}
		if err := mirrorExactly(ctx, tx, "entsoe.variants", []string{"item text", "variant text"}, []string{
			"title text", "axis text", "unit text", "on_demand boolean", "backfilled boolean",
			"latest_months integer", "latest_days integer", "latest_clock interval",
		}, m.opts.Variants); err != nil {
			return err
		}
		if err := mirrorExactly(ctx, tx, "entsoe.places", []string{"item text", "area text", "counter_area text"},
			[]string{"name text", "time_zone text", "valid_from date", "valid_until date"}, m.opts.Places); err != nil {
			return err
		}
		if err := mirrorExactly(ctx, tx, "entsoe.zones", []string{"area_eic text"},
			[]string{"area text", "name text", "countries text[]", "time_zone text", "valid_from timestamptz", "valid_until timestamptz"}, m.opts.Zones); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
insert into entsoe.catalogue (digest) values ($1)
on conflict (single) do update set digest = excluded.digest`, digest)
		return err
	})
}

// mirrored reports whether this very catalogue has been copied.
func (m *migration) mirrored(ctx context.Context) (same bool, err error) {
	digest, err := m.catalogueDigest()
	if err != nil {
		return false, err
	}
	err = m.pool.QueryRow(ctx, `select exists (select from entsoe.catalogue where digest = $1)`, digest).Scan(&same)
	return same, err
}

// catalogueDigest tells catalogues apart, and servers: a new one may know other time
// zones.
func (m *migration) catalogueDigest() (string, error) {
	text, err := json.Marshal([]any{
		m.report.Server, m.opts.Items, m.opts.Variants, m.opts.Places, m.opts.Areas, m.opts.Codes, m.opts.Lines, m.opts.Zones, m.opts.Views,
	})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

func mirrorItems(ctx context.Context, tx pgx.Tx, opts Options) error {
	best := map[string]bool{}
	for _, v := range opts.Views {
		best[v.Item] = v.Best
	}
	type row struct {
		ItemRow
		Ord  int
		Best bool
	}
	items := []row{}
	for n, i := range opts.Items {
		items = append(items, row{i, n, best[i.Name]})
	}
	given, err := json.Marshal(items)
	if err != nil {
		return err
	}
	const (
		recordset = `jsonb_to_recordset($1::jsonb) as g("Ord" int, "Name" text, "Title" text, "Article" text, "Unit" text, "Meaning" text, "Core" boolean, "Best" boolean,
  "Border" boolean, "Since" text, "Keeps" integer, "Archives" integer, "PerYear" integer, "Retired" text)`
		columns = `title, article, unit, meaning, core, best, border, since, keeps, archives, per_year, retired`
		values  = `g."Title", g."Article", g."Unit", g."Meaning", g."Core", g."Best", g."Border", coalesce(nullif(g."Since", '')::date, '2014-12-01'), nullif(g."Keeps", 0), nullif(g."Archives", 0), g."PerYear", g."Retired"`
	)
	// For an item that now gets a view of best values.
	rows, err := tx.Query(ctx, `
select s.id from entsoe.series s
join entsoe.items i using (item_no)
join `+recordset+` on g."Name" = i.name
where g."Best" and not i.best`, given)
	if err != nil {
		return err
	}
	rivals, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
update entsoe.series s
set extent = coalesce(case when s.fast
  then (select range_agg(tstzrange(p.at, p.at + s.longest)) from entsoe.points_fast p where p.series_id = any($1) and p.series_id = s.id)
  else (select range_agg(tstzrange(p.at, p.at + s.longest)) from entsoe.points p where p.series_id = any($1) and p.series_id = s.id)
  end, '{}')
where s.id = any($1)`, rivals)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `select entsoe.renew_best_spans($1)`, rivals); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
update entsoe.items i
set (`+columns+`) = (`+values+`)
from `+recordset+`
where i.name = g."Name" and (`+columns+`) is distinct from (`+values+`)`, given)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
insert into entsoe.items (name, `+columns+`)
select g."Name", `+values+`
from `+recordset+`
where not exists (select from entsoe.items i where i.name = g."Name")
order by g."Ord"`, given)
	return err
}

// mirrorExactly makes the rows of a table equal to the given ones, by their keys.
// Columns are given with their types; their names are the JSON names of R's fields.
func mirrorExactly[R any](ctx context.Context, tx pgx.Tx, table string, key, others []string, rows []R) error {
	given, err := json.Marshal(append([]R{}, rows...))
	if err != nil {
		return err
	}
	names := func(columns []string, prefix string) string {
		list := make([]string, len(columns))
		for i, c := range columns {
			name, _, _ := strings.Cut(c, " ")
			list[i] = prefix + name
		}
		return "(" + strings.Join(list, ", ") + ")"
	}
	all := slices.Concat(key, others)
	recordset := `jsonb_to_recordset($1::jsonb) as g(` + strings.Join(all, ", ") + `)`
	_, err = tx.Exec(ctx, `
delete from `+table+` t where not exists (select from `+recordset+` where `+names(key, "g.")+` = `+names(key, "t.")+`)`, given)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
insert into `+table+` `+names(all, "")+`
select * from `+recordset+`
except
select `+strings.Trim(names(all, ""), "()")+` from `+table+`
on conflict `+names(key, "")+` do update set `+names(others, "")+` = `+names(others, "excluded."), given)
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

// mirrorLines makes the lines equal to those of the catalogue: a changed line must
// not stand beside its former self.
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
