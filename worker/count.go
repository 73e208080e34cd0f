package worker

import "context"

// grown is the share of a table, or of a piece of it, that must be new for its rows to
// be counted while they still come.
const grown = 0.5

// count has the rows counted, for the planner, of what grows fast, as in a first load or
// a backfill, until the context ends. Autovacuum does it a minute later or more, and
// until then queries are planned for tables that are nearly empty. A few pieces at a time
// take a small part of a processor.
func (p *process) count(ctx context.Context) {
	p.repeat(ctx, p.pace.Count, "the planner's statistics could not be renewed; autovacuum does it as well", func(ctx context.Context) error {
		_, err := p.control.Analyze(ctx, grown, p.pace.TidyLock)
		return err
	})
}
