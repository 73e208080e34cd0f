package timeseries

import (
	"fmt"
	"strings"
)

// ParseStep reads an ISO 8601 duration of one kind: "PT15M", "PT1H", "P7D",
// "P1W", "P3M", "P1Y", "P100D". Parts that are zero may stand beside it, as
// some writers spell all of them (P0Y0M0DT1H0M0S). Durations of nothing, of
// mixed kinds (P1DT1H), of fractions or below zero are errors.
func ParseStep(text string) (Step, error) {
	sum, ok := parseDuration(text)
	if !ok || !sum.oneKind() {
		return Step{}, fmt.Errorf("%q is no resolution", text)
	}
	return sum, nil
}

// ParseResolution reads a duration that can be the resolution of a market
// document. Beyond ParseStep it demands a market time unit: a span that
// divides the day (PT4S, PT15M, PT60M), a day, a week, a month, a quarter or a
// year. Anything else (PT7M, P2D) is unknown and an error.
func ParseResolution(text string) (Step, error) {
	step, err := ParseStep(text)
	if err != nil || !step.marketTimeUnit() {
		return Step{}, fmt.Errorf("unknown resolution %q", text)
	}
	return step, nil
}

func (s Step) marketTimeUnit() bool {
	const day = 24 * 60 * 60
	switch s {
	case Step{Days: 1}, Step{Days: 7}, Step{Months: 1}, Step{Months: 3}, Step{Months: 12}:
		return true
	}
	return s.Seconds > 0 && s.Seconds < day && day%s.Seconds == 0
}

// oneKind reports whether exactly one of seconds, days and months is there.
func (s Step) oneKind() bool {
	kinds := 0
	for _, n := range []int64{s.Seconds, int64(s.Days), int64(s.Months)} {
		if n != 0 {
			kinds++
		}
	}
	return kinds == 1
}

// parseDuration adds up the parts of an ISO 8601 duration, which must come in
// the order of their units.
func parseDuration(text string) (sum Step, ok bool) {
	rest, ok := strings.CutPrefix(text, "P")
	date, clock, timed := strings.Cut(rest, "T")
	if !ok || rest == "" || timed && clock == "" {
		return Step{}, false
	}
	if !parseParts(date, "YMWD", func(unit byte, n int) { sum.addDate(unit, n) }) {
		return Step{}, false
	}
	return sum, parseParts(clock, "HMS", func(unit byte, n int) { sum.addClock(unit, n) })
}

// parseParts reads numbers, each followed by one of units, in the units' order.
func parseParts(text, units string, add func(unit byte, n int)) bool {
	for text != "" {
		n, digits := 0, 0
		for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
			if n = n*10 + int(text[digits]-'0'); n > maxPart {
				return false
			}
			digits++
		}
		if digits == 0 || digits == len(text) {
			return false
		}
		at := strings.IndexByte(units, text[digits])
		if at < 0 {
			return false
		}
		add(units[at], n)
		text, units = text[digits+1:], units[at+1:]
	}
	return true
}

// maxPart bounds one number of a duration, so that sums cannot overflow.
const maxPart = 1_000_000

func (s *Step) addDate(unit byte, n int) {
	switch unit {
	case 'Y':
		s.Months += 12 * n
	case 'M':
		s.Months += n
	case 'W':
		s.Days += 7 * n
	case 'D':
		s.Days += n
	}
}

func (s *Step) addClock(unit byte, n int) {
	switch unit {
	case 'H':
		s.Seconds += int64(n) * 3600
	case 'M':
		s.Seconds += int64(n) * 60
	case 'S':
		s.Seconds += int64(n)
	}
}
