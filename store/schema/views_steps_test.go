package schema_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
	"entsoed/timeseries"
)

// Areas of three clocks.
const (
	finland  = "10YFI-1--------U"
	portugal = "10YPT-REN------W"
)

// stepCatalogue has an item for each way to combine values.
func stepCatalogue() schema.Options {
	opts := dbtest.Catalogue()
	for name, combine := range map[string]timeseries.Combination{
		"power": timeseries.CombineByUnit, "money": timeseries.CombineSum, "extremes": timeseries.CombineExtremes, "levels": timeseries.CombineLast,
	} {
		opts.Items = append(opts.Items, schema.ItemRow{Name: name, Title: name, Unit: "MW"})
		opts.Views = append(opts.Views, schema.ViewSpec{Item: name, Value: "mw", Combine: combine, Fast: name == "power", Columns: []string{"business_type", "resolution"}})
	}
	opts.Items = append(opts.Items, schema.ItemRow{Name: "balance", Title: "balance", Unit: "MW"})
	opts.Views = append(opts.Views, schema.ViewSpec{Item: "balance", Value: "mw", Balance: true, Columns: []string{"contract", "resolution"}})
	opts.Areas = append(opts.Areas, schema.AreaRow{EIC: finland, Code: "FI", TimeZone: "Europe/Helsinki"}, schema.AreaRow{EIC: portugal, Code: "PT", TimeZone: "Europe/Lisbon"})
	return opts
}

// length is the length of an interval, with the days and months that are counted by a
// clock.
type length struct {
	name string
	step timeseries.Step
	zone string // whose midnight it begins at; empty: the area's
}

// interval is an interval of a curve with its value.
type interval struct {
	from, to time.Time
	value    float64
	nominal  time.Duration // of days and longer what PostgreSQL compares by
}

func (i interval) middle() time.Time { return i.from.Add(i.to.Sub(i.from)/2 - 1) }

// nominal is the length of a step by which steps are compared.
func nominal(s timeseries.Step) time.Duration {
	return time.Duration(s.Seconds)*time.Second + time.Duration(s.Days)*24*time.Hour + time.Duration(s.Months)*30*24*time.Hour
}

// stepAround is the step, counted by the clock of a zone, in which an instant lies.
func stepAround(at time.Time, step timeseries.Step, zone *time.Location) (from, to time.Time) {
	local := at.In(zone)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone)
	switch {
	case step.Months > 0:
		month := (int(local.Month())-1)/step.Months*step.Months + 1
		from = time.Date(local.Year(), time.Month(month), 1, 0, 0, 0, 0, zone)
		return from, from.AddDate(0, step.Months, 0)
	case step.Days == 7:
		from = midnight.AddDate(0, 0, -(int(local.Weekday())+6)%7)
		return from, from.AddDate(0, 0, 7)
	case step.Days == 1:
		return midnight, midnight.AddDate(0, 0, 1)
	case step.Seconds > 3600: // by what the clock shows: one of them is an hour longer in October
		hours := int(step.Seconds / 3600)
		hour := local.Hour() / hours * hours
		return firstInstant(local, hour), firstInstant(local, hour+hours)
	}
	from = at.Truncate(time.Duration(step.Seconds) * time.Second)
	return from, from.Add(time.Duration(step.Seconds) * time.Second)
}

// firstInstant is the first instant at which the clock shows an hour of a day or a later one.
func firstInstant(day time.Time, hour int) time.Time {
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, day.Location())
	for at.Day() == day.Day() && at.Hour() < hour {
		at = at.Add(time.Hour)
	}
	return at
}

// stepValue is a row of a function by step.
type stepValue struct {
	at, until      time.Time
	value, covered float64
}

