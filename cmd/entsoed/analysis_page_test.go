package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/sethvargo/go-envconfig"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/worker"
)

// analysisFill is what docs/analysis.md asks about: items, the areas or borders, and
// the span, first and last day, of local days. The week from 2025-10-20 ends with
// the change of the clocks.
var analysisFill = []struct{ item, areas, from, to string }{
	{"day_ahead_prices", "DE_LU", "2025-01-01", "2026-01-01"},
	{"day_ahead_prices", "FR PL NL AT", "2025-09-29", "2025-11-01"},
	{"day_ahead_prices", "DE_AT_LU", "2018-09-29", "2018-10-01"},
	{"day_ahead_prices", "DE_LU", "2018-10-01", "2018-10-03"},
	{"intraday_auction_prices", "DE_LU", "2025-10-20", "2025-10-27"},
	{"actual_total_load", "DE_LU FR PL NL BE AT", "2025-10-20", "2025-10-27"},
	{"actual_total_load", "DE DE_50HZ DE_AMPRION DE_TENNET DE_TRANSNET IT IT_NORD IT_CNOR IT_CSUD IT_SUD IT_CALA IT_SICI IT_SARD", "2025-10-24", "2025-10-25"},
	{"day_ahead_total_load_forecast", "DE_LU FR NL", "2025-10-20", "2025-10-27"},
	{"actual_generation_per_production_type", "DE_LU FR", "2025-10-20", "2025-10-27"},
	{"wind_solar_forecast_day_ahead", "DE_LU", "2025-10-20", "2025-10-27"},
	{"installed_capacity_per_production_type", "DE_LU FR", "2025-01-01", "2026-01-01"},
	{"cross_border_physical_flows", "DE_LU>FR FR>DE_LU DE_LU>NL NL>DE_LU DE_LU>AT AT>DE_LU", "2025-10-20", "2025-10-27"},
	{"commercial_schedules", "DE_LU>FR FR>DE_LU", "2025-10-20", "2025-10-27"},
	{"imbalance_prices", "NL", "2025-10-20", "2025-10-27"},
	{"water_reservoirs_hydro_storage", "FR", "2024-01-01", "2026-01-01"},
	{"unavailability_generation_units", "NL BE", "2026-11-20", "2026-11-24"},
}

// analysisPage is docs/analysis.md: its queries, and below some what they give.
const analysisPage = "../../docs/analysis.md"

// TestAnalysisPage runs every query of docs/analysis.md against a database that the
// simulator has filled, and keeps what the page shows of their results. Each finds
// rows. Of a trap, the first query gives something else than the second, but for the
// one that is only slow.
func TestAnalysisPage(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: fills a database")
	}
	t.Parallel()
	site := newItemsSite(t)
	site.fillAnalysis(t)
	a := connectAnalyst(t, site.database)
	page, err := os.ReadFile(analysisPage)
	if err != nil {
		t.Fatal(err)
	}
	var fresh strings.Builder
	traps, questions := 0, 0
	for section := range strings.SplitAfterSeq(string(page), "\n### ") {
		title, _, _ := strings.Cut(section, "\n")
		text, results := a.rerun(t, section)
		fresh.WriteString(text)
		switch {
		case len(results) == 0:
		case regexp.MustCompile(`^\d+\. `).MatchString(title):
			questions++
			if !strings.HasPrefix(title, fmt.Sprintf("%d. ", questions)) {
				t.Errorf("%q is question %d", title, questions)
			}
		default:
			traps++
			if same := len(results) == 2 && results[0] == results[1]; len(results) != 2 || same != strings.HasPrefix(title, "Slow") {
				t.Errorf("%s: the wrong query and the right one give\n%s", title, strings.Join(results, "\n"))
			}
		}
	}
	if traps == 0 || questions != 20 {
		t.Errorf("the page has %d traps and %d questions", traps, questions)
	}
	comparePage(t, filepath.Base(analysisPage), []byte(fresh.String()))
}

// analyst asks the queries of a page and hears what the database says beside the rows.
type analyst struct {
	conn    *pgx.Conn
	notices []string
}

func connectAnalyst(t *testing.T, url string) *analyst {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	a := &analyst{}
	config.RuntimeParams["TimeZone"] = "UTC"
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { a.notices = append(a.notices, n.Severity+":  "+n.Message) }
	a.conn, err = pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.conn.Close(context.WithoutCancel(t.Context())) })
	return a
}

// pageQuery is a query of a page, and the result that may stand below it.
var pageQuery = regexp.MustCompile("(?s)```sql\n(.*?)```\n(?:\n(```text\n).*?```\n)?")

// rerun runs the queries of a section. It returns the section with fresh results, and
// the values of each without the names of the columns.
func (a *analyst) rerun(t *testing.T, section string) (fresh string, results []string) {
	t.Helper()
	fresh = pageQuery.ReplaceAllStringFunc(section, func(block string) string {
		parts := pageQuery.FindStringSubmatch(block)
		a.notices = nil
		table, err := a.ask(t.Context(), parts[1])
		if err != nil {
			t.Errorf("%v\n%s", err, parts[1])
			return block
		}
		results = append(results, layOut(table[1:]))
		if parts[2] == "" {
			return block
		}
		said := ""
		for _, notice := range a.notices {
			said += notice + "\n"
		}
		return "```sql\n" + parts[1] + "```\n\n```text\n" + said + layOut(table) + "```\n"
	})
	return fresh, results
}

