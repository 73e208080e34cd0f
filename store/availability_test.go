package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// available writes what the view says of an area, a line each.
func available(t *testing.T, db *store.DB, eic string) []string {
	t.Helper()
	rows, err := db.Availability(t.Context(), eic)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range rows {
		line := r.Area + " " + r.Variant + ": " + r.State
		if r.Since != nil {
			line += fmt.Sprintf(", %s to %s", r.Since.UTC().Format("01-02T15"), r.Until.UTC().Format("01-02T15"))
		}
		if r.Resolution != nil {
			line += " " + *r.Resolution
		}
		if r.RowsPerYear != nil {
			line += fmt.Sprintf(" %d rows", *r.RowsPerYear)
		}
		lines = append(lines, line)
	}
	return lines
}

// The view tells feeds apart by what they have answered, and of those that
// publish how much that is.
func TestAvailability(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feeds, err := db.EnsureFeeds(t.Context(), []store.FeedRow{
		{Item: "day_ahead_prices", Area: dbtest.Germany, Name: "a", Variant: "publishes"},
		{Item: "day_ahead_prices", Area: dbtest.Germany, Name: "b", Variant: "silent"},
		{Item: "day_ahead_prices", Area: dbtest.Germany, Name: "c", Variant: "never answered"},
		{Item: "day_ahead_prices", Area: dbtest.Germany, Name: "d", Variant: "never asked"},
		{Item: "physical_flows", Area: dbtest.France, CounterArea: dbtest.Germany, Name: "e", Variant: "border"},
		{Item: "day_ahead_prices", Area: dbtest.France, Name: "f", Variant: "of another area"},
	})
	if err != nil {
		t.Fatal(err)
	}
	data := func(f store.FeedRow, from, to float64, series ...timeseries.Series) {
		dbtest.MustSave(t, db, store.Answer{FeedID: f.ID, Asked: dbtest.Window(from, to), KnownAt: dbtest.After(to), Rows: timeseries.Curves(series), Data: []timeseries.Window{dbtest.Window(from, to)}})
	}
	empty := func(f store.FeedRow, at float64) {
		dbtest.MustSave(t, db, store.Answer{FeedID: f.ID, Asked: dbtest.Window(at-24, at), KnownAt: dbtest.After(at), Empty: []timeseries.Window{dbtest.Window(at-24, at)}})
	}
	day := make([]float64, 96)
	data(feeds[0], 0, 24, dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, day[:24]...))
	data(feeds[0], 24*40, 24*41, dbtest.With(dbtest.PriceSeries("PT15M", dbtest.QuarterHour), 24*40, day...), dbtest.With(dbtest.PriceSeries("PT15M", dbtest.QuarterHour, "sequence", "2"), 24*40, day...))
	data(feeds[1], 0, 24, dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, "sequence", "9"), 0, day[:24]...))
	empty(feeds[1], 24*8)
	empty(feeds[1], 24*10)
	empty(feeds[2], 24)

	want := []string{
		"a publishes: publishes, 04-10T00 to 04-11T00 PT15M 70128 rows",
		"a publishes: publishes, 03-01T00 to 03-02T00 PT60M 0 rows",
		"b silent: silent, 03-01T00 to 03-02T00 PT60M 8766 rows",
		"c never answered: never answered",
		"d never asked: never asked",
		"e border: never asked",
	}
	if diff := cmp.Diff(want, available(t, db, dbtest.Germany)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestAvailabilityFollowsTheValues: the ends of what is stored are kept with each save,
// whatever it adds or takes back, and are those that a look at the values finds.
func TestAvailabilityFollowsTheValues(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	for n, step := range []struct {
		name     string
		from, to float64 // hours of the window that is asked
		values   []float64
		want     string
	}{
		{"a day", 24, 48, make([]float64, 24), "03-02T00 to 03-03T00 "},
		{"the day before", 0, 24, make([]float64, 24), "03-01T00 to 03-03T00 "},
		{"the last hour is taken back", 47, 48, []float64{}, "03-01T00 to 03-02T23 "},
		{"the first two hours are taken back", 0, 2, []float64{}, "03-01T02 to 03-02T23 "},
		{"an hour between is taken back", 24, 25, []float64{}, "03-01T02 to 03-02T23 "},
		{"an hour more", 48, 49, []float64{1}, "03-01T02 to 03-03T01 "},
		{"half of the hours of a day", 72, 96, make([]float64, 12), "03-01T02 to 03-04T12 "},
	} {
		s := dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), step.from, step.values...)
		s.Spans = []timeseries.Window{dbtest.Window(step.from, step.to)}
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: s.Spans[0], KnownAt: dbtest.After(100 + float64(n)), Rows: timeseries.Curves{s}, Data: s.Spans})
		ends := func() string {
			before, _, _ := strings.Cut(available(t, db, dbtest.Germany)[0], "PT60M")
			return before
		}
		if kept, want := ends(), dbtest.Germany+" : publishes, "+step.want; kept != want {
			t.Errorf("%s: kept %q, want %q", step.name, kept, want)
		}
		dbtest.Exec(t, db, `select entsoe.recount_curves(array[$1::bigint])`, feed.ID)
		if found, want := ends(), dbtest.Germany+" : publishes, "+step.want; found != want {
			t.Errorf("%s: found %q, want %q", step.name, found, want)
		}
	}
}

