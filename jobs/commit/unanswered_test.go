package commit

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/store"
	"entsoed/timeseries"
)

func day(n int) time.Time { return time.Date(2026, 6, n, 0, 0, 0, 0, time.UTC) }

func days(from, to int) timeseries.Window { return timeseries.Window{From: day(from), To: day(to)} }

// What stood outside of an answer stays, what it tells of goes, what was refused and
// it does not tell of yet is asked again, and a gap remembers since when it is asked for.
func TestSchedule(t *testing.T) {
	now := day(20)
	before := []store.Unanswered{
		{Window: days(1, 6), AskedFirst: day(7), AskedAt: day(7), AgainAt: day(8)},
		{Window: days(8, 10), AskedFirst: day(12), AskedAt: day(14), AgainAt: day(16), Refused: true},
	}
	u := Unanswered{
		Counts: []timeseries.Window{days(4, 12)}, Data: []timeseries.Window{days(4, 5), days(7, 8)},
		Gaps: []Gap{{Window: days(5, 7)}, {Window: days(10, 12)}, {Window: days(8, 9), Refused: true}},
	}
	want := []store.Unanswered{
		{Window: days(1, 4), AskedFirst: day(7), AskedAt: day(7), AgainAt: day(8)},
		{Window: days(9, 10), Refused: true, AskedFirst: day(12), AskedAt: now, AgainAt: now.Add(8 * 24 * time.Hour)},
		{Window: days(5, 7), AskedFirst: day(7), AskedAt: now, AgainAt: now.Add(13 * 24 * time.Hour)},
		{Window: days(10, 12), AskedFirst: now, AskedAt: now, AgainAt: now.Add(24 * time.Hour)},
		{Window: days(8, 9), Refused: true, AskedFirst: day(12), AskedAt: now, AgainAt: now.Add(8 * 24 * time.Hour)},
	}
	if diff := cmp.Diff(want, u.schedule(before, now)); diff != "" {
		t.Errorf("(-want, +got)\n%s", diff)
	}
}

// The wait doubles, and is longer for what is dear to ask.
func TestGapDueAt(t *testing.T) {
	now := day(20)
	hour := time.Hour
	tests := []struct {
		name  string
		gap   Gap
		asked time.Duration // for the first time, ago
		want  time.Duration
	}{
		{"was due just now", Gap{Window: days(19, 20)}, 0, hour},
		{"two days ago", Gap{Window: days(17, 18)}, 0, 6 * hour},
		{"the past", Gap{Window: days(1, 2)}, 0, 24 * hour},
		{"refused just now", Gap{Window: days(19, 20), Refused: true}, 0, 24 * hour},
		{"asked for since two days", Gap{Window: days(17, 18)}, 48 * hour, 48 * hour},
		{"asked for since years", Gap{Window: days(1, 2)}, 1000 * 24 * hour, LongestWait},
		{"dear", Gap{Window: days(1, 2), Requests: 16}, 0, 48 * hour},
		{"very dear", Gap{Window: days(1, 2), Requests: 4000}, 1000 * 24 * hour, 4 * LongestWait},
	}
	for _, test := range tests {
		if got := test.gap.dueAt(now.Add(-test.asked), now).Sub(now); got != test.want {
			t.Errorf("%s: again after %s, want %s", test.name, got, test.want)
		}
	}
}
