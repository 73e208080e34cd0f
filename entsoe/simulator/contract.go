package simulator

import "time"

// contract is a type of contract of transmission rights: what it covers and
// when capacity for it is offered.
type contract struct {
	code    string
	whole   unit // answers hold whole units of this kind
	step    unit // resolution of its values; instant: hours
	offered rule
}

// contracts are the types of contract_MarketAgreement.type that border items
// know, in the order in which a document lists them.
var contracts = [...]contract{
	{"A01", day, instant, rule{day, -1, 8 * time.Hour, 2 * time.Hour}},
	{"A02", week, week, rule{week, -4, 10 * time.Hour, 28 * time.Hour}},
	{"A03", month, month, rule{month, -9, 9 * time.Hour, 96 * time.Hour}},
	{"A04", year, year, rule{year, -30, 9 * time.Hour, 240 * time.Hour}},
	{"A06", month, month, rule{month, -9, 9 * time.Hour, 96 * time.Hour}}, // long-term rights, of which the platform tells each month
	{"A07", day, instant, rule{day, -1, 17 * time.Hour, 4 * time.Hour}},
	{"A08", quarter, quarter, rule{quarter, -15, 9 * time.Hour, 120 * time.Hour}},
}

func contractOf(code string) contract {
	for _, c := range contracts {
		if c.code == code {
			return c
		}
	}
	return contracts[0]
}

// later is the rule of what is known some time after another.
func (r rule) later(d time.Duration) rule {
	r.clock += d
	return r
}
