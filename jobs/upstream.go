package jobs

import (
	"context"

	"entsoed/entsoe/client"
	"entsoed/store"
)

// Upstream is the way to the platform that all jobs of a process share.
type Upstream struct {
	Client *client.Client
	Budget *Budget
	Guard  *Guard
	Front  Room // for answers that are live, or that a person waits for
	Back   Room // for all others
}

// room is where the answers of a lane are held.
func (u Upstream) room(lane string) Room {
	if rankOf(lane) <= rankOf(store.LaneLive) {
		return u.Front
	}
	return u.Back
}

// Room bounds how many answers a process holds at a time: from the first byte
// of the body until all of it is saved. Whoever has asked the platform waits for
// room before the answer is read, so that a backfill of large answers takes no
// more memory than a small one, and leaves connections to the database for live
// data. Nil is room without bounds.
type Room chan struct{}

// NewRoom returns room for so many answers.
func NewRoom(answers int) Room { return make(Room, answers) }

// enter waits for room. Each nil error must be followed by leave.
func (r Room) enter(ctx context.Context) error {
	if r == nil {
		return nil
	}
	select {
	case r <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r Room) leave() {
	if r != nil {
		<-r
	}
}
