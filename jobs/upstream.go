package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

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

// Guard keeps simulated and real answers apart: the first answer decides for
// the database, whatever the settings say, and the others must be of its sort.
type Guard struct {
	DB     *store.DB
	Source store.Source // as the settings say
	Log    *slog.Logger

	mu        sync.Mutex
	decided   bool
	simulated bool
}

// sourceError says that an answer is of another sort than what the database
// holds.
type sourceError struct{ Simulated bool }

func (e *sourceError) Error() string {
	if e.Simulated {
		return "a simulator answered, and this database holds real data"
	}
	return "no simulator answered, and this database holds simulated data"
}

// Check returns a *sourceError if an answer, of a simulator or not, may not go
// into this database.
func (g *Guard) Check(ctx context.Context, simulated bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.decided {
		first, err := g.DB.ClaimAnswers(ctx, simulated)
		if err != nil {
			return fmt.Errorf("source of the answers: %w", err)
		}
		g.decided, g.simulated = true, first
		if simulated && g.Source.Kind == "platform" {
			g.Log.Warn("SIMULATED DATA: there is a token, but a simulator answers at ENTSOE_API_URL", "url", g.Source.URL)
		}
	}
	if simulated != g.simulated {
		return &sourceError{Simulated: simulated}
	}
	return nil
}
