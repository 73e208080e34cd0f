package worker

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/webhook"
)

// process is a running process: its connections, its River client and what
// goes on beside the jobs.
type process struct {
	Deps
	id string // of the River client

	// data serves the jobs' own statements; control River, the budget, tidying
	// and the health check, which must not wait behind saves; heart the heartbeat
	// alone, which must not wait behind anything.
	data, control, heart *store.DB

	absence absence // of the database
	lately  lately  // asked whether it is ready
	schema  int64   // the version of the database's schema at the start, which then was ours

	hooks map[int]webhook.Endpoint // by number in entsoe.webhooks

	rounds   *jobs.Rounds
	client   *river.Client[pgx.Tx]
	started  atomic.Bool   // jobs are worked
	stopping chan struct{} // closed when the process is asked to stop
}

const (
	dataConnections    = 8
	controlConnections = 10
	heartConnections   = 3 // one, and others while it hangs

	// answers that are saved at a time: each of them takes a connection, and those of
	// the back lanes leave some to live ones
	frontAnswers = dataConnections
	backAnswers  = dataConnections - 2

	jobTimeout  = 20 * time.Minute
	rescueAfter = 30 * time.Minute // the last resort; see takeOver

	plans = 4 // worked at a time

	// pollEvery is how soon a job is found that is available. Nothing wakes a
	// process earlier: see PollOnly in newClient.
	pollEvery = 500 * time.Millisecond
)

// open connects to the database. The process must be closed.
func open(ctx context.Context, d Deps) (*process, error) {
	p := &process{Deps: d.withDefaults(), id: clientID(), stopping: make(chan struct{})}
	p.absence = absence{gate: store.NewGate(), log: p.Log}
	p.Log = slog.New(fold{p.Log.Handler(), p.absence.gate, false})
	config := d.Store
	config.Application = "entsoed worker " + p.id
	gated := config.Gated(p.absence.gate)
	gated.StatementTimeout = jobTimeout // whatever becomes of us
	for _, pool := range []struct {
		db     **store.DB
		config store.Config
		size   int32
	}{{&p.data, gated, dataConnections}, {&p.control, gated, controlConnections}, {&p.heart, config, heartConnections}} {
		db, err := store.Open(ctx, pool.config, pool.size)
		if err != nil {
			p.close()
			return nil, err
		}
		*pool.db = db
	}
	p.rounds = jobs.NewRounds(p.Log)
	p.rounds.Look = p.look
	p.rounds.Waiting = func(ctx context.Context, item, lane string, within time.Duration) (bool, error) {
		return queue.Waiting(ctx, p.control, item, lane, within)
	}
	return p, nil
}

// pools lists the pools of connections that are open.
func (p *process) pools() []*store.DB {
	return slices.DeleteFunc([]*store.DB{p.data, p.control, p.heart}, func(db *store.DB) bool { return db == nil })
}

