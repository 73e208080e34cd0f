package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"entsoed/entsoe"
)

// stretch is a value of a series and how long it holds.
type stretch struct {
	from, to int64
	value    float64
}

// stretches reads a document, sparing what it can if faults are counted, and
// returns the values that are left, by TimeSeries, attributes and kind.
func stretches(body []byte, faults *int) (map[string][]stretch, Header, error) {
	all, ofSeries := map[string][]stretch{}, map[string][]stretch{}
	settle := func() {
		for key, s := range ofSeries {
			all[key] = append(all[key], s...)
		}
		clear(ofSeries)
	}
	v := Visitor{
		Curve: func(h Header, c *Curve) error {
			add := func(element int, s stretch) {
				e := c.Elements[element]
				key := fmt.Sprint(h.Series, c.Attributes.Key(), e.Path, e.Unit, e.Currency, e.Attributes.Key())
				ofSeries[key] = append(ofSeries[key], s)
			}
			for _, value := range c.Values {
				add(value.Element, stretch{value.At, value.At + 1, value.Value})
			}
			for _, run := range c.Runs {
				add(run.Element, stretch{run.From, run.To, run.Value})
			}
			return orderly(h, c)
		},
		TimeSeries: func(Header, *TimeSeries) error { settle(); return nil },
	}
	if faults != nil {
		v.Fault = func(_ Header, f *Fault) error {
			if f.Scope == ScopeCurve {
				clear(ofSeries)
			}
			if !f.Harmless {
				*faults++
			}
			if f.Intervals < 0 || f.Err == nil || f.Harmless != (f.Intervals == 0) || f.Span.To.Before(f.Span.From) {
				return fmt.Errorf("a fault of %d intervals, %+v", f.Intervals, f)
			}
			return nil
		}
	}
	header, err := Decode(context.Background(), bytes.NewReader(body), entsoe.Zone, v)
	return all, header, err
}

// holds reports whether a series has a value over all of a stretch.
func holds(series []stretch, s stretch) bool {
	return slices.ContainsFunc(series, func(o stretch) bool { return o.from <= s.from && s.to <= o.to && o.value == s.value })
}

// damages are ways to spoil a part of a document, found by a pattern.
var damages = []struct {
	pattern *regexp.Regexp
	spoil   string // in place of what is found
}{
	{regexp.MustCompile(`(<(?:\w+:)?(?:\w+[._])*\w*(?:[qQ]uantity|amount)>)[^<]*`), "${1}n/a"},
	{regexp.MustCompile(`(<(?:\w+:)?(?:\w+[._])*\w*(?:[qQ]uantity|amount)>)[^<]*`), "${1}NaN"},
	{regexp.MustCompile(`(<(?:\w+:)?(?:\w+[._])*\w*(?:[qQ]uantity|amount)>)[^<]*`), "${1}1<b/>"},
	{regexp.MustCompile(`<(?:\w+:)?position>[^<]*</(?:\w+:)?position\s*>`), ""},
	{regexp.MustCompile(`(<(?:\w+:)?position>)[^<]*`), "${1}first"},
	{regexp.MustCompile(`(?s)<(?:\w+:)?Point>.*?</(?:\w+:)?Point\s*>`), "${0}${0}"},
	{regexp.MustCompile(`(?s)<(?:\w+:)?Point>.*?</(?:\w+:)?Point\s*>`), "${0}<Point><position>1</position><quantity>?</quantity></Point>"},
	{regexp.MustCompile(`(?s)<(?:\w+:)?Point>.*?</(?:\w+:)?Point\s*>`), "${0}<Point/>"},
	{regexp.MustCompile(`(</(?:\w+:)?Point\s*>)`), "text${1}"},
	{regexp.MustCompile(`(</(?:\w+:)?Period\s*>)`), "<![CDATA[</Period>]]>${1}"},
	{regexp.MustCompile(`(?s)<(?:\w+:)?Period>.*?</(?:\w+:)?Period\s*>`), "${0}${0}"},
	{regexp.MustCompile(`<(?:\w+:)?resolution>[^<]*</(?:\w+:)?resolution\s*>`), ""},
	{regexp.MustCompile(`(<(?:\w+:)?resolution>)[^<]*`), "${1}P5D"},
	{regexp.MustCompile(`(<(?:\w+:)?(?:timeInterval\.)?(?:start|end)>)[^<]*`), "${1}2024-13-01T00:00Z"},
	{regexp.MustCompile(`(<(?:\w+:)?Period>)`), "<businessType>Z99</businessType>${1}"},
	{regexp.MustCompile(`(</(?:\w+:)?Period\s*>)`), "${1}<curveType>A09</curveType>"},
	{regexp.MustCompile(`(</(?:\w+:)?TimeSeries\s*>)`), "<Point><position>1</position><quantity>1</quantity></Point>${1}"},
	{regexp.MustCompile(`(</(?:\w+:)?(?:\w+[._])*\w*(?:[qQ]uantity|amount)\s*>)`), "&bad;${1}"},
}

