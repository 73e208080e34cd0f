package answer

import (
	"maps"
	"time"

	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// attributePriceUnit is the attribute of rows that says what their prices are
// per. The attribute unit is that of their quantities.
const attributePriceUnit = "price_unit"

// pointReader turns the Points of one curve into rows.
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

// kindOf separates rows by what a Point says of one value alone. The zones of
// the factors of a constraint join the paths instead, because these factors are
// values of one row.
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

// attributes returns the attributes of rows of a kind.
func (p *pointReader) attributes(k kind) timeseries.Attributes {
	all, ok := p.known[k.Key]
	if !ok {
		all = maps.Clone(p.common)
		maps.Copy(all, k.Own)
		p.known[k.Key] = all
	}
	return all
}

// run appends the rows of a value that holds for longer than a market time unit:
// one for each market time unit in the asked window. So the rows do not depend
// on where windows end.
func (p *pointReader) run(run document.Run, asked timeseries.Window, rows []timeseries.Entry) []timeseries.Entry {
	k := p.kinds[run.Element]
	attributes, values := p.attributes(k), map[string]float64{k.Path: run.Value}
	from, until := time.Unix(run.From, 0).UTC(), timeseries.Earlier(time.Unix(run.To, 0), asked.To)
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

// point appends the row of one Point. If the Point says different things of its
// values, as of several constraints, it appends a row for each. A value of which
// it says nothing goes into the first of them.
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
	return timeseries.Earlier(p.step.Add(from, 1, p.zone), p.period.To)
}
