package simulator

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// Stats is what a simulator has counted since it was made. Requests are those
// to /api; the simulator's own tools are not counted.
type Stats struct {
	Clock        time.Time        `json:"clock"`          // what time it is on the platform
	Requests     int64            `json:"requests"`       // all, refused ones included
	Rejected     int64            `json:"rejected"`       // answered by 429, because of a ban
	Bans         int64            `json:"bans"`           // how often a token went over 400 in a minute
	MaxPerMinute int              `json:"max_per_minute"` // most requests of one token in any sliding 60 s, those during a ban left out
	InFlight     int64            `json:"in_flight"`      // being answered now
	MaxInFlight  int64            `json:"max_in_flight"`
	Points       int64            `json:"points"` // values that the sent Points stand for, omitted ones included
	Bytes        int64            `json:"bytes"`  // of the documents, before gzip
	Outcomes     map[string]int64 `json:"outcomes"`
	Items        map[string]int64 `json:"items"` // requests by data item, where one was recognised
}

// outcomes of a request, the keys of Stats.Outcomes. A fault has the outcome
// "fault: " and its kind.
const (
	outcomeData         = "data"
	outcomeNoData       = "no_data"
	outcomeBadRequest   = "bad_request"
	outcomeTooLong      = "too_long"
	outcomeTooMany      = "too_many"
	outcomeUnauthorised = "unauthorised"
	outcomeBanned       = "banned"
	outcomeAborted      = "aborted" // the client went away
	outcomeFault        = "fault: "
)

// tally collects the counts that make Stats.
type tally struct {
	requests, inFlight, maxInFlight, points, bytes atomic.Int64

	mu       sync.Mutex
	outcomes map[string]int64
	items    map[string]int64
}

func newTally() *tally {
	return &tally{outcomes: make(map[string]int64), items: make(map[string]int64)}
}

func (t *tally) begin() {
	t.requests.Add(1)
	n := t.inFlight.Add(1)
	for most := t.maxInFlight.Load(); n > most && !t.maxInFlight.CompareAndSwap(most, n); {
		most = t.maxInFlight.Load()
	}
}

func (t *tally) end(item, outcome string) {
	t.inFlight.Add(-1)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.outcomes[outcome]++
	if item != "" {
		t.items[item]++
	}
}

// Stats returns the counts so far.
func (s *Simulator) Stats() Stats {
	t := s.tally
	stats := Stats{
		Clock:       s.config.Now(),
		Requests:    t.requests.Load(),
		InFlight:    t.inFlight.Load(),
		MaxInFlight: t.maxInFlight.Load(),
		Points:      t.points.Load(),
		Bytes:       t.bytes.Load(),
	}
	stats.MaxPerMinute, stats.Bans, stats.Rejected = s.limits.counts()
	t.mu.Lock()
	defer t.mu.Unlock()
	stats.Outcomes = maps.Clone(t.outcomes)
	stats.Items = maps.Clone(t.items)
	return stats
}
