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
	connecting_domain acquiring_domain domain registeredresource
	contract_marketagreement.type type_marketagreement.type auction.type auction.category
	classificationsequence_attributeinstancecomponent.position standard_marketproduct original_marketproduct
	periodstart periodend timeinterval periodstartupdate periodendupdate timeintervalupdate
	update_dateandortime implementation_dateandortime storagetype exporttype`)

// Lower-case names of the parameters that the simulator looks at.
const (
	paramDocument = "documenttype"
	paramProcess  = "processtype"
	paramBusiness = "businesstype"
	paramPSR      = "psrtype"
	paramResource = "registeredresource"
	paramOut      = "out_domain"
	paramIn       = "in_domain"
	paramOutZone  = "outbiddingzone_domain"
	paramContract = "contract_marketagreement.type"
	paramAuction  = "auction.type"
	paramCategory = "auction.category"
	paramSequence = "classificationsequence_attributeinstancecomponent.position"
	paramUpdate   = "update_dateandortime"
	paramCurve    = "curvetype"
	paramOffset   = "offset"
	paramStart    = "periodstart"
	paramEnd      = "periodend"
	paramInterval = "timeinterval"
)

// refusal is a request that is answered by an acknowledgement.
type refusal struct {
	status  int
	outcome string
	text    string
}

func (r *refusal) Error() string { return r.text }

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

// areas returns the EICs that a request names.
func (p parameters) areas() []string {
	var list []string
	for _, name := range []string{paramOut, paramIn, paramOutZone} {
		if eic := p[name]; eic != "" && !slices.Contains(list, eic) {
			list = append(list, eic)
		}
	}
	return list
}

// wrongInterval is the platform's answer to a period that cannot be meant.
const wrongInterval = "Delivered time interval is not valid for this Data item."

// window reads the period, given as periodStart and periodEnd or as
// timeInterval. It must consist of whole quarter hours, the shortest market
// time unit.
func (p parameters) window() (timeseries.Window, *refusal) {
	start, end, layout := p[paramStart], p[paramEnd], "200601021504"
	if interval, ok := p[paramInterval]; ok {
		if start != "" || end != "" {
			return timeseries.Window{}, badRequest(wrongInterval)
		}
		start, end, _ = strings.Cut(interval, "/")
		layout = ""
	}
	switch {
	case start == "":
		return timeseries.Window{}, badRequest("Mandatory parameter PeriodStart is missing.")
	case end == "":
		return timeseries.Window{}, badRequest("Mandatory parameter PeriodEnd is missing.")
	}
	from, ok1 := readTime(start, layout)
	to, ok2 := readTime(end, layout)
	if !ok1 || !ok2 || to.Before(from) {
		return timeseries.Window{}, badRequest(wrongInterval)
	}
	return timeseries.Window{From: from, To: to}, nil
}

// readTime reads a time of a layout, or without one 2016-01-01T00:00Z with or
// without seconds and milliseconds.
func readTime(text, layout string) (time.Time, bool) {
	layouts := []string{layout}
	if layout == "" {
		layouts = []string{"2006-01-02T15:04Z", time.RFC3339Nano}
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, text); err == nil {
			return t.UTC(), t.Equal(t.Truncate(15 * time.Minute))
		}
	}
	return time.Time{}, false
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
