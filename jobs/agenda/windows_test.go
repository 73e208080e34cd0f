package agenda

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/jobs/jobstest"
	"entsoed/timeseries"
)

func TestRequests(t *testing.T) {
	month := timeseries.Step{Months: 1}
	tests := []struct {
		name, item    string
		missing, want []string
		limit         timeseries.Step
	}{
		{"nothing", "actual_total_load", nil, nil, month},
		{"whole quarter hours", "actual_total_load",
			[]string{"2026-06-01T10:07Z/2026-06-01T11:01Z"},
			[]string{"2026-06-01T10:00Z/2026-06-01T11:15Z"}, month},
		{"whole market days", "day_ahead_prices",
			[]string{"2026-06-01T10:00Z/2026-06-01T11:00Z"},
			[]string{"2026-05-31T22:00Z/2026-06-01T22:00Z"}, month},
		{"near holes in one request", "actual_total_load",
			[]string{"2026-06-01T10:00Z/2026-06-01T11:00Z", "2026-06-03T00:00Z/2026-06-03T01:00Z"},
			[]string{"2026-06-01T10:00Z/2026-06-03T01:00Z"}, month},
		{"far holes apart, newest first", "actual_total_load",
			[]string{"2026-01-01T10:00Z/2026-01-01T11:00Z", "2026-06-03T00:00Z/2026-06-03T01:00Z"},
			[]string{"2026-06-03T00:00Z/2026-06-03T01:00Z", "2026-01-01T10:00Z/2026-01-01T11:00Z"}, month},
		{"cut at the limit, counted in UTC", "actual_total_load",
			[]string{"2025-04-30T22:00Z/2025-05-31T22:00Z"},
			[]string{"2025-05-30T22:00Z/2025-05-31T22:00Z", "2025-04-30T22:00Z/2025-05-30T22:00Z"}, month},
		{"near holes that no request holds", "actual_total_load",
			[]string{"2026-06-01T10:00Z/2026-06-01T11:00Z", "2026-06-03T00:00Z/2026-06-03T01:00Z"},
			[]string{"2026-06-03T00:00Z/2026-06-03T01:00Z", "2026-06-01T10:00Z/2026-06-01T11:00Z"}, timeseries.Step{Days: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := Cut{Item: jobstest.Item(t, test.item), Zone: entsoe.Brussels(), Limit: test.limit}.Requests(jobstest.Windows(t, test.missing...))
			if diff := cmp.Diff(jobstest.Windows(t, test.want...), got); diff != "" {
				t.Errorf("(-want, +got)\n%s", diff)
			}
		})
	}
}

// A backfill of a register reaches to the second in which it was started; its one
// request, for the newest day, begins and ends at whole minutes all the same.
func TestRequestOfNewestState(t *testing.T) {
	zone := entsoe.Brussels()
	missing := []timeseries.Window{
		{From: time.Date(2026, 5, 1, 0, 0, 7, 0, zone), To: time.Date(2026, 5, 2, 0, 0, 7, 0, zone)},
		{From: time.Date(2026, 6, 1, 10, 0, 7, 0, zone), To: time.Date(2026, 6, 1, 11, 1, 2, 5, zone)},
	}
	got := Cut{Item: jobstest.Item(t, "production_and_generation_units"), Zone: zone}.Requests(missing)
	if diff := cmp.Diff(jobstest.Windows(t, "2026-06-01T08:00Z/2026-06-01T09:02Z"), got); diff != "" {
		t.Errorf("(-want, +got)\n%s", diff)
	}
}

// A window that a person fixed is asked as it is, so that coverage says of
// those hours what it was asked, and nothing else.
func TestFixedIsNotWidened(t *testing.T) {
	w := jobstest.Window(t, "2023-08-16T00:00Z/2023-08-16T22:00Z")
	got := Cut{Item: jobstest.Item(t, "day_ahead_prices"), Zone: entsoe.Brussels(), Limit: timeseries.Step{Months: 12}}.Fixed(w)
	if diff := cmp.Diff([]timeseries.Window{w}, got); diff != "" {
		t.Errorf("(-want, +got)\n%s", diff)
	}
}

// However a window is halved, the parts are adjacent, disjoint and together the
// window, newest first; and halving ends.
func TestHalves(t *testing.T) {
	tests := []struct {
		window string
		want   []string
	}{
		{"2026-06-01T22:00Z/2026-06-02T22:00Z", nil},
		{"2026-06-02T08:00Z/2026-06-02T10:00Z", nil},
		{"2026-06-02T08:00Z/2026-06-03T10:00Z", []string{"2026-06-02T22:00Z/2026-06-03T10:00Z", "2026-06-02T08:00Z/2026-06-02T22:00Z"}},
		{"2026-03-28T23:00Z/2026-03-30T22:00Z", []string{"2026-03-29T22:00Z/2026-03-30T22:00Z", "2026-03-28T23:00Z/2026-03-29T22:00Z"}},
		{"2026-01-01T00:00Z/2027-01-01T00:00Z", []string{"2026-07-01T22:00Z/2027-01-01T00:00Z", "2026-01-01T00:00Z/2026-07-01T22:00Z"}},
	}
	for _, test := range tests {
		got := Cut{Zone: entsoe.Brussels()}.halves(jobstest.Window(t, test.window))
		if diff := cmp.Diff(jobstest.Windows(t, test.want...), got); diff != "" {
			t.Errorf("%s: (-want, +got)\n%s", test.window, diff)
		}
	}
}