// combined computes the steps in the plainest way: interval by interval.
func combined(all []interval, step timeseries.Step, zone *time.Location, from, to time.Time, combine func(in []interval) float64) []stepValue {
	steps := map[time.Time][]interval{}
	for _, i := range all {
		finer := slices.ContainsFunc(all, func(o interval) bool {
			return o.nominal < i.nominal && !o.from.Before(i.from) && o.from.Before(i.to)
		})
		if i.nominal > nominal(step) || finer {
			continue
		}
		at, _ := stepAround(i.middle(), step, zone)
		steps[at.UTC()] = append(steps[at.UTC()], i)
	}
	var rows []stepValue
	for at, in := range steps {
		if at.Before(from) || !at.Before(to) {
			continue
		}
		_, until := stepAround(at, step, zone)
		slices.SortFunc(in, func(a, b interval) int { return a.from.Compare(b.from) })
		r := stepValue{at: at, until: until.UTC(), value: combine(in)}
		for _, i := range in {
			r.covered += i.to.Sub(i.from).Seconds() / r.until.Sub(r.at).Seconds()
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b stepValue) int { return a.at.Compare(b.at) })
	return rows
}

func weightedMean(in []interval) float64 {
	sum, seconds := 0.0, 0.0
	for _, i := range in {
		sum, seconds = sum+i.value*i.to.Sub(i.from).Seconds(), seconds+i.to.Sub(i.from).Seconds()
	}
	return sum / seconds
}

func total(in []interval) (sum float64) {
	for _, i := range in {
		sum += i.value
	}
	return sum
}

// curve saves a curve with intervals of several lengths in a span, with holes, and
// returns its intervals.
func curve(t *testing.T, db *store.DB, r *rand.Rand, a timeseries.Attributes, clock *time.Location, from, to time.Time, lengths ...length) (all []interval) {
	t.Helper()
	var curves timeseries.Curves
	for n, l := range lengths {
		zone := clock
		if l.zone != "" {
			zone = place(t, l.zone)
		}
		s := timeseries.Series{Step: l.step, Attributes: timeseries.Attributes{timeseries.Resolution: l.name}}
		for name, value := range a {
			s.Attributes[name] = value
		}
		start, _ := stepAround(from.AddDate(0, 0, 20*n), stepOrHour(l.step), zone)
		for i := 0; ; i++ {
			at := l.step.Add(start, i, zone)
			until := l.step.Add(start, i+1, zone)
			if until.After(to) {
				break
			}
			if r.IntN(10) == 0 {
				continue
			}
			v := math.Round(r.Float64()*1000) / 10
			s.Points = append(s.Points, timeseries.Point{At: at.Unix(), Value: v})
			all = append(all, interval{at, until, v, nominal(l.step)})
		}
		s.Spans = append(s.Spans, timeseries.Window{From: start, To: to})
		curves = append(curves, s)
	}
	feed := dbtest.MakeFeed(t, db, a[timeseries.Item], a[timeseries.Area])
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: timeseries.Window{From: from, To: to}, Rows: curves})
	return all
}

func stepOrHour(s timeseries.Step) timeseries.Step {
	if s.Seconds > 0 {
		return timeseries.Step{Seconds: 3600}
	}
	return s
}

