package simulator

import (
	"bytes"
	"math"
	"testing"

	"entsoed/entsoe"
	decoder "entsoed/entsoe/document"
	"entsoed/timeseries"
)

// The decoder of entsoe reads from a document of every item and variant
// exactly the values that the simulator means, and the catalogue accepts the
// Periods as an answer to what was asked. The two sides share no types, so a
// disagreement is a mistake of one of them.
func TestDecoderReadsWhatIsMeant(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: asks every feed, which takes half a minute")
	}
	t.Parallel()
	now := at("2026-11-22T14:00:00Z")
	s := New(Config{Seed: 3})
	year := timeseries.Window{From: now.AddDate(0, -11, 0), To: now}
	documents := 0
	for _, feed := range publishing(t, s, 1, year, now) {
		item, _ := entsoe.ItemByName(feed.Item)
		item, _ = item.For(feed.Variant)
		for _, w := range []timeseries.Window{
			{From: at("2026-03-28T23:00:00Z"), To: at("2026-03-29T22:00:00Z")},
			{From: at("2026-10-24T22:00:00Z"), To: at("2026-10-25T22:00:00Z")},
			{From: at("2026-11-01T00:00:00Z"), To: at("2026-11-01T13:30:00Z")},
			{From: at("2025-12-31T23:00:00Z"), To: at("2026-03-31T22:00:00Z")},
		} {
			asked := item.Widen(within(feed, w, now), feed.Zone())
			r, wrong := replied(t, s, feed, asked, now)
			if wrong != nil {
				continue // a hole or a unit that is not published yet
			}
			for _, d := range curves(r.papers) {
				documents++
				compareDecoded(t, item, feed, asked, d)
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
				for at := span.From.Unix(); at < span.To.Unix(); at = s.grid.next(at) {
					if v := c.value(at); v != none {
						values[meaning{at, v * int64(math.Pow10(6-digits))}]++
					}
				}
			}
		}
	}
	return values
}

func compareDecoded(t *testing.T, item entsoe.Item, feed entsoe.Feed, asked timeseries.Window, d *document) {
	t.Helper()
	left := d.meant()
	nested := len(d.series) > 0 && d.series[0].inside != nil
	found := 0
	var body bytes.Buffer
	d.write(newWriter(&body))
	visitor := decoder.Visitor{Curve: func(_ decoder.Header, c *decoder.Curve) error {
		if !item.Accepts(asked, c.Period, feed.Zone()) {
			t.Errorf("%v: asked %s, Period %s is not accepted", feed, asked, c.Period)
		}
		for _, v := range c.Values {
			found++
			left[meaning{v.At, int64(math.Round(v.Value * 1e6))}]--
		}
		for _, run := range c.Runs { // of outages and their kin
			for at := run.From; at < run.To; at += 900 {
				left[meaning{at, int64(math.Round(run.Value * 1e6))}]--
			}
		}
		return nil
	}}
	if _, err := decoder.Decode(&body, entsoe.Zone, visitor); err != nil {
		t.Errorf("%v %s: %v", feed, asked, err)
	}
	if nested { // its Points tell more than this test knows
		if found == 0 {
			t.Errorf("%v %s: no values", feed, asked)
		}
		return
	}
	for value, n := range left {
		if n != 0 {
			t.Errorf("%v %s: %+v is decoded %d times less than meant", feed, asked, value, n)
			return
		}
	}
}
