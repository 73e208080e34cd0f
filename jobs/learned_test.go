package jobs

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/entsoe/document"
	"entsoed/jobs/answer"
	"entsoed/jobs/commit"
	"entsoed/jobs/jobstest"
	"entsoed/store"
	"entsoed/timeseries"
)

const twoDays = jobstest.June1 + "/" + jobstest.June3

// daily is a task for an item that is published by the day, until the day after
// it, and read again a week later.
func daily(shape timeseries.Shape) task {
	return task{
		attempt: attempt{JobRow: &rivertype.JobRow{ID: 1}, Args: CollectArgs{Lane: store.LaneLive}},
		Row:     store.FeedRow{ID: 7}, Zone: entsoe.Brussels(),
		Item: entsoe.Item{Name: "daily", Shape: shape, Variants: []entsoe.Variant{{}}, Timetable: entsoe.Timetable{
			Unit:    entsoe.MarketDay,
			First:   entsoe.Reading{Latest: entsoe.Offset{Days: 1}},
			Rereads: []entsoe.Reading{{Earliest: entsoe.Offset{Days: 7}, Latest: entsoe.Offset{Days: 8}}},
		}},
	}
}

// replied is the reply to two days, sent at a time, of which the prices of the
// first came, or no data.
func replied(t *testing.T, asked task, sent string, data, lacking bool) reply {
	t.Helper()
	w := jobstest.Window(t, twoDays)
	reader := answer.NewReader(asked.question(w))
	reader.Lacking = lacking
	if data {
		if _, err := reader.Read(t.Context(), bytes.NewReader(jobstest.Prices(jobstest.PriceSeries{From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}}))); err != nil {
			t.Fatal(err)
		}
	}
	got := reply{Window: w, Requests: []store.FetchRecord{{Outcome: OutcomeData, Document: []byte("x")}}}
	var err error
	if got.Sent, err = time.Parse(time.DateTime, sent); err != nil {
		t.Fatal(err)
	}
	if got.Answer, err = reader.Answer(); err != nil {
		t.Fatal(err)
	}
	return got
}

// stagesText writes what the stages of coverage learn: "0 data w; 1 empty w".
func stagesText(stages []store.StageCover) string {
	var parts []string
	for _, s := range stages {
		for _, of := range []struct {
			name    string
			windows []timeseries.Window
		}{{"data", s.Data}, {"empty", s.Empty}, {"refused", s.Refused}} {
			for _, w := range of.windows {
				parts = append(parts, fmt.Sprintf("%d %s %s", s.Stage, of.name, w))
			}
		}
	}
	return strings.Join(parts, "; ")
}

// What each stage of coverage learns of an answer depends on what it holds and
// when it was asked for, and on nothing else.
func TestLearned(t *testing.T) {
	const (
		first  = "2026-05-31T22:00Z/2026-06-01T22:00Z"
		second = "2026-06-01T22:00Z/2026-06-02T22:00Z"
		both   = "2026-05-31T22:00Z/2026-06-02T22:00Z"
	)
	byMRID := daily(timeseries.ShapeSeries)
	byMRID.MRID = "x"
	register := daily(timeseries.ShapeRegister)
	register.Missed = jobstest.Windows(t, "2026-05-01T22:00Z/2026-05-02T22:00Z")
	tests := []struct {
		name, sent    string
		asked         task
		data, lacking bool
		want          string
	}{
		{"before the deadline", "2026-06-02 12:00:00", daily(timeseries.ShapeSeries), true, false, "0 data " + first},
		{"after the deadline", "2026-06-03 12:00:00", daily(timeseries.ShapeSeries), true, false, "0 data " + first + "; 0 empty " + second},
		{"late: the re-read as well", "2026-06-20 12:00:00", daily(timeseries.ShapeSeries), true, false,
			"0 data " + first + "; 0 empty " + second + "; 1 data " + first + "; 1 empty " + second},
		{"between the deadlines of the re-read", "2026-06-08 12:00:00", daily(timeseries.ShapeSeries), true, false,
			"0 data " + first + "; 0 empty " + second + "; 1 data " + first},
		{"no data", "2026-06-02 12:00:00", daily(timeseries.ShapeSeries), false, false, "0 empty " + first},
		{"before it can be published", "2026-05-31 12:00:00", daily(timeseries.ShapeSeries), true, false, ""},
		{"pages that lack", "2026-06-20 12:00:00", daily(timeseries.ShapeSeries), true, true, "0 refused " + both + "; 1 refused " + both},
		{"pages that lack, early", "2026-06-01 12:00:00", daily(timeseries.ShapeSeries), true, true, "0 refused " + first},
		{"a document by its mRID", "2026-06-20 12:00:00", byMRID, true, false, ""},
		{"a register counts for what was missing", "2026-06-04 12:00:00", register, false, false,
			"0 empty 2026-05-01T22:00Z/2026-05-02T22:00Z; 1 empty 2026-05-01T22:00Z/2026-05-02T22:00Z"},
	}
	for _, test := range tests {
		got := stagesText(test.asked.learned(replied(t, test.asked, test.sent, test.data, test.lacking)))
		if got != test.want {
			t.Errorf("%s: learned\n%s, want\n%s", test.name, got, test.want)
		}
	}
}

