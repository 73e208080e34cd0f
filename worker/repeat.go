package worker

import (
	"context"
	"time"
)

// repeat does something at once and then at each tick, until the context ends. A failure
// is logged once, until it works again.
func (p *process) repeat(ctx context.Context, every time.Duration, warning string, do func(ctx context.Context) error) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	failing := false
	for {
		err := do(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			p.Log.Warn(warning, "error", err)
		}
		failing = err != nil
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