func place(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestByStepAgainstAPlainComputation compares the functions by step with one interval
// after the other, over both changes of the clock, curves of several resolutions that
// overlap, holes, three clocks, and any step, days and zone.
func TestByStepAgainstAPlainComputation(t *testing.T) {
	db := dbtest.Open(t, stepCatalogue())
	r := rand.New(rand.NewPCG(11, 40))
	lengths := []length{
		{"PT15M", timeseries.Step{Seconds: 900}, ""}, {"PT60M", timeseries.Step{Seconds: 3600}, ""}, {"PT10M", timeseries.Step{Seconds: 600}, ""},
		{"P1D", timeseries.Step{Days: 1}, ""}, {"P7D", timeseries.Step{Days: 7}, ""},
	}
	steps := []string{"15 minutes", "30 minutes", "1 hour", "2 hours", "6 hours", "12 hours", "1 day", "7 days", "1 month", "3 months"}
	sizes := []timeseries.Step{{Seconds: 900}, {Seconds: 1800}, {Seconds: 3600}, {Seconds: 7200}, {Seconds: 21600}, {Seconds: 43200}, {Days: 1}, {Days: 7}, {Months: 1}, {Months: 3}}
	compared := 0
	for n, spring := range []bool{true, false, true, false} {
		from := time.Date(2025, 9, 25, 0, 0, 0, 0, time.UTC)
		if spring {
			from = time.Date(2025, 3, 10, 0, 0, 0, 0, time.UTC)
		}
		for eic, clock := range map[string]*time.Location{dbtest.Germany: place(t, "Europe/Berlin"), finland: place(t, "Europe/Helsinki"), portugal: place(t, "Europe/Lisbon")} {
			business := fmt.Sprintf("T%d", n)
			some := []length{lengths[r.IntN(2)], lengths[3+r.IntN(2)]}
			if n > 1 {
				some = []length{lengths[1], lengths[0]}
			}
			all := curve(t, db, r, timeseries.Attributes{timeseries.Item: "power", timeseries.Area: eic, timeseries.BusinessType: business, timeseries.Unit: []string{"MAW", "MWH"}[n%2]},
				clock, from, from.AddDate(0, 0, 50), some...)
			combine := []func([]interval) float64{weightedMean, total}[n%2]
			for s := r.IntN(3); s < len(steps); s += 3 {
				zone, given := clock, any(nil)
				if r.IntN(3) == 0 {
					zone, given = place(t, "Europe/Brussels"), "Europe/Brussels"
				}
				first, last := from.AddDate(0, 0, r.IntN(20)-5), from.AddDate(0, 0, 25+r.IntN(60))
				want := combined(all, sizes[s], zone, midnight(first, zone), midnight(last, zone), combine)
				rows, err := db.Pool.Query(t.Context(), `
select at, until, value, covered from entsoe.power_by($1::interval, $2, $3, $4) where area_eic = $5 and business_type = $6 order by at`,
					steps[s], first.Format("2006-01-02"), last.Format("2006-01-02"), given, eic, business)
				if err != nil {
					t.Fatal(err)
				}
				var got []stepValue
				for rows.Next() {
					var v stepValue
					if err := rows.Scan(&v.at, &v.until, &v.value, &v.covered); err != nil {
						t.Fatal(err)
					}
					got = append(got, v)
				}
				if rows.Err() != nil {
					t.Fatal(rows.Err())
				}
				compared += len(want)
				straddling := some[1].step.Days == 7 || zone != clock
				if diff := stepsDiffer(got, want, straddling); diff != "" {
					t.Errorf("%s of %s, %v, %s in %s from %v to %v: %s", business, eic, some, steps[s], zone, first, last, diff)
				}
			}
		}
	}
	if compared < 3_000 {
		t.Errorf("compared %d steps only", compared)
	}
}

func midnight(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
}

// stepsDiffer says how rows differ from what is wanted. Where intervals lie across
// steps, the share that is covered is not compared.
func stepsDiffer(got, want []stepValue, straddling bool) string {
	var b strings.Builder
	if len(got) != len(want) {
		fmt.Fprintf(&b, "%d rows, want %d; ", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		g, w := got[i], want[i]
		if !g.at.Equal(w.at) || !g.until.Equal(w.until) || math.Abs(g.value-w.value) > 1e-9*math.Abs(w.value) || !straddling && math.Abs(g.covered-w.covered) > 1e-9 {
			fmt.Fprintf(&b, "row %d: %v to %v %v (%v), want %v to %v %v (%v)", i, g.at.UTC(), g.until.UTC(), g.value, g.covered, w.at, w.until, w.value, w.covered)
			break
		}
	}
	return b.String()
}

// TestByStepTakesTheBestValues: of rivals the step has the one that is preferred at each
// instant, in each currency.
func TestByStepTakesTheBestValues(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	for _, s := range []timeseries.Series{
		dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Sequence, "1"), 0, 10, 20),
		dbtest.With(dbtest.PriceSeries("PT15M", dbtest.QuarterHour, timeseries.Sequence, "2"), 0, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4),
		dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Sequence, "1", timeseries.Currency, "PLN"), 3, 70),
	} {
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 24), Rows: timeseries.Curves{s}})
	}
	dbtest.WantLines(t, db, `select extract(hour from at at time zone 'UTC') as hour, price, covered, currency, unit from entsoe.day_ahead_prices_by(zone => 'UTC') order by at`,
		"0 10 1 EUR MWH", "1 20 1 EUR MWH", "2 2.5 1 EUR MWH", "3 70 1 PLN MWH")
	dbtest.WantLines(t, db, `select price, covered * 24 as hours, value, currency from entsoe.day_ahead_prices_by('1 day', '2025-03-01', '2025-03-02', 'UTC') order by currency`,
		fmt.Sprint((10+20+2.5)/3)+" 3 "+fmt.Sprint((10+20+2.5)/3)+" EUR", "70 1 70 PLN")
}

