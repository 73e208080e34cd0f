package answer

import (
	"maps"
	"time"

	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// attributePriceUnit names the attribute of entries that says what their prices
// are per; unit is that of their quantities.
const attributePriceUnit = "price_unit"

// pointReader makes rows of the Points of one curve.
type pointReader struct {
	common timeseries.Attributes
	step   timeseries.Step
	period timeseries.Window
	zone   *time.Location // of calendar steps
	kinds  []kind         // by element
	known  map[string]timeseries.Attributes
}

// kind says where a value of an element belongs in a row.
type kind struct {
	Path string
	Key  string // of Own
	Own  timeseries.Attributes
}

func newPointReader(common timeseries.Attributes, c *document.Curve) *pointReader {
	p := &pointReader{
		common: common, step: c.Resolution, period: c.Period, zone: c.Zone,
		kinds: make([]kind, len(c.Elements)), known: map[string]timeseries.Attributes{},
	}
	for i, element := range c.Elements {
		p.kinds[i] = kindOf(element)
		if element.Currency == "" {
			putFirst(common, timeseries.Unit, element.Unit)
			continue
		}
		putFirst(common, timeseries.Currency, element.Currency)
		putFirst(common, attributePriceUnit, element.Unit)
	}
	return p
}

// kindOf tells rows apart by what the Point says of a value alone; the zones of
// a constraint's factors are in their paths, for they are values of one row.
func kindOf(element document.Element) kind {
	own := maps.Clone(element.Attributes)
	path := element.Path
	if zone := own[timeseries.PTDFArea]; zone != "" {
		delete(own, timeseries.PTDFArea)
		path += "/" + zone
	}
	return kind{Path: path, Key: own.Key(), Own: own}
}

func putFirst(all timeseries.Attributes, name, value string) {
	if all[name] == "" {
		put(all, name, value)
	}
}

// attributes returns those of the rows of a kind.
func (p *pointReader) attributes(k kind) timeseries.Attributes {
	all, ok := p.known[k.Key]
	if !ok {
		all = maps.Clone(p.common)
		maps.Copy(all, k.Own)
		p.known[k.Key] = all
	}
	return all
}

// run appends the rows of a value that holds for a span: one for each market
// time unit of it that is in the asked window, so that the rows do not depend on
// where windows end.
func (p *pointReader) run(run document.Run, asked timeseries.Window, rows []timeseries.Entry) []timeseries.Entry {
	k := p.kinds[run.Element]
	attributes, values := p.attributes(k), map[string]float64{k.Path: run.Value}
	from, until := time.Unix(run.From, 0).UTC(), earlier(time.Unix(run.To, 0), asked.To)
	if ahead := asked.From.Unix() - run.From; ahead > 0 && !p.step.Calendar() {
		from = p.step.Add(from, int(ahead/p.step.Seconds), p.zone)
	}
	for from.Before(until) {
		to := p.end(from)
		if to.After(asked.From) {
			rows = append(rows, timeseries.Entry{Attributes: attributes, Values: values, From: from, To: to})
		}
		from = to
	}
	return rows
}

// point appends the row of one Point, or several if it says different things of
// its values: a row for each constraint. A value of which it says nothing
// stands in the first of them.
func (p *pointReader) point(values []document.Value, rows []timeseries.Entry) []timeseries.Entry {
	var bare []document.Value
	made := map[string]int{} // rows by key
	row := func(k kind) timeseries.Entry {
		i, ok := made[k.Key]
		if !ok {
			from := time.Unix(values[0].At, 0).UTC()
			i = len(rows)
			made[k.Key] = i
			rows = append(rows, timeseries.Entry{Attributes: p.attributes(k), From: from, To: p.end(from), Values: map[string]float64{}})
		}
		return rows[i]
	}
	first := len(rows)
	for _, v := range values {
		if k := p.kinds[v.Element]; k.Key == "" {
			bare = append(bare, v)
		} else {
			row(k).Values[k.Path] = v.Value
		}
	}
	for _, v := range bare {
		k := p.kinds[v.Element]
		if len(rows) > first {
			if _, taken := rows[first].Values[k.Path]; !taken {
				rows[first].Values[k.Path] = v.Value
				continue
			}
		}
		row(k).Values[k.Path] = v.Value
	}
	return rows
}

// end returns the end of the interval that starts at a time.
func (p *pointReader) end(from time.Time) time.Time {
	return earlier(p.step.Add(from, 1, p.zone), p.period.To)
}