// A refused window is refused in every stage whose time has come. One of the
// feed's timetable makes the feed rarer, one beside it does not, and that a
// document cannot be asked for changes nothing.
func TestRefused(t *testing.T) {
	now := time.Date(2026, 6, 8, 12, 0, 0, 0, time.UTC)
	w := jobstest.Window(t, twoDays)
	requests := []store.FetchRecord{{Outcome: OutcomeData, Document: []byte("page")}, {Outcome: OutcomeRefused, Document: []byte("x")}}
	c := daily(timeseries.ShapeSeries).refused(w, &client.BadRequestError{}, requests, timeseries.Step{Days: 1}, now)
	if got, want := stagesText(c.Stages), "1 refused 2026-05-31T22:00Z/2026-06-01T22:00Z"; got != want {
		t.Errorf("later stages learned %s, want %s", got, want)
	}
	if diff := cmp.Diff([]timeseries.Window{w}, c.Answer.Refused); diff != "" || !c.Discourage || c.Completes {
		t.Errorf("first stage (-want, +got)\n%s, discourage %v, completes %v", diff, c.Discourage, c.Completes)
	}
	if diff := cmp.Diff([]commit.Gap{{Window: w, Refused: true, Requests: 2}}, c.Unanswered.Gaps); diff != "" {
		t.Errorf("asked again (-want, +got)\n%s", diff)
	}
	if c.Requests[0].Outcome != OutcomeUnused || c.Requests[0].Document != nil || c.Requests[1].Outcome != OutcomeRefused || requests[0].Outcome != OutcomeData {
		t.Errorf("requests %v", c.Requests)
	}
	backfill := daily(timeseries.ShapeSeries)
	backfill.Args.Lane = store.LaneBackfill
	if c := backfill.refused(w, &client.BadRequestError{}, nil, timeseries.Step{}, now); c.Discourage || !c.Answer.OffTimetable {
		t.Error("a backfill's refusal makes the feed rarer")
	}
	byMRID := daily(timeseries.ShapeDocuments)
	byMRID.MRID = "x"
	if c := byMRID.refused(w, &client.BadRequestError{}, requests, timeseries.Step{}, now); c.Answer != nil || c.Unanswered != nil || len(c.Requests) != 2 {
		t.Errorf("a document's refusal: %v", c)
	}
}

// Coverage calls refused what no curve was read of because of a fault, and never
// empty; what reaches beyond the window is not about it, and a Point too many about
// no time.
func TestFaultsLearned(t *testing.T) {
	const (
		second = "2026-06-01T22:00Z/2026-06-02T22:00Z"
		noon   = "2026-06-02T10:00Z"
	)
	span := func(text string) answer.Fault {
		return answer.Fault{Key: "item=daily", Span: jobstest.Window(t, text), Reason: "no number", Position: "line 3"}
	}
	asked := daily(timeseries.ShapeSeries)
	tests := []struct {
		name, sent string
		faults     []answer.Fault
		want       string
		found      int
	}{
		{"where another curve was read", "2026-06-03 12:00:00", []answer.Fault{span("2026-06-01T10:00Z/2026-06-01T12:00Z")}, "0 data " + jobstest.June1 + "/" + jobstest.June2 + "; 0 empty " + second, 1},
		{"where none was", "2026-06-03 12:00:00", []answer.Fault{span(noon + "/2026-06-09T00:00Z")},
			"0 data " + jobstest.June1 + "/" + jobstest.June2 + "; 0 empty 2026-06-01T22:00Z/" + noon + "; 0 refused " + noon + "/2026-06-02T22:00Z", 1},
		{"beyond the window", "2026-06-03 12:00:00", []answer.Fault{span("2026-06-05T10:00Z/2026-06-05T12:00Z")}, "0 data " + jobstest.June1 + "/" + jobstest.June2 + "; 0 empty " + second, 0},
		{"a Point too many", "2026-06-03 12:00:00", []answer.Fault{{Reason: "a Point too many"}}, "0 data " + jobstest.June1 + "/" + jobstest.June2 + "; 0 empty " + second, 1},
	}
	for _, test := range tests {
		got := replied(t, asked, test.sent, true, false)
		got.Answer.Faults = test.faults
		c := asked.answered(got, timeseries.Step{Days: 1}, got.Sent)
		first := store.StageCover{Data: c.Answer.Data, Empty: c.Answer.Empty, Refused: c.Answer.Refused}
		if text := stagesText([]store.StageCover{first}); strings.ReplaceAll(text, ":00Z;", "Z;") != strings.ReplaceAll(test.want, ":00Z;", "Z;") {
			t.Errorf("%s: learned\n%s, want\n%s", test.name, text, test.want)
		}
		if len(c.Faults.Found) != test.found {
			t.Errorf("%s: faults %v", test.name, c.Faults.Found)
		}
	}
}