// TestByStepOfOtherCombinations: sums of money, minima and maxima, levels, balances, and
// values every few seconds.
func TestByStepOfOtherCombinations(t *testing.T) {
	db := dbtest.Open(t, stepCatalogue())
	save := func(item string, step timeseries.Step, resolution string, from float64, values []float64, other ...string) {
		a := timeseries.Attributes{timeseries.Item: item, timeseries.Area: dbtest.Germany, timeseries.Resolution: resolution, timeseries.Unit: "MAW"}
		for i := 0; i+1 < len(other); i += 2 {
			a[other[i]] = other[i+1]
		}
		s := dbtest.With(timeseries.Series{Step: step, Attributes: a}, from, values...)
		feed := dbtest.MakeFeed(t, db, item, dbtest.Germany)
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: s.Spans[0], Rows: timeseries.Curves{s}})
	}
	save("money", dbtest.Hour, "PT60M", 0, []float64{5, 6, 7}, timeseries.Currency, "EUR")
	save("extremes", dbtest.Hour, "PT60M", 0, []float64{5, 4, 9}, timeseries.BusinessType, "A60")
	save("extremes", dbtest.Hour, "PT60M", 0, []float64{5, 4, 9}, timeseries.BusinessType, "A61")
	save("extremes", dbtest.Hour, "PT60M", 0, []float64{5, 4, 9}, timeseries.BusinessType, "C78")
	save("levels", dbtest.Hour, "PT60M", 0, []float64{5, 4, 9})
	save("levels", dbtest.QuarterHour, "PT15M", 3, []float64{8, 7})
	save("power", timeseries.Step{Seconds: 4}, "PT4S", 0, []float64{1, 2, 3, 6})
	save("balance", dbtest.Hour, "PT60M", 0, []float64{30, 15}, timeseries.CounterArea, "REGION_CODE-----")
	save("balance", dbtest.Hour, "PT60M", 1, []float64{10, 5}, timeseries.CounterArea, dbtest.Germany, timeseries.Area, "REGION_CODE-----")
	const day = "_by('1 day', '2025-03-01', '2025-03-02', 'UTC')"
	dbtest.WantLines(t, db, `select mw, value from entsoe.money`+day, "18 18")
	dbtest.WantLines(t, db, `select business_type, mw from entsoe.extremes`+day+` order by 1`, "A60 4", "A61 9", "C78 6")
	dbtest.WantLines(t, db, `select mw, covered * 24 as hours from entsoe.levels`+day, "7 3.5")
	dbtest.WantLines(t, db, `select mw, round((covered * 60)::numeric, 9) as seconds from entsoe.power_by('1 minute', '2025-03-01', '2025-03-02', 'UTC')`, "3 16")
	dbtest.WantLines(t, db, `select area, net_mw, value, covered * 24 as hours from entsoe.balance`+day, "DE_LU 10 10 3")
	dbtest.WantLines(t, db, `select extract(hour from at at time zone 'UTC') as hour, net_mw, covered from entsoe.balance_by(zone => 'UTC') order by at`, "0 30 1", "1 5 1", "2 -5 1")
}

// TestByStepOfWeeksThatLieAcrossMonths: a week counts in the month of its Thursday, and a
// month with all of its weeks is covered.
func TestByStepOfWeeksThatLieAcrossMonths(t *testing.T) {
	db := dbtest.Open(t, stepCatalogue())
	berlin := place(t, "Europe/Berlin")
	week := timeseries.Step{Days: 7}
	s := timeseries.Series{Step: week, Attributes: timeseries.Attributes{timeseries.Item: "levels", timeseries.Area: dbtest.Germany, timeseries.Resolution: "P7D", timeseries.Unit: "MWH"}}
	monday := time.Date(2024, 12, 30, 0, 0, 0, 0, berlin)
	for i := range 18 { // to 4 May; without that of 10 March
		if i != 10 {
			s.Points = append(s.Points, timeseries.Point{At: week.Add(monday, i, berlin).Unix(), Value: float64(i)})
		}
	}
	asked := timeseries.Window{From: monday, To: week.Add(monday, 18, berlin)}
	s.Spans = []timeseries.Window{asked}
	feed := dbtest.MakeFeed(t, db, "levels", dbtest.Germany)
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: asked, Rows: timeseries.Curves{s}})
	dbtest.WantLines(t, db, `select local_day, mw, round(covered::numeric, 3) as covered from entsoe.levels_by('1 month', '2025-01-01', '2025-05-01') order by at`,
		"2025-01-01 4 1", "2025-02-01 8 1", "2025-03-01 12 0.75", "2025-04-01 16 1")
}

