package main

import (
	"encoding/csv"
	"encoding/json"
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
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// recording is an answer of the platform that somebody recorded, with the
// request that it answers.
type recording struct {
	File    string
	Item    string            // empty for an acknowledgement
	Request map[string]string // names in lower case, without optional filters
	Body    []byte
}

// optionalFilters are parameters that entsoed does not send: it takes all that
// there is and tells the curves apart afterwards.
func optionalFilters() []string {
	return []string{"psrtype", "auction.category", "offset", "update_dateandortime",
		"classificationsequence_attributeinstancecomponent.position"}
}

// TestRecordedAnswersAreStored serves each recorded answer for exactly its
// request, fetches it, and compares the tables with what decode prints.
func TestRecordedAnswersAreStored(t *testing.T) {
	t.Parallel()
	all := recordings(t)
	platform := &replay{}
	server := httptest.NewServer(platform)
	defer server.Close()
	cfg := dbtest.Empty(t)
	variables := map[string]string{
		"ENTSOE_API_TOKEN": "SECRET-TOKEN", "ENTSOE_API_URL": server.URL + "/api",
		"DATABASE_URL": cfg.URL, "DATABASE_TIMESCALEDB": cfg.TimescaleDB,
	}
	for _, r := range all {
		t.Run(r.File, func(t *testing.T) {
			feed, ok := r.feed()
			if !ok {
				t.Fatalf("no feed asks %v", r.Request)
			}
			platform.serve(r)
			var out output
			env := environment{Stdout: &out, Stderr: &out, Lookup: envconfig.MapLookuper(variables)}
			args := []string{"fetch", feed.Item, "--area", feed.AreaName(), "--variant", feed.Variant,
				"--from", r.time("periodstart"), "--to", r.time("periodend")}
			want, refusal, _ := decoded(string(r.Body))
			wantStatus := 0
			if want == "" {
				wantStatus = exitNoData
			}
			if status := run(t.Context(), env, args); status != wantStatus {
				t.Fatalf("entsoed %s: exit status %d, want %d\n%s", strings.Join(args, " "), status, wantStatus, out.String())
			}
			if asked := platform.asked(); len(asked) != 1 {
				t.Fatalf("want one request, for %v\ngot %v", r.Request, asked)
			}
			if reason := reasonOf(t, cfg.URL); want == "" && (reason == "" || !strings.Contains(refusal, reason)) {
				t.Errorf("the reason is %q, stored is %q", refusal, reason)
			}
			if diff := cmp.Diff(distinctLines(t, want), storedLines(t, cfg.URL)); diff != "" {
				t.Errorf("decode and the tables differ (-decode +tables):\n%.3000s", diff)
			}
		})
	}
}

// recordings reads the index of the recorded answers: GL and Publication
// documents and acknowledgements to questions that entsoed asks.
func recordings(t *testing.T) []recording {
	t.Helper()
	folder := os.Getenv("FIXTURES_DIR")
	if folder == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("FIXTURES_DIR is not set: it holds the recorded answers")
		}
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
		switch value("root") {
		case "GL_MarketDocument", "Publication_MarketDocument":
			r.Item = value("data_item")
		case "Acknowledgement_MarketDocument":
			if !r.askable() {
				continue // to a question of another kind of item, or to none that makes sense
			}
		default:
			continue
		}
		if len(r.Request) == 0 {
			continue
		}
		if r.Body, err = os.ReadFile(filepath.Join(folder, r.File)); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if len(all) < 30 {
		t.Fatalf("only %d recorded answers have a request", len(all))
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
	question := map[string]string{}
	for name, values := range u.Query() {
		if name = strings.ToLower(name); !slices.Contains(optionalFilters(), name) && name != "securitytoken" {
			question[name] = values[0]
		}
	}
	return question
}

// feed returns the feed that asks the recorded question.
func (r recording) feed() (entsoe.Feed, bool) {
	for _, item := range entsoe.Items() {
		if r.Item != "" && item.Name != r.Item {
			continue
		}
		area, counter := r.Request["in_domain"], ""
		switch item.Domain {
		case entsoe.Border:
			area, counter = r.Request["out_domain"], area
		case entsoe.OutBiddingZone:
			area = r.Request["outbiddingzone_domain"]
		}
		for _, v := range item.Variants {
			feed := entsoe.Feed{Item: item.Name, Area: area, CounterArea: counter, Variant: v.Name}
			if request, err := entsoe.NewRequest(feed, r.window()); err == nil && maps.Equal(lower(request.Params), r.Request) {
				return feed, true
			}
		}
	}
	return entsoe.Feed{}, false
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

func lower(params url.Values) map[string]string {
	question := map[string]string{}
	for name := range params {
		question[strings.ToLower(name)] = params.Get(name)
	}
	return question
}

// window is the window of the request; empty if it has none.
func (r recording) window() timeseries.Window {
	from, _ := time.Parse("200601021504", r.Request["periodstart"])
	to, _ := time.Parse("200601021504", r.Request["periodend"])
	return timeseries.Window{From: from, To: to}
}

// time writes a bound of the window as a command line does.
func (r recording) time(name string) string {
	w := r.window()
	at := w.From
	if name == "periodend" {
		at = w.To
	}
	return at.Format("2006-01-02T15:04Z")
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
	params := r.URL.Query()
	params.Del("securityToken")
	question := lower(params)
	p.log = append(p.log, question)
	w.Header().Set("Content-Type", "text/xml")
	if maps.Equal(question, p.answer.Request) {
		w.Write(p.answer.Body)
		return
	}
	fmt.Fprintf(w, `<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">
	<Reason><code>999</code><text>No matching data found for Data item RECORDED and interval %s/%s.</text></Reason>
</Acknowledgement_MarketDocument>`, question["periodstart"], question["periodend"])
}

// distinctLines reads what decode prints as sorted lines, where what stands
// there twice counts once and PT1H is PT60M, as in the tables.
func distinctLines(t *testing.T, printed string) []string {
	t.Helper()
	lines := []string{}
	decoder := json.NewDecoder(strings.NewReader(printed))
	for decoder.More() {
		point := map[string]any{}
		if err := decoder.Decode(&point); err != nil {
			t.Fatal(err)
		}
		if point[timeseries.Resolution] == "PT1H" {
			point[timeseries.Resolution] = "PT60M"
		}
		var line []string
		for _, name := range append(slices.Clone(pointColumns), "at", "value") {
			if value, ok := point[name]; ok {
				line = append(line, fmt.Sprintf("%s=%v", name, value))
			}
		}
		lines = append(lines, strings.Join(line, " "))
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// storedLines returns all points of the tables as distinctLines does, and
// empties them.
func storedLines(t *testing.T, url string) []string {
	t.Helper()
	columns := strings.Join(pointColumns, ", ")
	rows := query(t, url, `
		select `+columns+`, at, value
		from (select * from entsoe.points union all select * from entsoe.points_fast) p
		join entsoe.series s on s.id = p.series_id`)
	lines := []string{}
	for _, row := range rows {
		var line []string
		for i, name := range append(slices.Clone(pointColumns), "at", "value") {
			switch value := row[i].(type) {
			case nil:
			case time.Time:
				line = append(line, name+"="+value.UTC().Format(time.RFC3339))
			default:
				line = append(line, fmt.Sprintf("%s=%v", name, value))
			}
		}
		lines = append(lines, strings.Join(line, " "))
	}
	query(t, url, `truncate entsoe.points, entsoe.points_fast, entsoe.point_history, entsoe.series, entsoe.coverage, entsoe.fetches`)
	slices.Sort(lines)
	return lines
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
