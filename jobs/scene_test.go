package jobs

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/entsoe/simulator"
	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// TestMain lets a property be checked a few times unless the command line says
// more, for each time fills a database.
func TestMain(m *testing.M) {
	checks := "4"
	if dbtest.Long() {
		checks = "20"
	}
	if err := flag.Set("rapid.checks", checks); err != nil {
		panic(err)
	}
	dbtest.Main(m)
}

// token must appear in no output of any test.
const token = "SECRET-TOKEN"

// noon is the clock of the scenes: a summer day, after the publication of the
// day-ahead prices of tomorrow.
var noon = time.Date(2026, 6, 10, 13, 30, 0, 0, time.UTC)

// scene is a database, an upstream and a River client that works collect jobs
// one by one.
type scene struct {
	*testing.T
	Config  store.Config
	DB      *store.DB
	Sim     *simulator.Simulator
	Collect *Collect
	Log     *dbtest.Log

	mu     sync.Mutex
	now    time.Time
	client *river.Client[pgx.Tx]
	events <-chan *river.Event
	stop   func() // the client
}

// newScene sets a scene with the simulator as its upstream.
func newScene(t *testing.T) *scene {
	s := &scene{now: noon}
	s.Sim = simulator.New(simulator.Config{Seed: 7, Now: s.Now, Unlimited: true})
	s.set(t, s.Sim)
	return s
}

// newSceneOf sets a scene with an upstream of the test's own.
func newSceneOf(t *testing.T, upstream http.HandlerFunc) *scene {
	s := &scene{now: noon}
	s.set(t, upstream)
	return s
}

