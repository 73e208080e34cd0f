package worker

import (
	"context"
	"time"
)

// number gives the changes of data that are committed their numbers, until the context
// ends, and those of this process then as well. Whichever process comes first
// numbers those of all; what a killed one has left is numbered by the others, or
// by the next. A failure is logged once, until it works again.
func (p *process) number(ctx context.Context) {
	tick := time.NewTicker(p.pace.Number)
	defer tick.Stop()
	failing := false
	for {
		_, err := p.control.NumberChanges(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			p.Log.Warn("changes of data could not be numbered, so readers of them wait; it is tried again", "error", err)
		}
		failing = err != nil
		select {
		case <-tick.C:
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), besideStop)
			defer cancel()
			if _, err := p.control.NumberChanges(last); err != nil {
				p.Log.Warn("changes of data could not be numbered: the next process does it", "error", err)
			}
			return
		}
	}
}
