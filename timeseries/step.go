package timeseries

import (
	"fmt"
	"time"
)

// Step is a resolution of IEC 62325 (an ISO 8601 duration): a fixed number of
// seconds (PT15M) or a number of calendar days, months or years (P1D, P7D,
// P1M, P3M, P1Y), which are counted in local time.
type Step struct {
	Seconds int64 // of PT steps; 0 for calendar steps
	Days    int
	Months  int
}

// Calendar reports whether the step is counted in local days or months.
func (s Step) Calendar() bool { return s.Days != 0 || s.Months != 0 }

// String returns the canonical form, so that equal steps have equal texts:
// minutes for PT steps (PT60M, not PT1H), seconds where they are no whole
// minutes (PT4S), days (P7D, not P1W), years before months (P1Y, not P12M).
func (s Step) String() string {
	switch {
	case s.Months != 0 && s.Months%12 == 0:
		return fmt.Sprintf("P%dY", s.Months/12)
	case s.Months != 0:
		return fmt.Sprintf("P%dM", s.Months)
	case s.Days != 0:
		return fmt.Sprintf("P%dD", s.Days)
	case s.Seconds%60 == 0:
		return fmt.Sprintf("PT%dM", s.Seconds/60)
	}
	return fmt.Sprintf("PT%dS", s.Seconds)
}

// Add returns the instant n steps after t. Calendar steps are taken in zone
// and keep its clock time; a month that lacks the day of t gives its last day.
func (s Step) Add(t time.Time, n int, zone *time.Location) time.Time {
	if !s.Calendar() {
		return time.Unix(t.Unix()+s.Seconds*int64(n), int64(t.Nanosecond())).UTC() // a time.Duration ends after 292 years
	}
	local := t.In(zone)
	day := local.Day()
	if s.Months != 0 {
		day = min(day, monthDays(local.Year(), local.Month()+time.Month(s.Months*n)))
	}
	hour, minute, second := local.Clock()
	return time.Date(local.Year(), local.Month()+time.Month(s.Months*n), day+s.Days*n,
		hour, minute, second, local.Nanosecond(), zone).UTC()
}

// monthDays returns the number of days of a month; months beyond December
// count on into the years after.
func monthDays(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
