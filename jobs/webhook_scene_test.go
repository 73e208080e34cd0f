package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
	"entsoed/webhook"
)

// What must appear nowhere.
const (
	hookWord   = "wordinpath"
	hookSecret = "secret-of-the-webhook"
)

// told is a post as a receiver gets it.
type told struct {
	ID, Signature string
	Attempt       int
	Type          string
	First, Last   int64
	Changes       []json.RawMessage
	Took          bool
}

// receiver takes posts, or answers otherwise.
type receiver struct {
	mu     sync.Mutex
	Answer func(n int, post told, w http.ResponseWriter) int // the status of the n-th post, from 0; nil: 200
	posts  []told
	inside int  // posts that are under way
	twice  bool // there were several at a time
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return
	}
	post := told{ID: request.Header.Get("webhook-id"), Signature: request.Header.Get("webhook-signature")}
	post.Attempt, _ = strconv.Atoi(request.Header.Get("webhook-attempt"))
	if err := json.Unmarshal(body, &post); err != nil {
		panic(fmt.Sprintf("%s: %v", body, err))
	}
	r.mu.Lock()
	r.inside++
	r.twice = r.twice || r.inside > 1
	n := len(r.posts)
	r.posts = append(r.posts, post)
	answer := r.Answer
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.inside--
		r.mu.Unlock()
	}()
	status := http.StatusOK
	if answer != nil {
		status = answer(n, post, w)
	}
	if status/100 == 2 {
		r.mu.Lock()
		r.posts[n].Took = true
		r.mu.Unlock()
	}
	w.WriteHeader(status)
	fmt.Fprint(w, request.URL, hookSecret) // an echo
}

// all returns what came so far.
func (r *receiver) all() []told {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.posts)
}

func (r *receiver) anyTwice() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.twice
}

// setAnswer changes what the receiver answers.
func (r *receiver) setAnswer(answer func(n int, post told, w http.ResponseWriter) int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Answer = answer
}

// taken returns the changes that it has taken, each once, in the order in which it
// first took them.
func (r *receiver) taken() (numbers []int64, rows []string) {
	known := map[int64]bool{}
	for _, post := range r.all() {
		for _, row := range post.Changes {
			var change struct{ Number int64 }
			if err := json.Unmarshal(row, &change); err != nil {
				panic(err)
			}
			if post.Took && !known[change.Number] {
				known[change.Number] = true
				numbers, rows = append(numbers, change.Number), append(rows, string(row))
			}
		}
	}
	return numbers, rows
}

// hooks is a database with one webhook, and processes that work its job.
type hooks struct {
	*scene
	*receiver
	Number   int
	Endpoint webhook.Endpoint
	Feed     store.FeedRow
	Pace     WebhookPace
	saved    float64
}

func newHooks(t *testing.T) *hooks {
	h := &hooks{scene: &scene{now: noon}, receiver: new(receiver)}
	h.idle(t)
	server := httptest.NewServer(h.receiver)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(server.Close)
	all, err := webhook.Config{URLs: server.URL + "/" + hookWord, Secret: hookSecret}.Endpoints()
	if err != nil {
		t.Fatal(err)
	}
	h.Endpoint = all[0]
	h.Feed = h.feed("day_ahead_prices", "DE_LU", "")
	h.change(1) // before there was the webhook
	known, fresh, err := h.DB.EnsureWebhook(t.Context(), "identity", 1)
	if err != nil || !fresh || known.Cursor != 1 {
		t.Fatalf("%+v, new %v, %v", known, fresh, err)
	}
	h.Number = known.Number
	h.Pace = WebhookPace{Look: 10 * time.Millisecond, For: 300 * time.Millisecond, First: 10 * time.Millisecond, Longest: 100 * time.Millisecond, Alarm: time.Hour}
	t.Cleanup(h.searchSecrets)
	return h
}

