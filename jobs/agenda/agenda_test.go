package agenda

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/jobs/jobstest"
	"entsoed/timeseries"
)

// hourly is an item that is answered exactly as it is asked.
func hourly() entsoe.Item { return entsoe.Item{Name: "hourly", Shape: timeseries.ShapeList} }

// of returns an agenda in Brussels for windows, newest first.
func of(t *testing.T, item entsoe.Item, windows ...string) Agenda {
	t.Helper()
	return New(Cut{Item: item, Zone: entsoe.Brussels()}, "", jobstest.Windows(t, windows...))
}

// short writes windows by their bounds without seconds, and without a time of
// day at midnight in Brussels.
func short(windows ...timeseries.Window) string {
	var parts []string
	bound := func(at time.Time) string {
		if local := at.In(entsoe.Brussels()); local.Hour() == 0 && local.Minute() == 0 {
			return local.Format("01-02")
		} else {
			return local.Format("01-02T15:04")
		}
	}
	for _, w := range windows {
		parts = append(parts, bound(w.From)+"/"+bound(w.To))
	}
	return strings.Join(parts, " ")
}

// stepText writes a step: "ask on", "refuse 06-01/06-02, learn P1D".
func stepText(s Step) string {
	text := []string{"ask on", "save part of", "refuse"}[s.Action]
	if s.Action != Continue {
		text += " " + short(s.Window)
	}
	if s.CannotCut {
		text += ", cannot be cut"
	}
	if s.First {
		text += ", first"
	}
	if s.Learn != (timeseries.Step{}) {
		text += ", learn " + s.Learn.String()
	}
	return text
}

// event is what happens to the window in hand: an answer, or else an outcome.
type event struct {
	answered bool
	Outcome
}

func answered() event { return event{answered: true} }

func failed(o Outcome) event { return event{Outcome: o} }

