package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Rounds sums up what the collect jobs of this process did, item by item, so
// that the log has a line per item and round instead of one per job. A round
// ends when no job of the item has run for a moment.
type Rounds struct {
	Log *slog.Logger
	// Look is the command that shows the rows of an item; it goes with the
	// first rows that this process stores.
	Look func(item string) string

	mu     sync.Mutex
	rounds map[string]*round
	start  time.Time // of the process
	rows   bool      // the first ones were stored
}

// round is what was done for one item since its last line.
type round struct {
	begun, rested time.Time
	running       int
	feeds         map[int64]bool
	sum           Tally
}

// Tally counts what a job did.
type Tally struct {
	Requests, NoData, Failed                   int
	Inserted, Changed, Retracted, Unchanged, _ int64
}

// roundPause is how long an item must rest for its round to be over: longer
// than the time between two of its jobs while a queue is worked off.
const roundPause = 3 * time.Second

// NewRounds returns the sums of a process that starts now.
func NewRounds(log *slog.Logger, look func(item string) string) *Rounds {
	return &Rounds{Log: log, Look: look, rounds: make(map[string]*round), start: time.Now()}
}

// Begin notes that a job of the item runs. It must be ended by End.
func (r *Rounds) Begin(item string, feed int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	current := r.rounds[item]
	if current == nil {
		current = &round{begun: time.Now(), feeds: make(map[int64]bool)}
		r.rounds[item] = current
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

// End notes that a job of the item ended and what it did.
func (r *Rounds) End(item string, did Tally) {
	r.mu.Lock()
	defer r.mu.Unlock()
	current := r.rounds[item]
	current.running--
	current.rested = time.Now()
	current.sum.add(did)
}

func (t *Tally) add(o Tally) {
	t.Requests += o.Requests
	t.NoData += o.NoData
	t.Failed += o.Failed
	t.Inserted += o.Inserted
	t.Changed += o.Changed
	t.Retracted += o.Retracted
	t.Unchanged += o.Unchanged
}

// Run writes the lines of rounds that are over, until the context ends; then
// those of all others.
func (r *Rounds) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			r.write(func(o *round) bool { return o.running == 0 && time.Since(o.rested) >= roundPause })
		case <-ctx.Done():
			r.write(func(*round) bool { return true })
			return
		}
	}
}

// write logs and forgets the rounds that are over.
func (r *Rounds) write(over func(*round) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for item, o := range r.rounds {
		if !over(o) || o.sum.Requests == 0 && o.sum.Failed == 0 {
			continue
		}
		r.Log.Info("collected", "item", item, "feeds", len(o.feeds), "requests", o.sum.Requests,
			"rows", o.sum.Inserted, "changed", o.sum.Changed, "retracted", o.sum.Retracted,
			"no_data", o.sum.NoData, "failed", o.sum.Failed, "took", o.rested.Sub(o.begun).Round(time.Millisecond))
		delete(r.rounds, item)
	}
}
