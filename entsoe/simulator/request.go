package simulator

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
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
	paramOutZone        = "outbiddingzone_domain"
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