// TestDamagedDocuments holds that nothing that is wrong in a document makes another
// value of what is left of it: every value is one of the undamaged document.
func TestDamagedDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes ten seconds with the race detector")
	}
	damaged, left := 0, 0
	for seed := range uint64(1500) {
		w := &randomWriter{Rand: rand.New(rand.NewPCG(seed, 11))}
		w.document()
		sound := w.Bytes()
		want, _, err := stretches(sound, nil)
		if err != nil || len(want) == 0 {
			continue
		}
		var none int
		same, header, err := stretches(sound, &none)
		if err != nil || none > 0 || header.Bad > 0 || len(same) != len(want) {
			t.Fatalf("seed %d: %v, %d faults of a sound document\n%s", seed, err, none, sound)
		}
		body := sound
		for range 1 + w.IntN(3) {
			d := pick(w, damages...)
			found := d.pattern.FindAllSubmatchIndex(body, -1)
			if len(found) == 0 {
				continue
			}
			at := pick(w, found...)
			body = slices.Concat(body[:at[0]], d.pattern.Expand(nil, []byte(d.spoil), body, at), body[at[1]:])
		}
		if bytes.Equal(body, sound) {
			continue
		}
		damaged++
		faults := 0
		got, _, err := stretches(body, &faults)
		if _, ok := errors.AsType[*DecodeError](err); ok {
			continue // the document is wrong as a whole
		}
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, body)
		}
		for key, series := range got {
			left += len(series)
			for _, s := range series {
				if !holds(want[key], s) {
					t.Fatalf("seed %d: %v of %s is of no sound document\n%s", seed, s, key, body)
				}
			}
		}
	}
	t.Logf("%d damaged documents, %d values left", damaged, left)
	if damaged < 600 || left < 10_000 {
		t.Errorf("only %d documents were damaged, %d values left", damaged, left)
	}
}

// FuzzFaults holds that sparing what can be spared changes nothing in a document that
// decodes, and otherwise ends with what is left, or an error of the document.
func FuzzFaults(f *testing.F) {
	addDocuments(f)
	f.Add([]byte(faultyBody))
	for _, d := range damages {
		f.Add(d.pattern.ReplaceAll([]byte(faultyBody), []byte(d.spoil)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		want, _, strict := stretches(body, nil)
		faults := 0
		got, header, err := stretches(body, &faults)
		if _, ok := errors.AsType[*DecodeError](err); err != nil && !ok {
			t.Fatal(err)
		}
		if header.Good < 0 || header.Bad < 0 {
			t.Errorf("%d good and %d bad intervals", header.Good, header.Bad)
		}
		if strict != nil {
			return
		}
		if err != nil || faults > 0 || len(got) != len(want) {
			t.Fatalf("%v, %d faults, though it decodes", err, faults)
		}
		for key, series := range want {
			if !slices.Equal(series, got[key]) {
				t.Errorf("%s: %v, else %v", key, got[key], series)
			}
		}
	})
}
