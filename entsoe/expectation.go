package entsoe

import (
	"fmt"
	"slices"
	"strings"

	"entsoed/timeseries"
)

// Expectation is what the answers to the questions of a feed must say of
// themselves. What a document does not tell is not held against it.
type Expectation struct {
	feed      Feed
	domain    Domain
	answers   Answers
	balance   bool // an area's exchange with all others
	types     []string
	processes []string // empty: any
	fixed     []fixedParam
}

// fixedParam is a request parameter whose value the item or its variant gives,
// and which documents repeat as an attribute.
type fixedParam struct {
	attribute string
	name      string   // for people
	asked     string   // by the feed
	ours      []string // asked by feeds of the item, or rightly answered
	theirs    []string // asked by other items that have the same document type
}

// repeated are the request parameters that documents repeat, in lower case.
var repeated = map[string]struct{ attribute, name string }{
	"businesstype":                  {timeseries.BusinessType, "business type"},
	"contract_marketagreement.type": {timeseries.Contract, "contract type"},
	"type_marketagreement.type":     {timeseries.AgreementType, "agreement type"},
	"auction.type":                  {timeseries.AuctionType, "auction type"},
}

// Expect returns what the answers to a feed must say of themselves; of an
// unknown item they may say anything.
func Expect(f Feed) Expectation {
	whole, ok := ItemByName(f.Item)
	item, known := whole.For(f.Variant)
	if !ok || !known {
		return Expectation{answers: Answers{Areas: AnyArea, Consumption: true}}
	}
	e := Expectation{feed: f, domain: item.Domain, answers: item.Answers, balance: item.View.Balance}
	e.types = append([]string{item.DocumentType}, item.Answers.Types...)
	if process := item.fixed(item.Variants[0])[processType]; process != "" {
		e.processes = append([]string{process}, item.Answers.ProcessTypes...)
	}
	asked := item.fixed(item.Variants[0])
	for param, as := range repeated {
		if asked[param] == "" {
			continue
		}
		e.fixed = append(e.fixed, fixedParam{
			attribute: as.attribute, name: as.name, asked: asked[param],
			ours: whole.values(param), theirs: others(whole, param),
		})
	}
	slices.SortFunc(e.fixed, func(a, b fixedParam) int { return strings.Compare(a.attribute, b.attribute) })
	return e
}

// fixed are the parameters that the item and one of its variants give, by
// their names in lower case, except for the process type.
func (i Item) fixed(v Variant) map[string]string {
	params := map[string]string{processType: i.ProcessType, strings.ToLower(businessType): i.BusinessType}
	for _, p := range v.Params {
		name := strings.ToLower(p.Name)
		if p.Name == processType {
			name = processType
		}
		params[name] = p.Value
	}
	return params
}

// values are those that the feeds of the item give a parameter, and those with
// which it is rightly answered.
func (i Item) values(param string) []string {
	var all []string
	for _, v := range i.Variants {
		if value := i.fixed(v)[param]; value != "" {
			all = append(all, value)
		}
	}
	if param == strings.ToLower(businessType) {
		all = append(all, i.Answers.BusinessTypes...)
	}
	return all
}

// others are the values by which other items of the same document type are
// asked for: an answer with one of them belongs to another item.
func others(item Item, param string) []string {
	var all []string
	ours := item.values(param)
	for _, other := range Items() {
		if other.DocumentType != item.DocumentType {
			continue
		}
		for _, value := range other.values(param) {
			if !slices.Contains(ours, value) {
				all = append(all, value)
			}
		}
	}
	return all
}

// Header says in what the type of a document differs from what was asked; "" in
// nothing.
func (e Expectation) Header(documentType, process string) string {
	switch {
	case documentType != "" && e.types != nil && !slices.Contains(e.types, documentType):
		return fmt.Sprintf("it is of document type %s, asked was %s", documentType, e.types[0])
	case process != "" && e.processes != nil && !slices.Contains(e.processes, process):
		return fmt.Sprintf("it is of process type %s, asked was %s", process, e.processes[0])
	}
	return ""
}

// Curve says in what a TimeSeries, by its attributes, differs from what was
// asked; "" in nothing.
func (e Expectation) Curve(a timeseries.Attributes) string {
	for _, p := range e.fixed {
		if got := a[p.attribute]; slices.Contains(p.theirs, got) {
			return fmt.Sprintf("it is of %s %s, asked was %s", p.name, got, p.asked)
		}
	}
	if !e.side(a[timeseries.Side]) {
		return fmt.Sprintf("it names %s on the side of %s", nameOf(a[timeseries.Area]), map[string]string{"in": "generation (inBiddingZone_Domain)", "out": "consumption (outBiddingZone_Domain)"}[a[timeseries.Side]])
	}
	area, counter := a[timeseries.Area], a[timeseries.CounterArea]
	if e.areas(area, counter) {
		return ""
	}
	got := nameOf(area)
	if counter != "" {
		got += ">" + nameOf(counter)
	}
	return fmt.Sprintf("it is about %s, asked was %s", got, e.feed.AreaName())
}

// Own reports whether a TimeSeries answers the feed itself, not only another
// variant of its item: the platform has been seen to answer with the contracts of
// all variants at once.
func (e Expectation) Own(a timeseries.Attributes) bool {
	return !slices.ContainsFunc(e.fixed, func(p fixedParam) bool {
		got := a[p.attribute]
		return got != "" && got != p.asked && slices.Contains(p.ours, got) && !slices.Contains(e.answers.BusinessTypes, got)
	})
}

// side reports whether the side on which a zone stands can answer the question:
// load is taken out of it, production put in.
func (e Expectation) side(side string) bool {
	switch {
	case side == "":
		return true
	case e.domain == OutBiddingZone:
		return side == "out"
	case e.domain == InDomain:
		return side == "in" || e.answers.Consumption
	}
	return true
}

// areas reports whether areas can answer the question. Where the answers of an
// item about borders name one side only, it must be one of those asked.
func (e Expectation) areas(area, counter string) bool {
	same := func(got, asked string) bool {
		return got == asked || e.answers.Areas == ItsRoles && samePlace(got, asked)
	}
	switch {
	case area == "":
		return true
	case e.answers.Areas == AnyArea:
		return !mistyped(area) && !mistyped(counter)
	case e.domain.Border() && counter == "" && (e.domain == BalancingBorder || e.answers.Areas == ItsRoles):
		return same(area, e.feed.Area) || same(area, e.feed.CounterArea)
	case e.domain.Border():
		return same(area, e.feed.Area) && same(counter, e.feed.CounterArea)
	case e.balance:
		return area == e.feed.Area && !isZone(counter) || counter == e.feed.Area && !isZone(area)
	case e.answers.EitherSide:
		return same(area, e.feed.Area) || counter != "" && same(counter, e.feed.Area)
	}
	return same(area, e.feed.Area) && counter == ""
}

// isZone reports whether an area is a bidding zone of the catalogue, not a
// region or the literal that stands for all others.
func isZone(eic string) bool { return areaOf(eic).Has(biddingZones) }

func nameOf(eic string) string {
	if eic == "" {
		return "no area"
	}
	return areaOf(eic).Code
}
