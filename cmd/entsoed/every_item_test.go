package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sethvargo/go-envconfig"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator"
	"entsoed/jobs"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// itemsNow is the simulated time at which every item is fetched.
var itemsNow = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)

// sample is an item as it was fetched once: a question that has an answer.
type sample struct {
	Item   entsoe.Item // as the feed's variant sees it
	Feed   entsoe.Feed
	Window timeseries.Window
	Query  string        // an example for readers, which found rows
	First  time.Time     // of the rows in the view
	Span   time.Duration // from the first of them to the end of the last
	Rows   int           // in the item's view
	Values string        // names of the view's columns
	Step   time.Duration // between its values, nominally; 0: they have lengths of their own

	Views     string // names
	Functions string // that are named after its views
}

// itemsSite is a simulator whose clock stands still, and an empty database.
type itemsSite struct {
	platform  *simulator.Simulator
	variables map[string]string
	database  string
}

func newItemsSite(t *testing.T) *itemsSite {
	platform := simulator.New(simulator.Config{Seed: 1, Unlimited: true, Now: func() time.Time { return itemsNow }})
	server := httptest.NewServer(platform)
	t.Cleanup(server.Close)
	cfg := dbtest.New(t, jobs.Catalogue())
	allow(t, cfg.URL, 60_000)
	return &itemsSite{platform: platform, database: cfg.URL, variables: map[string]string{
		"ENTSOE_API_URL": server.URL + "/api",
		"DATABASE_URL":   cfg.URL, "DATABASE_TIMESCALEDB": cfg.TimescaleDB,
	}}
}

// TestEveryItem fetches each data item of the catalogue from the simulator: rows
// are stored, its view and the example of the documentation show them, and
// fetching again changes nothing. What the platform has retired is refused in
// its words. What it learns makes docs/data.md, which it keeps true.
func TestEveryItem(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: collects every item with the binary, which takes minutes")
	}
	t.Parallel()
	site := newItemsSite(t)
	items := entsoe.Items()
	samples := make([]sample, len(items))
	t.Run("items", func(t *testing.T) {
		for i, item := range items {
			t.Run(item.Name, func(t *testing.T) {
				t.Parallel()
				samples[i] = site.try(t, item)
			})
		}
	})
	if t.Failed() {
		return // the page would lack items
	}
	site.checkUnitTitles(t)
	comparePage(t, "data.md", dataPage(samples))
}

// try fetches one item.
func (site *itemsSite) try(t *testing.T, item entsoe.Item) sample {
	if item.Retired != "" {
		site.fetchRetired(t, item)
		return sample{Item: item}
	}
	s, ok := site.find(item)
	if !ok {
		t.Fatalf("the simulator publishes nothing of %s", item.Name)
	}
	site.fetchTwice(t, &s)
	return s
}

// find returns a question about an item that the simulator answers with data,
// of the shortest window.
func (site *itemsSite) find(item entsoe.Item) (sample, bool) {
	all := item
	all.Variants = slices.Clone(item.Variants)
	for i := range all.Variants {
		all.Variants[i].OnDemand = false // only the plan leaves them out
	}
	for _, days := range []int{1, 7, 31, 365, 2 * 365} {
		for _, feed := range familiar(entsoe.CandidateFeeds([]entsoe.Item{all}, entsoe.Areas())) {
			seen, ok := item.For(feed.Variant)
			if !ok {
				continue
			}
			w := settledWindow(seen, feed, days)
			request, err := entsoe.NewRequest(feed, w)
			if err == nil && site.answers(request.Params) {
				return sample{Item: seen, Feed: feed, Window: w}, true
			}
		}
	}
	return sample{}, false
}

