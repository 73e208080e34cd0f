package simulator

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"entsoed/timeseries"
)

// What an item has at an instant is the same whatever window is asked for, of
// lists as a set, and at another time after it was published and settled.
func TestEveryCurveDependsOnTheInstantAlone(t *testing.T) {
	now, later := at("2026-11-22T14:00:00Z"), at("2026-11-22T20:00:00Z")
	s := New(Config{Seed: 9})
	year := timeseries.Window{From: now.AddDate(0, -11, 0), To: now}
	items := make(map[string]bool)
	for _, feed := range publishing(t, s, 1, year, now) {
		long := timeseries.Window{From: at("2026-11-14T23:00:00Z"), To: at("2026-11-16T23:00:00Z")}
		short := timeseries.Window{From: at("2026-11-15T08:00:00Z"), To: at("2026-11-15T13:00:00Z")}
		if strings.HasSuffix(feed.Item, "_archive") {
			long.From, long.To = long.From.AddDate(0, -5, 0), long.To.AddDate(0, -5, 0)
			short.From, short.To = short.From.AddDate(0, -5, 0), short.To.AddDate(0, -5, 0)
		}
		all, wrong := replied(t, s, feed, long, now)
		some, none := replied(t, s, feed, short, later)
		if wrong != nil || none != nil {
			continue // nothing in these days
		}
		want := valuesAt(curves(all.papers), short)
		for name, values := range valuesAt(curves(some.papers), short) {
			items[feed.Item] = true
			if !slices.Equal(values, want[name]) {
				t.Errorf("%v: %s is %v, and %v in a longer window", feed, name, values, want[name])
				break
			}
		}
	}
	if len(items) < 55 {
		t.Errorf("only %d items had something to compare", len(items))
	}
}

// valuesAt are the values of intervals that overlap a window, by attributes and instant.
func valuesAt(documents []*document, w timeseries.Window) map[string][]int64 {
	values := make(map[string][]int64)
	for _, d := range documents {
		for _, s := range d.series {
			for _, c := range s.columns(plainLayout) {
				for _, span := range s.spans {
					for at := span.From.Unix(); at < span.To.Unix(); at = s.grid.Next(at) {
						if at < w.To.Unix() && s.grid.Next(at) > w.From.Unix() {
							name := fmt.Sprint(d.part, s.fields, s.after, s.psr, s.grid.Name, c.open, c.shut, at)
							values[name] = append(values[name], c.value(at))
						}
					}
				}
			}
		}
	}
	for name := range values {
		slices.Sort(values[name])
	}
	return values
}
