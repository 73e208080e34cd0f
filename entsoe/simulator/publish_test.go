package simulator

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// composed is the first document that answers a feed's question, without the
// limits of requests; nil if it is none of curves.
func composed(t *testing.T, s *Simulator, feed entsoe.Feed, w timeseries.Window, now time.Time) (*document, *refusal) {
	t.Helper()
	r, wrong := replied(t, s, feed, w, now)
	if wrong != nil {
		return nil, wrong
	}
	d, _ := r.papers[0].(*document)
	return d, nil
}

// replied is the answer to a feed's question, without the limits of requests.
func replied(t *testing.T, s *Simulator, feed entsoe.Feed, w timeseries.Window, now time.Time) (*reply, *refusal) {
	t.Helper()
	query, err := url.ParseQuery(queryOf(t, feed, w.From, w.To))
	if err != nil {
		t.Fatal(err)
	}
	params, wrong := readParameters(query)
	if wrong != nil {
		return nil, wrong
	}
	e := &exchange{params: params, now: now, faults: map[string]string{FaultLimit: "P9Y", FaultInstances: "1000000"}}
	return s.compose(e, match(params))
}

// publishing returns up to n feeds of each item and variant that have data: of
// those that the catalogue plans, and of the German areas what is asked for on
// demand.
func publishing(t *testing.T, s *Simulator, n int, w timeseries.Window, now time.Time) []entsoe.Feed {
	t.Helper()
	var found []entsoe.Feed
	count := make(map[[2]string]int)
	for _, feed := range everyFeed() {
		key := [2]string{feed.Item, feed.Variant}
		if count[key] == n {
			continue
		}
		if _, wrong := replied(t, s, feed, within(feed, w, now), now); wrong == nil {
			found = append(found, feed)
			count[key]++
		}
	}
	for _, item := range entsoe.Items() {
		for _, variant := range item.Variants {
			if item.Retired == "" && count[[2]string{item.Name, variant.Name}] == 0 {
				t.Errorf("nobody publishes %s %s", item.Name, variant.Name)
			}
		}
	}
	return found
}

// long reports whether tests run in their long form, as "just torture" asks for.
func long() bool { return os.Getenv("ENTSOED_LONG_TESTS") != "" }

// everyFeed are the candidate feeds of the catalogue with those of variants
// that are asked for on demand only.
func everyFeed() []entsoe.Feed {
	items := entsoe.Items()
	for i := range items {
		items[i].Variants = slices.Clone(items[i].Variants)
		for j := range items[i].Variants {
			items[i].Variants[j].OnDemand = false
		}
	}
	return entsoe.CandidateFeeds(items, entsoe.Areas())
}

// within shortens a long window, to days around now if it holds them, for
// items that have very many values, and moves that of archives to the past.
func within(feed entsoe.Feed, w timeseries.Window, now time.Time) timeseries.Window {
	base, _ := entsoe.ItemByName(feed.Item)
	item, _ := base.For(feed.Variant)
	if latest := now.AddDate(0, 0, -100); strings.HasSuffix(feed.Item, "_archive") && w.To.After(latest) {
		days := int(w.To.Sub(latest)/(24*time.Hour)) + 1
		w.From, w.To = w.From.AddDate(0, 0, -days), w.To.AddDate(0, 0, -days)
	}
	if limit := item.LimitStep(); item.Limit == "" || limit.Months > 0 {
		return w
	}
	short := timeseries.Window{From: w.To.AddDate(0, 0, -3), To: w.To}
	if today := now.Truncate(time.Hour); w.Contains(now) {
		short = timeseries.Window{From: today.AddDate(0, 0, -8), To: today.AddDate(0, 0, 2)}
	}
	return short.Intersect(w)
}

// sparse reports whether an item has values now and then only: events, and
// what is exchanged by balancing.
func sparse(item entsoe.Item) bool {
	return item.Shape != timeseries.ShapeSeries || item.Name == "netted_exchanged_volumes"
}

// Nothing is published before it can be, and everything by its deadline: what
// the simulator serves at any time lies between the two ends that the
// catalogue's timetable tells.
func TestPublicationKeepsTheTimetable(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: asks every feed, which takes a minute")
	}
	t.Parallel()
	now := at("2026-11-22T00:00:00Z")
	s := New(Config{Seed: 3})
	stride := 125*time.Hour + 10*time.Minute
	if long() {
		stride = 29*time.Hour + 10*time.Minute
	}
	w := timeseries.Window{From: now.AddDate(0, -7, 0), To: now.AddDate(0, 4, 0)}
	for _, feed := range publishing(t, s, 1, w, now) {
		base, _ := entsoe.ItemByName(feed.Item)
		item, _ := base.For(feed.Variant)
		if item.Shape == timeseries.ShapeDocuments || item.Shape == timeseries.ShapeRegister || item.Variants[0].OnDemand {
			continue // these are published when they happen
		}
		for clock := now; clock.Before(now.AddDate(0, 0, 45)); clock = clock.Add(stride) {
			w := within(feed, w, clock)
			r, wrong := replied(t, s, feed, w, clock)
			if wrong != nil && sparse(item) {
				continue
			}
			if wrong != nil {
				t.Errorf("%s %s %s: %s", feed.Item, feed.Variant, feed.AreaName(), wrong.text)
				break
			}
			possible, settled := item.Timetable.Published(clock, feed.Zone())
			var end time.Time
			for _, d := range curves(r.papers) {
				if to := d.extentOf(awaited(item)).To; to.After(end) {
					end = to
				}
			}
			latest := item.Grain.Around(timeseries.Window{From: possible.Add(-time.Second), To: possible}, feed.Zone()).To
			if item.Grain == entsoe.MarketYear { // a year of weeks ends with the week that lies in two years
				latest = entsoe.MarketWeek.Around(timeseries.Window{From: latest, To: latest}, feed.Zone()).To
			}
			if end.After(latest) {
				t.Errorf("%s %s %s at %s: published up to %s, possible is %s", feed.Item, feed.Variant, feed.AreaName(), clock, end, latest)
				break
			}
			if end.Before(settled) && end.Before(w.To) && !sparse(item) {
				t.Errorf("%s %s %s at %s: published up to %s, but settled up to %s", feed.Item, feed.Variant, feed.AreaName(), clock, end, settled)
				break
			}
		}
	}
}

