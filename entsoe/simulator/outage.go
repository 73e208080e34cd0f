package simulator

import (
	"math"
	"slices"
	"time"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// subject is what the documents of an item and its areas are about: their
// lives, and what is affected in each.
type subject struct {
	lives      lives
	businesses []string // of a TimeSeries: of what was planned, of what was not, and others as rarely
	active     string   // docStatus while nothing has ended it; empty: not sent
	affected   func(*story) []affected
	write      func(*revision, *writer)
}

// affected is one TimeSeries of an outage.
type affected struct {
	sides   []field // areas, before the dates
	thing   []field // the resource, behind the curve type
	nominal float64 // MW that it has when nothing is out; of thing the last element is this
	assets  []asset
	part    string // element of its Periods; empty: it has none
	reason  string // code of a Reason of its own; empty: none
}

// asset is a part of the grid.
type asset struct{ id, name, kind, place string }

// businessOf is the businessType of a document.
func (s *subject) businessOf(one *story) string {
	switch rest := s.businesses[2:]; {
	case len(rest) > 0 && one.draw(9)%3 == 0:
		return rest[one.draw(9)>>8%uint64(len(rest))]
	case one.planned:
		return s.businesses[0]
	default:
		return s.businesses[1]
	}
}

// statusOf is the docStatus by which a version is asked for: A05 while it is
// active, even where documents do not say so.
func (s *subject) statusOf(v version) string {
	switch {
	case v.status != "":
		return v.status
	case s.active != "":
		return s.active
	default:
		return "A05"
	}
}

// concerns reports whether a document has the resource or asset that the
// question names, if it names one.
func (s *subject) concerns(q *question, one *story) bool {
	resource, link := q.params[paramResource], q.params[paramAsset]
	if resource == "" && link == "" {
		return true
	}
	return slices.ContainsFunc(s.affected(one), func(a affected) bool {
		return slices.ContainsFunc(a.thing, func(f field) bool { return f.eic && f.value == resource }) ||
			slices.ContainsFunc(a.assets, func(x asset) bool { return x.id == link })
	})
}

// level is the capacity that is left from an instant on, in whole MW.
type level struct {
	at int64
	mw int64
}

// levels are what is left of a capacity while it is out: nothing in most
// cases, else a share, or several one after the other that change at whole
// hours.
func levels(nominal float64, profile uint64, from, to int64) []level {
	share := func(i uint64) int64 {
		return int64(math.Round(nominal * (0.15 + 0.75*world.Fraction(world.Mix(profile+i)))))
	}
	list := []level{{from, 0}}
	if profile%10 >= 6 {
		list[0].mw = share(1)
	}
	if profile%10 < 8 {
		return list
	}
	hours := (to - from) / world.Hour
	for i := range int64(profile>>8%4 + 1) {
		at := from + (i+1)*hours/6*world.Hour
		at -= at % world.Hour
		if next := (level{at, share(uint64(i) + 2)}); at > list[len(list)-1].at && at < to && next.mw != list[len(list)-1].mw {
			list = append(list, next)
		}
	}
	return list
}

// stretch is one Period of an outage.
type stretch struct {
	from, to, step int64
}

// stretches divides the time of an outage into Periods: the ragged ends by the
// minute and whole hours between, or all of it by the minute, as some areas
// send it.
func stretches(from, to int64, own uint64) []stretch {
	first, last := (from+world.Hour-1)/world.Hour*world.Hour, to/world.Hour*world.Hour
	if own%4 == 0 || last <= first {
		return []stretch{{from, to, 60}}
	}
	var list []stretch
	if from < first {
		list = append(list, stretch{from, first, 60})
	}
	step := int64(world.Hour)
	if own%8 == 1 {
		step = 900
	}
	list = append(list, stretch{first, last, step})
	if last < to {
		list = append(list, stretch{last, to, 60})
	}
	return list
}

// name is the resolution of a Period.
func (s stretch) name() string {
	return map[int64]string{60: "PT1M", 900: "PT15M", world.Hour: "PT60M"}[s.step]
}

// points are the values of a Period: position and MW, none that repeats the
// one before it.
func (s stretch) points(list []level) [][2]int64 {
	var points [][2]int64
	for i, l := range list {
		if l.at >= s.to || i+1 < len(list) && list[i+1].at <= s.from {
			continue
		}
		points = append(points, [2]int64{(max(l.at, s.from)-s.from)/s.step + 1, l.mw})
	}
	return points
}

// revision is one version of one document as an answer holds it.
type revision struct {
	q       *question
	subject *subject
	id      string
	number  int // revisionNumber
	story   story
	version
}

// documentsOf returns the papers of the documents that the question asks for:
// by mRID all versions, else the newest of each.
func (q *question) documentsOf(s *subject) []paper {
	if id := q.params[paramMRID]; id != "" {
		one, ok := s.lives.find(id)
		if !ok {
			return nil
		}
		return q.every(s, one)
	}
	now := q.now.Unix()
	life := q.lifetime()
	first, last := q.days()
	var papers []paper
	for day := max(first, life.From.Unix()/86400); day <= last && day*86400 < life.To.Unix(); day++ {
		for n := range s.lives.stories(day) {
			one := s.lives.tell(day, n)
			known := one.known(now)
			if known == 0 || !q.takes(s, &one, one.versions[known-1]) {
				continue
			}
			papers = append(papers, q.revision(s, one, known))
		}
	}
	return papers
}

func (q *question) revision(s *subject, one story, number int) *revision {
	return &revision{q: q, subject: s, id: s.lives.id(&one), number: number, story: one, version: one.versions[number-1]}
}

// every returns all versions of a document up to now, if one of them lies in
// the asked period: its dates may have moved.
func (q *question) every(s *subject, one story) []paper {
	var papers []paper
	known := one.versions[:one.known(q.now.Unix())]
	if !slices.ContainsFunc(known, q.overlaps) {
		return nil
	}
	for i, v := range known {
		if q.changed(v) && q.wants(paramStatus, s.statusOf(v)) {
			papers = append(papers, q.revision(s, one, i+1))
		}
	}
	return papers
}

// changed reports whether a version was published in the asked time of
// changes, if one is asked.
func (q *question) changed(v version) bool {
	return q.updated.From.IsZero() || q.updated.Contains(time.Unix(v.created, 0))
}

// days are those on which a document can begin that belongs to the answer.
func (q *question) days() (first, last int64) {
	if !q.updated.From.IsZero() {
		return (q.updated.From.Unix()-lengthMost-3*24*world.Hour)/86400 - 1, (q.updated.To.Unix()+leadMost)/86400 + 1
	}
	return (q.asked.From.Unix()-lengthMost-3*24*world.Hour)/86400 - 1, (q.asked.To.Unix()+3*24*world.Hour)/86400 + 1
}

// takes reports whether the newest version of a document belongs to the
// answer. Withdrawn ones must be asked for.
func (q *question) takes(s *subject, one *story, v version) bool {
	if asked := q.params[paramStatus]; asked != "" && asked != s.statusOf(v) || asked == "" && v.status == "A13" {
		return false
	}
	return q.changed(v) && q.overlaps(v) && q.wants(paramBusiness, s.businessOf(one)) && s.concerns(q, one)
}

// overlaps reports whether a version lies in the asked period, if one is asked.
func (q *question) overlaps(v version) bool {
	return q.asked.From.IsZero() || v.from < q.asked.To.Unix() && v.to > q.asked.From.Unix()
}

func (r *revision) instances() int     { return 1 }
func (r *revision) cut(_, _ int) paper { return r }

func (r *revision) extent() timeseries.Window {
	return timeseries.Window{From: time.Unix(r.from, 0).UTC(), To: time.Unix(r.to, 0).UTC()}
}

func (r *revision) write(w *writer) { r.subject.write(r, w) }