// ask runs a query and returns the names of its columns and, below, its rows.
func (a *analyst) ask(ctx context.Context, sql string) ([][]string, error) {
	rows, err := a.conn.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	fields := rows.FieldDescriptions()
	table := [][]string{{}}
	for _, f := range fields {
		table[0] = append(table[0], f.Name)
	}
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return nil, err
		}
		line := make([]string, len(values))
		for i, v := range values {
			line[i] = cell(v, fields[i].DataTypeOID)
		}
		table = append(table, line)
	}
	if rows.Err() == nil && len(table) == 1 {
		return nil, errors.New("no rows")
	}
	return table, rows.Err()
}

// cell writes a value as the page shows it.
func cell(value any, oid uint32) string {
	switch v := value.(type) {
	case nil:
		return ""
	case time.Time:
		switch oid {
		case pgtype.DateOID:
			return v.Format("2006-01-02")
		case pgtype.TimestampOID:
			return v.Format("2006-01-02 15:04")
		}
		return v.UTC().Format("2006-01-02 15:04Z")
	case []any:
		cells := make([]string, len(v))
		for i := range v {
			cells[i] = cell(v[i], 0)
		}
		return strings.Join(cells, ", ")
	case float64:
		return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
	case pgtype.Numeric:
		f, err := v.Float64Value()
		if err != nil {
			return err.Error()
		}
		return cell(f.Float64, 0)
	}
	return fmt.Sprint(value)
}

// layOut puts the columns of a table below each other.
func layOut(table [][]string) string {
	widths := make([]int, len(table[0]))
	for _, line := range table {
		for i, text := range line {
			widths[i] = max(widths[i], len(text))
		}
	}
	var b strings.Builder
	for _, line := range table {
		var row strings.Builder
		for i, text := range line {
			fmt.Fprintf(&row, "%-*s  ", widths[i], text)
		}
		b.WriteString(strings.TrimRight(row.String(), " ") + "\n")
	}
	return b.String()
}

// fillAnalysis collects what the page asks about, several groups of feeds at once,
// and the load of one zone twice, with corrections in between.
func (site *itemsSite) fillAnalysis(t *testing.T) {
	t.Helper()
	const groups = 4 // a process of its own that works fetches takes ten a second at most
	orders := make([][]fetchOrder, groups)
	n := 0
	for _, f := range analysisFill {
		for area := range strings.FieldsSeq(f.areas) {
			orders[n%groups] = append(orders[n%groups], analysisOrder(t, f.item, area, f.from, f.to))
			n++
		}
	}
	site.collectCorrected(t, analysisOrder(t, "actual_total_load", "CZ", "2025-10-20", "2025-10-27"))
	results := make(chan error, groups)
	for _, group := range orders {
		go func() { results <- site.collect(t.Context(), group, itemsNow) }()
	}
	for range groups {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}

// collectCorrected fetches from a platform that corrects values: right after the end of
// the window, and when all corrections have been made.
func (site *itemsSite) collectCorrected(t *testing.T, order fetchOrder) {
	t.Helper()
	now := order.Window.To.Add(30 * time.Minute)
	server := httptest.NewServer(simulator.New(simulator.Config{Seed: 1, Unlimited: true, Restless: true, Now: func() time.Time { return now }}))
	defer server.Close()
	restless := *site
	restless.variables = maps.Clone(site.variables)
	restless.variables["ENTSOE_API_URL"] = server.URL + "/api"
	for _, now = range []time.Time{now, itemsNow} {
		if err := restless.collect(t.Context(), []fetchOrder{order}, now); err != nil {
			t.Fatal(err)
		}
	}
}

func analysisOrder(t *testing.T, name, area, from, to string) fetchOrder {
	t.Helper()
	item, ok := entsoe.ItemByName(name)
	if !ok {
		t.Fatalf("no item %s", name)
	}
	out, in, err := entsoe.ParseFeedArea(item, area)
	if err != nil {
		t.Fatal(err)
	}
	order := fetchOrder{Item: item}
	for _, v := range item.Variants {
		if v.Axis != entsoe.Update {
			order.Feeds = append(order.Feeds, entsoe.Feed{Item: name, Area: out.EIC, CounterArea: in.EIC, Variant: v.Name})
		}
	}
	zone := order.Feeds[0].Zone()
	if order.Window.From, err = parseWhen(from, zone); err == nil {
		order.Window.To, err = parseWhen(to, zone)
	}
	if err != nil {
		t.Fatal(err)
	}
	return order
}

// collect works fetches one after the other, as `entsoed fetch` does one.
func (site *itemsSite) collect(ctx context.Context, orders []fetchOrder, now time.Time) error {
	var said output
	env := environment{Stdout: &said, Stderr: &said, Lookup: envconfig.MapLookuper(site.variables)}
	c, err := readConfig(ctx, env)
	if err != nil {
		return err
	}
	log, done, err := c.Log.logger(&said, false)
	if err != nil {
		return err
	}
	defer done()
	d, err := deps(c, log)
	if err != nil {
		return err
	}
	d.Now = func() time.Time { return now }
	db, err := store.Open(ctx, d.Store, 4)
	if err != nil {
		return err
	}
	defer db.Close()
	f := &collecting{env: env, wait: time.Second, now: d.Now, db: db, shown: map[int64]string{}}
	for _, f.order = range orders {
		if err := f.enqueue(ctx); err != nil {
			return err
		}
	}
	if err := worker.Private(ctx, d, f.await); err != nil {
		return fmt.Errorf("%w\n%s", err, said.String())
	}
	found, err := queue.JobsByID(ctx, db, f.ids...)
	for _, job := range found {
		if job.State != "completed" {
			return fmt.Errorf("%s is %s\n%s", feedName(job.Item, job.Area, job.Variant), job.State, said.String())
		}
	}
	return err
}
