package jobs

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/timeseries"
)

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
