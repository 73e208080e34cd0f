package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"entsoed/store"
	"entsoed/timeseries"
)

// shownFault is something that was left out of an answer, as commands show it.
type shownFault struct {
	Curve    string     `json:"curve,omitempty"` // its key, or as much of it as could be read
	From     *time.Time `json:"from,omitempty"`  // what it makes unreadable; none: nothing
	To       *time.Time `json:"to,omitempty"`
	Reason   string     `json:"reason"`
	Position string     `json:"position,omitempty"` // in the answer
	AgainAt  *time.Time `json:"again_at,omitempty"` // when it is asked for again; none: it is not
}

// faultsOf returns what was left out of the answers to a job, as far as no later
// answer was better.
func faultsOf(ctx context.Context, db *store.DB, job int64) ([]shownFault, error) {
	found, err := db.JobFaults(ctx, job)
	if err != nil {
		return nil, err
	}
	var all []shownFault
	for _, f := range found {
		shown := shownFault{Curve: f.Curve, Reason: f.Reason, Position: f.Position}
		if !f.Window.Empty() {
			shown.From, shown.To, shown.AgainAt = &f.Window.From, &f.Window.To, &f.AgainAt
		}
		all = append(all, shown)
	}
	return all, nil
}

// lost reports whether it makes some time unreadable.
func (f shownFault) lost() bool { return f.From != nil }

// printFaults prints what was left out, a line each.
func printFaults(w io.Writer, faults []shownFault) {
	for _, f := range faults {
		line := "  left out: "
		if f.lost() {
			line += timeseries.Window{From: *f.From, To: *f.To}.String() + " of "
		}
		if f.Curve == "" {
			line += "any curve"
		} else {
			line += f.Curve
		}
		line += ": " + oneLine(f.Reason)
		if f.Position != "" {
			line += " (" + oneLine(f.Position) + ")"
		}
		if f.AgainAt != nil {
			line += "; asked for again at " + instant(f.AgainAt)
		}
		fmt.Fprintln(w, line)
	}
}
