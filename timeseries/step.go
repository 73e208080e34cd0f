package timeseries

import "time"

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

// Add returns the instant n steps after t. Calendar steps are taken in zone.
func (s Step) Add(t time.Time, n int, zone *time.Location) time.Time {
	if !s.Calendar() {
		return t.Add(time.Duration(s.Seconds) * time.Duration(n) * time.Second)
	}
	return t.In(zone).AddDate(0, s.Months*n, s.Days*n).UTC()
}
