package commit

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/store"
	"entsoed/timeseries"
)

const (
	curveA = "area=X;item=a;resolution=PT15M"
	curveB = "area=X;item=b"
)

// earlier is a fault that was first seen and last asked for on given days.
func earlier(curve string, w timeseries.Window, first, last int) store.Fault {
	f := store.Fault{Curve: curve, Window: w, Asked: days(1, 12), Reason: "old", FetchID: 5, FirstSeen: day(first), AskedAt: day(last)}
	if !w.Empty() {
		f.AgainAt = day(last + 1)
	}
	return f
}

// What an answer has of faults stands in the place of what was known where it
// tells something: what is gone is over, what is found again remembers since when,
// and what it does not tell is asked again later.
func TestFaultSchedule(t *testing.T) {
	now := day(20)
	span := func(f store.Fault, w timeseries.Window) store.Fault {
		f.Window = w
		return f
	}
	found := func(curve string, w timeseries.Window) Fault {
		return Fault{Curve: curve, Window: w, Reason: "new", Position: "line 1"}
	}
	fresh := func(curve string, w timeseries.Window, first int, wait int) store.Fault {
		f := store.Fault{Curve: curve, Window: w, Asked: days(4, 8), Reason: "new", Position: "line 1", FetchID: -1, FirstSeen: day(first), AskedAt: now}
		if wait > 0 {
			f.AgainAt = day(20 + wait)
		}
		return f
	}
	again := func(f store.Fault, w timeseries.Window, wait int) store.Fault {
		f.Window, f.AskedAt, f.AgainAt = w, now, day(20+wait)
		return f
	}
	old, none := earlier(curveA, days(3, 6), 14, 16), timeseries.Window{}
	tests := []struct {
		name      string
		before    []store.Fault
		told      []timeseries.Window
		found     []Fault
		all, news []store.Fault
	}{
		{"a new one", nil, []timeseries.Window{days(4, 8)}, []Fault{found(curveA, days(5, 6))}, []store.Fault{fresh(curveA, days(5, 6), 20, 1)}, []store.Fault{fresh(curveA, days(5, 6), 20, 1)}},
		{"an answer cuts the span", []store.Fault{old}, []timeseries.Window{days(4, 8)}, nil, []store.Fault{span(old, days(3, 4))}, nil},
		{"an answer that tells nothing", []store.Fault{old}, nil, nil, []store.Fault{span(old, days(3, 4)), again(old, days(4, 6), 6)}, nil},
		{"found again, where nothing else was read", []store.Fault{old}, []timeseries.Window{days(6, 8)}, []Fault{found(curveA, days(4, 6))},
			[]store.Fault{span(old, days(3, 4)), fresh(curveA, days(4, 6), 14, 6)}, nil},
		{"found again, but of what curve?", []store.Fault{old}, []timeseries.Window{days(4, 8)}, []Fault{found("", days(5, 8))},
			[]store.Fault{span(old, days(3, 4)), fresh("", days(5, 8), 14, 6)}, nil},
		{"another curve", []store.Fault{old}, []timeseries.Window{days(4, 8)}, []Fault{found(curveB, days(5, 6))},
			[]store.Fault{span(old, days(3, 4)), fresh(curveB, days(5, 6), 20, 1)}, []store.Fault{fresh(curveB, days(5, 6), 20, 1)}},
		{"a Point too many", nil, []timeseries.Window{days(4, 8)}, []Fault{found(curveA, none)}, []store.Fault{fresh(curveA, none, 20, 0)}, []store.Fault{fresh(curveA, none, 20, 0)}},
		{"the same Point again", []store.Fault{earlier(curveA, none, 14, 16)}, []timeseries.Window{days(4, 8)}, []Fault{found(curveA, none)}, []store.Fault{fresh(curveA, none, 14, 0)}, nil},
		{"it came no more", []store.Fault{earlier(curveA, none, 14, 16)}, []timeseries.Window{days(4, 8)}, nil, nil, nil},
		{"nobody knows", []store.Fault{earlier(curveA, none, 14, 16)}, nil, nil, []store.Fault{earlier(curveA, none, 14, 16)}, nil},
	}
	for _, test := range tests {
		f := Faults{Counts: []timeseries.Window{days(4, 8)}, Told: test.told, Found: test.found}
		all, news := f.schedule(test.before, days(4, 8), now)
		if diff := cmp.Diff(test.all, all); diff != "" {
			t.Errorf("%s: (-want, +got)\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.news, news); diff != "" {
			t.Errorf("%s: news (-want, +got)\n%s", test.name, diff)
		}
	}
}

// Whatever is asked for and found: after an answer that tells all of a window and
// has nothing wrong there is no fault in it, waits only grow, and what lasts for a
// year is asked for about a dozen times.
func TestFaultScheduleProperty(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var known []store.Fault
		now := day(20)
		for range 12 {
			asked := days(1+random.IntN(10), 12+random.IntN(5))
			f := Faults{Counts: []timeseries.Window{asked}}
			for range random.IntN(4) {
				from := 1 + random.IntN(15)
				if w := days(from, from+1+random.IntN(3)).Intersect(asked); !w.Empty() {
					f.Found = append(f.Found, Fault{Curve: []string{"", curveA, curveB}[random.IntN(3)], Window: w, Reason: "new"})
				}
			}
			if random.IntN(3) > 0 {
				f.Told = f.Counts
			}
			known, _ = f.schedule(known, asked, now)
			for _, k := range known {
				if overlaps := k.Window.Overlaps(asked); overlaps && k.AgainAt.Sub(now) < pastWait {
					t.Fatalf("%v is asked again after %s", k, k.AgainAt.Sub(now))
				}
			}
			now = now.Add(time.Duration(1+random.IntN(72)) * time.Hour)
		}
		healed := Faults{Counts: []timeseries.Window{days(1, 30)}, Told: []timeseries.Window{days(1, 30)}}
		if left, news := healed.schedule(known, days(1, 30), now); len(left)+len(news) > 0 {
			t.Fatalf("after a good answer there are still %v, and news %v", left, news)
		}
	}
	asks, now := 0, day(20)
	bad := Faults{Counts: []timeseries.Window{days(1, 2)}, Found: []Fault{{Curve: curveA, Window: days(1, 2), Reason: "new"}}}
	known, _ := bad.schedule(nil, days(1, 2), now)
	for end := now.AddDate(1, 0, 0); now.Before(end); asks++ {
		now = known[0].AgainAt
		known, _ = bad.schedule(known, days(1, 2), now)
	}
	if asks > 14 {
		t.Errorf("a fault that lasts for a year was asked for %d times", asks)
	}
}
