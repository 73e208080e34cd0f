package simulator

import (
	"math"
	"slices"

	"entsoed/entsoe/simulator/world"
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
