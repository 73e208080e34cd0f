package jobs

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"entsoed/entsoe/document"
)

// Room bounds the memory that the answers of some lanes take together, from the
// first bytes of a body until everything is saved, and how many of them are saved
// at a time. An answer takes memory as it comes, in steps, and what waits for its
// bytes takes none. Where there is no memory left it waits, in the midst of its
// document, until another answer is saved.
//
// Each answer has a little, of which there is enough for all: small ones never wait
// for large ones, of which a hostile platform may send as many as it likes.
//
// So that they do not all wait for each other, one answer at a time has memory of
// its own, as much as the largest answer may take: that one always comes to its end.
// An answer that takes more is too large. Nil is room without bounds. The backfills take turns here as well:
// where saving is slower than the budget, the answers of a big one pile up, and
// those of a small one must not wait behind them.
type Room struct {
	roomSize
	saves turns

	mu      sync.Mutex
	little  int64 // of smalls that is taken
	used    int64 // of shared that is taken
	alone   *held // the answer that has memory of its own
	waiting []*growth
	last    map[int64]int // the turn that each party had last
	count   int           // of turns
}

// roomSize bounds the bytes of a Room.
type roomSize struct {
	small   int64 // that each answer may take
	smalls  int64 // of these, that all answers together may take
	shared  int64 // that all answers together may take beyond these
	largest int64 // that one answer may take; beyond shared only one at a time
}

// Bounds of the memory of a process. Together, and with what the rest of it takes,
// they stay under the limit of the container in docker-compose.yml.
const (
	smallAnswer   = 192 << 10
	smallAnswers  = 200 * smallAnswer // of as many answers as WORKER_CONCURRENCY makes
	frontMemory   = 8 << 20           // for live answers, and those that a person waits for
	backMemory    = 12 << 20          // for all others
	largestAnswer = 40 << 20
)

// NewRooms returns the rooms of a process: front for live answers and those that a
// person waits for, back for all others. The one is never waited for in the other,
// so live data comes whatever a backfill brings. So many answers are saved at a
// time.
func NewRooms(frontSaves, backSaves int) (front, back *Room) {
	size := roomSize{small: smallAnswer, smalls: smallAnswers, shared: frontMemory, largest: largestAnswer}
	front = newRoom(size, frontSaves)
	size.shared = backMemory
	return front, newRoom(size, backSaves)
}

func newRoom(size roomSize, saves int) *Room {
	return &Room{roomSize: size, saves: turns{places: saves}}
}

// held is the memory that one answer has.
type held struct {
	*Room
	party, job int64 // the backfill, 0 if there is none, and the job
	bytes      int64 // in all
	ofSmall    int64
	ofShared   int64
}

// growth is an answer that waits for more memory.
type growth struct {
	*held
	bytes int64
	done  chan struct{}
}

// tooMuchError says that an answer takes more memory than any may. A shorter window
// takes less.
type tooMuchError struct{ Limit int64 }

func (e *tooMuchError) Error() string {
	return fmt.Sprintf("the answer takes more than %s of memory", document.Size(e.Limit))
}

// hold returns the memory of an answer, which has none yet.
func (r *Room) hold(party, job int64) *held { return &held{Room: r, party: party, job: job} }

// grow takes so many more bytes, for which it may have to wait, or gives some back.
func (h *held) grow(ctx context.Context, bytes int64) error {
	if h.Room == nil {
		return nil
	}
	if bytes <= 0 {
		h.shrink(-bytes)
		return nil
	}
	if h.bytes+bytes > h.largest {
		return &tooMuchError{h.largest}
	}
	return h.take(ctx, bytes)
}

// take is grow without the bound of one answer.
func (h *held) take(ctx context.Context, bytes int64) error {
	wait := h.queue(bytes)
	if wait == nil {
		return nil
	}
	select {
	case <-wait.done:
		return nil
	case <-ctx.Done():
		h.withdraw(wait)
		return ctx.Err()
	}
}

// queue takes the bytes at once, or lets h wait for them.
func (h *held) queue(bytes int64) *growth {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := &growth{held: h, bytes: bytes, done: make(chan struct{})}
	if h.grant(g) {
		return nil
	}
	h.waiting = append(h.waiting, g)
	return g
}

// grant gives g its bytes if there are so many.
func (r *Room) grant(g *growth) bool {
	small := min(g.bytes, r.small-g.ofSmall, r.smalls-r.little)
	rest := g.bytes - small
	switch {
	case r.used+rest <= r.shared:
		r.used += rest
		g.ofShared += rest
	case r.alone == nil:
		r.alone = g.held
	case r.alone != g.held:
		return false
	}
	r.little += small
	g.ofSmall += small
	g.held.bytes += g.bytes
	if r.last == nil {
		r.last = map[int64]int{}
	}
	r.count++
	r.last[g.party] = r.count
	return true
}

// try takes so many more bytes if there are as many at once.
func (h *held) try(bytes int64) bool {
	if h.Room == nil || bytes <= 0 {
		return true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.bytes+bytes <= h.largest && h.grant(&growth{held: h, bytes: bytes})
}

// save takes what saving so many values takes, and waits for a turn to save. If it
// returns no error, done must follow.
func (h *held) save(ctx context.Context, values int64) (done func(), err error) {
	if h.Room == nil {
		return func() {}, nil
	}
	const (
		batch = 50_000 // values that are compared and written at a time
		each  = 160    // bytes that each of them takes then
	)
	if err := h.take(ctx, min(values, batch)*each); err != nil {
		return nil, err
	}
	if err := h.saves.enter(ctx, waiter{party: h.party, job: h.job}, nil); err != nil {
		return nil, err
	}
	return h.saves.leave, nil
}

// withdraw takes g out of those that wait. If its bytes came in the same moment
// they are h's until it leaves.
func (h *held) withdraw(g *growth) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting = slices.DeleteFunc(h.waiting, func(w *growth) bool { return w == g })
}

// shrink gives bytes back, those of its own first.
func (h *held) shrink(bytes int64) {
	if h.Room == nil || bytes == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	bytes = min(bytes, h.bytes)
	h.bytes -= bytes
	if back := h.ofSmall + h.ofShared - h.bytes; back > 0 {
		shared := min(back, h.ofShared)
		h.ofShared -= shared
		h.used -= shared
		h.ofSmall -= back - shared
		h.little -= back - shared
	}
	if h.alone == h && h.bytes == h.ofSmall+h.ofShared {
		h.alone = nil
	}
	h.next()
}

// leave gives everything back.
func (h *held) leave() { h.shrink(h.bytes) }

// next lets those go on for whom there is memory now, in their order.
func (r *Room) next() {
	for len(r.waiting) > 0 {
		g := slices.MinFunc(r.waiting, func(a, b *growth) int {
			return compareTurns(r.last, &waiter{party: a.party, job: a.job}, &waiter{party: b.party, job: b.job})
		})
		if !r.grant(g) {
			return
		}
		r.waiting = slices.DeleteFunc(r.waiting, func(w *growth) bool { return w == g })
		close(g.done)
	}
	if r.used == 0 && r.little == 0 && r.alone == nil {
		r.last = nil
	}
}
