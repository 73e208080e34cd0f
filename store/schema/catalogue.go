package schema

import "time"

// ItemRow is a data item as entsoe.items mirrors it for SQL users.
type ItemRow struct {
	Name    string // unique; also the name of the item's view
	Title   string
	Article string
	Unit    string
	Meaning string
	Core    bool

	Border   bool   // asked for borders
	Since    string // first day that a backfill asks for, "2014-12-01"
	Keeps    int    // days for which the platform keeps it; 0: for ever
	Archives int    // of an archive: days after which values move into it; 0: it holds all values
	PerYear  int    // typical rows of one feed in a year
	Retired  string // month since which the platform refuses it; empty: it does not
}

// VariantRow is one of the requests by which an item is asked for, as
// entsoe.variants mirrors it.
type VariantRow struct {
	Item         string `json:"item"`
	Variant      string `json:"variant"`
	Title        string `json:"title"`
	Axis         string `json:"axis"` // "delivery", "update" or "date"
	Unit         string `json:"unit"` // what is published at one time: "instant", "day", "week", "month", "quarter" or "year"
	OnDemand     bool   `json:"on_demand"`
	Backfilled   bool   `json:"backfilled"`
	LatestMonths int    `json:"latest_months"` // deadline of a unit
	LatestDays   int    `json:"latest_days"`
	LatestClock  string `json:"latest_clock"` // an interval of PostgreSQL
}

// PlaceRow is where data of an item can be expected, as entsoe.places mirrors it.
type PlaceRow struct {
	Item        string `json:"item"`
	Area        string `json:"area"`
	CounterArea string `json:"counter_area"`
	Name        string `json:"name"`
	TimeZone    string `json:"time_zone"`
	ValidFrom   string `json:"valid_from,omitempty"` // "2018-10-01"
	ValidUntil  string `json:"valid_until,omitempty"`
}

// AreaRow is an area as entsoe.areas mirrors it for SQL users.
type AreaRow struct {
	EIC        string
	Code       string
	Name       string
	Kinds      []string
	TimeZone   string
	ValidFrom  string // "2018-10-01", empty: always
	ValidUntil string // first day without data, empty: still valid
}

// CodeRow is a code of the platform as entsoe.codes mirrors it.
type CodeRow struct {
	List  string // "psrType", "businessType", "docStatus" ...
	Code  string
	Title string
}

// AreaLineRow is a part of a line of areas that followed each other, as
// entsoe.area_lines mirrors it.
type AreaLineRow struct {
	Name  string // of the line
	EIC   string
	From  string // first day, "2018-10-01"; empty: from the beginning
	Until string // first day after it; empty: until now
}

// ZoneRow is one of the bidding zones that tile Europe, as entsoe.zones mirrors it.
type ZoneRow struct {
	Area       string     `json:"area"`
	EIC        string     `json:"area_eic"`
	Name       string     `json:"name"`
	Countries  []string   `json:"countries"` // ISO 3166-1 codes
	TimeZone   string     `json:"time_zone"`
	ValidFrom  *time.Time `json:"valid_from"`  // nil: always
	ValidUntil *time.Time `json:"valid_until"` // nil: still valid
}
