package simulator

import (
	"bytes"
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// A document of every item and variant says exactly the values that the
// simulator means. It is read with encoding/xml and expanded here: that the
// decoder reads the same in it is tested where the decoder is, so that no
// mistake of the two can cancel out.
func TestWhatIsMeantIsWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: asks every feed, which takes half a minute")
	}
	t.Parallel()
	now := at("2026-11-22T14:00:00Z")
	s := New(Config{Seed: 3})
	year := timeseries.Window{From: now.AddDate(0, -11, 0), To: now}
	documents, turn := 0, at("2026-01-07T23:00:00Z")
	if long() {
		turn = at("2026-03-31T22:00:00Z")
	}
	for _, feed := range publishing(t, s, 1, year, now) {
		item, _ := entsoe.ItemByName(feed.Item)
		item, _ = item.For(feed.Variant)
		for _, w := range []timeseries.Window{
			{From: at("2026-03-28T23:00:00Z"), To: at("2026-03-29T22:00:00Z")},
			{From: at("2026-10-24T22:00:00Z"), To: at("2026-10-25T22:00:00Z")},
			{From: at("2026-11-01T00:00:00Z"), To: at("2026-11-01T13:30:00Z")},
			{From: at("2025-12-31T23:00:00Z"), To: turn},
		} {
			asked := item.Widen(within(feed, w, now), feed.Zone())
			r, wrong := replied(t, s, feed, asked, now)
			if wrong != nil {
				continue // a hole or a unit that is not published yet
			}
			for _, d := range curves(r.papers) {
				documents++
				compareWritten(t, feed, asked, d)
			}
		}
	}
	if documents < 200 {
		t.Errorf("only %d documents", documents)
	}
}

// meaning of a value: instant and millionths.
type meaning struct{ at, value int64 }

// meant are the values of a document, by how many of its Points have them.
func (d *document) meant() map[meaning]int {
	values := make(map[meaning]int)
	for _, s := range d.series {
		for _, c := range s.columns(plainLayout) {
			digits := c.digits
			if digits <= 0 {
				digits = 2
			}
			for _, span := range s.spans {
				for at := span.From.Unix(); at < span.To.Unix(); at = s.grid.Next(at) {
					if v := c.value(at); v != world.None {
						values[meaning{at, v * int64(math.Pow10(6-digits))}]++
					}
				}
			}
		}
	}
	return values
}

func compareWritten(t *testing.T, feed entsoe.Feed, asked timeseries.Window, d *document) {
	t.Helper()
	var body bytes.Buffer
	d.write(newWriter(&body))
	var root element
	if err := xml.Unmarshal(body.Bytes(), &root); err != nil {
		t.Fatalf("%v %s: %v", feed, asked, err)
	}
	written := root.values(t, feed.Zone())
	if len(d.series) > 0 && d.series[0].inside != nil { // its Points tell more than meant knows
		if len(written) == 0 {
			t.Errorf("%v %s: no values", feed, asked)
		}
		return
	}
	left := d.meant()
	for value, n := range written {
		left[value] -= n
	}
	for value, n := range left {
		if n != 0 {
			t.Errorf("%v %s: %+v is written %d times less than meant", feed, asked, value, n)
			return
		}
	}
}

// element is any element of a document.
type element struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Children []element `xml:",any"`
}

// child returns the text of the first element of a name below e.
func (e element) child(name string) string {
	for _, c := range e.Children {
		if c.XMLName.Local == name {
			return strings.TrimSpace(c.Text)
		}
		if text := c.child(name); text != "" {
			return text
		}
	}
	return ""
}

// values expands all Periods of a document: how many Points have a value.
func (e element) values(t *testing.T, zone *time.Location) map[meaning]int {
	t.Helper()
	found := make(map[meaning]int)
	for _, list := range e.Children {
		for _, p := range list.Children {
			if name := p.XMLName.Local; strings.HasSuffix(list.XMLName.Local, "TimeSeries") && strings.HasSuffix(name, "Period") {
				p.expand(t, zone, found)
			}
		}
	}
	return found
}

// expand adds the values of a Period, of curve type A03 or A01.
func (e element) expand(t *testing.T, zone *time.Location, found map[meaning]int) {
	t.Helper()
	at, end := e.bound(t, "start"), e.bound(t, "end")
	step, err := timeseries.ParseResolution(e.child("resolution"))
	if err != nil {
		t.Fatal(err)
	}
	for _, z := range []*time.Location{zone, entsoe.Brussels(), time.UTC} {
		if timeseries.LocalMidnight(at, z) {
			zone = z
			break
		}
	}
	points := make(map[string]element)
	for _, c := range e.Children {
		if c.XMLName.Local == "Point" {
			points[c.child("position")] = c
		}
	}
	var point element
	start := at
	for n := 1; at.Before(end); n++ {
		if next, ok := points[strconv.Itoa(n)]; ok {
			point = next
			delete(points, strconv.Itoa(n))
		}
		for _, v := range point.numbers() {
			found[meaning{at.Unix(), int64(math.Round(v * 1e6))}]++
		}
		at = step.Add(start, n, zone)
	}
	if len(points) > 0 {
		t.Errorf("%d points from %s on lie outside of their Period", len(points), start)
	}
}

// bound reads the start or the end of a Period, whichever way it is written.
func (e element) bound(t *testing.T, name string) time.Time {
	t.Helper()
	text := e.child(name) + e.child("timeInterval."+name)
	for _, layout := range []string{"2006-01-02T15:04Z", time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	t.Fatalf("%s %q of a Period", name, text)
	return time.Time{}
}

// numbers are the values of a Point.
func (e element) numbers() (list []float64) {
	for _, c := range e.Children {
		if v, err := strconv.ParseFloat(strings.TrimSpace(c.Text), 64); err == nil && c.XMLName.Local != "position" {
			list = append(list, v)
		}
		list = append(list, c.numbers()...)
	}
	return list
}
