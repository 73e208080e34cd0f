package main

import (
	"fmt"
	"time"
)

// parseWhen reads an instant as people write it on a command line. A date, a
// month or a year is the start of that day, month or year in zone: for
// 2026-11-01 in Germany that is 2026-10-31T23:00Z, where the market day
// begins. A time of day must say its offset from UTC, for twice a year a local
// clock alone does not tell the instant.
func parseWhen(text string, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t.UTC(), nil
		}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if _, err := time.Parse(layout, text); err == nil {
			return time.Time{}, fmt.Errorf("%q has no offset from UTC: write 2026-11-01T12:00Z or 2026-11-01T13:00+01:00", text)
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: write a day (2026-11-01), a month (2026-11), a year, or a time with its offset (2026-11-01T12:00Z)", text)
}
