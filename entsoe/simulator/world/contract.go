package world

import "time"

// Contract is a type of contract of transmission rights: what it covers and
// when capacity for it is offered.
type Contract struct {
	Code    string
	Whole   Unit // answers hold whole units of this kind
	Step    Unit // resolution of its values; instant: hours
	Offered Rule
}

// contracts are the types of contract_MarketAgreement.type that border items
// know, in the order in which a document lists them.
var contracts = [...]Contract{
	{"A01", Day, Instant, Rule{Day, -1, 8 * time.Hour, 2 * time.Hour}},
	{"A02", Week, Week, Rule{Week, -4, 10 * time.Hour, 28 * time.Hour}},
	{"A03", Month, Month, Rule{Month, -9, 9 * time.Hour, 96 * time.Hour}},
	{"A04", Year, Year, Rule{Year, -30, 9 * time.Hour, 240 * time.Hour}},
	{"A06", Month, Month, Rule{Month, -9, 9 * time.Hour, 96 * time.Hour}}, // long-term rights, of which the platform tells each month
	{"A07", Day, Instant, Rule{Day, -1, 17 * time.Hour, 4 * time.Hour}},
	{"A08", Quarter, Quarter, Rule{Quarter, -15, 9 * time.Hour, 120 * time.Hour}},
}

// ContractOf returns the type of contract of a code, that of a day if there is
// none.
func ContractOf(code string) Contract {
	for _, c := range contracts {
		if c.Code == code {
			return c
		}
	}
	return contracts[0]
}

// Later is the rule of what is known some time after another.
func (r Rule) Later(d time.Duration) Rule {
	r.Clock += d
	return r
}
