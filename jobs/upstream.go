package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"entsoed/entsoe/client"
	"entsoed/store"
)

// Upstream is the way to the platform, shared by all jobs of a process.
type Upstream struct {
	Client  *client.Client
	Budget  *Budget
	Breaker *Breaker
	Guard   *Guard
	Front   *Room // for live answers, and those that a person waits for
	Back    *Room // for all others
}

// room is where the answers of a lane are held.
func (u Upstream) room(lane string) *Room {
	if rankOf(lane) <= rankOf(store.LaneLive) {
		return u.Front
	}
	return u.Back
}

// Room bounds how many answers a process holds at a time, from the first byte of
// the body until everything is saved. A job that has asked waits for room before
// it reads the answer. So a backfill of large answers takes no more memory than
// one of small answers, and leaves connections to the database for live data. The
// backfills take turns here as well: where saving is slower than the budget, the
// answers of a big one pile up, and those of a small one must not wait behind them.
// Nil is room without bounds.
type Room struct{ turns turns }

// NewRoom returns room for a number of answers.
func NewRoom(answers int) *Room { return &Room{turns{places: answers}} }

// enter waits for room for the answer to a job, which may be of a backfill. If it
// returns nil, leave must follow.
func (r *Room) enter(ctx context.Context, backfill, job int64) error {
	if r == nil {
		return nil
	}
	return r.turns.enter(ctx, waiter{party: backfill, job: job}, nil)
}

func (r *Room) leave() {
	if r != nil {
		r.turns.leave()
	}
}

// Guard keeps simulated and real answers apart. The first answer decides for the
// database, whatever the settings say; all others must be of the same kind.
type Guard struct {
	DB     *store.DB
	Source store.Source // as the settings say
	Log    *slog.Logger

	mu        sync.Mutex
	decided   bool
	simulated bool
}

// sourceError says that an answer is of another kind than what the database
// holds.
type sourceError struct{ Simulated bool }

func (e *sourceError) Error() string {
	if e.Simulated {
		return "a simulator answered, and this database holds real data"
	}
	return "no simulator answered, and this database holds simulated data"
}

// Check returns a *sourceError if an answer, simulated or not, must not go into
// this database.
func (g *Guard) Check(ctx context.Context, simulated bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.decided {
		first, err := g.DB.ClaimAnswers(ctx, simulated)
		if err != nil {
			return fmt.Errorf("source of the answers: %w", err)
		}
		g.decided, g.simulated = true, first
		if simulated && g.Source.Kind == store.SourcePlatform {
			g.Log.Warn("SIMULATED DATA: there is a token, but a simulator answers at ENTSOE_API_URL", "url", g.Source.URL)
		}
	}
	if simulated != g.simulated {
		return &sourceError{Simulated: simulated}
	}
	return nil
}
