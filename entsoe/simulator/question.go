package simulator

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// question is one request that makes sense: an item, its areas and a period.
type question struct {
	*offer
	item     entsoe.Item
	seed     uint64
	params   parameters
	asked    timeseries.Window // delivery time; zero where a request for documents gives none
	updated  timeseries.Window // when documents were last changed; zero: not asked for by that
	now      time.Time         // on the platform
	from, to *world.Place      // of a border out_Domain and in_Domain; else both the area
	borders  map[[2]string]bool
	places   map[string]*world.Place
	number   uint64 // of the answer
	restless bool   // values are corrected, withdrawn and late
}

// domainNames are the parameters that carry the areas, as the platform spells
// them in its complaints: of a border the side that is entered first.
func domainNames(d entsoe.Domain) []string {
	area, counter := d.Names()
	var names []string
	for _, name := range slices.Concat(counter, area) {
		names = append(names, strings.ToUpper(name[:1])+name[1:])
	}
	return names
}

// publishes reports whether there is anything to be had for the areas: they
// are known, have a role that publishes the item, and the seed decided so.
func (q *question) publishes() bool {
	if q.from == nil || q.to == nil || !q.item.Takes(q.from.Area) || !q.item.Takes(q.to.Area) {
		return false
	}
	if q.pair {
		link := world.NewLink(q.from, q.to)
		return q.borders[[2]string{q.from.EIC, q.to.EIC}] && (q.sure() || world.Mix(link.Salt^world.Salt(q.origin()))%100 < q.percent)
	}
	return q.from == q.to && (q.from.Known != nil || q.anywhere) && (q.sure() || q.from.Draw(q.origin(), q.percent))
}

// sure reports whether the areas publish the item whatever the seed decides.
func (q *question) sure() bool {
	name := q.from.EIC
	if q.pair {
		name += ">" + q.to.EIC
	}
	return slices.Contains(strings.Fields(q.always), name)
}

// origin is the item whose data these are: an archive has those of the item.
func (q *question) origin() string { return strings.TrimSuffix(q.offer.item, "_archive") }

