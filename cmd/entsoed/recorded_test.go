package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/sethvargo/go-envconfig"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/jobs"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// recording is an answer of the platform that somebody recorded, with the
// request that it answers.
type recording struct {
	File    string
	Item    string            // empty for an acknowledgement
	Request map[string]string // names in lower case; empty: not recorded
	Areas   map[string]string // of the document, if the request was not recorded; names in lower case
	Process string            // of the document
	Period  timeseries.Window // likewise
	Body    []byte
}

// optional reports whether a parameter is a filter that entsoed does not send:
// it takes all that there is and tells it apart afterwards.
func optional(name string) bool {
	return slices.Contains([]string{"psrtype", "auction.category", "offset", "update_dateandortime", "registeredresource", "direction",
		"standard_marketproduct", "original_marketproduct", "docstatus", "classificationsequence_attributeinstancecomponent.position", "securitytoken"}, name)
}

// TestRecordedAnswersAreStored serves each recorded answer for exactly its
// request, fetches it, and compares the tables with what decode prints. Answers
// without a request are served for whatever is asked of their item. Fetching
// again changes nothing.
func TestRecordedAnswersAreStored(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: fetches every recorded answer with the binary, which takes minutes")
	}
	t.Parallel()
	all := recordings(t)
	const sites = 3 // at the same time: a fetch mostly waits
	for n := range sites {
		t.Run(fmt.Sprint("site ", n+1), func(t *testing.T) {
			t.Parallel()
			site := newReplaySite(t)
			for i := n; i < len(all); i += sites {
				t.Run(all[i].File, func(t *testing.T) { site.try(t, all[i]) })
			}
		})
	}
}

// replaySite is a server of recorded answers, and a database of its own.
type replaySite struct {
	platform *replay
	database string
	lookup   envconfig.Lookuper
}

func newReplaySite(t *testing.T) *replaySite {
	platform := &replay{}
	server := httptest.NewServer(platform)
	t.Cleanup(server.Close)
	cfg := dbtest.New(t, jobs.Catalogue())
	allow(t, cfg.URL, 60_000)
	return &replaySite{platform: platform, database: cfg.URL, lookup: envconfig.MapLookuper(map[string]string{
		"ENTSOE_API_TOKEN": "SECRET-TOKEN", "ENTSOE_API_URL": server.URL + "/api",
		"DATABASE_URL": cfg.URL, "DATABASE_TIMESCALEDB": cfg.TimescaleDB,
	})}
}

// try fetches one recorded answer, twice, and leaves the database empty.
func (site *replaySite) try(t *testing.T, r recording) {
	feed, ok := r.feed()
	if !ok {
		t.Fatalf("no feed asks %v", r.Request)
	}
	site.platform.serve(r)
	var out output
	env := environment{Stdout: &out, Stderr: &out, Lookup: site.lookup}
	const minutes = "2006-01-02T15:04Z"
	w := r.window(feed)
	args := []string{"fetch", feed.Item, "--area", feed.AreaName(), "--variant", feed.Variant,
		"--from", w.From.Format(minutes), "--to", w.To.Format(minutes), "--json"}
	item, _ := entsoe.ItemByName(feed.Item)
	want, refusal := decodedLines(t, string(r.Body), item)
	wantStatus := 0
	if len(want) == 0 {
		wantStatus = exitNoData
	}
	if status := run(t.Context(), env, args); status != wantStatus {
		t.Fatalf("entsoed %s: exit status %d, want %d\n%s", strings.Join(args, " "), status, wantStatus, out.String())
	}
	if asked := site.platform.asked(); len(asked) != 1 {
		t.Fatalf("want one request, for %v\ngot %v", r.Request, asked)
	}
	if reason := reasonOf(t, site.database); len(want) == 0 && (reason == "" || !strings.Contains(refusal, reason)) {
		t.Errorf("the reason is %q, stored is %q", refusal, reason)
	}
	stored := storedLines(t, site.database, item)
	if diff := cmp.Diff(want, stored); diff != "" {
		t.Errorf("decode and the tables differ (-decode +tables):\n%.3000s", diff)
	}
	if item.Shape != timeseries.ShapeSeries {
		r.fetchAgain(t, env, args, site.database, item, stored)
	}
	forget(t, site.database)
}

// fetchAgain expects the tables to stay as they are.
func (r recording) fetchAgain(t *testing.T, env environment, args []string, url string, item entsoe.Item, stored []string) {
	t.Helper()
	changes := func() string {
		return fmt.Sprint(query(t, url, `select sum(changed), sum(retracted) from entsoe.fetches`))
	}
	before := changes()
	if status := run(t.Context(), env, args); status != 0 && len(stored) > 0 {
		t.Errorf("%s fetched again: exit status %d", r.File, status)
	}
	if diff := cmp.Diff(stored, storedLines(t, url, item)); diff != "" || changes() != before {
		t.Errorf("fetched again: changed and retracted %s, before %s (-before +after):\n%.3000s", changes(), before, diff)
	}
}

