package timeseries

import (
	"slices"
	"strings"
)

// Names of the attributes that tell one series from another. The names are
// those of `entsoed decode` and of the columns of entsoe.series.
const (
	Item            = "item"             // name of the data item in the catalogue
	DocumentType    = "document_type"    // not part of the key: A31 requests are answered by B33 documents
	ProcessType     = "process_type"     // process.processType
	BusinessType    = "business_type"    // businessType
	Area            = "area"             // EIC; of a border the area that the energy leaves (out_Domain)
	CounterArea     = "counter_area"     // EIC; of a border the area that the energy enters (in_Domain)
	Side            = "side"             // "in" (inBiddingZone_Domain, generation) or "out" (outBiddingZone_Domain, consumption)
	Direction       = "direction"        // flowDirection.direction
	PSRType         = "psr_type"         // MktPSRType/psrType
	Resource        = "resource"         // EIC of the registered resource
	GenerationUnit  = "generation_unit"  // EIC of the generation unit inside the resource (16.1.A)
	UnitName        = "unit_name"        // not part of the key: names change
	Contract        = "contract"         // contract_MarketAgreement.type
	AgreementType   = "agreement_type"   // type_MarketAgreement.type
	Auction         = "auction"          // auction.mRID, which names one of several explicit auctions of a border and period
	AuctionType     = "auction_type"     // auction.type
	AuctionCategory = "auction_category" // auction.category
	Sequence        = "sequence"         // classificationSequence_AttributeInstanceComponent.position
	Product         = "product"          // standard_/original_MarketProduct.marketProductType
	PriceCategory   = "price_category"   // imbalance_Price.category
	PriceDirection  = "price_direction"  // Financial_Price/direction: A01 expenditure, A02 income
	PriceComponent  = "price_component"  // Financial_Price/priceDescriptor.type
	Constraint      = "constraint"       // mRID of a flow-based Constraint_TimeSeries
	PTDFArea        = "ptdf_area"        // EIC; PTDF_Domain/mRID, the zone whose exchange loads the constraint
	Cancelled       = "cancelled"        // cancelledTS, if it is A01 (yes)
	Status          = "status"           // docStatus
	Quantity        = "quantity"         // path of the value below Point, such as "price.amount"
	Unit            = "unit"             // MAW, MWH, ...
	Currency        = "currency"         // ISO 4217
	Resolution      = "resolution"       // PT15M, P1D, ...
)

// Attributes are the named properties of a series. An attribute that the
// document does not give is absent, never empty.
type Attributes map[string]string

// descriptive attributes are kept with a series but do not tell it apart.
func descriptive(name string) bool { return name == UnitName || name == DocumentType }

// Key returns the natural key of the series: the sorted name=value pairs of
// all attributes that tell two curves apart, joined by ";". The characters
// ";", "=" and "\" of a value are escaped by "\".
func (a Attributes) Key() string {
	names := make([]string, 0, len(a))
	for name := range a {
		if !descriptive(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(name)
		b.WriteByte('=')
		escape(&b, a[name])
	}
	return b.String()
}

// CurveKey is Key without the resolution: the same curve sent at another
// resolution has the same curve key.
func (a Attributes) CurveKey() string {
	rest := make(Attributes, len(a))
	for name, value := range a {
		if name != Resolution {
			rest[name] = value
		}
	}
	return rest.Key()
}

// KeyIncludes reports whether a key has all the attributes that another one names,
// but for the resolution. So an empty key is included in all others, and one of
// which only a part could be read in all that it may have been.
func KeyIncludes(key, part string) bool {
	has := map[string]bool{}
	for _, pair := range pairs(key) {
		has[pair] = true
	}
	for _, pair := range pairs(part) {
		if !has[pair] && !strings.HasPrefix(pair, Resolution+"=") {
			return false
		}
	}
	return true
}

// pairs splits a key into its name=value pairs, which stay escaped.
func pairs(key string) []string {
	var all []string
	start, escaped := 0, false
	for i := range len(key) {
		switch {
		case escaped:
			escaped = false
		case key[i] == '\\':
			escaped = true
		case key[i] == ';':
			all = append(all, key[start:i])
			start = i + 1
		}
	}
	if start < len(key) {
		all = append(all, key[start:])
	}
	return all
}

func escape(b *strings.Builder, value string) {
	for _, r := range value {
		if r == ';' || r == '=' || r == '\\' {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
}