// TestByStepRefusesOtherSteps: a step that is not possible is an error that says which are.
func TestByStepRefusesOtherSteps(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	for _, step := range []string{"7 minutes", "30 days", "2 days", "5 hours", "2 months", "1 month 1 day", "0", "-1 hours", "45 minutes", "1 day 1 hour"} {
		for _, query := range []string{`select value from entsoe.actual_total_load_by('` + step + `')`, `select value from entsoe.actual_total_load_by($1::text::interval)`} {
			var args []any
			if strings.Contains(query, "$1") {
				args = append(args, step)
			}
			rows, err := db.Pool.Query(t.Context(), query, args...)
			if err == nil {
				rows.Close()
				err = rows.Err()
			}
			pg, ok := errors.AsType[*pgconn.PgError](err)
			if !ok || pg.Code != "22023" || !strings.Contains(pg.Hint, "1, 5, 10, 15, 20 or 30 minutes") {
				t.Errorf("%s: %v", query, err)
			}
		}
	}
	for _, step := range []string{"1 minute", "60 minutes", "24 hours", "1 day", "1 week", "168 hours", "1 month", "12 months", "1 year"} {
		dbtest.WantLines(t, db, `select value from entsoe.actual_total_load_by('`+step+`')`)
	}
}

// TestByStepReadsByIndex: the days and the area of a question reach the indexes, whether
// they are written out or parameters of a plan for all.
func TestByStepReadsByIndex(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	for i := range 20 {
		for _, s := range []timeseries.Series{
			{Step: dbtest.Hour, Attributes: timeseries.Attributes{timeseries.Item: "actual_total_load", timeseries.Area: fmt.Sprintf("10Y-%012d", i), timeseries.Unit: "MAW", timeseries.Resolution: "PT60M"}},
			dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Area, fmt.Sprintf("10Y-%012d", i), timeseries.Sequence, "1"),
		} {
			if _, err := db.Prepare(t.Context(), store.Answer{Rows: timeseries.Curves{s}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	dbtest.Exec(t, db, `
insert into entsoe.points (at, value, series_id, known_after)
select at, 1, id, 0 from entsoe.series, generate_series($1::timestamptz, $1 + interval '200 days', interval '1 hour') at`, dbtest.Day0)
	dbtest.ExecOwner(t, db, `analyze entsoe.points, entsoe.series, entsoe.best_spans`)
	conn, err := db.Pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for _, item := range []string{"actual_total_load", "day_ahead_prices"} {
		for _, statement := range []string{
			`explain (analyze, format json) select at, value, covered from entsoe.` + item + `_by('1 day', '2025-05-01', '2025-05-11') where area = '10Y-000000000007'`,
			`set plan_cache_mode = force_generic_plan;
			prepare q(interval, date, date, text) as select at, value, covered from entsoe.` + item + `_by($1, $2, $3) where area = $4;
			explain (analyze, format json) execute q('1 day', '2025-05-01', '2025-05-11', '10Y-000000000007')`,
		} {
			parts := strings.Split(statement, ";")
			for _, before := range parts[:len(parts)-1] {
				if _, err := conn.Exec(t.Context(), before); err != nil {
					t.Fatal(err)
				}
			}
			var plan json.RawMessage
			if err := conn.QueryRow(t.Context(), parts[len(parts)-1], pgx.QueryExecModeSimpleProtocol).Scan(&plan); err != nil {
				t.Fatal(err)
			}
			// Ten days and at most two more on each side, and all series a few times.
			if n := rowsRead(t, plan); n > 14*24+500 {
				t.Errorf("%s: ten days of an area cost reading %v rows of 192040: %s", item, n, statement)
			}
		}
		if _, err := conn.Exec(t.Context(), `deallocate all`); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWide: a row has all types of production, and pumping apart from generation.
func TestWide(t *testing.T) {
	opts := dbtest.Catalogue()
	opts.Items = append(opts.Items, schema.ItemRow{Name: "generation", Title: "Generation", Unit: "MW"})
	opts.Views = append(opts.Views, schema.ViewSpec{Item: "generation", Value: "mw", Columns: []string{"psr_type", "side", "resolution"},
		Wide: []schema.ViewColumn{{Name: "pumped_storage", Path: "B10"}, {Name: "solar", Path: "B16"}, {Name: "nuclear", Path: "B14"}}})
	db := dbtest.Open(t, opts)
	feed := dbtest.MakeFeed(t, db, "generation", dbtest.Germany)
	for _, c := range []struct {
		kind, side string
		values     []float64
	}{{"B10", "in", []float64{5, 5}}, {"B10", "out", []float64{7, 9}}, {"B16", "in", []float64{1}}, {"B77", "in", []float64{2, 4}}} {
		s := dbtest.With(timeseries.Series{Step: dbtest.Hour, Attributes: timeseries.Attributes{timeseries.Item: "generation", timeseries.Area: dbtest.Germany,
			timeseries.PSRType: c.kind, timeseries.Side: c.side, timeseries.Unit: "MAW", timeseries.Resolution: "PT60M"}}, 0, c.values...)
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 2), Rows: timeseries.Curves{s}})
	}
	dbtest.WantLines(t, db, `
select area, pumped_storage_mw, pumped_storage_consumption_mw, solar_mw, coalesce(nuclear_mw::text, 'none') as nuclear, further_mw, generation_mw, consumption_mw, net_mw, value, covered
from entsoe.generation_wide('2 hours', zone => 'UTC')`, "DE_LU 5 8 1 none 3 9 8 1 1 0.5")
	// Solar has nothing in the second hour.
	dbtest.WantLines(t, db, `select generation_mw, covered from entsoe.generation_wide('1 hour', zone => 'UTC') order by at`, "8 1", "9 0")
}

// TestByStepOfAList: what stands is added up; an energy is not cut.
func TestByStepOfAList(t *testing.T) {
	db := dbtest.Open(t, dbtest.ShapesCatalogue())
	feed := dbtest.MakeFeed(t, db, "bids", dbtest.Germany)
	dbtest.MustSaveEntries(t, db, store.Answer{FeedID: feed.ID, Rows: timeseries.Entries{Replaces: dbtest.Hours(0, 24), All: []timeseries.Entry{
		dbtest.Bid(0, 1, 10, ""), dbtest.Bid(0, 1, 10, ""), dbtest.Bid(0.5, 3, 4, ""), dbtest.Bid(0, 1, 7, "", timeseries.Direction, "A02"),
		dbtest.Bid(1, 2, 50, "", timeseries.Unit, "MWH"), dbtest.Bid(1.5, 3, 60, "", timeseries.Unit, "MWH"),
	}}})
	const rows = `select extract(hour from at at time zone 'UTC') as hour, direction, mw, value, entries, unit_title from entsoe.bids_by`
	dbtest.WantLines(t, db, rows+`('1 hour', zone => 'UTC') order by unit, direction, at`,
		"0 A01 22 22 3 MW", "1 A01 4 4 1 MW", "2 A01 4 4 1 MW", "0 A02 7 7 1 MW", "1 A01 50 50 1 MWh")
	dbtest.WantLines(t, db, rows+`('1 day', '2025-03-01', '2025-03-02', 'UTC') where area = 'DE_LU' order by unit, direction`,
		"0 A01 1.25 1.25 3 MW", "0 A02 "+fmt.Sprint(7.0/24)+" "+fmt.Sprint(7.0/24)+" 1 MW", "0 A01 110 110 2 MWh")
	dbtest.WantLines(t, db, rows+`('1 day', '2025-03-02')`)
}
