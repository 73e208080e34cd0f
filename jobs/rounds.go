package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"entsoed/store"
)

// Rounds sums up what the collect jobs of this process did, so that the log has a
// line per item, lane and round instead of one per job. A round of the live lane
// is what one plan enqueued: it ends when no job of the item runs in that lane or
// will do so soon, whatever backfills have left of the item. The other lanes have
// rounds of their own.
type Rounds struct {
	Log *slog.Logger
	// Look is the command that shows the rows of an item; it goes with the
	// first rows that this process stores.
	Look func(item string) string
	// Waiting reports whether a job of the item and lane is running or due
	// within a time, in any process.
	Waiting func(ctx context.Context, item, lane string, within time.Duration) (bool, error)

	mu     sync.Mutex
	rounds map[roundKey]*round
	start  time.Time // of the process
	rows   bool      // the first ones were stored
}

// roundKey names what has rounds of its own.
type roundKey struct{ Item, Lane string }

// round is what was done for one item in one lane since its last line.
type round struct {
	begun, ended time.Time // of its first and last job
	rested       time.Time // since when no job runs, or when it was last asked for others
	running      int
	feeds        map[int64]bool
	sum          Tally
}

// Tally counts what a job did.
type Tally struct {
	Requests, NoData, Failed                int
	Away                                    int // requests that found the platform away
	Inserted, Changed, Retracted, Unchanged int64
}

const (
	roundPause   = 2 * time.Second  // that an item rests before it is asked whether its round is over
	longestRound = 10 * time.Minute // without a line
)

// NewRounds returns the sums of a process that starts now.
func NewRounds(log *slog.Logger) *Rounds {
	return &Rounds{
		Log: log, rounds: make(map[roundKey]*round), start: time.Now(),
		Look:    func(item string) string { return item },
		Waiting: func(context.Context, string, string, time.Duration) (bool, error) { return false, nil },
	}
}

// Begin notes that a job of the item runs in a lane. It must be ended by End.
func (r *Rounds) Begin(item, lane string, feed int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := roundKey{item, lane}
	current := r.rounds[key]
	if current == nil {
		current = &round{begun: time.Now(), feeds: make(map[int64]bool)}
		r.rounds[key] = current
	}
	current.running++
	current.feeds[feed] = true
}

// Stored notes rows as soon as they are committed, for the line that tells a
// waiting person that the first ones are in.
func (r *Rounds) Stored(item string, inserted int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if inserted == 0 || r.rows {
		return
	}
	r.rows = true
	r.Log.Info("the first rows are in", "item", item, "rows", inserted,
		"after", time.Since(r.start).Round(100*time.Millisecond), "look", r.Look(item))
}

// End notes that a job of the item ended in a lane and what it did.
func (r *Rounds) End(item, lane string, did Tally) {
	r.mu.Lock()
	defer r.mu.Unlock()
	current := r.rounds[roundKey{item, lane}]
	current.running--
	current.ended = time.Now()
	current.rested = current.ended
	current.sum.add(did)
}

func (t *Tally) add(o Tally) {
	t.Requests += o.Requests
	t.NoData += o.NoData
	t.Failed += o.Failed
	t.Away += o.Away
	t.Inserted += o.Inserted
	t.Changed += o.Changed
	t.Retracted += o.Retracted
	t.Unchanged += o.Unchanged
}

// Run writes the lines of rounds that are over, until the context ends; then
// those of all others.
func (r *Rounds) Run(ctx context.Context) {
	tick := time.NewTicker(roundPause / 2)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			for _, key := range r.resting(roundPause) {
				if r.over(ctx, key) {
					r.write(key)
				}
			}
		case <-ctx.Done():
			for _, key := range r.resting(0) {
				r.write(key)
			}
			return
		}
	}
}

// over reports whether a round has ended: no process has a job of it left. One
// that goes over into the next has a line now and then.
func (r *Rounds) over(ctx context.Context, key roundKey) bool {
	r.mu.Lock()
	long := time.Since(r.rounds[key].begun) >= longestRound
	r.mu.Unlock()
	if long {
		return true
	}
	waiting, err := r.Waiting(ctx, key.Item, key.Lane, widestDelay)
	return err == nil && !waiting
}

// resting lists the rounds of which no job of this process has run for a time,
// and those that are due a line though jobs run on.
func (r *Rounds) resting(pause time.Duration) []roundKey {
	r.mu.Lock()
	defer r.mu.Unlock()
	var keys []roundKey
	for key, o := range r.rounds {
		rests := o.running == 0 && time.Since(o.rested) >= pause
		if rests || !o.ended.IsZero() && time.Since(o.begun) >= longestRound {
			keys = append(keys, key)
			o.rested = time.Now()
		}
	}
	return keys
}

// write logs and forgets a round. Jobs of it that are still running begin the
// next. A round in which nothing was asked is not worth a line, nor is one that only
// found the platform away: the breaker, or the job of a feed that is alone, tells it.
func (r *Rounds) write(key roundKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := r.rounds[key]
	if o.running > 0 && time.Since(o.begun) < longestRound {
		return // one has begun meanwhile
	}
	delete(r.rounds, key)
	if o.running > 0 {
		r.rounds[key] = &round{begun: time.Now(), running: o.running, feeds: make(map[int64]bool)}
	}
	if o.sum.Requests == o.sum.Away && o.sum.Failed <= o.sum.Away {
		return
	}
	fields := []any{"item", key.Item, "feeds", len(o.feeds), "requests", o.sum.Requests,
		"rows", o.sum.Inserted, "changed", o.sum.Changed, "retracted", o.sum.Retracted,
		"no_data", o.sum.NoData, "failed", o.sum.Failed, "took", o.ended.Sub(o.begun).Round(time.Millisecond)}
	if key.Lane != store.LaneLive {
		fields = append(fields, "lane", key.Lane)
	}
	r.Log.Info("collected", fields...)
}