// A window that cannot be read is a fault of any curve in all of it, and says
// where; one that the platform refuses is none.
func TestUnreadable(t *testing.T) {
	now := time.Date(2026, 6, 8, 12, 0, 0, 0, time.UTC)
	w := jobstest.Window(t, twoDays)
	requests := []store.FetchRecord{{Outcome: OutcomeUnused}, {Outcome: OutcomeUnknown, Document: []byte("x")}}
	cause := fmt.Errorf("document 3 of 12: %w", &document.DecodeError{Line: 30, Column: 9, Offset: 1234, Msg: "no number"})
	c := daily(timeseries.ShapeSeries).refused(w, cause, requests, timeseries.Step{Days: 1}, now)
	want := []commit.Fault{{Window: w, Reason: "no number", Position: "document 3 of 12: line 30, column 9 (byte 1234)", Requests: 2, Request: 1}}
	if diff := cmp.Diff(want, c.Faults.Found); diff != "" {
		t.Errorf("faults (-want, +got)\n%s", diff)
	}
	if diff := cmp.Diff([]store.Unread{{Window: w}}, c.Answer.Unread); diff != "" {
		t.Errorf("unread (-want, +got)\n%s", diff)
	}
	c = daily(timeseries.ShapeSeries).refused(w, &client.BadRequestError{}, requests, timeseries.Step{Days: 1}, now)
	if len(c.Faults.Found) > 0 || len(c.Answer.Unread) > 0 {
		t.Errorf("a refusal has the faults %v", c.Faults.Found)
	}
}

// What an answer lacks is asked again, at the price of the requests that takes;
// what a backfill has done is what the answer counts for.
func TestAnswered(t *testing.T) {
	asked := daily(timeseries.ShapeSeries)
	asked.Args.Backfill, asked.Args.Feed = 3, 7
	now := time.Date(2026, 6, 20, 12, 0, 0, 0, time.UTC)
	c := asked.answered(replied(t, asked, "2026-06-20 12:00:00", true, false), timeseries.Step{Days: 1}, now)
	if diff := cmp.Diff([]commit.Gap{{Window: jobstest.Window(t, "2026-06-01T22:00Z/2026-06-02T22:00Z"), Requests: 1}}, c.Unanswered.Gaps); diff != "" {
		t.Errorf("asked again (-want, +got)\n%s", diff)
	}
	want := store.BackfillRead{Backfill: 3, FeedID: 7, Done: jobstest.Windows(t, twoDays)}
	if diff := cmp.Diff(want, c.Progress); diff != "" {
		t.Errorf("progress (-want, +got)\n%s", diff)
	}
	if len(c.Answer.Rows.(timeseries.Curves)) != 1 || c.Answer.FeedID != 7 || !c.Answer.KnownAt.Equal(now) || len(c.Stages) != 1 {
		t.Errorf("answer %v, stages %v", c.Answer, c.Stages)
	}
}

// hours reads windows of one day as pairs of hours: hours(0, 6, 8, 12).
func hours(pairs ...int) []timeseries.Window {
	var windows []timeseries.Window
	for i := 0; i < len(pairs); i += 2 {
		windows = append(windows, timeseries.Window{From: hour(pairs[i]), To: hour(pairs[i+1])})
	}
	return windows
}

func hour(n int) time.Time { return time.Date(2026, 6, 1, n, 0, 0, 0, time.UTC) }

func TestCovered(t *testing.T) {
	tests := []struct {
		name              string
		asked             timeseries.Window
		periods           []timeseries.Window
		possible, settled int
		data, empty       []timeseries.Window
	}{
		{"complete answer", hours(0, 24)[0], hours(0, 24), 30, 30, hours(0, 24), nil},
		{"not yet due is neither", hours(0, 24)[0], hours(0, 10), 24, 12, hours(0, 10), hours(10, 12)},
		{"a hole", hours(0, 24)[0], hours(0, 5, 7, 24), 30, 30, hours(0, 5, 7, 24), hours(5, 7)},
		{"no data", hours(0, 24)[0], nil, 24, 9, nil, hours(0, 9)},
		{"no data before the deadline", hours(12, 24)[0], nil, 24, 9, nil, nil},
		{"beyond what can be published", hours(0, 24)[0], hours(0, 24), 12, 10, hours(0, 12), nil},
		{"outside the asked window", hours(6, 8)[0], hours(0, 24), 30, 30, hours(6, 8), nil},
		{"doubles", hours(0, 24)[0], hours(0, 24, 0, 24), 30, 30, hours(0, 24), nil},
	}
	for _, test := range tests {
		data, empty := covered(test.asked, test.periods, hour(test.possible), hour(test.settled))
		if diff := cmp.Diff(test.data, data); diff != "" {
			t.Errorf("%s: data (-want, +got)\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.empty, empty); diff != "" {
			t.Errorf("%s: empty (-want, +got)\n%s", test.name, diff)
		}
	}
}