// familiar sorts feeds so that those of areas that readers know come first.
func familiar(feeds []entsoe.Feed) []entsoe.Feed {
	known := []string{"DE_LU", "DE", "DE_50HZ", "FR", "NL", "BE", "AT"}
	unknown := func(f entsoe.Feed) int {
		sum := 0
		for name := range strings.SplitSeq(f.AreaName(), ">") {
			if i := slices.Index(known, name); i >= 0 {
				sum += i
			} else {
				sum += 100
			}
		}
		return sum
	}
	slices.SortStableFunc(feeds, func(a, b entsoe.Feed) int { return unknown(a) - unknown(b) })
	return feeds
}

// settledWindow is a window of whole days that has been published, no longer
// than the item allows.
func settledWindow(item entsoe.Item, feed entsoe.Feed, days int) timeseries.Window {
	_, settled := item.Timetable.Published(itemsNow, feed.Zone())
	to := entsoe.MarketDay.Start(settled, feed.Zone())
	from := entsoe.MarketDay.Start(to.AddDate(0, 0, -days), feed.Zone())
	w := timeseries.Window{From: from, To: to}
	if parts := item.Split(w, item.LimitStep(), feed.Zone()); len(parts) > 1 {
		return parts[len(parts)-1]
	}
	return w
}

// answers reports whether the simulator has data for a question.
func (site *itemsSite) answers(params url.Values) bool {
	params.Set("securityToken", "any")
	recorder := httptest.NewRecorder()
	site.platform.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/api?"+params.Encode(), nil))
	return recorder.Code == http.StatusOK && !strings.Contains(recorder.Body.String(), "<Acknowledgement_MarketDocument")
}

// fetch runs `entsoed fetch` and returns its exit status and what it prints.
func (site *itemsSite) fetch(t *testing.T, feed entsoe.Feed, w timeseries.Window) (int, []fetchOutcome, string) {
	t.Helper()
	var out, errors output
	env := environment{Stdout: &out, Stderr: &errors, Lookup: envconfig.MapLookuper(site.variables)}
	const layout = "2006-01-02T15:04Z"
	status := run(t.Context(), env, []string{"fetch", feed.Item, "--area", feed.AreaName(), "--variant", feed.Variant,
		"--from", w.From.Format(layout), "--to", w.To.Format(layout), "--now", itemsNow.Format(time.RFC3339), "--speed", "0", "--json"})
	var outcomes []fetchOutcome
	if err := json.Unmarshal([]byte(out.String()), &outcomes); err != nil {
		t.Fatalf("entsoed fetch %s: exit status %d, %v\n%s%s", feed.Item, status, err, out.String(), errors.String())
	}
	return status, outcomes, out.String() + errors.String()
}

func (site *itemsSite) fetchTwice(t *testing.T, s *sample) {
	t.Helper()
	status, first, said := site.fetch(t, s.Feed, s.Window)
	if status != 0 || first[0].Rows+first[0].Documents == 0 {
		t.Fatalf("%s %s: exit status %d\n%s", s.Feed.AreaName(), s.Window, status, said)
	}
	before := site.state(t, s.Item)
	if status, again, said := site.fetch(t, s.Feed, s.Window); status != 0 || again[0].Changed+again[0].Retracted > 0 || again[0].Rows != first[0].Rows || again[0].Documents != first[0].Documents {
		t.Errorf("again: exit status %d\n%s", status, said)
	}
	if after := site.state(t, s.Item); after != before {
		t.Errorf("fetching again changed the database: %s, before %s", after, before)
	}
	s.Rows = site.count(t, "select count(*) from entsoe."+s.Item.Name)
	if s.Item.Shape == timeseries.ShapeSeries || s.Item.Shape == timeseries.ShapeList {
		s.First = query(t, site.database, "select min(at) from entsoe."+s.Item.Name)[0][0].(time.Time).UTC()
	}
	s.Span = site.span(t, s.Item)
	s.Values = fmt.Sprint(query(t, site.database, `select string_agg(column_name, ', ' order by ordinal_position)
		from information_schema.columns where table_schema = 'entsoe' and table_name = '`+s.Item.Name+`'`)[0][0])
	s.Step = site.step(t, s.Item)
	s.Functions = site.functions(t, s.Item)
	row, err := newItemRow(s.Item)
	if told := strings.Join(row.Functions, ", "); err != nil || told != s.Functions {
		t.Errorf("functions of the database: %s\nas entsoed items tells them: %s, %v", s.Functions, told, err)
	}
	s.Views = strings.Join(row.Views, ", ")
	s.Query = site.exampleQuery(t, *s)
	for sql := range strings.SplitSeq(s.Query, ";\n") {
		if found := len(query(t, site.database, sql)); s.Rows == 0 || found == 0 {
			t.Errorf("the view has %d rows, and the example finds %d:\n%s", s.Rows, found, sql)
		}
	}
}

