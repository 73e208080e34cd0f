package jobs

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// inUse returns the memory that all answers have, and how many wait for some.
func (r *Room) inUse() (bytes int64, waiting int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	bytes = r.used + r.little
	if r.alone != nil {
		bytes += r.alone.bytes - r.alone.ofShared - r.alone.ofSmall
	}
	return bytes, len(r.waiting)
}

// The answers of a small backfill wait for one of a big one, not for all that came
// before them.
func TestRoomTakesTurns(t *testing.T) {
	room := newRoom(roomSize{shared: 100, largest: 50}, 1)
	var holding []*held
	for job := range int64(3) { // two share, and one is alone
		h := room.hold(1, job)
		if err := h.grow(t.Context(), 50); err != nil {
			t.Fatal(err)
		}
		holding = append(holding, h)
	}
	grown := make(chan *held)
	for i, backfill := range []int64{1, 1, 1, 1, 2, 2} {
		go func() {
			h := room.hold(backfill, int64(10+i))
			if err := h.grow(t.Context(), 50); err != nil {
				t.Error(err)
			}
			grown <- h
		}()
		await(t, func() bool { _, waiting := room.inUse(); return waiting == i+1 })
	}
	var got []int64
	for range 6 {
		holding[0].leave()
		h := <-grown
		holding, got = append(holding[1:], h), append(got, h.party)
	}
	if want := []int64{2, 1, 2, 1, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("grown %v, want %v", got, want)
	}
	for _, h := range holding {
		h.leave()
	}
	if bytes, waiting := room.inUse(); bytes != 0 || waiting != 0 || room.alone != nil {
		t.Errorf("%d bytes are still taken, %d wait", bytes, waiting)
	}
}

// Answers that all want as much as any may have, in steps, do not wait for each
// other for ever, and never have more than there is.
func TestRoomNeverLocksUp(t *testing.T) {
	const shared, largest, saving = 1000, 700, 160 // what saving one value takes
	room := newRoom(roomSize{shared: shared, largest: largest}, 2)
	var all sync.WaitGroup
	for job := range int64(40) {
		all.Go(func() {
			h := room.hold(job%3, job)
			defer h.leave()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			for wanted := int64(largest); wanted > 0; {
				step := min(wanted, 1+rand.Int64N(200))
				if job%5 == 0 && rand.IntN(20) == 0 {
					cancel() // its job ends while it waits
				}
				if err := h.grow(ctx, step); err != nil {
					if !errors.Is(err, context.Canceled) || ctx.Err() == nil {
						t.Error(err)
					}
					return
				}
				wanted -= step
				if bytes, _ := room.inUse(); bytes > shared+largest+saving {
					t.Errorf("%d bytes are taken", bytes)
				}
				if rand.IntN(4) == 0 {
					h.shrink(step / 2)
					wanted += step / 2
				}
			}
			if err := h.grow(ctx, 1); !ofType[*tooMuchError](err) {
				t.Errorf("more than the largest: %v", err)
			}
			done, err := h.save(t.Context(), 1)
			if err != nil {
				t.Error(err)
				return
			}
			done()
		})
	}
	all.Wait()
	if bytes, waiting := room.inUse(); bytes != 0 || waiting != 0 {
		t.Errorf("%d bytes are still taken, %d wait", bytes, waiting)
	}
}

// Small answers never wait for large ones, however many of these there are.
func TestSmallAnswersDoNotWait(t *testing.T) {
	front, back := NewRooms(1, 1)
	for _, room := range []*Room{front, back} {
		ctx, cancel := context.WithCancel(t.Context())
		var large sync.WaitGroup
		for job := range int64(100) {
			large.Go(func() {
				h := room.hold(1, job)
				defer h.leave()
				for h.grow(ctx, 64<<10) == nil && h.bytes < largestAnswer {
				}
				<-ctx.Done() // the one that is alone drips
			})
		}
		await(t, func() bool { _, waiting := room.inUse(); return waiting == 99 })
		var small []*held
		for job := range int64(100) {
			h := room.hold(2, 100+job)
			if small = append(small, h); h.queue(smallAnswer) != nil {
				t.Fatalf("answer %d waits", job)
			}
		}
		if small[0].try(1) {
			t.Error("there is memory left")
		}
		for _, h := range small {
			h.leave()
		}
		cancel()
		large.Wait()
		if bytes, waiting := room.inUse(); bytes != 0 || waiting != 0 {
			t.Errorf("%d bytes are still taken, %d wait", bytes, waiting)
		}
	}
}
