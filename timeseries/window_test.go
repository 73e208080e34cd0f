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
