package simulator

import (
	"strings"
	"time"

	"entsoed/timeseries"
)

// wrongInterval is the platform's answer to a period that cannot be meant.
const wrongInterval = "Delivered time interval is not valid for this Data item."

// unknownCombination is the answer to types that do not go together.
const unknownCombination = "The combination of [%s] is not valid, or the requested data is not allowed to be fetched via this service."

// readAxis reads what the request asks for in time: a period of delivery, the
// time in which documents were changed, or a date. The limit of the item holds
// for the period, and for the time of changes alone where that is given.
func (q *question) readAxis(limit string) (wrong *refusal) {
	if q.dated {
		q.asked, wrong = q.params.date()
		return wrong
	}
	if status := q.params[paramStatus]; q.documents && status != "" && !among("A02 A05 A09 A13", status, false) ||
		q.namespace == nsOutage30 && status == "A02" { // entsoe-py#495
		return badRequest(unknownCombination, q.params.combination()+", DOC_STATUS="+status)
	}
	if q.documents && q.params.tellsUpdate() {
		if q.updated, wrong = q.params.window(updateParams, time.Minute); wrong != nil {
			return wrong
		}
		if q.params.tellsDelivery() {
			if q.asked, wrong = q.params.window(deliveryParams, time.Minute); wrong != nil {
				return wrong
			}
		}
		return q.checkLimit(q.updated, limit)
	}
	if q.documents && q.params[paramMRID] != "" && !q.params.tellsDelivery() {
		return nil
	}
	if q.asked, wrong = q.params.window(deliveryParams, q.wholes()); wrong != nil {
		return wrong
	}
	return q.checkLimit(q.asked, limit)
}

// wholes is what the ends of a period must be multiples of: of curves quarter
// hours, the shortest market time unit.
func (q *question) wholes() time.Duration {
	if q.minute || q.documents {
		return time.Minute
	}
	return 15 * time.Minute
}

// periodParams are the parameters of a period: two, or one in their place.
type periodParams struct{ start, end, interval, startName, endName string }

var (
	deliveryParams = periodParams{paramStart, paramEnd, paramInterval, "PeriodStart", "PeriodEnd"}
	updateParams   = periodParams{paramUpdateStart, paramUpdateEnd, paramUpdateInterval, "PeriodStartUpdate", "PeriodEndUpdate"}
)

func (p parameters) tellsDelivery() bool { return p.tells(deliveryParams) }
func (p parameters) tellsUpdate() bool   { return p.tells(updateParams) }

func (p parameters) tells(names periodParams) bool {
	return p[names.start] != "" || p[names.end] != "" || p[names.interval] != ""
}

// window reads a period, given by its two ends or as an interval.
func (p parameters) window(names periodParams, whole time.Duration) (timeseries.Window, *refusal) {
	start, end, layout := p[names.start], p[names.end], "200601021504"
	if interval, ok := p[names.interval]; ok {
		if start != "" || end != "" {
			return timeseries.Window{}, badRequest(wrongInterval)
		}
		start, end, _ = strings.Cut(interval, "/")
		layout = ""
	}
	switch {
	case start == "":
		return timeseries.Window{}, badRequest("Mandatory parameter %s is missing.", names.startName)
	case end == "":
		return timeseries.Window{}, badRequest("Mandatory parameter %s is missing.", names.endName)
	}
	from, ok1 := readTime(start, layout, whole)
	to, ok2 := readTime(end, layout, whole)
	if !ok1 || !ok2 || to.Before(from) {
		return timeseries.Window{}, badRequest(wrongInterval)
	}
	return timeseries.Window{From: from, To: to}, nil
}

// date reads the day of a register.
func (p parameters) date() (timeseries.Window, *refusal) {
	text := p[paramDate]
	if text == "" {
		return timeseries.Window{}, badRequest("Mandatory parameter Implementation_DateAndOrTime is missing.")
	}
	from, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return timeseries.Window{}, badRequest(wrongInterval)
	}
	return timeseries.Window{From: from, To: from.AddDate(0, 0, 1)}, nil
}

// readTime reads a time of a layout, or without one 2016-01-01T00:00Z with or
// without seconds and milliseconds.
func readTime(text, layout string, whole time.Duration) (time.Time, bool) {
	layouts := []string{layout}
	if layout == "" {
		layouts = []string{"2006-01-02T15:04Z", time.RFC3339Nano}
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, text); err == nil {
			return t.UTC(), t.Equal(t.Truncate(whole))
		}
	}
	return time.Time{}, false
}
