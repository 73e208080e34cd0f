package timeseries

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJoinRuns(t *testing.T) {
	run := func(from, to int, mw float64) Run { return Run{From: hour(from), To: hour(to), Value: mw} }
	tests := []struct {
		name      string
		got, want []Run
		wrong     string
	}{
		{"nothing", nil, nil, ""},
		{"in the order of time", []Run{run(6, 8, 10), run(1, 2, 20)}, []Run{run(1, 2, 20), run(6, 8, 10)}, ""},
		{"of one value, one after the other", []Run{run(1, 2, 20), run(2, 5, 20)}, []Run{run(1, 5, 20)}, ""},
		{"another value follows", []Run{run(1, 2, 20), run(2, 5, 30)}, []Run{run(1, 2, 20), run(2, 5, 30)}, ""},
		{"with a gap between them", []Run{run(1, 2, 20), run(3, 5, 20)}, []Run{run(1, 2, 20), run(3, 5, 20)}, ""},
		{"said twice, once within the other", []Run{run(1, 8, 20), run(2, 3, 20), run(1, 8, 20)}, []Run{run(1, 8, 20)}, ""},
		{"two values of one time", []Run{run(1, 4, 20), run(3, 5, 30)}, nil, "two values at 2026-06-01T03:00:00Z: 20 and 30"},
		{"no time at all", []Run{run(3, 3, 20)}, nil, "its run of 20 MW ends at 2026-06-01T03:00:00Z, not after its start 2026-06-01T03:00:00Z"},
	}
	for _, test := range tests {
		got, err := JoinRuns(test.got)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: (-want, +got)\n%s", test.name, diff)
		}
		if message := errorText(err); message != test.wrong {
			t.Errorf("%s: error %q, want %q", test.name, message, test.wrong)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