// lifetime is when the item and the areas have data. A neighbour that has
// stopped publishing itself still has borders.
func (q *question) lifetime() timeseries.Window {
	life := timeseries.Window{To: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	if since, err := time.Parse(time.DateOnly, cmp.Or(q.item.Since, entsoe.Launch)); err == nil {
		life.From = since
	}
	if q.forgets() && q.remembers().After(life.From) {
		life.From = q.remembers()
	}
	for _, p := range []*world.Place{q.from, q.to} {
		if q.pair && p.Publishes == entsoe.BordersOnly {
			continue
		}
		if p.From > life.From.Unix() {
			life.From = time.Unix(p.From, 0).UTC()
		}
		if p.To != 0 && p.To < life.To.Unix() {
			life.To = time.Unix(p.To, 0).UTC()
		}
	}
	return life
}

// feed is the number that decides about everything that belongs to the item
// and its areas: delays and holes.
func (q *question) feed() uint64 {
	return world.Mix(q.seed ^ world.Salt(q.origin(), q.from.EIC, q.to.EIC))
}

// zone is where the item's days are counted: the market's for everything that
// is traded, the area's own for load and generation.
func (q *question) zone() *time.Location {
	if q.namespace == nsLoad {
		return q.from.Zone
	}
	return entsoe.Brussels()
}

// published returns what the answer covers for a resolution and a rule: the
// asked period widened to whole intervals and whole units, as far as there is
// data and it is published. An interval belongs to the unit it starts in.
func (q *question) published(g world.Grid, whole world.Unit, r world.Rule) timeseries.Window {
	w := whole.Around(g.Around(q.asked), q.zone())
	life := q.lifetime()
	until := r.Until(q.now, q.zone(), q.feed(), g.Seconds)
	if g.Seconds > 0 && g.Seconds < 60 {
		until = until.Truncate(time.Minute) // Periods are written by the minute
	}
	if life.To.Before(until) {
		until = life.To
	}
	if end := g.Around(timeseries.Window{From: until, To: until}).To; end.Before(w.To) {
		w.To = end
	}
	if begin := g.Around(timeseries.Window{From: life.From, To: life.From}).To; begin.After(w.From) {
		w.From = begin
	}
	return w
}

// spans returns the Periods of a curve that is not divided into units: one, or
// several around hours that are missing.
func (q *question) spans(g world.Grid, r world.Rule, curve string) []timeseries.Window {
	w := q.published(g, world.Instant, r)
	if w.Empty() {
		return nil
	}
	if !q.holes || world.Mix(q.feed())%2 == 0 {
		return []timeseries.Window{w}
	}
	return world.WithoutHoles(w, q.feed()^world.Salt(curve))
}

// units returns the delivery units of an answer that has TimeSeries for each.
func (q *question) units(g world.Grid, whole world.Unit, r world.Rule) []timeseries.Window {
	w := q.published(g, whole, r)
	if w.Empty() {
		return nil
	}
	return whole.Each(w, q.zone())
}

// wants reports whether a filter of the request leaves a value.
func (q *question) wants(param, value string) bool {
	asked := q.params[param]
	return asked == "" || asked == value
}

// selected returns the contract types that are asked for, all if none is.
func (q *question) selected() []string {
	var list []string
	for _, c := range fields(q.contracts) {
		if q.wants(paramContract, c) {
			list = append(list, c)
		}
	}
	return list
}

// amount turns a signal into hundredths, rounded to a multiple of round. Now
// and then a value is that of the interval before, so that there is something
// to leave out of a document.
func amount(r world.Signal, round, step int64, own uint64) world.Hundredths {
	return func(at int64) int64 {
		for range 6 {
			if world.Mix(own^uint64(at)*0x9e3779b97f4a7c15)%1000 >= 35 {
				break
			}
			at -= step
		}
		return int64(math.Round(r(at)*100/float64(round))) * round
	}
}

// power is the amount of a signal as the area rounds it.
func (q *question) power(r world.Signal, g world.Grid, curve string) world.Hundredths {
	return amount(r, q.from.Round, g.Seconds, q.feed()^world.Salt(curve))
}

// whole is a signal in whole units, without repetitions.
func whole(r world.Signal) world.Hundredths {
	return func(at int64) int64 { return int64(math.Round(r(at))) * 100 }
}

// answer returns the TimeSeries of the answer, without those that are empty.
func (q *question) answer() []series {
	if !q.publishes() {
		return nil
	}
	list := q.build(q)
	if q.restless {
		horizons := q.horizons()
		for i := range list {
			list[i] = q.revise(list[i], horizons)
		}
	}
	return slices.DeleteFunc(list, func(s series) bool { return len(s.spans) == 0 })
}

// variant is the item as the request asks for it: with the timetable of the
// variant whose parameters it has.
func (q *question) variant() entsoe.Item {
	for _, v := range q.item.Variants {
		fits := true
		for _, p := range v.Params {
			fits = fits && q.params.named(p.Name) == p.Value
		}
		if item, ok := q.item.For(v.Name); ok && fits {
			return item
		}
	}
	return q.item
}

// noData is the platform's acknowledgement of a request without result. It
// names the area that is entered first, and of some items none.
func (q *question) noData() string {
	if q.offer.item == "installed_capacity_per_production_unit" {
		return "No matching data found for Data item " + q.item.Server + " and interval null/null."
	}
	areas := ""
	if !q.nameless {
		areas = " (" + q.domains() + ")"
	}
	return "No matching data found for Data item " + q.item.Server + areas + " and interval " + q.interval() + "."
}

// interval is the period of the request as it is repeated: archives do not
// read it, and a request for a document may have none.
func (q *question) interval() string {
	switch {
	case q.asked.From.IsZero():
		return ""
	case q.archive:
		return q.params[paramStart] + "/" + q.params[paramEnd]
	}
	return q.asked.From.Format(time.RFC3339) + "/" + q.asked.To.Format(time.RFC3339)
}

func (q *question) domains() string {
	var eics []string
	for _, name := range domainNames(q.item.Domain) {
		if eic := q.params.named(name); eic != "" {
			eics = append(eics, eic)
		}
	}
	return strings.Join(eics, ", ")
}