// awaited is the sequence that the first reading of an item waits for.
func awaited(item entsoe.Item) string { return item.Timetable.First.Awaits[timeseries.Sequence] }

// extentOf is the extent of the TimeSeries of a sequence, or without one.
func (d *document) extentOf(sequence string) timeseries.Window {
	some := *d
	some.series = nil
	for _, s := range d.series {
		if sequence == "" || s.sequence() == "" || s.sequence() == sequence {
			some.series = append(some.series, s)
		}
	}
	return some.extent()
}

func (s series) sequence() string {
	for _, f := range s.fields {
		if strings.HasPrefix(f.name, "classificationSequence") {
			return f.value
		}
	}
	return ""
}

// The prices of tomorrow: not there at noon, there at 13:00 in Brussels, the
// Austrian exchange's before them and the intraday auctions' after.
func TestAuctionsOfADay(t *testing.T) {
	tests := []struct {
		clock, contract string
		want            string // sequences of the delivery day 2026-11-23
	}{
		{"2026-11-22T09:00:00Z", "A01", ""},
		{"2026-11-22T11:00:00Z", "A01", "2"},
		{"2026-11-22T12:00:00Z", "A01", "2 1"},
		{"2026-11-22T13:59:00Z", "A07", ""},
		{"2026-11-22T14:30:00Z", "A07", "1"},
		{"2026-11-22T21:30:00Z", "A07", "1 2"},
		{"2026-11-23T09:30:00Z", "A07", "1 2 3"},
	}
	for _, test := range tests {
		s := standing(test.clock, Config{Seed: 3})
		query := "documentType=A44&in_Domain=" + deLU + "&out_Domain=" + deLU + "&contract_MarketAgreement.type=" + test.contract
		a := readAnswer(t, ask(s, query+"&"+period("2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z")))
		var sequences []string
		for _, series := range a.TimeSeries {
			sequences = append(sequences, series.Sequence)
			if series.Sequence == "3" && series.Periods[0].Start != "2026-11-23T11:00Z" {
				t.Errorf("the third intraday auction begins at %s, want noon", series.Periods[0].Start)
			}
		}
		if got := strings.Join(sequences, " "); got != test.want {
			t.Errorf("%s: contract %s has sequences %q, want %q (%s)", test.clock, test.contract, got, test.want, a.Reason)
		}
	}
}

// Realised values come at most an hour after the market time unit, never
// before its end, and each feed has its own delay.
func TestRealisedValuesComeWithinTheHour(t *testing.T) {
	delays := make(map[time.Duration]bool)
	for eic, place := range New(Config{Seed: 3}).places {
		if place.Known == nil || place.Known.Minutes != 15 || place.To != 0 {
			continue
		}
		s := standing("2026-11-22T14:00:00Z", Config{Seed: 3})
		a := readAnswer(t, ask(s, "documentType=A65&processType=A16&outBiddingZone_Domain="+eic+"&"+period("2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z")))
		if len(a.TimeSeries) == 0 {
			t.Errorf("%s has no load: %s", place.Code, a.Reason)
			continue
		}
		periods := a.TimeSeries[0].Periods
		end, _ := time.Parse("2006-01-02T15:04Z", periods[len(periods)-1].End)
		delay := at("2026-11-22T14:00:00Z").Sub(end)
		delays[delay] = true
		if delay <= 0 || delay > time.Hour+15*time.Minute {
			t.Errorf("%s: the newest load ends %s ago", place.Code, delay)
		}
	}
	if len(delays) < 2 {
		t.Errorf("all areas have the same delay: %v", delays)
	}
}

// Some days have hours that are never published: several Periods in one
// TimeSeries, with a gap that no value fills.
func TestHoles(t *testing.T) {
	s := New(Config{Seed: 3})
	holes := 0
	for _, eic := range []string{deLU, nl, fr, be, cz, pl} {
		feed := entsoe.Feed{Item: "actual_total_load", Area: eic}
		w := timeseries.Window{From: at("2026-01-01T00:00:00Z"), To: at("2026-11-01T00:00:00Z")}
		d, wrong := composed(t, s, feed, w, at("2026-11-22T14:00:00Z"))
		if wrong != nil {
			t.Fatal(wrong)
		}
		spans := d.series[0].spans
		for i := 1; i < len(spans); i++ {
			holes++
			if gap := spans[i].From.Sub(spans[i-1].To); gap < time.Hour || gap > 3*time.Hour {
				t.Errorf("%s: a gap of %s before %s", eic, gap, spans[i])
			}
		}
		if spans[0].From != w.From || spans[len(spans)-1].To != w.To {
			t.Errorf("%s: Periods from %s to %s, want the asked ones", eic, spans[0], spans[len(spans)-1])
		}
	}
	if holes == 0 || holes > 60 {
		t.Errorf("%d holes in six areas and ten months, want some", holes)
	}
}
