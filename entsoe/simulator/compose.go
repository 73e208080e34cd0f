package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// compose makes the documents that answer a request, or says why there are none.
func (s *Simulator) compose(e *exchange, found []*offer) (*reply, *refusal) {
	questions, wrong := s.questions(e, found)
	if wrong != nil {
		return nil, wrong
	}
	offset, wrong := e.params.offset()
	if wrong != nil {
		return nil, wrong
	}
	q := questions[0]
	papers, wrong := q.page(s.papers(e, questions), offset, e.faults[FaultInstances])
	if wrong != nil {
		return nil, wrong
	}
	if len(papers) == 0 {
		return nil, &refusal{status: 200, outcome: outcomeNoData, text: q.noData()}
	}
	return &reply{question: q, papers: papers, container: q.container}, nil
}

// papers makes all documents of an answer.
func (s *Simulator) papers(e *exchange, questions []*question) []paper {
	q := questions[0]
	var papers []paper
	switch {
	case q.papers == nil:
		papers = s.documents(e, questions)
	case q.publishes():
		papers = q.papers(q)
	case q.documents && q.params[paramMRID] != "" && q.domains() == "":
		papers = q.wherever()
	}
	if q.container == archived {
		return q.archives(papers)
	}
	return papers
}

// documents makes the documents of TimeSeries, one for each of their parts.
func (s *Simulator) documents(e *exchange, questions []*question) []paper {
	q := questions[0]
	var list []series
	for _, one := range questions {
		list = append(list, one.answer()...)
	}
	if q.reorders() && e.number%2 == 1 {
		slices.Reverse(list) // the order changes between two equal requests, as on the platform
	}
	var papers []paper
	id := world.Mix(s.config.Seed ^ e.number<<20)
	for i, some := range parts(list) {
		id := id + uint64(i)
		papers = append(papers, &document{
			question: q,
			id:       fmt.Sprintf("%016x%016x", id, world.Mix(id)),
			created:  e.now,
			part:     some[0].part,
			series:   some,
			every:    e.params[paramCurve] == "A01",
		})
	}
	return papers
}

// wherever makes the documents of an mRID that is asked for without an area.
func (q *question) wherever() []paper {
	for _, from := range q.places {
		q.from, q.to = from, from
		if !q.pair && q.publishes() {
			if papers := q.papers(q); len(papers) > 0 {
				return papers
			}
		}
	}
	for pair := range q.borders {
		q.from, q.to = q.places[pair[0]], q.places[pair[1]]
		if q.pair && q.publishes() {
			if papers := q.papers(q); len(papers) > 0 {
				return papers
			}
		}
	}
	return nil
}

// reorders reports whether the order of TimeSeries means nothing. Pages and
// auctions have one.
func (q *question) reorders() bool {
	return q.namespace != nsPublication70 && q.namespace != nsPublication73 && q.params[paramOffset] == ""
}

// questions reads the request for each item that it asks for.
func (s *Simulator) questions(e *exchange, found []*offer) ([]*question, *refusal) {
	if len(found) == 0 {
		return nil, badRequest(unknownCombination, e.params.combination())
	}
	var questions []*question
	for _, o := range found {
		item := s.items[o.item]
		if wrong := o.missing(item.Domain, e.params); wrong != nil {
			return nil, wrong
		}
		q := &question{
			offer: o, item: item, seed: s.config.Seed, params: e.params, now: e.now, borders: s.borders, places: s.places, number: e.number,
			restless: s.config.Restless,
		}
		if wrong := q.readAxis(e.faults[FaultLimit]); wrong != nil {
			return nil, wrong
		}
		q.from, q.to = s.sides(item.Domain, e.params)
		questions = append(questions, q)
	}
	return questions, nil
}

// sides are the areas that a request names; items of one area have it on both.
func (s *Simulator) sides(d entsoe.Domain, p parameters) (from, to *world.Place) {
	area, counter := d.Names()
	if len(counter) == 0 {
		counter = area
	}
	return s.places[p.named(area[len(area)-1])], s.places[p.named(counter[0])]
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
// does not have. Of a document that is asked for by its mRID no area need be
// said.
func (o *offer) missing(d entsoe.Domain, p parameters) *refusal {
	names := domainNames(d)
	if o.documents && p[paramMRID] != "" && len(p.areas()) == 0 {
		names = nil
	}
	if o.demands {
		names = append(names, "Contract_MarketAgreement.Type")
	}
	if o.agreement {
		names = append(names, "Type_MarketAgreement.Type")
	}
	for _, name := range names {
		if p[strings.ToLower(name)] == "" {
			return badRequest("Mandatory parameter %s is missing.", name)
		}
	}
	return nil
}

// checkLimit refuses periods that are too long. The limit is counted in UTC
// from the start of the period (entsoe-py#350, #546); another one can be in
// force for a while.
func (q *question) checkLimit(asked timeseries.Window, instead string) *refusal {
	text := q.item.Limit
	switch {
	case q.documents || q.archive:
		text = "P1Y" // collectors ask for less, because of the number of documents
	case q.document == "B17" || q.document == "A30":
		if q.params[paramProcess] == "A51" {
			text = "P1D" // values of 4 s
		}
	}
	if instead != "" {
		text = instead
	}
	limit, err := world.ParseLimit(text)
	if err != nil { // the item has none
		return nil
	}
	if !asked.To.After(asked.From.AddDate(0, limit.Months, limit.Days)) {
		return nil
	}
	return &refusal{status: 400, outcome: outcomeTooLong, text: fmt.Sprintf(
		"Provided time interval (%s - %s) is larger than maximum allowed period '%s' for '%s:XML' export.",
		asked.From.Format(time.RFC3339), asked.To.Format(time.RFC3339), text, serverName(q.item))}
}

// serverName is the platform's name of an item without its article.
func serverName(item entsoe.Item) string {
	name, _, _ := strings.Cut(item.Server, " [")
	return name
}

// page returns what is sent: one page if the item pages and an offset is
// given, else everything, unless that is too much. instead is another largest
// number that is in force for a while.
func (q *question) page(papers []paper, offset int, instead string) ([]paper, *refusal) {
	total := 0
	for _, p := range papers {
		total += p.instances()
	}
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
		return cut(papers, offset, offset+size), nil
	}
	if most == 0 || total <= most || q.unpaged && err != nil {
		return papers, nil
	}
	return nil, &refusal{status: 400, outcome: outcomeTooMany, text: fmt.Sprintf(
		"The number of instances (%d) exceeds the allowed maximum (%d) for data item %s.", total, most, serverName(q.item))}
}

// cut returns the documents with the instances from one index to another,
// counted over all of them.
func cut(papers []paper, from, to int) []paper {
	var some []paper
	begin := 0
	for _, p := range papers {
		n := p.instances()
		if first, last := max(from-begin, 0), min(to-begin, n); first < last {
			some = append(some, p.cut(first, last))
		}
		begin += n
	}
	return some
}
