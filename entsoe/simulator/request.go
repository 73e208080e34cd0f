package simulator

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"entsoed/timeseries"
)

// parameterNames are the parameters that the platform knows, in lower case:
// names are told apart without regard to case (measured in 2026-08, against
// the documentation), values with it.
var parameterNames = strings.Fields(`securitytoken
	documenttype processtype businesstype psrtype docstatus curvetype offset mrid direction
	in_domain out_domain outbiddingzone_domain inbiddingzone_domain biddingzone_domain controlarea_domain area_domain
	connecting_domain acquiring_domain domain ptdf_domain.mrid registeredresource asset_registeredresource.mrid
	contract_marketagreement.type type_marketagreement.type auction.type auction.category
	classificationsequence_attributeinstancecomponent.position standard_marketproduct original_marketproduct
	periodstart periodend timeinterval periodstartupdate periodendupdate timeintervalupdate
	update_dateandortime implementation_dateandortime storagetype exporttype`)

// Lower-case names of the parameters that the simulator looks at.
const (
	paramDocument       = "documenttype"
	paramProcess        = "processtype"
	paramBusiness       = "businesstype"
	paramPSR            = "psrtype"
	paramResource       = "registeredresource"
	paramOut            = "out_domain"
	paramIn             = "in_domain"
	paramContract       = "contract_marketagreement.type"
	paramAuction        = "auction.type"
	paramCategory       = "auction.category"
	paramSequence       = "classificationsequence_attributeinstancecomponent.position"
	paramUpdate         = "update_dateandortime"
	paramCurve          = "curvetype"
	paramOffset         = "offset"
	paramStart          = "periodstart"
	paramEnd            = "periodend"
	paramInterval       = "timeinterval"
	paramStatus         = "docstatus"
	paramMRID           = "mrid"
	paramStorage        = "storagetype"
	paramDate           = "implementation_dateandortime"
	paramProduct        = "standard_marketproduct"
	paramOriginal       = "original_marketproduct"
	paramWay            = "direction"
	paramAsset          = "asset_registeredresource.mrid"
	paramUpdateStart    = "periodstartupdate"
	paramUpdateEnd      = "periodendupdate"
	paramUpdateInterval = "timeintervalupdate"
	paramAgreement      = "type_marketagreement.type"
)

// refusal is a request that is answered by an acknowledgement.
type refusal struct {
	status  int
	outcome string
	text    string
}

func badRequest(format string, args ...any) *refusal {
	return &refusal{status: 400, outcome: outcomeBadRequest, text: fmt.Sprintf(format, args...)}
}

// parameters are those of one request, by lower-case name.
type parameters map[string]string

// readParameters reads a query string. Unknown names and doubles are refused,
// as by the platform; of the latter only the status is known, not the words.
func readParameters(query url.Values) (parameters, *refusal) {
	p := make(parameters, len(query))
	for _, name := range slices.Sorted(maps.Keys(query)) {
		key := strings.ToLower(name)
		if !slices.Contains(parameterNames, key) {
			return p, badRequest("Input parameter does not exist: %s", name)
		}
		if _, double := p[key]; double || len(query[name]) > 1 {
			return p, badRequest("Input parameter is given more than once: %s", name)
		}
		p[key] = query.Get(name)
	}
	return p, nil
}

// domainParams are the parameters that carry areas.
var domainParams = strings.Fields(`out_domain in_domain outbiddingzone_domain biddingzone_domain controlarea_domain
	area_domain connecting_domain acquiring_domain domain ptdf_domain.mrid`)

// named returns the value of a parameter by its name in any spelling.
func (p parameters) named(name string) string { return p[strings.ToLower(name)] }

// areas returns the EICs that a request names.
func (p parameters) areas() []string {
	var list []string
	for _, name := range domainParams {
		if eic := p[name]; eic != "" && !slices.Contains(list, eic) {
			list = append(list, eic)
		}
	}
	return list
}

// offset reads the index of the first wanted TimeSeries; -1 if none is given.
func (p parameters) offset() (int, *refusal) {
	text, ok := p[paramOffset]
	if !ok {
		return -1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return -1, badRequest("The value of input parameter offset is not valid: %s", text)
	}
	return n, nil
}

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
