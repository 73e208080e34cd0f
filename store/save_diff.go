package store

import (
	"slices"
	"time"
)

// batchPoints bounds the points that are compared and written at once.
const batchPoints = 50_000

// batches cuts the targets of one table of points into groups of at most limit
// points, in the order of (series, time).
func batches(targets []target, fast bool, limit int) [][]target {
	var (
		all   [][]target
		batch []target
		room  = limit
	)
	for _, t := range targets {
		if t.fast != fast || len(t.points)+len(t.region) == 0 {
			continue
		}
		for len(t.points) > room {
			var head target
			head, t = t.split(room)
			all = append(all, append(batch, head))
			batch, room = nil, limit
		}
		batch = append(batch, t)
		room -= len(t.points)
	}
	if batch != nil {
		all = append(all, batch)
	}
	return all
}

// split cuts t in time, before its n-th point.
func (t target) split(n int) (head, tail target) {
	cut := t.points[n].At
	head, tail = t, t
	head.points, tail.points = t.points[:n], t.points[n:]
	head.region, tail.region = nil, nil
	for _, r := range t.region {
		if r.from < cut {
			head.region = append(head.region, unixWindow{r.from, min(r.to, cut)})
		}
		if r.to > cut {
			tail.region = append(tail.region, unixWindow{max(r.from, cut), r.to})
		}
	}
	return head, tail
}

// stored is a point as the database has it.
type stored struct {
	at    int64
	value float64
}

// change is what has to be written to make the database say what the answer says.
type change struct {
	knownAt time.Time
	insert  copyBuffer
	update  pointArrays
	retract pointArrays
	grown   []target // of items with best values, those that gained or lost points
	saved   Saved
}

// pointArrays are the columns of some points that change, or are retracted: those
// have no new value.
type pointArrays struct {
	series []int32
	at     []time.Time
	old    []float64
	value  []float64
}

func (p *pointArrays) add(series int32, at int64, old float64) {
	p.series = append(p.series, series)
	p.at = append(p.at, time.Unix(at, 0))
	p.old = append(p.old, old)
}

func (p *pointArrays) append(o pointArrays) {
	p.series = append(p.series, o.series...)
	p.at = append(p.at, o.at...)
	p.old = append(p.old, o.old...)
	p.value = append(p.value, o.value...)
}

// each are the series of the points, each once. TimescaleDB opens only the compressed
// rows of those that a statement names by a parameter, not by a join.
func (p *pointArrays) each() []int32 { return slices.Compact(slices.Sorted(slices.Values(p.series))) }

// compare adds the changes to t, given what is stored within its hull, sorted by
// time.
func (c *change) compare(t target, have []stored) {
	before, running := c.saved, false
	for _, p := range t.points {
		for len(have) > 0 && have[0].at < p.At {
			c.gone(t, have[0])
			have = have[1:]
		}
		switch {
		case len(have) == 0 || have[0].at > p.At:
			c.insert.addPoint(p.At, p.Value, t.series, c.knownAt)
			c.saved.Inserted++
			c.touch(p.At)
			c.first(t.series, p.At, running)
			running = true
			continue
		case have[0].value != p.Value:
			c.update.add(t.series, p.At, have[0].value)
			c.update.value = append(c.update.value, p.Value)
			c.saved.Changed++
			c.touch(p.At)
		default:
			c.saved.Unchanged++
		}
		running = false
		have = have[1:]
	}
	for _, h := range have {
		c.gone(t, h)
	}
	if t.best && (c.saved.Inserted != before.Inserted || c.saved.Retracted != before.Retracted) {
		c.grown = append(c.grown, t)
	}
}

// gone retracts a stored point that the answer does not have, if the answer is
// authoritative there.
func (c *change) gone(t target, h stored) {
	if slices.ContainsFunc(t.region, func(r unixWindow) bool { return r.from <= h.at && h.at < r.to }) {
		c.retract.add(t.series, h.at, h.value)
		c.saved.Retracted++
		c.touch(h.at)
	}
}

// first records the first value of an interval; running says that the answer's value
// before it was one as well.
func (c *change) first(series int32, at int64, running bool) {
	spans := c.saved.wrote.spans
	if running {
		spans[len(spans)-1].to = at + 1
		return
	}
	c.saved.wrote.spans = append(spans, seriesSpan{series, unixWindow{at, at + 1}})
}

// touch records an interval that changed, by its start.
func (c *change) touch(at int64) { c.saved.touched = c.saved.touched.hull(unixWindow{at, at + 1}) }

// growth records where the series of items with best values gained or lost points.
func (c *change) growth(grown map[int32]unixWindow) {
	for _, t := range c.grown {
		grown[t.series] = grown[t.series].hull(t.hull())
	}
}
