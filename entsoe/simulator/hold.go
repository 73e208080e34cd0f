package simulator

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Points at which a request can be held.
const (
	HoldBefore = "before" // the request is read, nothing is sent
	HoldBody   = "body"   // half of the body is sent and flushed
)

// How long a request is held when nobody lets it go.
const (
	holdTime    = 2 * time.Minute
	holdTimeMax = 10 * time.Minute
)

// Hold stops requests at a point until they are released, the client goes
// away or the time is over, so that a test can do something just then.
type Hold struct {
	Point   string  `json:"point"`             // HoldBefore or HoldBody
	Item    string  `json:"item,omitempty"`    // only requests for this data item
	Area    string  `json:"area,omitempty"`    // only requests that name this EIC
	Next    int     `json:"next,omitempty"`    // how many requests; 0: one
	Seconds float64 `json:"seconds,omitempty"` // the longest time; 0: 120, at most 600
}

// Held is a request that is being held.
type Held struct {
	ID    int       `json:"id"`
	Point string    `json:"point"`
	Item  string    `json:"item"`
	Areas []string  `json:"areas"` // EICs that the request names
	Since time.Time `json:"since"` // machine's clock
}

type holds struct {
	mu      sync.Mutex
	waiting []Hold
	held    map[int]*held
	last    int
	changed chan struct{} // closed and renewed when a request begins to be held
}

type held struct {
	Held
	release chan struct{}
}

func newHolds() *holds {
	return &holds{held: make(map[int]*held), changed: make(chan struct{})}
}

// Hold arms a hold.
func (s *Simulator) Hold(h Hold) error {
	if h.Point != HoldBefore && h.Point != HoldBody {
		return fmt.Errorf("hold: point %q is none of %s, %s", h.Point, HoldBefore, HoldBody)
	}
	h.Next = max(h.Next, 1)
	s.holds.mu.Lock()
	defer s.holds.mu.Unlock()
	s.holds.waiting = append(s.holds.waiting, h)
	return nil
}

// Held returns the requests that are being held, the oldest first.
func (s *Simulator) Held() []Held {
	s.holds.mu.Lock()
	defer s.holds.mu.Unlock()
	return s.holds.list()
}

func (h *holds) list() []Held {
	list := make([]Held, 0, len(h.held))
	for _, one := range h.held {
		list = append(list, one.Held)
	}
	slices.SortFunc(list, func(a, b Held) int { return a.ID - b.ID })
	return list
}

// AwaitHeld waits until at least n requests are held.
func (s *Simulator) AwaitHeld(ctx context.Context, n int) ([]Held, error) {
	for {
		s.holds.mu.Lock()
		list, changed := s.holds.list(), s.holds.changed
		s.holds.mu.Unlock()
		if len(list) >= n {
			return list, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return list, fmt.Errorf("await %d held requests, have %d: %w", n, len(list), ctx.Err())
		}
	}
}

// Release lets held requests go on, all if no id is given, and returns how
// many there were.
func (s *Simulator) Release(ids ...int) int {
	s.holds.mu.Lock()
	defer s.holds.mu.Unlock()
	released := 0
	for id, one := range s.holds.held {
		if len(ids) == 0 || slices.Contains(ids, id) {
			close(one.release)
			delete(s.holds.held, id)
			released++
		}
	}
	return released
}

func (h *holds) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting = nil
	for id, one := range h.held {
		close(one.release)
		delete(h.held, id)
	}
}

// claim takes a request for the first hold of the point that fits it.
func (h *holds) claim(point, item string, areas []string) (Hold, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := slices.IndexFunc(h.waiting, func(w Hold) bool {
		return w.Point == point && (w.Item == "" || w.Item == item) && (w.Area == "" || slices.Contains(areas, w.Area))
	})
	if i < 0 {
		return Hold{}, false
	}
	hold := h.waiting[i]
	if h.waiting[i].Next--; h.waiting[i].Next == 0 {
		h.waiting = slices.Delete(h.waiting, i, i+1)
	}
	return hold, true
}

// wait holds the caller; it returns at once if no hold was claimed.
func (h *holds) wait(ctx context.Context, hold Hold, item string, areas []string) {
	one := h.begin(hold, item, areas)
	limit := holdTime
	if hold.Seconds > 0 {
		limit = min(time.Duration(hold.Seconds*float64(time.Second)), holdTimeMax)
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-one.release:
	case <-ctx.Done():
	case <-timer.C:
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.held, one.ID)
}

func (h *holds) begin(hold Hold, item string, areas []string) *held {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last++
	one := &held{
		Held:    Held{ID: h.last, Point: hold.Point, Item: item, Areas: areas, Since: time.Now()},
		release: make(chan struct{}),
	}
	h.held[one.ID] = one
	close(h.changed)
	h.changed = make(chan struct{})
	return one
}
