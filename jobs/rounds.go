package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Rounds sums up what the collect jobs of this process did, item by item, so
// that the log has a line per item and round instead of one per job. A round is
// what one plan enqueued: it ends when no job of the item runs or will do so
// soon.
type Rounds struct {
	Log *slog.Logger
	// Look is the command that shows the rows of an item; it goes with the
	// first rows that this process stores.
	Look func(item string) string
	// Waiting reports whether a job of the item is running or due within a
	// time, in any process.
	Waiting func(ctx context.Context, item string, within time.Duration) (bool, error)

	mu     sync.Mutex
	rounds map[string]*round
	start  time.Time // of the process
	rows   bool      // the first ones were stored
}

// round is what was done for one item since its last line.
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
	Inserted, Changed, Retracted, Unchanged int64
}

const (
	roundPause   = 2 * time.Second  // that an item rests before it is asked whether its round is over
	longestRound = 10 * time.Minute // without a line
)

// NewRounds returns the sums of a process that starts now.
func NewRounds(log *slog.Logger) *Rounds {
	return &Rounds{
		Log: log, rounds: make(map[string]*round), start: time.Now(),
		Look:    func(item string) string { return item },
		Waiting: func(context.Context, string, time.Duration) (bool, error) { return false, nil },
	}
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
	current.ended = time.Now()
	current.rested = current.ended
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
	tick := time.NewTicker(roundPause / 2)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			for _, item := range r.resting(roundPause) {
				if r.over(ctx, item) {
					r.write(item)
				}
			}
		case <-ctx.Done():
			for _, item := range r.resting(0) {
				r.write(item)
			}
			return
		}
	}
}

// over reports whether the round of an item has ended: no process has a job of
// it left. One that goes over into the next has a line now and then.
func (r *Rounds) over(ctx context.Context, item string) bool {
	r.mu.Lock()
	long := time.Since(r.rounds[item].begun) >= longestRound
	r.mu.Unlock()
	if long {
		return true
	}
	waiting, err := r.Waiting(ctx, item, widestDelay)
	return err == nil && !waiting
}

// resting lists the items of which no job of this process has run for a time.
func (r *Rounds) resting(pause time.Duration) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var items []string
	for item, o := range r.rounds {
		if o.running == 0 && time.Since(o.rested) >= pause {
			items = append(items, item)
			o.rested = time.Now()
		}
	}
	return items
}

// write logs and forgets the round of an item, unless a job of it has begun
// meanwhile. A round in which nothing was asked is not worth a line.
func (r *Rounds) write(item string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := r.rounds[item]
	if o.running > 0 {
		return
	}
	delete(r.rounds, item)
	if o.sum.Requests == 0 && o.sum.Failed == 0 {
		return
	}
	r.Log.Info("collected", "item", item, "feeds", len(o.feeds), "requests", o.sum.Requests,
		"rows", o.sum.Inserted, "changed", o.sum.Changed, "retracted", o.sum.Retracted,
		"no_data", o.sum.NoData, "failed", o.sum.Failed, "took", o.ended.Sub(o.begun).Round(time.Millisecond))
}