// What becomes of a job's windows, from event to event.
func TestAgenda(t *testing.T) {
	const (
		day1, day2, day3 = "2026-05-31T22:00Z/2026-06-01T22:00Z", "2026-06-01T22:00Z/2026-06-02T22:00Z", "2026-06-02T22:00Z/2026-06-03T22:00Z"
		day4, four       = "2026-06-03T22:00Z/2026-06-04T22:00Z", "2026-05-31T22:00Z/2026-06-04T22:00Z"
		hours            = "2026-06-01T10:00Z/2026-06-01T10:30Z"
	)
	month := Outcome{Kind: TooLong, Limit: timeseries.Step{Days: 1}}
	wholeDays := hourly()
	wholeDays.WholeDays = true
	many := func(found int, part bool) event { return failed(Outcome{Kind: TooMany, Found: found, Part: part}) }
	tests := []struct {
		name    string
		item    entsoe.Item
		windows []string
		events  []event
		steps   string // of the events that are outcomes, one after another
		left    string // windows still to be asked
	}{
		{"answers", hourly(), []string{day2, day1}, []event{answered()}, "", "06-01/06-02"},
		{"all answered", hourly(), []string{day1}, []event{answered()}, "", ""},
		{"a named limit cuts all windows", hourly(), []string{four, "2026-05-28T22:00Z/2026-05-30T22:00Z"}, []event{failed(month)}, "ask on, learn P1D",
			"06-04/06-05 06-03/06-04 06-02/06-03 06-01/06-02 05-30/05-31 05-29/05-30"},
		{"without a limit in halves", hourly(), []string{four}, []event{failed(Outcome{Kind: TooLong})}, "ask on, learn P2D", "06-03/06-05 06-01/06-03"},
		{"a limit that is no help, in halves", hourly(), []string{four}, []event{failed(Outcome{Kind: TooLong, Limit: timeseries.Step{Months: 1}})},
			"ask on, learn P2D", "06-03/06-05 06-01/06-03"},
		{"too large teaches nothing", hourly(), []string{four}, []event{failed(Outcome{Kind: TooLarge})}, "ask on", "06-03/06-05 06-01/06-03"},
		{"too many in days teaches nothing", hourly(), []string{four}, []event{many(400, false)}, "ask on", "06-03/06-05 06-01/06-03"},
		{"too many in months teaches", hourly(), []string{"2025-12-31T23:00Z/2026-04-30T22:00Z"}, []event{many(400, false)}, "ask on, learn P61D", "03-01/05-01 01-01/03-01"},
		{"a day is cut where answers are exact", hourly(), []string{day1}, []event{many(0, false)}, "ask on", "06-01T12:00/06-02 06-01/06-01T12:00"},
		{"a day is not cut where days are whole", wholeDays, []string{day1, day2}, []event{many(0, false)}, "refuse 06-01/06-02, cannot be cut", "06-02/06-03"},
		{"a quarter of an hour is not cut", hourly(), []string{"2026-06-01T10:00Z/2026-06-01T10:15Z"}, []event{many(9, false)}, "refuse 06-01T12:00/06-01T12:15, cannot be cut", ""},
		{"parts of a day that are no better, refused as a whole", hourly(), []string{hours, day4},
			[]event{many(9, false), many(9, false)}, "ask on; refuse 06-01T12:00/06-01T12:30, cannot be cut", "06-04/06-05"},
		{"parts of a day that are no better, taken as a whole", hourly(), []string{hours, day4},
			[]event{many(9, true), many(9, true), many(9, true)}, "ask on; ask on; save part of 06-01T12:00/06-01T12:30, first", "06-01T12:00/06-01T12:30 06-04/06-05"},
		{"a part is taken where nothing can be cut", wholeDays, []string{day2, day1}, []event{many(9, true)}, "save part of 06-02/06-03, first", "06-02/06-03 06-01/06-02"},
		{"after three parts the next is not cut", wholeDays, []string{day3, day2, day1, four},
			[]event{many(9, true), {answered: true, Outcome: Outcome{Part: true}}, many(9, true), {answered: true, Outcome: Outcome{Part: true}}, many(9, true), {answered: true, Outcome: Outcome{Part: true}}, many(9, true)},
			"save part of 06-03/06-04, first; save part of 06-02/06-03; save part of 06-01/06-02; save part of 06-01/06-05", "06-01/06-05"},
		{"unknown words: the newest day first", hourly(), []string{four}, []event{failed(Outcome{Kind: Unexplained})}, "ask on", "06-04/06-05 06-01/06-04"},
		{"unknown words: the day is no better", hourly(), []string{four, "2026-05-28T22:00Z/2026-05-30T22:00Z"},
			[]event{failed(Outcome{Kind: Unexplained}), failed(Outcome{Kind: Unexplained})}, "ask on; refuse 06-01/06-05", "05-29/05-31"},
		{"unknown words: the day is answered, so it was the length", hourly(), []string{four},
			[]event{failed(Outcome{Kind: Unexplained}), answered(), failed(Outcome{Kind: Unexplained})}, "ask on; ask on", "06-02/06-04 06-01/06-02"},
		{"unknown words: a sample once in a job", hourly(), []string{four, "2026-05-25T22:00Z/2026-05-28T22:00Z"},
			[]event{failed(Outcome{Kind: Unexplained}), failed(Outcome{Kind: Unexplained}), failed(Outcome{Kind: Unexplained})}, "ask on; refuse 06-01/06-05; refuse 05-26/05-29", ""},
		{"unknown words: a day", hourly(), []string{day1}, []event{failed(Outcome{Kind: Unexplained})}, "refuse 06-01/06-02", ""},
		{"a refusal concerns one window", hourly(), []string{day2, day1}, []event{failed(Outcome{})}, "refuse 06-02/06-03", "06-01/06-02"},
		{"three refusals concern all", hourly(), []string{day4, day3, day2, day1}, []event{failed(Outcome{}), failed(Outcome{}), failed(Outcome{})},
			"refuse 06-04/06-05; refuse 06-03/06-04; refuse 06-02/06-03", ""},
		{"an answer between two refusals", hourly(), []string{day4, day3, day2, day1, "2026-05-29T22:00Z/2026-05-30T22:00Z"},
			[]event{failed(Outcome{}), failed(Outcome{}), answered(), failed(Outcome{})}, "refuse 06-04/06-05; refuse 06-03/06-04; refuse 06-01/06-02", "05-30/05-31"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := of(t, test.item, test.windows...)
			var steps []string
			for _, e := range test.events {
				if e.answered {
					a, _ = a.Answered(!e.Part)
					continue
				}
				var s Step
				a, s = a.After(e.Outcome)
				steps = append(steps, stepText(s))
			}
			if got := strings.Join(steps, "; "); got != test.steps {
				t.Errorf("steps\n%s, want\n%s", got, test.steps)
			}
			if got := short(a.windows...); got != test.left {
				t.Errorf("left is %s, want %s", got, test.left)
			}
			if got := a.Done(); got != (test.left == "") {
				t.Errorf("done: %v", got)
			}
		})
	}
}

