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
	Readers *Readers
}

// room is where the answers of a lane are held.
func (u Upstream) room(lane string) *Room {
	if rankOf(lane) <= rankOf(store.LaneLive) {
		return u.Front
	}
	return u.Back
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
