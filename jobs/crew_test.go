package jobs

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"entsoed/entsoe/client"
	"entsoed/entsoe/simulator"
	"entsoed/store"
	"entsoed/store/queue"
)

// newCampaign sets a scene whose jobs are worked all at once, as by a worker
// process, but for the plan and the healing: a test says what is to be done. wrap
// stands before the simulator; nil: nothing does.
func newCampaign(t *testing.T, config simulator.Config, wrap func(http.Handler) http.Handler) *scene {
	t.Helper()
	s := &scene{now: noon}
	config.Now, config.Unlimited = s.Now, true
	s.Sim = simulator.New(config)
	s.idle(t)
	s.collectFrom(s.Sim, wrap)
	s.crew(8)
	return s
}

// collectFrom gives the scene what asks an upstream, as fast as that answers.
func (s *scene) collectFrom(upstream http.Handler, wrap func(http.Handler) http.Handler) {
	s.Helper()
	if wrap != nil {
		upstream = wrap(upstream)
	}
	server := httptest.NewServer(upstream)
	s.Cleanup(server.Close)
	if err := s.DB.Budget(s.Context(), 60_000); err != nil {
		s.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(s.Log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	client := client.New(server.URL+"/api", token)
	client.Now = s.Now
	front, back := NewRooms(4, 4)
	s.Collect = &Collect{
		DB: s.DB, Since: 2 * 24 * time.Hour, Now: s.Now, Log: log,
		Upstream: Upstream{
			Client: client, Budget: &Budget{DB: s.DB}, Breaker: &Breaker{DB: s.DB, Now: s.Now, Log: log}, Guard: &Guard{DB: s.DB, Source: store.Source{Kind: "platform"}, Log: log},
			Front: front, Back: back,
		},
		Rounds: NewRounds(slog.New(slog.NewTextHandler(io.Discard, nil))),
	}
}

// crew lets a River client work the jobs of all lanes until the test ends.
func (s *scene) crew(workers int) {
	s.Helper()
	all := river.NewWorkers()
	AddWorkers(all, s.Collect)
	river.AddWorker(all, &Drive{DB: s.DB, Now: s.Now, Log: s.Collect.Log})
	pool, err := pgxpool.NewWithConfig(s.Context(), s.DB.Pool.Config())
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(pool.Close)
	queues := map[string]river.QueueConfig{}
	for _, queue := range []string{store.LaneLive, store.LaneRevision, store.LaneBackfill, QueueDrive, QueueDefault} {
		queues[queue] = river.QueueConfig{MaxWorkers: workers, FetchCooldown: 5 * time.Millisecond, FetchPollInterval: 100 * time.Millisecond}
	}
	s.client, err = river.NewClient(riverpgxv5.New(pool), &river.Config{
		Schema: "river", PollOnly: true, Workers: all, RetryPolicy: RetryPolicy{}, LeaderElectionDisabled: true, Logger: slog.New(slog.DiscardHandler),
		JobTimeout: 5 * time.Minute, SoftStopTimeout: time.Millisecond, Queues: queues,
	})
	if err != nil {
		s.Fatal(err)
	}
	if err := s.client.Start(s.Context()); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { <-s.client.Stopped() })
}

// drive does once what the driver of backfills does all the time.
func (s *scene) drive() {
	s.Helper()
	if _, err := (&Drive{DB: s.DB, Now: s.Now, Log: s.Collect.Log}).step(s.Context(), nil); err != nil {
		s.Fatal(err)
	}
}

// settle waits until all jobs are done. Those that failed are tried again at
// once.
func (s *scene) settle() {
	s.Helper()
	s.eventually("jobs are left", func() (string, bool) {
		left := query[string](s, `
			with again as (update river.river_job set state = 'available', scheduled_at = now() where state in ('retryable', 'scheduled') returning 1)
			select coalesce(string_agg(concat_ws(' ', id, kind, state, args::text), E'\n'), '') || repeat('.', (select count(*)::int from again))
			from (select * from river.river_job where state in ('available', 'running') limit 20) j`)
		return left, left == ""
	})
}

// eventually polls until something is as it should be, or tells what it is.
func (s *scene) eventually(wrong string, is func() (string, bool)) {
	s.Helper()
	deadline := time.Now().Add(10 * time.Minute)
	for {
		what, ok := is()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			s.Fatalf("%s: %s\n%s", wrong, what, tail(s.Log.String()))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// order starts a backfill of an item: order("day_ahead_prices", "FR", "2026-01-01", "2026-02-01").
func (s *scene) order(item, area, from, to string) store.Enqueued {
	s.Helper()
	return s.orderAs(store.BackfillOrder{Item: store.Text(item), Area: store.Text(area), From: store.Text(from), To: store.Text(to)})
}

func (s *scene) orderAs(o store.BackfillOrder) store.Enqueued {
	s.Helper()
	e, err := s.DB.EnqueueBackfill(s.Context(), s.DB.Pool, o, s.Now())
	if err != nil {
		s.Fatal(err)
	}
	return e
}

// backfill returns how a backfill stands.
func (s *scene) backfill(id int64) store.BackfillStatus {
	s.Helper()
	found, err := s.DB.Backfills(s.Context(), id)
	if err != nil || len(found) != 1 {
		s.Fatalf("backfill %d: %v, %v", id, found, err)
	}
	return found[0]
}

// done waits until backfills are done, and returns the last one.
func (s *scene) done(ids ...int64) (last store.BackfillStatus) {
	s.Helper()
	for _, id := range ids {
		s.eventually("the backfill is not done", func() (string, bool) { // without the view, which costs what the jobs need
			state := query[string](s, `select state from entsoe.backfill_orders where id = $1`, id)
			return fmt.Sprintf("%d is %s", id, state), state == "done"
		})
		last = s.backfill(id)
	}
	return last
}

// heal enqueues what is due again and waits until it is done.
func (s *scene) heal() {
	s.Helper()
	if _, _, err := queue.InsertHealing(s.Context(), s.DB, s.Now(), MaxAttempts); err != nil {
		s.Fatal(err)
	}
	s.settle()
}

// facts are what a database holds of delivery time: points, rows and documents,
// and the coverage of first reads. What depends on when and how often something
// was asked is left out.
func (s *scene) facts() []string {
	s.Helper()
	rows, err := s.DB.Pool.Query(s.Context(), `
		select 'points of ' || s.key || ': ' || count(*) || ', md5 ' || md5(string_agg(concat_ws(' ', extract(epoch from p.at), p.value), ',' order by p.at))
		from (select series_id, at, value from entsoe.points union all select series_id, at, value from entsoe.points_fast) p
		join entsoe.series s on s.id = p.series_id group by s.key
		union all
		select concat_ws(' ', 'rows of', f.item, f.name, f.variant) || ': ' || count(*) || ', md5 ' ||
			md5(string_agg(concat_ws(' ', s.key, e.at, e.until, e.content, e.nth), ',' order by s.key, e.at, e.until, e.content, e.nth))
		from entsoe.entries e join entsoe.series s on s.id = e.series_id join entsoe.feeds f on f.id = e.feed_id
		where e.known_until = 'infinity' group by f.item, f.name, f.variant
		union all
		select concat_ws(' ', 'documents of', i.name) || ': ' || count(*) || ', md5 ' || md5(string_agg(concat_ws(' ', d.mrid, d.revision, d.published_at, d.published_until, d.status, d.digest), ',' order by d.mrid, d.revision, d.digest))
		from entsoe.documents d join entsoe.items i using (item_no) group by i.name
		union all
		select concat_ws(' ', 'coverage of', f.item, f.name, f.variant, c.data + c.empty + c.refused)
		from entsoe.coverage c join entsoe.feeds f on f.id = c.feed_id where c.stage = 0
		order by 1`)
	if err != nil {
		s.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		s.Fatal(err)
	}
	return all
}

// asked counts the requests to the simulator for an item.
func (s *scene) asked(item string) int { return int(s.Sim.Stats().Items[item]) }

// unfinished lists the states of collect jobs that did not just complete.
func (s *scene) unfinished() string {
	s.Helper()
	return query[string](s, `
		select coalesce(string_agg(concat_ws(' ', state, attempt, args::text, errors::text), E'\n'), '') from river.river_job
		where kind = 'collect' and (state <> 'completed' or attempt > 1)`)
}

func tail(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}
