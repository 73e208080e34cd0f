package store_test

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
)

// analystQuestion is a question as somebody asks it who knows the views and
// functions, and as somebody writes it who knows the tables and what is in them. Both
// have the same answer.
type analystQuestion struct {
	name        string
	shown, bare string
}

// handy writes out the short form of the queries over the plain tables: {item AREA ...;
// more} stands for the numbers of an item's series of these areas, as somebody looks them
// up who wants to be fast. Not as a subquery: in a parallel plan TimescaleDB 2.19 reads
// no chunk at all for series_id = any(array(select ...)) and so finds nothing.
func handy(ctx context.Context, conn *pgxpool.Conn, sql string) (string, error) {
	for {
		before, rest, found := strings.Cut(sql, "{")
		if !found {
			return sql, nil
		}
		short, after, _ := strings.Cut(rest, "}")
		short, more, _ := strings.Cut(short, ";")
		item, areas, _ := strings.Cut(strings.TrimSpace(short), " ")
		if more == "" {
			more = "true"
		}
		var ids string
		err := conn.QueryRow(ctx, `
select array_agg(id)::text from entsoe.series
where item = $1 and ($2 = '' or area_name = any(string_to_array($2, ' '))) and `+more, item, areas).Scan(&ids)
		if err != nil {
			return "", err
		}
		sql = before + "array[" + strings.Trim(ids, "{}") + "]" + after
	}
}

// byHour is the mean of each hour of series, weighted by duration, as a common table
// expression.
func byHour(name, series, span string) string {
	return name + ` as (
  select date_trunc('hour', p.at) as at, sum(p.value * s.seconds) / sum(s.seconds) as value
  from entsoe.points p join entsoe.series s on s.id = p.series_id
  where p.series_id = any(` + series + `) and ` + span + `
  group by 1
)`
}

// Spans of local days in Berlin, Paris, Brussels and Amsterdam.
const (
	year2025  = `p.at >= '2024-12-31 23:00Z' and p.at < '2025-12-31 23:00Z'`
	month2025 = `p.at >= '2025-02-28 23:00Z' and p.at < '2025-03-31 22:00Z'`
)