// searchSecrets fails the test if address or secret stand in any table or line.
func (h *hooks) searchSecrets() {
	texts := map[string]string{"the log": h.Log.String()}
	ctx := context.Background() // that of the test has ended
	rows, err := h.DB.Pool.Query(ctx, `select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('entsoe', 'river')`)
	if err != nil {
		h.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 20 {
		h.Fatalf("%d tables, %v", len(tables), err)
	}
	for _, table := range tables {
		var text string
		err := h.DB.Pool.QueryRow(ctx, `select coalesce(string_agg(t::text, e'\n'), '') from `+table+` t where t::text ~* $1`, secrets).Scan(&text)
		if err != nil {
			h.Fatal(err)
		}
		texts[table] = text
	}
	for name, text := range texts {
		if found := regexp.MustCompile(secrets).FindString(text); found != "" {
			h.Errorf("%q stands in %s:\n%s", found, name, text)
		}
	}
}

// secrets finds the host, the path and the secret.
const secrets = `127\.0\.0\.1:|` + hookWord + `|` + hookSecret

// change makes so many changes.
func (h *hooks) change(n int) {
	h.Helper()
	for range n {
		h.saved++
		prices := dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, h.saved)
		dbtest.MustSave(h.T, h.DB, store.Answer{FeedID: h.Feed.ID, Asked: dbtest.Window(0, 1), KnownAt: dbtest.After(h.saved), Rows: timeseries.Curves{prices}})
		if _, err := h.DB.NumberChanges(h.Context()); err != nil {
			h.Fatal(err)
		}
	}
}

// process starts one that works the job, and returns what stops it.
func (h *hooks) process(name string, endpoints map[int]webhook.Endpoint) (stop func()) {
	h.Helper()
	log := slog.New(slog.NewTextHandler(h.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	stopping := make(chan struct{})
	workers := river.NewWorkers()
	river.AddWorker(workers, &Webhooks{
		DB: h.DB, Endpoints: endpoints, Client: webhook.NewClient(), Origin: Origin{Source: "simulated", Installation: "1"},
		Now: h.Now, Stopping: stopping, Log: log, Pace: h.Pace,
	})
	pool, err := pgxpool.NewWithConfig(h.Context(), h.DB.Pool.Config())
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(pool.Close)
	h.client, err = river.NewClient(riverpgxv5.New(pool), &river.Config{
		ID: name, Schema: "river", PollOnly: true, Workers: workers, RetryPolicy: RetryPolicy{}, LeaderElectionDisabled: true, Logger: log,
		SoftStopTimeout: 200 * time.Millisecond,
		Queues:          map[string]river.QueueConfig{QueueWebhook: {MaxWorkers: 2, FetchCooldown: 5 * time.Millisecond, FetchPollInterval: 10 * time.Millisecond}},
	})
	if err != nil {
		h.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	client := h.client
	if err := client.Start(ctx); err != nil {
		h.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		close(stopping)
		cancel()
		<-client.Stopped()
	})
	h.Cleanup(stop)
	return stop
}

// start starts one process and the job.
func (h *hooks) start() (stop func()) {
	h.Helper()
	stop = h.process("one", map[int]webhook.Endpoint{h.Number: h.Endpoint})
	h.insertJob()
	return stop
}

func (h *hooks) insertJob() {
	h.Helper()
	if _, err := h.client.Insert(h.Context(), WebhookArgs{Webhook: h.Number}, nil); err != nil {
		h.Fatal(err)
	}
}

// await polls until something holds.
func (h *hooks) await(what string, holds func() bool) {
	h.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for !holds() {
		if time.Now().After(deadline) {
			h.Fatalf("waited in vain for %s\n%s", what, h.Log)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// alarms lists all alarms, open ones with a star.
func (h *hooks) alarms() string {
	h.Helper()
	return query[string](h.scene, `select coalesce(string_agg(concat_ws(' ', kind, subject, cause, case when closed is null then '*' end), '; ' order by id), '') from entsoe.alarms`)
}

// row returns what is known of the webhook, as text.
func (h *hooks) row(columns string) string {
	h.Helper()
	return query[string](h.scene, `select concat_ws(' ', `+columns+`) from entsoe.webhooks where number = $1`, h.Number)
}

// changes returns the changes that the database has, after a number.
func (h *hooks) changes(after int64) (numbers []int64, rows []string) {
	h.Helper()
	all, err := h.DB.ChangesSince(h.Context(), after, 1_000_000)
	if err != nil {
		h.Fatal(err)
	}
	for _, c := range all {
		numbers, rows = append(numbers, c.Number), append(rows, string(c.Row))
	}
	return numbers, rows
}