// Of a document that is asked for by its mRID only the first part is asked: its
// period is not what is wanted, and no limit is learned of months.
func TestAgendaOfDocument(t *testing.T) {
	year := jobstest.Window(t, "2025-05-31T22:00Z/2026-05-31T22:00Z")
	a, s := OfDocument(Cut{Zone: entsoe.Brussels()}, "", year).After(Outcome{Kind: TooLong, Limit: timeseries.Step{Months: 1}})
	if got := short(a.windows...); got != "06-01/07-01" || stepText(s) != "ask on, learn P30D" {
		t.Errorf("%s, %s", got, stepText(s))
	}
	if _, s := OfDocument(Cut{Zone: entsoe.Brussels()}, "", year).After(Outcome{Kind: TooMany}); stepText(s) != "ask on" {
		t.Errorf("too many: %s", stepText(s))
	}
}

// An agenda is a value: what follows from one outcome does not change it for
// another.
func TestAgendaIsAValue(t *testing.T) {
	a := of(t, hourly(), "2026-05-31T22:00Z/2026-06-04T22:00Z", "2026-05-28T22:00Z/2026-05-30T22:00Z")
	before := fmt.Sprint(a)
	for _, kind := range []Kind{Refused, Unexplained, TooLong, TooMany, TooLarge} {
		next, _ := a.After(Outcome{Kind: kind, Limit: timeseries.Step{Days: 1}})
		next.Answered(true)
	}
	a.Answered(true)
	if got := fmt.Sprint(a); got != before {
		t.Errorf("%s, was %s", got, before)
	}
}

// A limit that was learned is forgotten once, when a longer window was answered.
func TestForget(t *testing.T) {
	windows := jobstest.Windows(t, "2026-06-02T22:00Z/2026-06-03T22:00Z", "2026-05-31T22:00Z/2026-06-02T22:00Z", "2026-05-28T22:00Z/2026-05-30T22:00Z")
	a := New(Cut{Item: hourly(), Zone: entsoe.Brussels()}, "P1D", windows)
	for i, want := range []bool{false, true, false} {
		var forget bool
		if a, forget = a.Answered(true); forget != want {
			t.Errorf("window %d: forget %v, want %v", i+1, forget, want)
		}
	}
}

func TestLimit(t *testing.T) {
	tests := []struct {
		catalogue, learned string
		perYear            int
		want               string
	}{
		{"P1Y", "", 35_040, "P1Y"},
		{"P1Y", "P1M", 35_040, "P1M"},
		{"P1D", "P1Y", 35_040, "P1Y"},
		{"P1Y", "", 1_000_000, "P1M"},
		{"P1Y", "P1Y", 10_000_000, "P1D"},
		{"", "", 35_040, ""},
	}
	for _, test := range tests {
		got := ""
		if limit := Limit(entsoe.Item{Limit: test.catalogue, PerYear: test.perYear}, test.learned); limit != (timeseries.Step{}) {
			got = limit.String()
		}
		if got != test.want {
			t.Errorf("%v: %q", test, got)
		}
	}
}
