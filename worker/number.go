package worker

import "context"

// number gives the changes of data that are committed their numbers, until the context
// ends, and those of this process then as well. Whichever process comes first
// numbers those of all; what a killed one has left is numbered by the others, or
// by the next.
func (p *process) number(ctx context.Context) {
	number := func(ctx context.Context) error {
		_, err := p.control.NumberChanges(ctx)
		return err
	}
	p.repeat(ctx, p.pace.Number, "changes of data could not be numbered, so readers of them wait; it is tried again", number)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), besideStop)
	defer cancel()
	if err := number(last); err != nil {
		p.Log.Warn("changes of data could not be numbered: the next process does it", "error", err)
	}
}
