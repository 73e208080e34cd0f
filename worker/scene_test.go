package worker

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/entsoe/client"
	"entsoed/entsoe/simulator"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const token = "SECRET-TOKEN"

// noon is the clock of the scenes: after the publication of tomorrow's prices.
var noon = time.Date(2026, 6, 10, 13, 30, 0, 0, time.UTC)

// longWait is how long a test waits for what should take seconds, on a machine
// that may have much else to do.
const longWait = 5 * time.Minute

// scene is a database and a simulator, on which processes run.
type scene struct {
	*testing.T
	Deps Deps
	DB   *store.DB
	Sim  *simulator.Simulator
	Log  *dbtest.Log
}

func newScene(t *testing.T) *scene {
	t.Helper()
	now := func() time.Time { return noon }
	s := &scene{T: t, Log: new(dbtest.Log), Sim: simulator.New(simulator.Config{Seed: 7, Now: now, Unlimited: true})}
	server := httptest.NewServer(s.Sim)
	t.Cleanup(server.Close)
	cfg := dbtest.New(t, jobs.Catalogue())
	db, err := store.Open(t.Context(), cfg, 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	s.DB = db
	known, err := queue.SchemaVersion(t.Context(), db.Pool)
	if err != nil {
		t.Fatal(err)
	}
	s.Deps = Deps{
		Worker:  Config{Concurrency: 20, SchedulerEnabled: true, HTTPAddr: "127.0.0.1:0"},
		Collect: jobs.Config{Areas: []string{"FR", "BE", "NL"}, Items: []string{"actual_total_load", "day_ahead_prices"}, Since: jobs.Duration(48 * time.Hour), Interval: jobs.Duration(15 * time.Minute)},
		Schema:  known, Store: cfg.AsWorker(), Source: store.Source{Kind: "simulated", URL: server.URL},
		Client: client.New(server.URL+"/api", token), PerMinute: 390, Now: now,
		Log: slog.New(slog.NewTextHandler(s.Log, nil)),
	}
	t.Cleanup(func() {
		if strings.Contains(s.Log.String(), token) {
			t.Error("the token stands in the log")
		}
	})
	return s
}

// running is a process of a scene.
type running struct {
	*scene
	Cancel context.CancelFunc
	Done   chan error
}

// run starts a process and waits until it is ready.
func (s *scene) run() *running {
	s.Helper()
	ctx, cancel := context.WithCancel(s.Context())
	r := &running{scene: s, Cancel: cancel, Done: make(chan error, 1)}
	deps := s.Deps
	go func() { r.Done <- Run(ctx, deps) }()
	s.Cleanup(r.stop)
	s.await("readiness", func() bool { status, _ := r.get("/readyz"); return status == http.StatusOK })
	return r
}

// stop ends the process and returns how long that took.
func (r *running) stop() {
	r.Helper()
	r.Cancel()
	select {
	case err, open := <-r.Done:
		if open && err != nil {
			r.Errorf("Run: %v", err)
		}
		if open {
			close(r.Done)
		}
	case <-time.After(longWait):
		r.Errorf("the process did not stop\n%s", r.Log)
	}
}

var served = regexp.MustCompile(`url=(http://[\d.:]+)/healthz`)

// get asks the process' HTTP listener; status 0: it does not listen yet.
func (r *running) get(path string) (int, map[string]any) {
	found := served.FindAllStringSubmatch(r.Log.String(), -1)
	if len(found) == 0 {
		return 0, nil
	}
	response, err := http.Get(found[len(found)-1][1] + path)
	if err != nil {
		return 0, nil
	}
	defer response.Body.Close()
	var body map[string]any
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		r.Errorf("%s: %v", path, err)
	}
	return response.StatusCode, body
}

// await polls until what is waited for holds.
func (s *scene) await(what string, holds func() bool) {
	s.Helper()
	deadline := time.Now().Add(longWait)
	for !holds() {
		if time.Now().After(deadline) {
			s.Fatalf("waited in vain for %s\n%s", what, s.Log)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// query reads one value.
func query[T any](s *scene, sql string, args ...any) T {
	s.Helper()
	rows, err := s.DB.Pool.Query(s.Context(), sql, args...)
	if err != nil {
		s.Fatal(err)
	}
	value, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if err != nil {
		s.Fatalf("%s: %v", sql, err)
	}
	return value
}

// states counts the jobs of a kind by state: "available 2, running 1".
func (s *scene) states(kind string) string {
	s.Helper()
	return query[string](s, `select coalesce(string_agg(state || ' ' || n, ', ' order by state), '')
		from (select state::text, count(*) as n from river.river_job where kind = $1 group by 1) j`, kind)
}
