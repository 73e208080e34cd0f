package agenda

import (
	"slices"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// mostInRow is how many windows in a row may be refused, or answered only in
// part, before a job assumes the same of all the others.
const mostInRow = 3

// Agenda is what a job still has to ask, and what its answers so far have
// taught. It is a value: whatever happens to the current window makes a new one.
type Agenda struct {
	Cut

	learned     string              // limit of the feed as remembered; empty: none
	oneDocument bool                // one document is asked for by its mRID, not a time
	windows     []timeseries.Window // newest first; the first is the current one
	day         cutDay              // the last day that was cut
	sample      sample              // of a window that was refused without a reason that we know
	refused     int                 // windows refused in a row
	partly      int                 // windows in a row that were answered only in part
	anyPartly   bool                // some window of this job was
	search      search              // for what cannot be read
}

// New returns the agenda of a feed for some windows, newest first. learned is
// the limit that was learned of the feed, empty if there is none.
func New(cut Cut, learned string, windows []timeseries.Window) Agenda {
	return Agenda{Cut: cut, learned: learned, windows: windows}
}

// OfDocument returns the agenda for the revisions of one document, where w is
// the period of the document.
func OfDocument(cut Cut, learned string, w timeseries.Window) Agenda {
	return Agenda{Cut: cut, learned: learned, oneDocument: true, windows: []timeseries.Window{w}}
}

// Done reports whether there is nothing left to ask.
func (a Agenda) Done() bool { return len(a.windows) == 0 }

// Last reports whether the current window is the last one.
func (a Agenda) Last() bool { return len(a.windows) == 1 }

// Window returns the current window.
func (a Agenda) Window() timeseries.Window { return a.windows[0] }

// Kind says why a window was not answered, or not in full.
type Kind int

// The kinds.
const (
	Refused     Kind = iota // by the platform; asking again changes nothing
	Unexplained             // refused without a reason that we know: it may be too long
	TooLong                 // the platform answers shorter windows only
	TooMany                 // it holds more instances than the platform sends
	TooLarge                // the answer exceeds what we read
	Unreadable              // the answer cannot be read, or is wrong as a whole
)

// Outcome is what became of a window that was not answered in full.
type Outcome struct {
	Kind  Kind
	Limit timeseries.Step // of TooLong: the limit that the platform names; zero: none
	Found int             // of TooMany: the number of instances; 0: the platform does not say
	Part  bool            // some pages came, and can be saved
}

// Action is what to do with the window that was asked.
type Action int

// The actions.
const (
	Continue Action = iota // nothing: go on with the next window, or with a part of this one
	SavePart               // save the pages that came; it stays the current window until then
	Refuse                 // record that it cannot be read
)

// Step is what follows from an outcome.
type Step struct {
	Action    Action
	Window    timeseries.Window   // the window that is refused, or saved in part
	Rest      []timeseries.Window // windows that are refused with it, though they were not asked: parts of unreadable ones
	CannotCut bool                // it is refused because it cannot be cut any further
	First     bool                // it is the first of the job that is saved in part
	Learn     timeseries.Step     // a limit to remember for the feed; zero: none
}

// Answered returns the agenda after the current window was saved, in full or in
// part. forget says that the learned limit no longer holds, because the window
// was longer.
func (a Agenda) Answered(all bool) (next Agenda, forget bool) {
	w := a.windows[0]
	a.windows, a.refused, a.search.inRow = a.windows[1:], 0, 0
	if all {
		a.partly = 0
	}
	a.sample.Answered = a.sample.Answered || w == a.sample.Day
	if learned, err := timeseries.ParseStep(a.learned); err == nil && len(entsoe.SplitWindow(w, learned)) > 1 {
		a.learned, forget = "", true
	}
	return a, forget
}

// After returns the agenda after the current window was asked and not answered
// in full, and what to do with that window: cut it, save a part of it, or refuse
// it.
func (a Agenda) After(o Outcome) (Agenda, Step) {
	w := a.windows[0]
	switch {
	case o.Kind == Unreadable:
		return a.seek()
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

// refuse gives up the current window, and after several in a row all others.
// Coverage records it as refused, so that it is not asked at every tick; the
// re-reads ask for it again.
func (a Agenda) refuse(cannotCut bool) (Agenda, Step) {
	step := Step{Action: Refuse, Window: a.windows[0], CannotCut: cannotCut}
	a.windows = a.windows[1:]
	if a.refused++; a.refused >= mostInRow {
		a.windows = nil
	}
	return a, step
}

// savePart saves the pages that came of the current window, although they are
// not all.
func (a Agenda) savePart() (Agenda, Step) {
	step := Step{Action: SavePart, Window: a.windows[0], First: !a.anyPartly}
	a.partly, a.anyPartly = a.partly+1, true
	return a, step
}

// rejoin puts a window back together that had been cut.
func (a Agenda) rejoin(whole timeseries.Window) Agenda {
	rest := slices.DeleteFunc(slices.Clone(a.windows), func(o timeseries.Window) bool { return o.Intersect(whole) == o })
	a.windows = slices.Concat([]timeseries.Window{whole}, rest)
	return a
}
