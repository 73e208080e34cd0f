package document

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// oraclePeriod is a Period as the oracle sees it.
type oraclePeriod struct {
	oracleElement
	series oracleSeries
	zone   *time.Location // of the area
	long   bool           // its values are not written one by one
	holds  bool           // a Point holds until the next one
}

// rows returns the values of all intervals, or of all Points of a long Period.
func (p oraclePeriod) rows() ([]oracleRow, error) {
	start, count, err := p.intervals()
	if err != nil {
		return nil, err
	}
	points := map[int][]oracleRow{}
	for _, point := range p.all("Point") {
		position, values, err := p.point(point)
		if err != nil {
			return nil, err
		}
		if _, twice := points[position]; twice || position < 1 || position > count {
			return nil, fmt.Errorf("position %d", position)
		}
		points[position] = values
	}
	positions := slices.Sorted(maps.Keys(points))
	var rows []oracleRow
	for i, position := range positions {
		end := position
		if p.holds && i+1 < len(positions) {
			end = positions[i+1] - 1
		} else if p.holds {
			end = count
		}
		if p.long {
			rows = appendRun(rows, points[position], start(position-1), start(end))
			continue
		}
		for n := position; n <= end; n++ {
			for _, row := range points[position] {
				row.At = start(n - 1)
				rows = append(rows, row)
			}
		}
	}
	return rows, nil
}

// appendRun appends values that hold for a time, as one with the row before if
// a single value goes on.
func appendRun(rows, values []oracleRow, from, to time.Time) []oracleRow {
	if n := len(rows); n > 0 && len(values) == 1 {
		last, value := &rows[n-1], values[0]
		if last.Until.Equal(from) && last.Value == value.Value && last.Quantity == value.Quantity && maps.Equal(last.Own, value.Own) {
			last.Until = to
			return rows
		}
	}
	for _, row := range values {
		row.At, row.Until = from, to
		rows = append(rows, row)
	}
	return rows
}

// intervals returns how many there are and the function that gives the start of
// each, from 0, and after the last one its end.
func (p oraclePeriod) intervals() (start func(n int) time.Time, count int, err error) {
	from, err := oracleTime(p.text("timeInterval/start", "timeInterval.start"))
	if err != nil {
		return nil, 0, err
	}
	to, err := oracleTime(p.text("timeInterval/end", "timeInterval.end"))
	if err != nil {
		return nil, 0, err
	}
	resolution := p.text("resolution")
	fixed := map[string]time.Duration{
		"PT4S": 4 * time.Second, "PT1M": time.Minute, "PT15M": 15 * time.Minute, "PT30M": 30 * time.Minute,
		"PT60M": time.Hour, "PT1H": time.Hour,
	}
	step, known := fixed[resolution]
	if !known {
		return p.days(from, to, resolution)
	}
	span := to.Sub(from)
	count = int(span / step)
	cut := span%step != 0
	if span <= 0 || cut && !p.long || count > 999_999 && !p.long || count > 52_704_000 {
		return nil, 0, fmt.Errorf("%v to %v by %s", from, to, resolution)
	}
	if cut {
		count++
	}
	return func(n int) time.Time { return earliest(from.Add(time.Duration(n)*step), to) }, count, nil
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// days is intervals for steps that are counted in local days.
func (p oraclePeriod) days(from, to time.Time, resolution string) (start func(n int) time.Time, count int, err error) {
	calendar := map[string][3]int{"P1D": {0, 0, 1}, "P7D": {0, 0, 7}, "P1M": {0, 1, 0}, "P3M": {0, 3, 0}, "P1Y": {1, 0, 0}}
	step, ok := calendar[resolution]
	if !ok {
		return nil, 0, fmt.Errorf("resolution %q", resolution)
	}
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		return nil, 0, err
	}
	for _, zone := range []*time.Location{p.zone, brussels, time.UTC} {
		if zone == nil || from.In(zone).Format("15:04:05") != "00:00:00" {
			continue
		}
		start = func(n int) time.Time { return from.In(zone).AddDate(n*step[0], n*step[1], n*step[2]).UTC() }
		for start(count).Before(to) && count < 1_000_000 {
			count++
		}
		if !start(count).Equal(to) || count == 0 {
			return nil, 0, fmt.Errorf("%w: %v to %v by %s", errCalendar, from, to, resolution)
		}
		return start, count, nil
	}
	return nil, 0, fmt.Errorf("%w: %v is midnight nowhere", errCalendar, from)
}

// errCalendar marks a Period whose days the oracle cannot count. The decoder
// tries other zones for it.
var errCalendar = errors.New("no calendar for the Period")

func oracleTime(text string) (time.Time, error) {
	if t, err := time.Parse("2006-01-02T15:04Z", text); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if t.Nanosecond() != 0 {
		err = fmt.Errorf("parts of a second in %v", t)
	}
	return t.UTC(), err
}

