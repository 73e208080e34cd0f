package entsoe

// contractType and contractTypeLower are the two spellings of the parameter
// that the documentation has: the second one for prices only.
const (
	contractType      = "contract_MarketAgreement.Type"
	contractTypeLower = "contract_MarketAgreement.type"
	auctionType       = "auction.Type"
	businessType      = "businessType"
)

// explicitContracts are the variants of items about explicit auctions: one
// feed per length of contract, because the platform demands the type and
// because each is published in its own rhythm. The name begins with prefix.
func explicitContracts(prefix, title string, more ...Param) []Variant {
	contract := func(name, length, code string, grain Grain, timetable Timetable) Variant {
		params := append([]Param{{contractType, code}}, more...)
		return Variant{Name: prefix + name, Title: title + length, Params: params, Grain: grain, Timetable: timetable}
	}
	return []Variant{
		contract("day", "daily contracts", "A01", MarketDay, contractDay),
		contract("week", "weekly contracts", "A02", MarketWeek, contractWeek),
		contract("month", "monthly contracts", "A03", MarketMonth, contractMonth),
		contract("quarter", "quarterly contracts", "A08", MarketQuarter, contractQuarter),
		contract("year", "yearly contracts", "A04", MarketYear, contractYear),
		contract("long_term", "long-term contracts", "A06", MarketYear, contractMonth),
		contract("intraday", "intraday contracts", "A07", MarketDay, contractIntraday),
	}
}

// single is the variant of items that are asked in one way only.
func single(params ...Param) []Variant { return []Variant{{Params: params}} }