// clientID names the process for people, and differently at each start: the
// heartbeat of a killed process must not be continued by its successor. It is
// also part of a queue's name, for which River takes a-z, 0-9 and "_" between
// them.
func clientID() string {
	host, _ := os.Hostname() // empty if the system does not know
	parts := strings.FieldsFunc(strings.ToLower(host), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return fmt.Sprintf("%.24s_%d_%s", cmp.Or(strings.Join(parts, ""), "host"), os.Getpid(), strings.ToLower(rand.Text()[:8]))
}

// How long finished jobs stay in the queue. A completed one tells nothing that
// entsoe.fetches does not, and the default settings plan some 60,000 a day: two
// days let a person look at yesterday. Those that were cancelled or discarded
// are few, and may be tried again when somebody is back from holidays.
const (
	CompletedJobsKept = 2 * 24 * time.Hour
	FailedJobsKept    = 30 * 24 * time.Hour
)

// newClient makes the River client with the given queues and periodic jobs.
// Every client knows all kinds of jobs, for the leader's rescuer discards those
// it does not know.
func (p *process) newClient(ctx context.Context, queues map[string]river.QueueConfig, periodic []*river.PeriodicJob, leads bool) error {
	workers, err := p.workers(ctx)
	if err != nil {
		return err
	}
	p.client, err = river.NewClient(riverpgxv5.New(p.control.Pool), &river.Config{
		ID:                          p.id,
		Schema:                      "river",
		PollOnly:                    true, // any role may send notifications, so none is listened to: tables are the truth
		FetchPollInterval:           pollEvery,
		Queues:                      queues,
		Workers:                     workers,
		PeriodicJobs:                periodic,
		LeaderElectionDisabled:      !leads,
		JobTimeout:                  jobTimeout,
		RescueStuckJobsAfter:        rescueAfter,
		SoftStopTimeout:             softStop,
		MaxAttempts:                 jobs.MaxAttempts,
		RetryPolicy:                 jobs.RetryPolicy{Speed: p.Speed},
		CompletedJobRetentionPeriod: CompletedJobsKept,
		CancelledJobRetentionPeriod: FailedJobsKept,
		DiscardedJobRetentionPeriod: FailedJobsKept,
		ReindexerIndexNames:         []string{}, // interrupted, it leaves gigabytes behind (river#1296)
		Logger:                      slog.New(fold{atLeast{slog.LevelWarn, p.absence.log.Handler()}, p.absence.gate, true}),
		Middleware:                  []rivertype.Middleware{&await{gate: p.absence.gate, stopping: p.stopping}},
	})
	return err
}

// workers registers what works each kind of job.
func (p *process) workers(ctx context.Context) (*river.Workers, error) {
	installation, err := p.data.Installation(ctx)
	if err != nil {
		return nil, err
	}
	since, interval := time.Duration(p.Collect.Since), time.Duration(p.Collect.Interval)
	front, back := jobs.NewRooms(frontAnswers, backAnswers)
	workers := river.NewWorkers()
	river.AddWorker(workers, &jobs.Plan{
		DB: p.data, Since: since, Interval: interval, Installation: installation, Now: p.Now, Speed: p.Speed, Log: p.Log,
	})
	river.AddWorker(workers, &jobs.Heal{DB: p.data, Now: p.Now, Speed: p.Speed, Log: p.Log})
	river.AddWorker(workers, &jobs.Drive{DB: p.control, Now: p.Now, Stopping: p.stopping, Log: p.Log})
	river.AddWorker(workers, &jobs.Webhooks{
		DB: p.control, Endpoints: p.hooks, Client: webhook.NewClient(), Origin: jobs.Origin{Source: p.Source.Kind, Installation: installation},
		Now: p.Now, Stopping: p.stopping, Log: p.Log,
	})
	jobs.AddWorkers(workers, &jobs.Collect{
		DB: p.data, Since: since, Now: p.Now, Speed: p.Speed, Log: p.Log, Rounds: p.rounds,
		Upstream: jobs.Upstream{
			Client:  p.Client,
			Budget:  &jobs.Budget{DB: p.control, Stopping: p.stopping},
			Breaker: &jobs.Breaker{DB: p.control, Now: p.Now, Speed: p.Speed, Log: p.Log},
			Guard:   &jobs.Guard{DB: p.control, Source: p.Source, Log: p.Log},
			Front:   front, Back: back,
			Readers: &jobs.Readers{DB: p.control, ClientID: p.id},
		},
	})
	return workers, nil
}

// atLeast is a log handler that leaves out what is below a level.
type atLeast struct {
	Least slog.Level
	slog.Handler
}

// Enabled reports whether lines of the level are written.
func (h atLeast) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.Least && h.Handler.Enabled(ctx, level)
}

// WithAttrs keeps the level.
func (h atLeast) WithAttrs(attrs []slog.Attr) slog.Handler {
	return atLeast{h.Least, h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the level.
func (h atLeast) WithGroup(name string) slog.Handler {
	return atLeast{h.Least, h.Handler.WithGroup(name)}
}