// step is the coarsest resolution of an item's curves.
func (site *itemsSite) step(t *testing.T, item entsoe.Item) time.Duration {
	t.Helper()
	seconds := query(t, site.database, `select coalesce(extract(epoch from max(step))::float8, 0) from entsoe.series where item = '`+item.Name+`'`)
	return time.Duration(seconds[0][0].(float64) * float64(time.Second))
}

// functions lists the functions that are named after an item and its views, with
// their arguments.
func (site *itemsSite) functions(t *testing.T, item entsoe.Item) string {
	t.Helper()
	return fmt.Sprint(query(t, site.database, `
		select coalesce(string_agg(format('entsoe.%s(%s)', proname, array_to_string(proargnames[1:pronargs], ', ')), ', ' order by proname), '')
		from pg_proc where pronamespace = 'entsoe'::regnamespace and proname ~ '^`+item.Name+`(_by|_wide|(_best|_continuous)?_as_of)$'`)[0][0])
}

// state tells in short what the database holds of an item, history included.
func (site *itemsSite) state(t *testing.T, item entsoe.Item) string {
	t.Helper()
	rows := query(t, site.database, `select
		(select format('%s rows, %s', count(*), sum(hashtext(v::text))) from entsoe.`+item.Name+` v),
		(select count(*) from entsoe.point_history h join entsoe.series s on s.id = h.series_id where s.item = '`+item.Name+`'),
		(select count(*) from entsoe.series s where s.item = '`+item.Name+`'),
		(select count(*) from entsoe.entries e join entsoe.items i using (item_no) where i.name = '`+item.Name+`'),
		(select count(*) from entsoe.documents d join entsoe.items i using (item_no) where i.name = '`+item.Name+`')`)
	return fmt.Sprint(rows[0]...)
}

// span is the time over which the rows of an item hold.
func (site *itemsSite) span(t *testing.T, item entsoe.Item) time.Duration {
	t.Helper()
	seconds := query(t, site.database, `select coalesce(extract(epoch from max(until) - min(at))::float8, 0) from (
		select at, at + longest as until from entsoe.points join entsoe.series on id = series_id where item = '`+item.Name+`'
		union all select at, until from entsoe.entries join entsoe.items using (item_no) where name = '`+item.Name+`' and until < 'infinity') held`)
	return time.Duration(seconds[0][0].(float64) * float64(time.Second))
}

func (site *itemsSite) count(t *testing.T, sql string) int {
	t.Helper()
	return int(query(t, site.database, sql)[0][0].(int64))
}

// fetchRetired expects the words of the platform for what it no longer has.
func (site *itemsSite) fetchRetired(t *testing.T, item entsoe.Item) {
	t.Helper()
	area, counter := "10YNL----------L", ""
	if item.Domain.Border() {
		counter = "10YBE----------2"
	}
	feed := entsoe.Feed{Item: item.Name, Area: area, CounterArea: counter, Variant: item.Variants[0].Name}
	w := timeseries.Window{From: itemsNow.AddDate(0, 0, -2).Truncate(24 * time.Hour), To: itemsNow.Truncate(24 * time.Hour)}
	if status, _, said := site.fetch(t, feed, w); status != exitFailure || !strings.Contains(said, "is not valid") {
		t.Errorf("exit status %d, want %d and the platform's refusal\n%s", status, exitFailure, said)
	}
}