// point returns the position of a Point and its values.
func (p oraclePeriod) point(point oracleElement) (position int, values []oracleRow, err error) {
	if position, err = strconv.Atoi(point.text("position")); err != nil {
		return 0, nil, err
	}
	point.Children = slices.DeleteFunc(slices.Clone(point.Children), func(e oracleElement) bool { return e.name() == "position" })
	if values, err = p.values(point, "", nil); err != nil {
		return 0, nil, err
	}
	seen := map[string]bool{}
	for i := range values {
		v := &values[i]
		v.Unit, v.Currency = p.series.units(v.Quantity, v.Own)
		v.Own = maps.Clone(v.Own)
		maps.DeleteFunc(v.Own, func(name, _ string) bool { return name[0] == '#' })
		key := fmt.Sprint(v.Quantity, v.Own, v.Unit, v.Currency)
		if seen[key] {
			return 0, nil, fmt.Errorf("%s twice", key)
		}
		seen[key] = true
	}
	return position, values, nil
}

// values returns the numbers in an element of a Point, each with what the
// elements around it say of it.
func (p oraclePeriod) values(e oracleElement, path string, around map[string]string) (values []oracleRow, err error) {
	said := maps.Clone(around)
	if said == nil {
		said = map[string]string{}
	}
	for _, child := range e.Children {
		if name := oracleCode(path + child.name()); name != "" && len(child.Children) == 0 && strip(child.Text) != "" {
			said[name] = strip(child.Text)
		}
	}
	for _, child := range e.Children {
		name := child.name()
		switch name {
		case "Reason", "Measurements", "Outage_RegisteredResource", "RemedialAction_RegisteredResource", "Party_MarketParticipant",
			"AdditionalConstraint_Series", "Contingency_Series", "RemedialAction_Series":
			continue
		}
		if len(child.Children) > 0 {
			below, err := p.values(child, path+name+"/", said)
			if err != nil {
				return nil, err
			}
			values = append(values, below...)
			continue
		}
		row, ok, err := oracleValue(path+name, strip(child.Text))
		if err != nil {
			return nil, err
		}
		if ok {
			row.Own = maps.Clone(said)
			if !strings.HasSuffix(strings.ToLower(path+name), "amount") {
				delete(row.Own, "price_category")
			}
			values = append(values, row)
		}
	}
	return values, nil
}

// oracleCode returns the name of the attribute that an element of a Point is,
// of a unit with "#" before it.
func oracleCode(path string) string {
	switch path {
	case "imbalance_Price.category":
		return "price_category"
	case "flowDirection.direction":
		return "direction"
	case "Financial_Price/direction":
		return "price_direction"
	case "Financial_Price/priceDescriptor.type":
		return "price_component"
	case "Border_Series/mRID":
		return "constraint"
	case "Border_Series/out_Domain.mRID":
		return "area"
	case "Border_Series/in_Domain.mRID":
		return "counter_area"
	case "PTDF_Domain/mRID":
		return "ptdf_area"
	}
	rest, old := strings.CutPrefix(path, "Constraint_TimeSeries/")
	rest = strings.TrimPrefix(rest, "Monitored_RegisteredResource/")
	if !old {
		if rest, old = strings.CutPrefix(path, "Constraint_Series/"); !old {
			return ""
		}
		rest = strings.TrimPrefix(rest, "Monitored_Series/RegisteredResource/")
	}
	deep := strings.Count(path, "/") - strings.Count(rest, "/")
	switch rest {
	case "mRID":
		if deep > 1 {
			return "resource"
		}
		return "constraint"
	case "name":
		return "unit_name"
	case "PTDF_Domain/mRID":
		if deep > 1 {
			return "ptdf_area"
		}
	case "quantity_Measurement_Unit.name", "pTDF_Measurement_Unit.name", "shadowPrice_Measurement_Unit.name", "currency_Unit.name":
		if deep == 1 {
			return "#" + rest
		}
	}
	return ""
}

// oracleValue reads a text of a Point as a number, if it is one.
func oracleValue(path, text string) (row oracleRow, ok bool, err error) {
	for _, code := range []string{"category", "direction", "code", "text", "mRID", "name", "type", "Type", "status", "quality", "date", "time", "dateTime", "timeStamp", "description", "unitSymbol", "positiveFlowIn"} {
		if last := path[strings.LastIndexAny(path, "./")+1:]; last == code || code == "Type" && (last == "businessType" || last == "psrType" || last == "measurementType") {
			return row, false, nil
		}
	}
	value, err := strconv.ParseFloat(text, 64)
	lower := strings.ToLower(path)
	if err != nil && !strings.HasSuffix(lower, "quantity") && !strings.HasSuffix(lower, "amount") {
		return row, false, nil
	}
	return oracleRow{Quantity: path, Value: value}, err == nil, err
}
