// Package answer turns the answers of the platform into rows. It reads the
// documents that answer one question, and puts them together as the shape of the
// data item demands. It knows neither where documents come from nor where rows
// go.
package answer

import (
	"context"
	"io"
	"maps"
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// Question is what was asked.
type Question struct {
	Feed   entsoe.Feed
	Item   entsoe.Item // as the feed's variant sees it
	Window timeseries.Window
	Zone   *time.Location // of the market days around the window
	MRID   string         // of the one document that was asked for, whatever its time; else empty
}

// Reader reads the documents that answer one question. All pages, and all
// documents of a ZIP, go through one Reader, so that it notices what they
// repeat.
type Reader struct {
	Question

	Points int64  // values, rows or documents as sent, doubles included
	Print  uint64 // if the item pages: a fingerprint of the contents, whatever their order
	// Grow is asked before so many more bytes of memory are held (fewer, if it is
	// negative). It may wait, and its error ends the reading. Nil: nobody counts.
	Grow func(ctx context.Context, bytes int64) error

	Lacking bool  // some pages did not come: what is missing here may still exist
	Unread  error // why the first document that could not be read could not; the others still count

	scope
	content content
	memory  memory
	asked   asked
}

// Answer is what all documents together say.
type Answer struct {
	Rows    timeseries.Rows
	Empty   bool    // there is nothing to store
	Lacking bool    // some pages did not come: what is missing here may still exist
	Faults  []Fault // what was left out, because it cannot be right

	scope
}

// scope is the time that an answer is about.
type scope struct {
	covers  []cover
	losses  []loss
	doubles []loss // what documents contradict each other about; of an answer they are losses
	whole   bool   // all of the asked window
}

// cover is a Period of a curve that stages await.
type cover struct {
	curve  string // see curveKey
	stages uint64 // a bit each
	period timeseries.Window
}

// content is what has been read so far, by the shape of the item.
type content interface {
	// read adds a document and returns how much of what the platform counts in
	// pages it holds. After an error, nothing of it was added.
	read(ctx context.Context, r *Reader, name string, text io.Reader) (counted int, err error)
	// within says how much there is of a document, and forget takes back what came
	// after that.
	within() Mark
	forget(m Mark)
	// mark says how much there is, and rewind forgets what came after a mark.
	mark() Mark
	rewind(m Mark)
	empty() bool
	// count is how many series, rows or documents there are, and each about how many
	// bytes one takes beside its values.
	count() int
	each() int64
	// rows returns all of it in the form in which it is stored.
	rows(r *Reader) (timeseries.Rows, error)
}

// NewReader returns a Reader that has read nothing yet.
func NewReader(q Question) *Reader {
	r := &Reader{Question: q, asked: asked{expect: entsoe.Expect(q.Feed), window: q.Window}}
	switch q.Item.Shape {
	case timeseries.ShapeDocuments:
		r.content = &documents{}
	case timeseries.ShapeList, timeseries.ShapeRegister:
		r.content = &entries{oneState: q.Item.Shape.OneState()}
	default:
		r.content = &curves{all: map[string]*curve{}}
	}
	return r
}

// Read reads one XML document as it comes and returns how much of what the
// platform counts in pages it holds: documents of outages, else TimeSeries. Its
// errors are
// *document.DecodeError, *WrongError, *UnknownError and that of a context that
// ended; then nothing of the document counts. What is wrong in less than half of it
// is left out and becomes a Fault.
func (r *Reader) Read(ctx context.Context, text io.Reader) (counted int, err error) {
	return r.content.read(ctx, r, "", text)
}

// Empty reports whether there is nothing to store.
func (r *Reader) Empty() bool { return r.content.empty() }

// Answer returns what was read. Its error is Unread if that left nothing to be
// stored, a *WrongError if it answers other variants of the item only, or a
// *DoubleError if the documents contradict themselves in most of what they say.
func (r *Reader) Answer() (Answer, error) {
	a := Answer{Empty: r.Empty(), Lacking: r.Lacking}
	if a.Empty && r.Unread != nil {
		return a, r.Unread
	}
	if err := r.asked.unanswered(); err != nil {
		return a, err
	}
	var err error
	a.Rows, err = r.content.rows(r)
	a.scope = r.scope
	a.losses = slices.Concat(r.losses, r.doubles)
	for _, l := range a.losses {
		a.Faults = append(a.Faults, l.Fault)
	}
	return a, err
}

// PeriodsOf returns the time that the answer is about, in a window that it
// counts for, as the reading of a stage sees it.
func (s scope) PeriodsOf(stage int, window timeseries.Window) []timeseries.Window {
	if s.whole {
		return []timeseries.Window{window}
	}
	lost := map[string][]timeseries.Window{}
	for _, l := range s.losses {
		if l.curve != "" {
			lost[l.curve] = append(lost[l.curve], l.Span)
		}
	}
	for curve, spans := range lost {
		lost[curve] = timeseries.Union(spans)
	}
	var periods []timeseries.Window
	for _, c := range s.covers {
		if c.stages>>stage&1 == 1 {
			periods = append(periods, c.period.Without(lost[c.curve])...)
		}
	}
	return periods
}

// Mark is how much had been read at a time.
type Mark struct{ rows, series, periods int }

// Mark returns how much has been read.
func (r *Reader) Mark() Mark { return r.content.mark() }

// Rewind forgets the rows and documents that came after a mark. It keeps series,
// because what they repeat counts once.
func (r *Reader) Rewind(m Mark) { r.content.rewind(m) }

// DropRepeated drops the first n TimeSeries of the page that begins at a mark,
// if they equal the last n of the page before. Where the platform takes a high
// offset for the highest that it allows, its last two pages overlap.
func (r *Reader) DropRepeated(n int, page Mark) {
	if o, ok := r.content.(*entries); ok {
		o.dropRepeated(n, page.series)
	}
}

// cover remembers that a curve is about a period, for the stages that await such
// curves. It returns which curve that is, as one text however often it comes.
func (r *Reader) cover(attributes timeseries.Attributes, period timeseries.Window) (curve string) {
	c := cover{curve: curveKey(attributes), period: period}
	if last := len(r.covers) - 1; last >= 0 && r.covers[last].curve == c.curve {
		c.curve = r.covers[last].curve
	}
	own := r.asked.expect.Own(attributes) // not of another variant of the item
	for stage := range r.Item.Timetable.Stages() {
		if own && awaited(r.Item.Timetable.Reading(stage), attributes) {
			c.stages |= 1 << stage
		}
	}
	r.covers = append(r.covers, c)
	return c.curve
}

// awaited reports whether a reading awaits a curve: whether the curve has the
// awaited values, or lacks the attributes.
func awaited(reading entsoe.Reading, curve timeseries.Attributes) bool {
	for name, want := range reading.Awaits {
		if got, ok := curve[name]; ok && got != want {
			return false
		}
	}
	return true
}

// attributes returns the attributes of a TimeSeries, with what the feed and the
// header add.
func (r *Reader) attributes(header document.Header, own timeseries.Attributes) timeseries.Attributes {
	all := maps.Clone(own)
	if all == nil {
		all = make(timeseries.Attributes)
	}
	maps.Copy(all, r.Feed.Attributes())
	put(all, timeseries.DocumentType, header.Type)
	put(all, timeseries.ProcessType, header.ProcessType)
	put(all, timeseries.Status, header.Status)
	return all
}

func put(all timeseries.Attributes, name, value string) {
	if value != "" {
		all[name] = value
	}
}