// forget deletes what a fetch left behind.
func forget(t *testing.T, url string) {
	t.Helper()
	for _, table := range []string{"points", "points_fast", "point_history", "entries", "document_runs", "document_parts", "document_asks",
		"documents", "unit_outages", "feed_series", "coverage", "fetches", "series"} {
		query(t, url, "delete from entsoe."+table)
	}
}

// recordings reads the index of the recorded answers: those that the platform
// or its documentation gave, and acknowledgements to questions that entsoed asks.
func recordings(t *testing.T) []recording {
	t.Helper()
	folder := os.Getenv("FIXTURES_DIR")
	if folder == "" {
		dbtest.LeaveOut(t, "FIXTURES_DIR is not set: it holds the recorded answers")
	}
	index, err := os.Open(filepath.Join(folder, "INDEX.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	rows, err := csv.NewReader(index).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []recording
	for _, row := range rows[1:] {
		value := func(column string) string { return row[slices.Index(rows[0], column)] }
		r := recording{File: value("file"), Request: questionOf(t, value("request"))}
		if value("root") != "Acknowledgement_MarketDocument" {
			r.Item, r.Areas, r.Process, r.Period = value("data_item"), areasOf(value("area")), value("processType"), periodOf(value("period"))
		}
		genuine := strings.HasPrefix(value("kind"), "recorded") || strings.HasPrefix(value("kind"), "official") || strings.HasPrefix(value("kind"), "guide")
		switch {
		case r.File == "day_ahead_prices/6.xml":
			continue // of an explicit auction, which is asked for by another item
		case len(r.Request) == 0 && (!genuine || r.Item == "" || r.Period.Empty()):
			continue
		case r.Item == "" && !r.askable():
			continue // to a question that makes no sense
		}
		if r.Body, err = os.ReadFile(filepath.Join(folder, r.File)); err != nil {
			t.Fatal(err)
		}
		r.stretch()
		all = append(all, r)
	}
	if len(all) < 100 {
		t.Fatalf("only %d recorded answers can be asked for", len(all))
	}
	return all
}

// questionOf reads the parameters of a request, without those that are
// optional filters and the token.
func questionOf(t *testing.T, request string) map[string]string {
	u, err := url.Parse(request)
	if err != nil {
		t.Error(err)
		return nil
	}
	return lower(u.Query())
}

// lower returns parameters by their names in lower case, without optional
// filters.
func lower(params url.Values) map[string]string {
	question := map[string]string{}
	for name := range params {
		if lower := strings.ToLower(name); !optional(lower) {
			question[lower] = params.Get(name)
		}
	}
	return question
}

// areasOf reads the areas of a document from the index: "in_Domain=A;out_Domain=B".
func areasOf(text string) map[string]string {
	areas := map[string]string{}
	for _, pair := range strings.Split(text, ";") {
		name, eic, _ := strings.Cut(pair, "=")
		areas[strings.ToLower(name)] = eic
	}
	return areas
}

// periodOf reads a period of the index; empty if there is none.
func periodOf(text string) timeseries.Window {
	from, to, _ := strings.Cut(text, "/")
	var w timeseries.Window
	w.From, _ = time.Parse("2006-01-02T15:04Z", from)
	w.To, _ = time.Parse("2006-01-02T15:04Z", to)
	return w
}

// stretch lets the period hold all Periods of the answer.
func (r *recording) stretch() {
	curve := func(_ document.Header, c *document.Curve) error {
		if c.Period.From.Before(r.Period.From) {
			r.Period.From = c.Period.From
		}
		if c.Period.To.After(r.Period.To) {
			r.Period.To = c.Period.To
		}
		return nil
	}
	document.DecodeFile(context.Background(), bytes.NewReader(r.Body), maxDecodedZIP, entsoe.Zone, document.Visitor{Curve: curve}) //nolint:errcheck // the test finds it
}

// feed returns the feed that asks the recorded question, or without one the
// first of the item for the document's areas.
func (r recording) feed() (entsoe.Feed, bool) {
	if item, ok := entsoe.ItemByName(r.Item); ok && len(r.Request) == 0 {
		area, counter := areasIn(item, r.Areas)
		if area == "" {
			if area = r.named(); area == "" {
				area = firstArea(item)
			}
		}
		return entsoe.Feed{Item: item.Name, Area: area, CounterArea: counter, Variant: r.variant(item)}, true
	}
	for _, item := range entsoe.Items() {
		if r.Item != "" && !strings.HasPrefix(item.Name, r.Item) { // archives are items of their own
			continue
		}
		area, counter := areasIn(item, r.Request)
		for _, v := range item.Variants {
			feed := entsoe.Feed{Item: item.Name, Area: area, CounterArea: counter, Variant: v.Name}
			w := r.window(feed)
			request, err := entsoe.NewRequest(feed, w)
			if err == nil && r.asks(lower(request.Params)) && len(entsoe.SplitWindow(w, request.Item.LimitStep())) == 1 {
				return feed, true
			}
		}
	}
	return entsoe.Feed{}, false
}

// named returns the area that the document names first, if the index has none.
func (r recording) named() (area string) {
	first := func(_ document.Header, s *document.TimeSeries) error {
		if area == "" {
			area = s.Attributes[timeseries.Area]
		}
		return nil
	}
	document.DecodeFile(context.Background(), bytes.NewReader(r.Body), maxDecodedZIP, entsoe.Zone, document.Visitor{TimeSeries: first}) //nolint:errcheck // the test finds it
	return area
}

// variant returns the first variant of an item that asks for the document's
// process.
func (r recording) variant(item entsoe.Item) string {
	for _, v := range item.Variants {
		if slices.Contains(v.Params, entsoe.Param{Name: "processType", Value: r.Process}) {
			return v.Name
		}
	}
	return item.Variants[0].Name
}

// areasIn finds the areas of an item among parameters or elements of a document.
func areasIn(item entsoe.Item, by map[string]string) (area, counter string) {
	first := func(names []string) string {
		for _, name := range names {
			for _, spelled := range []string{name, name + ".mrid", strings.TrimSuffix(name, "_domain") + "_domain"} {
				if eic := by[strings.ToLower(spelled)]; eic != "" {
					return eic
				}
			}
		}
		return ""
	}
	areas, counters := item.Domain.Names()
	if area = first(areas); area == "" && len(counters) == 0 {
		for _, name := range []string{"inbiddingzone_domain", "outbiddingzone_domain", "in_domain", "out_domain", "biddingzone_domain", "controlarea_domain", "area_domain", "domain"} {
			if area == "" {
				area = by[name]
			}
		}
	}
	return area, first(counters)
}

// firstArea is an area that publishes the item, for documents that do not name
// any.
func firstArea(item entsoe.Item) string {
	for _, a := range entsoe.Areas() {
		if item.Takes(a) {
			return a.EIC
		}
	}
	return ""
}

// asks reports whether a question of entsoed is the recorded one. A business or
// agreement type that entsoed does not send is one more filter.
func (r recording) asks(question map[string]string) bool {
	recorded := maps.Clone(r.Request)
	for _, name := range []string{"businesstype", "type_marketagreement.type"} {
		if question[name] == "" {
			delete(recorded, name)
		}
	}
	return maps.Equal(question, recorded)
}

// askable reports whether entsoed can be told to ask the recorded question.
func (r recording) askable() bool {
	feed, ok := r.feed()
	if !ok {
		return false
	}
	item, _ := entsoe.ItemByName(feed.Item)
	_, _, err := entsoe.ParseFeedArea(item, feed.AreaName())
	return err == nil
}

// window is the window of the request, or of the document; empty if it has none.
func (r recording) window(feed entsoe.Feed) timeseries.Window {
	if day, err := time.ParseInLocation(time.DateOnly, r.Request["implementation_dateandortime"], feed.Zone()); err == nil {
		return timeseries.Window{From: day.UTC(), To: day.AddDate(0, 0, 1).UTC()}
	}
	if len(r.Request) == 0 {
		return r.Period
	}
	from, _ := time.Parse("200601021504", r.Request["periodstart"])
	to, _ := time.Parse("200601021504", r.Request["periodend"])
	return timeseries.Window{From: from, To: to}
}

// replay is a server that gives one recorded answer to the request that it
// answers, and "no data" to all others.
type replay struct {
	mu     sync.Mutex
	answer recording
	log    []map[string]string
}

func (p *replay) serve(r recording) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer, p.log = r, nil
}

func (p *replay) asked() []map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log
}

func (p *replay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	question := lower(r.URL.Query())
	p.log = append(p.log, question)
	w.Header().Set("Content-Type", "text/xml")
	if len(p.answer.Request) == 0 || p.answer.asks(question) {
		w.Write(p.answer.Body)
		return
	}
	fmt.Fprintf(w, `<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">
	<Reason><code>999</code><text>No matching data found for Data item RECORDED and interval %s/%s.</text></Reason>
</Acknowledgement_MarketDocument>`, question["periodstart"], question["periodend"])
}

// reasonOf returns what the platform said to the last request.
func reasonOf(t *testing.T, url string) string {
	t.Helper()
	rows := query(t, url, `select reason from entsoe.fetches order by id desc limit 1`)
	if len(rows) == 0 {
		t.Fatal("no request is recorded")
	}
	return rows[0][0].(string)
}

func query(t *testing.T, url, sql string) [][]any {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
	if err != nil {
		t.Fatal(err)
	}
	return all
}
