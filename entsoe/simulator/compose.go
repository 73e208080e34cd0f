package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// compose makes the document that answers a request, or says why there is none.
func (s *Simulator) compose(e *exchange, found []*offer) (*document, *refusal) {
	questions, wrong := s.questions(e, found)
	if wrong != nil {
		return nil, wrong
	}
	offset, wrong := e.params.offset()
	if wrong != nil {
		return nil, wrong
	}
	var list []series
	for _, q := range questions {
		list = append(list, q.answer()...)
	}
	q := questions[0]
	list, wrong = q.page(list, offset, e.faults[FaultInstances])
	if wrong != nil {
		return nil, wrong
	}
	if len(list) == 0 {
		return nil, &refusal{status: 200, outcome: outcomeNoData, text: q.noData()}
	}
	if q.namespace == nsLoad && e.number%2 == 1 {
		slices.Reverse(list) // the order changes between two equal requests, as on the platform
	}
	id := mix(s.config.Seed ^ e.number<<20)
	return &document{
		question: q,
		id:       fmt.Sprintf("%016x%016x", id, mix(id)),
		created:  e.now,
		series:   list,
		every:    e.params[paramCurve] == "A01",
	}, nil
}

// questions reads the request for each item that it asks for.
func (s *Simulator) questions(e *exchange, found []*offer) ([]*question, *refusal) {
	if len(found) == 0 {
		return nil, badRequest("The combination of [%s] is not valid, or the requested data is not allowed to be fetched via this service.", e.params.combination())
	}
	var questions []*question
	for _, o := range found {
		item := s.items[o.item]
		if wrong := o.missing(item.Domain, e.params); wrong != nil {
			return nil, wrong
		}
		asked, wrong := e.params.window()
		if wrong != nil {
			return nil, wrong
		}
		if wrong := checkLimit(item, asked, e.faults[FaultLimit]); wrong != nil {
			return nil, wrong
		}
		q := &question{
			offer: o, item: item, seed: s.config.Seed, params: e.params, asked: asked, now: e.now, borders: s.borders,
		}
		q.from, q.to = s.places[q.domain(paramOut)], s.places[q.domain(paramIn)]
		questions = append(questions, q)
	}
	return questions, nil
}

// combination lists the types of a request as the platform does when it does
// not know them together.
func (p parameters) combination() string {
	var parts []string
	for _, t := range []struct{ param, name string }{
		{paramDocument, "DOCUMENT_TYPE"}, {paramProcess, "PROCESS_TYPE"}, {paramBusiness, "BUSINESS_TYPE"},
	} {
		if value := p[t.param]; value != "" {
			parts = append(parts, t.name+"="+value)
		}
	}
	return strings.Join(parts, ", ")
}

// missing names the first parameter that the item demands and the request
// does not have.
func (o *offer) missing(d entsoe.Domain, p parameters) *refusal {
	names := domainNames(d)
	if o.demands {
		names = append(names, "Contract_MarketAgreement.Type")
	}
	for _, name := range names {
		if p[strings.ToLower(name)] == "" {
			return badRequest("Mandatory parameter %s is missing.", name)
		}
	}
	return nil
}

// domain returns the EIC of one side; items of one area have it on both.
func (q *question) domain(param string) string {
	switch q.item.Domain {
	case entsoe.OutBiddingZone:
		param = paramOutZone
	case entsoe.InDomain:
		param = paramIn
	}
	return q.params[param]
}

// checkLimit refuses periods that are too long. The limit is counted in UTC
// from the start of the period (entsoe-py#350, #546); another one can be in
// force for a while.
func checkLimit(item entsoe.Item, asked timeseries.Window, instead string) *refusal {
	text := item.Limit
	if instead != "" {
		text = instead
	}
	limit, err := parseLimit(text)
	if err != nil { // the item has none
		return nil
	}
	if !asked.To.After(asked.From.AddDate(0, limit.Months, limit.Days)) {
		return nil
	}
	return &refusal{status: 400, outcome: outcomeTooLong, text: fmt.Sprintf(
		"Provided time interval (%s - %s) is larger than maximum allowed period '%s' for '%s:XML' export.",
		asked.From.Format(time.RFC3339), asked.To.Format(time.RFC3339), text, serverName(item))}
}

// serverName is the platform's name of an item without its article.
func serverName(item entsoe.Item) string {
	name, _, _ := strings.Cut(item.Server, " [")
	return name
}

// page returns the TimeSeries that are sent: one page if the item pages and an
// offset is given, else all of them, unless they are too many. instead is
// another largest number that is in force for a while.
func (q *question) page(list []series, offset int, instead string) ([]series, *refusal) {
	most := q.most
	n, err := strconv.Atoi(instead)
	if err == nil {
		most = n
	}
	if q.item.PageSize > 0 && offset >= 0 {
		size := q.item.PageSize
		if err == nil {
			size = min(size, n)
		}
		from := min(offset, len(list))
		return list[from:min(from+size, len(list))], nil
	}
	if most == 0 || len(list) <= most || q.unpaged && err != nil {
		return list, nil
	}
	return nil, &refusal{status: 400, outcome: outcomeTooMany, text: fmt.Sprintf(
		"The number of instances (%d) exceeds the allowed maximum (%d) for data item %s.", len(list), most, serverName(q.item))}
}
