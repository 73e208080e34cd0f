package main

import (
	"testing"
	"time"

	"entsoed/entsoe"
)

func TestParseWhen(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2026-11-01", "2026-10-31T23:00:00Z"},
		{"2026-07-01", "2026-06-30T22:00:00Z"},
		{"2026-10-25", "2026-10-24T22:00:00Z"}, // the day of the clock change begins in summer time
		{"2026-10-26", "2026-10-25T23:00:00Z"},
		{"2026-11", "2026-10-31T23:00:00Z"},
		{"2026", "2025-12-31T23:00:00Z"},
		{"2026-11-01T12:00Z", "2026-11-01T12:00:00Z"},
		{"2026-11-01T12:00+01:00", "2026-11-01T11:00:00Z"},
		{"2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z"},
		{"2026-11-01T12Z", "2026-11-01T12:00:00Z"},
		{"2026-11-01T12:00", ""},
		{"2026-11-01 12:00", ""},
		{"2026-13-01", ""},
		{"tomorrow", ""},
		{"", ""},
	} {
		got, err := parseWhen(c.text, entsoe.Brussels())
		switch {
		case c.want == "" && err == nil:
			t.Errorf("%q was read as %s", c.text, got)
		case c.want != "" && err != nil:
			t.Error(err)
		case c.want != "" && got.Format(time.RFC3339) != c.want:
			t.Errorf("%q: got %s, want %s", c.text, got.Format(time.RFC3339), c.want)
		}
	}
}
