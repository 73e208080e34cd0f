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
	var b turns
	if err := b.enter(t.Context(), 0, nil); err != nil {
		t.Fatal(err)
	}
	lanes := []string{store.LaneBackfill, store.LaneRevision, store.LaneLive, store.LaneBackfill, store.LaneFetch, store.LaneLive}
	called := make(chan string)
	for i, lane := range lanes {
		go func() {
			if err := b.enter(t.Context(), rankOf(lane), nil); err != nil {
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
	want := []string{store.LaneFetch, store.LaneLive, store.LaneLive, store.LaneRevision, store.LaneBackfill, store.LaneBackfill}
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
	var b turns
	if err := b.enter(t.Context(), 1, stopping); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.enter(ctx, 1, stopping); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context ended: %v", err)
	}
	ended := make(chan error)
	go func() { ended <- b.enter(t.Context(), 1, stopping) }()
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
	var b Budget
	cause := errors.New("the token")
	if !b.Hold(time.Minute, cause) {
		t.Error("the first hold is not new")
	}
	if b.Hold(time.Hour, cause) {
		t.Error("the second hold is new")
	}
	var held *holdError
	if err := b.Gate(store.LaneLive, 0)(t.Context()); !errors.As(err, &held) || time.Until(held.Until) > time.Minute {
		t.Errorf("gate: %v", err)
	}
	if b.window.busy {
		t.Error("the turn is still taken")
	}
}

// queued counts those who wait for a turn.
func (t *turns) queued() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, queue := range t.waiting {
		n += len(queue)
	}
	return n
}

// await polls until what is waited for holds.
func await(t testing.TB, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
		time.Sleep(time.Millisecond)
	}
}