// What feeds learn of their answers: when there was data first and last, and
// since when there is none. A backfill of the past tells nothing of today.
func TestFeedsLearn(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	ask := func(asked timeseries.Window, known float64, data bool) {
		a := store.Answer{FeedID: feed.ID, Asked: asked, KnownAt: dbtest.After(known)}
		if data {
			a.Rows, a.Data = timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), asked.From.Sub(dbtest.Day0).Hours(), 1)}, []timeseries.Window{asked}
		} else {
			a.Empty = []timeseries.Window{asked}
		}
		dbtest.MustSave(t, db, a)
	}
	const hoursOfYear = 8784
	for _, step := range []struct {
		name                string
		ask                 func()
		first, last, silent string // hours after day0
		streak              int
	}{
		{"the past has nothing", func() { ask(dbtest.Window(-2*hoursOfYear, 1-2*hoursOfYear), 1, false) }, "", "", "", 0},
		{"the past has data", func() { ask(dbtest.Window(1-2*hoursOfYear, 2-2*hoursOfYear), 2, true) }, "", "", "", 0},
		{"nothing", func() { ask(dbtest.Window(0, 1), 3, false) }, "", "", "3h0m0s", 1},
		{"nothing again", func() { ask(dbtest.Window(1, 2), 4, false) }, "", "", "3h0m0s", 2},
		{"data", func() { ask(dbtest.Window(2, 3), 5, true) }, "5h0m0s", "5h0m0s", "", 0},
		{"more data", func() { ask(dbtest.Window(3, 4), 6, true) }, "5h0m0s", "6h0m0s", "", 0},
		{"nothing more", func() { ask(dbtest.Window(4, 5), 7, false) }, "5h0m0s", "6h0m0s", "7h0m0s", 1},
	} {
		step.ask()
		var first, last, silent *time.Time
		var streak int
		if err := db.Pool.QueryRow(t.Context(), `select first_data_at, last_data_at, silent_since, empty_streak from entsoe.feeds`).Scan(&first, &last, &silent, &streak); err != nil {
			t.Fatal(err)
		}
		since := func(at *time.Time) string {
			if at == nil {
				return ""
			}
			return at.Sub(dbtest.Day0).String()
		}
		if since(first) != step.first || since(last) != step.last || since(silent) != step.silent || streak != step.streak {
			t.Errorf("%s: first %q last %q silent %q streak %d, want %q %q %q %d", step.name,
				since(first), since(last), since(silent), streak, step.first, step.last, step.silent, step.streak)
		}
	}
}
