package timeseries

// Series is one series of an answer, with its points. It occurs once in an
// answer.
type Series struct {
	Attributes Attributes
	Step       Step
	Spans      []Window // its Periods: where the answer speaks of the series
	Points     []Point  // sorted by At, unique
}
