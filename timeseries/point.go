package timeseries

import "time"

// Point is one value of a series: it holds over the interval of the series'
// resolution that starts at At.
type Point struct {
	At    int64   // start of the interval, seconds since 1970-01-01T00:00Z
	Value float64 // in the unit of the series
}

// Time returns the start of the point's interval in UTC.
func (p Point) Time() time.Time { return time.Unix(p.At, 0).UTC() }
