package jobs

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"entsoed/store"
)

// Who waits is called by lane first and arrival second.
func TestTurns(t *testing.T) {
	var b Budget
	if err := b.enter(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	lanes := []string{store.LaneBackfill, store.LaneRevision, store.LaneLive, store.LaneBackfill, LaneFetch, store.LaneLive}
	called := make(chan string)
	for i, lane := range lanes {
		go func() {
			if err := b.enter(t.Context(), ranks[lane]); err != nil {
				t.Error(err)
			}
			called <- lane
		}()
		await(t, func() bool { return b.queued() == i+1 })
	}
	var got []string
	for range lanes {
		b.leave()
		got = append(got, <-called)
	}
	b.leave()
	want := []string{LaneFetch, store.LaneLive, store.LaneLive, store.LaneRevision, store.LaneBackfill, store.LaneBackfill}
	if !slices.Equal(got, want) {
		t.Errorf("called %v, want %v", got, want)
	}
	if b.busy {
		t.Error("the turn is still taken")
	}
}

// Who gives up waiting does not hold up those behind.
func TestTurnsGivenUp(t *testing.T) {
	stopping := make(chan struct{})
	b := Budget{Stopping: stopping}
	if err := b.enter(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.enter(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context ended: %v", err)
	}
	ended := make(chan error)
	go func() { ended <- b.enter(t.Context(), 1) }()
	await(t, func() bool { return b.queued() == 1 })
	close(stopping)
	if err := <-ended; !errors.Is(err, ErrStopping) {
		t.Errorf("after the stop: %v", err)
	}
	b.leave()
	if b.busy || b.queued() != 0 {
		t.Error("somebody still has the turn")
	}
}

func TestHold(t *testing.T) {
	b := Budget{PerMinute: 390}
	cause := errors.New("the token")
	if !b.Hold(time.Minute, cause) {
		t.Error("the first hold is not new")
	}
	if b.Hold(time.Hour, cause) {
		t.Error("the second hold is new")
	}
	var held *holdError
	if err := b.Gate(store.LaneLive)(t.Context()); !errors.As(err, &held) || time.Until(held.Until) > time.Minute {
		t.Errorf("gate: %v", err)
	}
	if b.busy {
		t.Error("the turn is still taken")
	}
}

// queued counts those who wait for a turn.
func (b *Budget) queued() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, queue := range b.waiting {
		n += len(queue)
	}
	return n
}

// await polls until what is waited for holds.
func await(t *testing.T, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
		time.Sleep(time.Millisecond)
	}
}
