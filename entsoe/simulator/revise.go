package simulator

import (
	"time"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// What is published does not stay as it is: some values are corrected, some
// are withdrawn, and some come late. A restless simulator does so too, for
// some stretches of six hours of each curve, shortly before the time at which
// the item's timetable has them read again. What a stretch looks like depends
// on the seed, the curve and the time of the question alone.

// stretchTime is how long values are corrected together, in seconds.
const stretchTime = 6 * world.Hour

// revisedAhead is how long before they are read again values are corrected.
const revisedAhead = 20 * time.Minute

// fate is what becomes of a stretch of a curve.
type fate int

const (
	calm      fate = iota
	corrected      // other values than at first
	retracted      // an hour is no longer there
	late           // an hour was not there at first
)

// restless is what is known at the time of a question about the corrections of
// one curve.
type restless struct {
	own      uint64
	horizons []int64 // up to when each of the re-reads has come
}

// horizons are the ends of what each re-read of the item covers, the first
// three of them: later ones are too far away to be seen.
func (q *question) horizons() []int64 {
	timetable := q.variant().Timetable
	var ends []int64
	for stage := 1; stage < timetable.Stages() && stage <= 3; stage++ {
		end, _ := timetable.Due(stage, q.now.Add(revisedAhead), q.item.Zone(q.from.Area))
		ends = append(ends, end.Unix())
	}
	return ends
}

// fate tells what becomes of the stretch that begins at start, and whether it
// has happened yet: it has before any part of the stretch is read again.
func (r restless) fate(start int64) (what fate, done bool) {
	h := world.Mix(r.own ^ uint64(start)*0x9e3779b97f4a7c15)
	switch x := h % 100; {
	case x < 10:
		what = corrected
	case x < 11:
		what = retracted
	case x < 12:
		what = late
	default:
		return calm, true
	}
	return what, start < r.horizons[h>>8%uint64(len(r.horizons))]
}

// hour is the hour of a stretch that is withdrawn or late.
func (r restless) hour(start int64) timeseries.Window {
	from := start + int64(world.Mix(r.own+uint64(start))%6)*world.Hour
	return timeseries.Window{From: time.Unix(from, 0).UTC(), To: time.Unix(from+world.Hour, 0).UTC()}
}

// revise makes a TimeSeries as it is published at the time of the question.
func (q *question) revise(s series, horizons []int64) series {
	if len(horizons) == 0 || s.inside != nil || s.plant != nil {
		return s
	}
	r := restless{own: q.feed() ^ s.curveSalt(), horizons: horizons}
	provisional := s.part.status == intermediate
	s.quantity, s.price = r.values(s.quantity, provisional), r.values(s.price, provisional)
	also := make([]measure, len(s.also))
	for i, m := range s.also {
		m.value = r.values(m.value, provisional)
		also[i] = m
	}
	s.also = also
	if s.grid.Seconds > 0 && !q.auctioned() {
		s.spans = r.spans(s.spans)
	}
	return s
}

// auctioned reports whether the values are the results of auctions or schedules,
// which come for a whole day or contract at once: no single hour of them is missing.
func (q *question) auctioned() bool { return q.contracts != "" || q.auction != "" }

// curveSalt tells curves of one answer apart.
func (s *series) curveSalt() uint64 {
	names := []string{s.psr, s.grid.Name}
	for _, f := range s.fields {
		names = append(names, f.name, f.value)
	}
	if s.unit != nil {
		names = append(names, s.unit.ID)
	}
	return world.Salt(names...)
}

// values are those of a curve as they are published now: before a correction others
// than after it, of what is provisional others than at last.
func (r restless) values(v world.Hundredths, provisional bool) world.Hundredths {
	if v == nil {
		return nil
	}
	return func(at int64) int64 {
		value := v(at)
		start := at - at%stretchTime
		what, done := r.fate(start)
		h := world.Mix(r.own + uint64(at))
		if value == world.None || !(what == corrected && !done) && !(provisional && h%5 == 0) {
			return value
		}
		change := value * (int64(h>>8%9) - 4) / 50
		if value%100 == 0 {
			change -= change % 100 // whole units stay whole
		}
		return value + change
	}
}

// spans are Periods without the hours that are withdrawn or not there yet.
func (r restless) spans(spans []timeseries.Window) []timeseries.Window {
	var list []timeseries.Window
	for _, span := range spans {
		var gaps []timeseries.Window
		from := span.From.Unix()
		for start := from - from%stretchTime; start < span.To.Unix(); start += stretchTime {
			if what, done := r.fate(start); what == retracted && done || what == late && !done {
				gaps = append(gaps, r.hour(start))
			}
		}
		list = append(list, span.Without(gaps)...)
	}
	return list
}
