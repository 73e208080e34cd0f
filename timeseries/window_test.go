package timeseries

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// hours reads windows of one day as pairs of hours: hours(0, 6, 8, 12).
func hours(pairs ...int) []Window {
	var windows []Window
	for i := 0; i < len(pairs); i += 2 {
		windows = append(windows, Window{From: hour(pairs[i]), To: hour(pairs[i+1])})
	}
	return windows
}

func hour(n int) time.Time { return time.Date(2026, 6, 1, n, 0, 0, 0, time.UTC) }

func TestUnion(t *testing.T) {
	tests := []struct {
		name      string
		got, want []Window
	}{
		{"nothing", nil, nil},
		{"empty ones vanish", hours(3, 3, 5, 4), nil},
		{"apart", hours(4, 5, 1, 2), hours(1, 2, 4, 5)},
		{"touching", hours(2, 4, 1, 2), hours(1, 4)},
		{"overlapping and inside", hours(1, 6, 2, 3, 5, 8), hours(1, 8)},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, Union(test.got)); diff != "" {
			t.Errorf("%s: (-want, +got)\n%s", test.name, diff)
		}
	}
}

func TestWithout(t *testing.T) {
	day := hours(0, 24)[0]
	tests := []struct {
		name        string
		taken, want []Window
	}{
		{"nothing", nil, hours(0, 24)},
		{"all", hours(0, 24), nil},
		{"more than all", hours(-3, 30), nil},
		{"ends", hours(-3, 1, 20, 30), hours(1, 20)},
		{"middle", hours(5, 6, 9, 10), hours(0, 5, 6, 9, 10, 24)},
		{"elsewhere", hours(-5, -4, 30, 31), hours(0, 24)},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, day.Without(test.taken)); diff != "" {
			t.Errorf("%s: (-want, +got)\n%s", test.name, diff)
		}
	}
}
