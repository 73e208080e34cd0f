package agenda

import (
	"slices"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// mostInRow is how many windows of a job may be refused, or be answered in part
// only, one after another before that is taken for what all others would be.
const mostInRow = 3

// Agenda is what a job has still to ask, and what its answers so far have
// taught. It is a value: what happens to the window in hand makes a new one.
type Agenda struct {
	Cut

	learned     string              // limit of the feed as remembered; empty: none
	oneDocument bool                // one document is asked for by its mRID, not a time
	windows     []timeseries.Window // newest first; the first of them is in hand
	day         cutDay              // the last one that was cut
	sample      sample              // of a window that was refused in words that nobody knows
	refused     int                 // windows refused one after another
	partly      int                 // windows one after another that were answered in part only
	anyPartly   bool                // in this job
}

// New returns the agenda of a feed of which a limit was learned (empty: none)
// for some windows, newest first.
func New(cut Cut, learned string, windows []timeseries.Window) Agenda {
	return Agenda{Cut: cut, learned: learned, windows: windows}
}

// OfDocument returns the agenda for the revisions of one document, whose period
// is w.
func OfDocument(cut Cut, learned string, w timeseries.Window) Agenda {
	return Agenda{Cut: cut, learned: learned, oneDocument: true, windows: []timeseries.Window{w}}
}

// Done reports whether there is nothing left to ask.
func (a Agenda) Done() bool { return len(a.windows) == 0 }

// Last reports whether the window in hand is the last one.
func (a Agenda) Last() bool { return len(a.windows) == 1 }

// Window returns the window in hand.
func (a Agenda) Window() timeseries.Window { return a.windows[0] }

// Kind says what is wrong with a window that was asked and not answered, or not
// in full.
type Kind int

// The kinds.
const (
	Refused     Kind = iota // asking again changes nothing
	Unexplained             // likewise, in words that nobody knows: it may be too long
	TooLong                 // for the platform
	TooMany                 // instances are in it
	TooLarge                // its answer is
)

// Outcome is what became of a window that was not answered in full.
type Outcome struct {
	Kind  Kind
	Limit timeseries.Step // that the platform names, of TooLong; zero: none
	Found int             // instances in the window, of TooMany; 0: the platform does not say
	Part  bool            // pages hold some of what there is, which can be taken
}

// Deed is what is to be done with the window that was in hand.
type Deed int

// The deeds.
const (
	AskOn    Deed = iota // nothing: the next window, or a part of this one, is in hand
	TakePart             // save what pages hold of it; it stays in hand until then
	Refuse               // note that it cannot be read
)

// Step is what follows from an outcome.
type Step struct {
	Deed   Deed
	Window timeseries.Window // that is refused, or taken in part
	Uncut  bool              // it is refused because it cannot be cut
	First  bool              // it is the first of the job that is taken in part
	Learn  timeseries.Step   // limit to be remembered for the feed; zero: none
}

// Answered returns the agenda after the window in hand was saved, all of it or
// in part, and whether the learned limit is to be forgotten, for the window was
// longer.
func (a Agenda) Answered(all bool) (next Agenda, forget bool) {
	w := a.windows[0]
	a.windows, a.refused = a.windows[1:], 0
	if all {
		a.partly = 0
	}
	a.sample.Answered = a.sample.Answered || w == a.sample.Day
	if learned, err := timeseries.ParseStep(a.learned); err == nil && len(entsoe.SplitWindow(w, learned)) > 1 {
		a.learned, forget = "", true
	}
	return a, forget
}

// After returns the agenda after the window in hand was asked and not answered
// in full: it is cut, taken in part, or refused.
func (a Agenda) After(o Outcome) (Agenda, Step) {
	w := a.windows[0]
	switch {
	case o.Kind == TooLong, o.Kind == TooMany, o.Kind == TooLarge, a.sample.Answered && a.mayBeLong(o):
		return a.narrow(o)
	case w == a.sample.Day && o.Kind == Unexplained: // its newest day was no better
		return a.rejoin(a.sample.Whole).refuse(false)
	case a.sample.Day.Empty() && a.mayBeLong(o):
		day := a.newestDay([]timeseries.Window{w})[0]
		a.sample = sample{Day: day, Whole: w}
		a.windows = slices.Concat(cutAt(w, day.From), a.windows[1:])
		return a, Step{}
	}
	return a.refuse(false)
}

// refuse gives the window in hand up, and after several of them all others.
// Coverage calls it refused, so that it is not asked at every tick; the re-reads
// ask for it again.
func (a Agenda) refuse(uncut bool) (Agenda, Step) {
	step := Step{Deed: Refuse, Window: a.windows[0], Uncut: uncut}
	a.windows = a.windows[1:]
	if a.refused++; a.refused >= mostInRow {
		a.windows = nil
	}
	return a, step
}

// takePart takes what pages hold of the window in hand, though it is not all.
func (a Agenda) takePart() (Agenda, Step) {
	step := Step{Deed: TakePart, Window: a.windows[0], First: !a.anyPartly}
	a.partly, a.anyPartly = a.partly+1, true
	return a, step
}

// rejoin takes a window as a whole again that was cut.
func (a Agenda) rejoin(whole timeseries.Window) Agenda {
	rest := slices.DeleteFunc(slices.Clone(a.windows), func(o timeseries.Window) bool { return o.Intersect(whole) == o })
	a.windows = slices.Concat([]timeseries.Window{whole}, rest)
	return a
}
