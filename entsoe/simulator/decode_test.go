package simulator

import (
	"bytes"
	"math"
	"testing"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// The decoder of entsoe reads from a document of every item and variant
// exactly the values that the simulator means, and the catalogue accepts the
// Periods as an answer to what was asked. The two sides share no types, so a
// disagreement is a mistake of one of them.
func TestDecoderReadsWhatIsMeant(t *testing.T) {
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
			asked := item.Widen(w, feed.Zone())
			d, wrong := composed(t, s, feed, asked, now)
			if wrong != nil {
				continue // a hole or a unit that is not published yet
			}
			documents++
			compareDecoded(t, item, feed, asked, d)
		}
	}
	if documents < 200 {
		t.Errorf("only %d documents", documents)
	}
}

// reading of a value: instant and hundredths.
type hundredthsAt struct{ at, value int64 }

func compareDecoded(t *testing.T, item entsoe.Item, feed entsoe.Feed, asked timeseries.Window, d *document) {
	t.Helper()
	left := make(map[hundredthsAt]int)
	for _, s := range d.series {
		for _, value := range []valuer{s.quantity, s.price} {
			for _, span := range s.spans {
				for at := span.From.Unix(); value != nil && at < span.To.Unix(); at = s.grid.next(at) {
					left[hundredthsAt{at, value(at)}]++
				}
			}
		}
	}
	var body bytes.Buffer
	d.write(newWriter(&body))
	_, err := entsoe.Decode(&body, entsoe.Zone, entsoe.Visitor{Curve: func(_ entsoe.Header, c *entsoe.Curve) error {
		if !item.Accepts(asked, c.Period, feed.Zone()) {
			t.Errorf("%v: asked %s, Period %s is not accepted", feed, asked, c.Period)
		}
		for _, v := range c.Values {
			left[hundredthsAt{v.At, int64(math.Round(v.Value * 100))}]--
		}
		return nil
	}})
	if err != nil {
		t.Errorf("%v %s: %v", feed, asked, err)
	}
	for value, n := range left {
		if n != 0 {
			t.Errorf("%v %s: %+v is decoded %d times less than meant", feed, asked, value, n)
			return
		}
	}
}
