package entsoe

import "time"

// Item describes one data item of the platform: what a person needs to know
// of it and what the machine needs to ask for it. The catalogue (Items) is a
// literal table of them.
type Item struct {
	Name    string // unique, lower case with underscores; also the name of the item's view
	Title   string // the platform's own title
	Article string // of Regulation (EU) 543/2013 or of the guideline that demands it, such as "12.1.D"
	Unit    string // for people, such as "EUR/MWh" or "MW"
	Meaning string // one sentence: what a value says and how its sign is to be read
	Core    bool   // belongs to the group "core", the default of ENTSOE_ITEMS

	DocumentType string    // documentType of the request
	ProcessType  string    // processType of the request; empty where the item takes none
	BusinessType string    // businessType of the request; empty where the item takes none
	Variants     []Variant // at least one; each is a feed of its own
	Domain       Domain    // which parameters carry the area
	AreaKinds    []string  // roles of areas that publish the item (BZN, CTA, CTY ...), in the order to be preferred; for borders of both sides

	Limit     string // longest window of one request as a calendar step ("P1Y", "P1D"); empty: no limit
	PageSize  int    // TimeSeries a page when paged by offset; 0: the item does not page
	Grain     Grain  // answers contain whole market days, weeks ... around the asked window
	Shape     Shape
	Timetable Timetable
	View      View

	Server string // the platform's own name of the item in its acknowledgements, such as "ENERGY_PRICES [12.1.D]"
	Since  string // first day with data, "2015-01-05"
}

// Variant is a set of fixed request parameters beyond the item's own, such as
// a contract type. Its name is part of the feed's identity.
type Variant struct {
	Name   string // "" for the only variant, else short: "day", "week", "A05"
	Params []Param
}

// Param is one request parameter. Names are case sensitive by the
// documentation, values are in fact.
type Param struct{ Name, Value string }

// Domain says which request parameters carry the area of a feed.
type Domain int

const (
	OutBiddingZone Domain = iota + 1 // outBiddingZone_Domain=A
	InDomain                         // in_Domain=A
	BothDomains                      // in_Domain=A and out_Domain=A
	Border                           // A>B: out_Domain=A, in_Domain=B
)

// Grain is the unit in which the platform answers: a request for one hour of
// day-ahead prices is answered with the whole market day.
type Grain int

const (
	Exact      Grain = iota // just the requested market time units
	MarketDay               // whole market days
	MarketWeek              // whole weeks from Monday, local
	MarketMonth
	MarketYear
)

// Shape says how equal keys with different values in one answer are read.
type Shape int

const (
	Series Shape = iota // an error that keeps the document
	List                // legal: rows of their delivery interval, replaced as a set
)

// Timetable says when the values of an item are published and when they are
// read again. All rules are upper bounds from the regulation.
type Timetable struct {
	// Horizon is how far ahead of now delivery times can have been published:
	// 0 for actual values, some 38 h for day-ahead items, more than a year for yearly ones.
	Horizon time.Duration
	// Deadline is the latest publication, relative to the start of the delivery
	// interval for actual values (H+1: 1 h) and negative for forecasts. After it
	// an unanswered instant counts as "not published".
	Deadline time.Duration
	// Every is the cadence of the item's periodic job. It is at least
	// COLLECT_INTERVAL in effect, but for Bursts.
	Every time.Duration
	// Bursts are daily spans, local to Europe/Brussels, in which the item is
	// asked more often until the market day is complete.
	Bursts []Burst
	// Rereads are the ages, counted from Deadline, at which every instant is
	// read again for corrections.
	Rereads []time.Duration
}

// Burst is a daily span of Brussels clock time with a cadence of its own.
type Burst struct {
	From, To time.Duration // since local midnight
	Every    time.Duration
}

// View says how the item is shown in SQL.
type View struct {
	Value   string   // name of the value column: "price", "mw", "mwh"
	Columns []string // attributes shown besides at, area and value, in order
	Best    bool     // several series compete: a view <item>_best picks one per area and instant
}