// idle opens the scene's database.
func (s *scene) idle(t *testing.T) {
	t.Helper()
	s.T, s.Log = t, new(dbtest.Log)
	s.Config = dbtest.New(t, Catalogue())
	db, err := store.Open(t.Context(), s.Config.AsWorker(), 8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	s.DB = db
	// Else the first request waits for a second, as after a restart of the server.
	if _, err := db.Pool.Exec(t.Context(), `update entsoe.budget set booted_at = pg_postmaster_start_time()`); err != nil {
		t.Fatal(err)
	}
}

func (s *scene) set(t *testing.T, upstream http.Handler) {
	t.Helper()
	s.idle(t)
	db := s.DB
	server := httptest.NewServer(upstream)
	t.Cleanup(server.Close)
	const perMinute = 30000
	if err := db.Budget(t.Context(), perMinute); err != nil {
		t.Fatal(err)
	}
	client := client.New(server.URL+"/api", token)
	client.Now = s.Now
	log := slog.New(slog.NewTextHandler(s.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.Collect = &Collect{
		DB: db, Since: 2 * 24 * time.Hour, Now: s.Now, Log: log, Rounds: NewRounds(log),
		Upstream: Upstream{
			Client: client, Budget: &Budget{DB: db}, Breaker: &Breaker{DB: db, Now: s.Now, Log: log}, Guard: &Guard{DB: db, Source: store.Source{Kind: "platform"}, Log: log},
		},
	}
	s.start(log)
	t.Cleanup(s.searchToken)
}

// searchToken fails the test if the token stands in anything that it wrote.
func (s *scene) searchToken() {
	ctx := context.Background()
	outputs := map[string]string{"log": s.Log.String()}
	for name, sql := range map[string]string{
		"jobs":    `select coalesce(string_agg(to_jsonb(j)::text, ' '), '') from river.river_job j`,
		"fetches": `select coalesce(string_agg((to_jsonb(f) - 'document')::text, ' '), '') from entsoe.fetches f`,
		"series":  `select coalesce(string_agg(to_jsonb(s)::text, ' '), '') from entsoe.series s`,
		"source":  `select coalesce(string_agg(to_jsonb(s)::text, ' '), '') from entsoe.source s`,
	} {
		var text string
		if err := s.DB.Pool.QueryRow(ctx, sql).Scan(&text); err != nil {
			s.Error(err)
		}
		outputs[name] = text
	}
	for i, document := range s.documents(ctx) {
		outputs[fmt.Sprintf("document %d", i+1)] = document
	}
	for name, text := range outputs {
		if strings.Contains(text, token) {
			s.Errorf("the token stands in %s", name)
		}
	}
}

// documents returns the documents that were kept.
func (s *scene) documents(ctx context.Context) []string {
	s.Helper()
	rows, err := s.DB.Pool.Query(ctx, `select document from entsoe.fetches where document is not null order by id`)
	if err != nil {
		s.Fatal(err)
	}
	packed, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		s.Fatal(err)
	}
	var texts []string
	for _, p := range packed {
		r, err := gzip.NewReader(bytes.NewReader(p))
		if err != nil {
			s.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			s.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// start runs a River client with one job at a time.
func (s *scene) start(log *slog.Logger) {
	s.Helper()
	workers := river.NewWorkers()
	AddWorkers(workers, s.Collect)
	pool, err := pgxpool.NewWithConfig(s.Context(), s.DB.Pool.Config())
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(pool.Close)
	one := river.QueueConfig{MaxWorkers: 1, FetchCooldown: 5 * time.Millisecond, FetchPollInterval: 20 * time.Millisecond}
	s.client, err = river.NewClient(riverpgxv5.New(pool), &river.Config{
		Schema: "river", PollOnly: true, Workers: workers, RetryPolicy: RetryPolicy{}, LeaderElectionDisabled: true, Logger: log,
		JobTimeout: 5 * time.Minute, SoftStopTimeout: time.Millisecond,
		Queues: map[string]river.QueueConfig{store.LaneLive: one, store.LaneRevision: one, store.LaneBackfill: one},
	})
	if err != nil {
		s.Fatal(err)
	}
	events, unsubscribe := s.client.Subscribe(river.EventKindJobCompleted, river.EventKindJobFailed,
		river.EventKindJobSnoozed, river.EventKindJobCancelled, river.EventKindJobInterrupted)
	s.events = events
	ctx, cancel := context.WithCancel(context.Background())
	if err := s.client.Start(ctx); err != nil {
		s.Fatal(err)
	}
	s.stop = sync.OnceFunc(func() {
		cancel()
		<-s.client.Stopped()
		unsubscribe()
	})
	s.Cleanup(s.stop)
}

// Now is the scene's clock.
func (s *scene) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// at sets the scene's clock.
func (s *scene) at(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = now
}

// feed makes a feed: feed("day_ahead_prices", "DE_LU", "").
func (s *scene) feed(item, area, variant string) store.FeedRow {
	s.Helper()
	known, ok := entsoe.ItemByName(item)
	if !ok {
		s.Fatalf("no item %s", item)
	}
	a, counter, err := entsoe.ParseFeedArea(known, area)
	if err != nil {
		s.Fatal(err)
	}
	feed := entsoe.Feed{Item: item, Area: a.EIC, CounterArea: counter.EIC, Variant: variant}
	rows, err := s.DB.EnsureFeeds(s.Context(), FeedRows([]entsoe.Feed{feed}))
	if err != nil {
		s.Fatal(err)
	}
	return rows[0]
}

// work inserts a job and returns what the first attempt made of it. A zero
// window leaves it to the job.
func (s *scene) work(feed store.FeedRow, lane string, w timeseries.Window) *rivertype.JobRow {
	s.Helper()
	s.insert(feed, lane, w)
	return s.next().Job
}

func (s *scene) insert(feed store.FeedRow, lane string, w timeseries.Window) int64 {
	s.Helper()
	c := queue.Collect{Feed: feed, Lane: lane, Window: w, MaxAttempts: MaxAttempts}
	if lane == store.LaneFetch {
		c.Queue = store.LaneLive
	}
	id, inserted, err := queue.InsertCollect(s.Context(), s.DB, c)
	if err != nil || !inserted {
		s.Fatalf("insert job: %v, %v", inserted, err)
	}
	return id
}

// next waits for the end of the next attempt of any job.
func (s *scene) next() *river.Event {
	s.Helper()
	select {
	case event := <-s.events:
		if event == nil {
			s.Fatal("the client has stopped")
		}
		return event
	case <-time.After(5 * time.Minute):
		s.Fatal("no job ended\n", s.Log)
		return nil
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

// outcomes lists the outcomes of all requests in their order: "data empty".
func (s *scene) outcomes() string {
	s.Helper()
	return query[string](s, `select coalesce(string_agg(outcome, ' ' order by id), '') from entsoe.fetches`)
}

// coverage writes the coverage of a stage: "data {...} empty {...} refused {...}".
func (s *scene) coverage(feed store.FeedRow, stage int) string {
	s.Helper()
	var data, empty, refused []timeseries.Window
	read := func(column string) []timeseries.Window {
		rows, err := s.DB.Pool.Query(s.Context(), fmt.Sprintf(`
			select lower(r), upper(r) from entsoe.coverage, unnest(%s) r where feed_id = $1 and stage = $2 order by 1`, column), feed.ID, stage)
		if err != nil {
			s.Fatal(err)
		}
		windows, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (timeseries.Window, error) {
			var w timeseries.Window
			err := row.Scan(&w.From, &w.To)
			return w, err
		})
		if err != nil {
			s.Fatal(err)
		}
		return windows
	}
	data, empty, refused = read("data"), read("empty"), read("refused")
	var parts []string
	for i, name := range []string{"data", "empty", "refused"} {
		for _, w := range [][]timeseries.Window{data, empty, refused}[i] {
			parts = append(parts, name+" "+w.String())
		}
	}
	return strings.Join(parts, ", ")
}