var analystQuestions = []analystQuestion{
	{
		"imbalance against day-ahead price of an area over 11 months",
		`
select i.price_category, count(*), avg(i.price - d.price)
from entsoe.imbalance_prices_by('1 hour', '2025-01-01', '2025-12-01') i
join entsoe.day_ahead_prices_by('1 hour', '2025-01-01', '2025-12-01') d on d.area = i.area and d.at = i.at
where i.area = 'DE_LU' and d.area = 'DE_LU'
group by 1 order by 1`,
		`
with i as (
  select s.price_category, date_trunc('hour', p.at) as at, avg(p.value) as value
  from entsoe.points p join entsoe.series s on s.id = p.series_id
  where p.series_id = any({imbalance_prices DE_LU}) and p.at >= '2024-12-31 23:00Z' and p.at < '2025-11-30 23:00Z'
  group by 1, 2
), ` + byHour("d", "{day_ahead_prices DE_LU;sequence = '1'}", `p.at >= '2024-12-31 23:00Z' and p.at < '2025-11-30 23:00Z'`) + `
select i.price_category, count(*), avg(i.value - d.value) from i join d using (at) group by 1 order by 1`,
	},
	{
		"the same by the instants that both have",
		`
select i.price_category, count(*), avg(i.price - d.price)
from entsoe.imbalance_prices i join entsoe.day_ahead_prices_best d on d.area = i.area and d.at = i.at
where i.area = 'DE_LU' and i.at >= '2024-12-31 23:00Z' and i.at < '2025-11-30 23:00Z'
group by 1 order by 1`,
		`
select s.price_category, count(*), avg(p.value - d.value)
from entsoe.points p join entsoe.series s on s.id = p.series_id
join entsoe.points d on d.series_id = any({day_ahead_prices DE_LU;sequence = '1'}) and d.at = p.at
where p.series_id = any({imbalance_prices DE_LU}) and p.at >= '2024-12-31 23:00Z' and p.at < '2025-11-30 23:00Z'
group by 1 order by 1`,
	},
	{
		"spread of two zones by month",
		`
select date_trunc('month', g.local_day) as month, avg(g.price - f.price)
from entsoe.day_ahead_prices_best g join entsoe.day_ahead_prices_best f on f.at = g.at
where g.area = 'DE_LU' and f.area = 'FR' and g.at >= '2024-12-31 23:00Z' and g.at < '2025-12-31 23:00Z'
group by 1 order by 1`,
		`
select date_trunc('month', (p.at at time zone 'Europe/Berlin')::date) as month, avg(p.value - f.value)
from entsoe.points p
join entsoe.points f on f.series_id = any({day_ahead_prices FR}) and f.at = p.at
where p.series_id = any({day_ahead_prices DE_LU;sequence = '1'}) and ` + year2025 + `
group by 1 order by 1`,
	},
	{
		"monthly mean of an area's generation of a type",
		`
select date_trunc('month', local_day) as month, avg(mw)
from entsoe.actual_generation_per_production_type
where area = 'DE_LU' and psr_type = 'B16' and side = 'in' and at >= '2024-12-31 23:00Z' and at < '2025-12-31 23:00Z'
group by 1 order by 1`,
		`
select date_trunc('month', (p.at at time zone 'Europe/Berlin')::date) as month, avg(p.value)
from entsoe.points p
where p.series_id = any({actual_generation_per_production_type DE_LU;psr_type = 'B16' and side = 'in'}) and ` + year2025 + `
group by 1 order by 1`,
	},
	{
		"generation mix by month",
		`
select at, psr_type, mw
from entsoe.actual_generation_per_production_type_by('1 month', '2025-01-01', '2026-01-01')
where area = 'DE_LU' and flow = 'generation'
order by 1, 2`,
		`
select date_trunc('month', p.at at time zone 'Europe/Berlin') at time zone 'Europe/Berlin' as at, s.psr_type, avg(p.value)
from entsoe.points p join entsoe.series s on s.id = p.series_id
where p.series_id = any({actual_generation_per_production_type DE_LU;side = 'in'}) and ` + year2025 + `
group by 1, 2 order by 1, 2`,
	},
	{
		"negative hours of an area by year",
		`
select date_trunc('year', local_day) as year, count(*)
from entsoe.day_ahead_prices_by('1 hour')
where area = 'FR' and price < 20
group by 1 order by 1`,
		`
with ` + byHour("h", "{day_ahead_prices FR}", "true") + `
select date_trunc('year', (at at time zone 'Europe/Paris')::date) as year, count(*) from h where value < 20 group by 1 order by 1`,
	},
	{
		"load factor of all areas",
		`
select area, avg(mw) / max(mw) as factor
from entsoe.actual_total_load
where at >= '2024-12-31 23:00Z' and at < '2025-12-31 23:00Z'
group by 1 order by 1`,
		`
select s.area_name, avg(p.value) / max(p.value)
from entsoe.points p join entsoe.series s on s.id = p.series_id
where p.series_id = any({actual_total_load}) and ` + year2025 + `
group by 1 order by 1`,
	},
	{
		"capture price of solar",
		`
select sum(g.mw * d.price) / sum(g.mw)
from entsoe.actual_generation_per_production_type_by('1 hour', '2025-01-01', '2026-01-01') g
join entsoe.day_ahead_prices_by('1 hour', '2025-01-01', '2026-01-01') d on d.at = g.at
where g.area = 'DE_LU' and d.area = 'DE_LU' and g.psr_type = 'B16' and g.flow = 'generation'`,
		`
with ` + byHour("g", "{actual_generation_per_production_type DE_LU;psr_type = 'B16' and side = 'in'}", year2025) + `,
` + byHour("d", "{day_ahead_prices DE_LU;sequence = '1'}", year2025) + `
select sum(g.value * d.value) / sum(g.value) from g join d using (at)`,
	},
	{
		"residual load of a month",
		`
select l.at, l.mw - g.mw as residual
from entsoe.actual_total_load l
join (
  select at, area, sum(mw) as mw from entsoe.actual_generation_per_production_type
  where psr_type in ('B16', 'B19') and side = 'in' group by 1, 2
) g on g.at = l.at and g.area = l.area
where l.area = 'DE_LU' and g.area = 'DE_LU' and l.at >= '2025-02-28 23:00Z' and l.at < '2025-03-31 22:00Z' and g.at >= '2025-02-28 23:00Z' and g.at < '2025-03-31 22:00Z'
order by 1`,
		`
with g as (
  select p.at, sum(p.value) as value from entsoe.points p
  where p.series_id = any({actual_generation_per_production_type DE_LU;psr_type in ('B16', 'B19') and side = 'in'}) and ` + month2025 + `
  group by 1
)
select p.at, p.value - g.value from entsoe.points p join g on g.at = p.at
where p.series_id = any({actual_total_load DE_LU}) and ` + month2025 + `
order by 1`,
	},
	{
		"error of the load forecast",
		`
select date_trunc('month', a.local_day) as month, avg(abs(f.mw - a.mw)), avg(f.mw - a.mw)
from entsoe.actual_total_load a join entsoe.day_ahead_total_load_forecast f on f.area = a.area and f.at = a.at
where a.area = 'FR' and a.at >= '2024-12-31 23:00Z' and a.at < '2025-12-31 23:00Z'
group by 1 order by 1`,
		`
select date_trunc('month', (p.at at time zone 'Europe/Paris')::date) as month, avg(abs(f.value - p.value)), avg(f.value - p.value)
from entsoe.points p join entsoe.points f on f.series_id = any({day_ahead_total_load_forecast FR}) and f.at = p.at
where p.series_id = any({actual_total_load FR}) and ` + year2025 + `
group by 1 order by 1`,
	},
	{
		"net imports of an area by month",
		`
select at, sum(import_mw) as imports, -sum(net_mw) as net
from entsoe.net_flows('1 month', '2025-01-01', '2026-01-01')
where area = 'FR'
group by 1 order by 1`,
		`
select at, sum(value) filter (where not leaves), sum(case when leaves then -value else value end)
from (
  select s.id, s.area_name = 'FR' as leaves, date_trunc('month', p.at at time zone 'Europe/Paris') at time zone 'Europe/Paris' as at, avg(p.value) as value
  from entsoe.points p join entsoe.series s on s.id = p.series_id
  where p.series_id = any({cross_border_physical_flows;'FR' in (area_name, counter_area_name)}) and ` + year2025 + `
  group by 1, 2, 3
) b
group by 1 order by 1`,
	},
	{
		"day of the highest load",
		`
select local_day, mw from entsoe.actual_total_load_by('1 day', '2025-01-01', '2026-01-01') where area = 'DE_LU' order by mw desc limit 1`,
		`
select (p.at at time zone 'Europe/Berlin')::date, avg(p.value) from entsoe.points p
where p.series_id = any({actual_total_load DE_LU}) and ` + year2025 + `
group by 1 order by 2 desc limit 1`,
	},
	{
		"price and load of two areas with 15 and 60 minutes",
		`
select l.area, count(*), corr(l.mw, d.price)
from entsoe.actual_total_load_by('1 hour', '2025-01-01', '2026-01-01') l
join entsoe.day_ahead_prices_by('1 hour', '2025-01-01', '2026-01-01') d on d.area = l.area and d.at = l.at
where l.area in ('FR', 'PL') and d.area in ('FR', 'PL')
group by 1 order by 1`,
		`
with l as (
  select s.area_name, p.at, p.value from entsoe.points p join entsoe.series s on s.id = p.series_id
  where p.series_id = any({actual_total_load FR PL}) and ` + year2025 + `
), d as (
  select s.area_name, date_trunc('hour', p.at) as at, avg(p.value) as value from entsoe.points p join entsoe.series s on s.id = p.series_id
  where p.series_id = any({day_ahead_prices FR PL}) and ` + year2025 + `
  group by 1, 2
)
select area_name, count(*), corr(l.value, d.value) from l join d using (area_name, at) group by 1 order by 1`,
	},
	{
		"rank of the areas by their mean price",
		`
select area, avg(price) as price from entsoe.day_ahead_prices_by('1 day', '2025-01-01', '2025-09-01') group by 1 order by 2 desc, 1`,
		`
with d as (
  select s.area_name, (p.at at time zone s.time_zone)::date as day, avg(p.value) as value
  from entsoe.points p join entsoe.series s on s.id = p.series_id
  where p.series_id = any({day_ahead_prices ;sequence = '1'}) and p.at >= '2024-12-31 00:00Z' and p.at < '2025-09-02 00:00Z'
    and (p.at at time zone s.time_zone)::date >= '2025-01-01' and (p.at at time zone s.time_zone)::date < '2025-09-01'
  group by 1, 2
)
select area_name, avg(value) from d group by 1 order by 2 desc, 1`,
	},
	{
		"the latest prices of an area",
		`
select at, price from entsoe.day_ahead_prices_best where area = 'DE_LU' order by at desc limit 96`,
		`
select p.at, p.value from entsoe.points p where p.series_id = any({day_ahead_prices DE_LU;sequence = '1'}) order by 1 desc limit 96`,
	},
	{
		"prices of all areas on one day",
		`
select area, at, price from entsoe.day_ahead_prices_best
where at >= '2025-11-09 23:00Z' and at < '2025-11-10 23:00Z'
order by 1, 2`,
		`
select s.area_name, p.at, p.value from entsoe.points p join entsoe.series s on s.id = p.series_id
where p.series_id = any({day_ahead_prices ;sequence = '1'}) and p.at >= '2025-11-09 23:00Z' and p.at < '2025-11-10 23:00Z'
order by 1, 2`,
	},
	{
		"base and peak price by month",
		`
select date_trunc('month', local_day) as month, avg(price),
  avg(price) filter (where extract(hour from local) >= 8 and extract(hour from local) < 20 and extract(isodow from local) < 6)
from entsoe.day_ahead_prices_by('1 hour', '2025-01-01', '2026-01-01')
where area = 'NL'
group by 1 order by 1`,
		`
with ` + byHour("h", "{day_ahead_prices NL}", year2025) + `
select date_trunc('month', local::date) as month, avg(value),
  avg(value) filter (where extract(hour from local) >= 8 and extract(hour from local) < 20 and extract(isodow from local) < 6)
from (select at at time zone 'Europe/Amsterdam' as local, value from h) h
group by 1 order by 1`,
	},
	{
		"spread between the hours of each day",
		`
select local_day, max(price) - min(price) as spread from entsoe.day_ahead_prices_best
where area = 'ES' and at >= '2024-12-31 23:00Z' and at < '2025-12-31 23:00Z'
group by 1 order by 1`,
		`
select (p.at at time zone 'Europe/Madrid')::date, max(p.value) - min(p.value) from entsoe.points p
where p.series_id = any({day_ahead_prices ES}) and ` + year2025 + `
group by 1 order by 1`,
	},
	{
		"share of wind and sun in the generation of all areas",
		`
select area, sum(mw) filter (where psr_type in ('B16', 'B19')) / sum(mw) as share
from entsoe.actual_generation_per_production_type
where side = 'in' and at >= '2025-02-28 23:00Z' and at < '2025-03-31 22:00Z'
group by 1 order by 1`,
		`
select s.area_name, sum(p.value) filter (where s.psr_type in ('B16', 'B19')) / sum(p.value)
from entsoe.points p join entsoe.series s on s.id = p.series_id
where p.series_id = any({actual_generation_per_production_type ;side = 'in'}) and ` + month2025 + `
group by 1 order by 1`,
	},
	{
		"a week of generation, a column per type",
		`
select at, solar_mw, wind_mw, covered from entsoe.actual_generation_per_production_type_wide('1 hour', '2025-03-03', '2025-03-10')
where area = 'DE_LU' order by 1`,
		`
select date_trunc('hour', p.at) as at, avg(p.value) filter (where s.psr_type = 'B16'), avg(p.value) filter (where s.psr_type = 'B19'), 1::float8
from entsoe.points p join entsoe.series s on s.id = p.series_id
where p.series_id = any({actual_generation_per_production_type DE_LU;side = 'in'}) and p.at >= '2025-03-02 23:00Z' and p.at < '2025-03-09 23:00Z'
group by 1 order by 1`,
	},
	{
		"prices of a month as they were known",
		`
select at, price from entsoe.day_ahead_prices_as_of('2026-07-02')
where area = 'FR' and at >= '2025-02-28 23:00Z' and at < '2025-03-31 22:00Z'
order by 1`,
		`
select p.at, p.value from entsoe.points p
where p.series_id = any({day_ahead_prices FR}) and ` + month2025 + `
order by 1`,
	},
	{
		"hours that lack values",
		`
select count(*) from entsoe.actual_total_load_by('1 hour', '2025-01-01', '2026-01-01') where area = 'DE_LU' and covered < 1`,
		`
select count(*) from (
  select date_trunc('hour', p.at) from entsoe.points p
  where p.series_id = any({actual_total_load DE_LU}) and ` + year2025 + `
  group by 1 having count(*) < 4
) h`,
	},
}
