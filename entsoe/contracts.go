package entsoe

// Parameters of balancing and of archives, in the documentation's spelling.
const (
	processType     = "processType"
	agreementType   = "Type_MarketAgreement.Type"
	standardProduct = "Standard_MarketProduct"
	docStatus       = "DocStatus"
	storageType     = "storageType"
	storageTypeFlow = "StorageType" // of flow-based allocations
)

const archive = "archive"

// process is the variant of a balancing item for one process: the platform
// demands the process of these items, and takes one only.
func process(name, title, code string, more ...Param) Variant {
	return Variant{Name: name, Title: title, Params: append([]Param{{processType, code}}, more...)}
}

// The processes by which reserves are procured and activated.
func restoration(more ...Param) []Variant { // by hand, automatically, and their replacement
	return []Variant{
		process("rr", "replacement reserve", "A46", more...),
		process("mfrr", "manual frequency restoration reserve", "A47", more...),
		process("afrr", "automatic frequency restoration reserve", "A51", more...),
	}
}

func reserves() []Variant { // and containment
	return append(restoration(), process("fcr", "frequency containment reserve", "A52"))
}

func platforms() []Variant { // of the exchange of balancing energy
	return []Variant{
		process("mfrr", "manual frequency restoration reserve", "A47"),
		process("afrr", "automatic frequency restoration reserve", "A51"),
		process("netting", "imbalance netting", "A63"),
	}
}

// exchanges are the processes in which balancing energy crosses borders. Those
// of the automatic reserve have values every four seconds and are asked by the day.
func exchanges() []Variant {
	afrr := process("afrr", "automatic frequency restoration reserve, every 4 s", "A51")
	afrr.Limit = "P1D"
	return []Variant{
		process("mfrr_scheduled", "manual frequency restoration reserve, scheduled activation", "A60"),
		process("mfrr_direct", "manual frequency restoration reserve, direct activation", "A61"),
		afrr,
		process("netting", "imbalance netting", "A63"),
	}
}

func restorationCapacity() []Variant {
	return []Variant{
		process("rr", "replacement reserve", "A46"),
		process("frr", "frequency restoration reserve", "A56"),
	}
}

// agreements are the variants of items that demand the length of an agreement.
func agreements() []Variant {
	agreement := func(name, title, code string, grain Grain) Variant {
		return Variant{Name: name, Title: title, Params: []Param{{agreementType, code}}, Grain: grain}
	}
	return []Variant{
		agreement("day", "daily agreements", "A01", MarketDay),
		agreement("week", "weekly agreements", "A02", MarketWeek),
		agreement("month", "monthly agreements", "A03", MarketMonth),
		agreement("year", "yearly agreements", "A04", MarketYear),
		agreement("long_term", "long-term agreements", "A06", MarketYear),
		agreement("hourly", "hourly agreements", "A13", MarketDay),
	}
}

// outageVariants are the questions of items whose documents are revised: by
// delivery, as people ask and as once a day finds those in force that were last
// changed long before the collecting began, and by when they were last changed.
// Withdrawn documents are sent only when they are asked for.
func outageVariants() []Variant {
	return []Variant{
		{OnDemand: true},
		{Name: "in_force", Title: "those of the day", Timetable: inForce},
		{Name: "updated", Title: "by time of change", Axis: Update},
		{Name: "withdrawn", Title: "withdrawn ones, by time of change", Axis: Update,
			Params: []Param{{docStatus, "A13"}}, Timetable: withdrawals},
	}
}

// fallBackVariants are one for each process and each kind of event: the
// platform demands both and knows no window of changes.
func fallBackVariants() []Variant {
	var all []Variant
	for _, withdrawn := range []bool{false, true} {
		for _, p := range platforms() {
			for _, event := range []Variant{
				{Name: "disconnection", Title: "disconnection", Params: []Param{{businessType, "C47"}}},
				{Name: "planned", Title: "planned maintenance", Params: []Param{{businessType, "A53"}}},
				{Name: "forced", Title: "unplanned outage", Params: []Param{{businessType, "A54"}}},
				{Name: "cancellation", Title: "cancellation of an auction", Params: []Param{{businessType, "A83"}}},
			} {
				v := process(p.Name+"_"+event.Name, p.Title+", "+event.Title, p.Params[0].Value, event.Params...)
				if withdrawn {
					v.Name, v.Title = v.Name+"_withdrawn", v.Title+", withdrawn"
					v.Params = append(v.Params, Param{docStatus, "A13"})
					v.Timetable = fallBacksWithdrawn
				}
				all = append(all, v)
			}
		}
	}
	return all
}

// flowBased are the domains of flow-based capacity calculation. One answer
// holds one of them.
func flowBased(onDemand bool, more ...Param) []Variant {
	horizon := func(name, title, code string, grain Grain, timetable Timetable) Variant {
		v := process(name, title, code, more...)
		v.Grain, v.Timetable, v.OnDemand = grain, timetable, onDemand
		return v
	}
	return []Variant{
		horizon("day", "day-ahead", "A43", MarketDay, flowBasedDay),
		horizon("intraday", "intraday", "A44", MarketDay, contractIntraday),
		horizon("month", "month-ahead", "A32", MarketMonth, contractMonth),
		horizon("year", "year-ahead", "A33", MarketYear, contractYear),
	}
}

// onDemand are variants as they are asked by people and backfills only.
func onDemand(variants []Variant) []Variant {
	for i := range variants {
		variants[i].OnDemand = true
	}
	return variants
}

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
