package main

import (
	"regexp"
	"testing"
)

// checkUnitTitles looks at the units of all series of all items: words for people,
// and of money the currency, and what a price is per.
func (site *itemsSite) checkUnitTitles(t *testing.T) {
	word := regexp.MustCompile(`^(1|%|Hz|MW|MWh|[A-Z]{3}|[A-Z]{3}/(MWh|MW|MW per hour))$`)
	price := regexp.MustCompile(`currency/`)
	for _, row := range query(t, site.database, `
select distinct i.name, i.unit, coalesce(s.unit, ''),
  coalesce(case when s.quantity is not null then s.currency end, ''), coalesce(s.unit_title, '')
from entsoe.series s join entsoe.items i using (item_no)
where s.quantity is not null or s.unit is not null`) {
		item, itemUnit, unit, currency, title := row[0].(string), row[1].(string), row[2].(string), row[3].(string), row[4].(string)
		switch {
		case !word.MatchString(title), currency == "" && title == unit, (currency != "") != regexp.MustCompile(`^[A-Z]{3}($|/)`).MatchString(title):
			t.Errorf("%s (%s): unit %q, currency %q is shown as %q", item, itemUnit, unit, currency, title)
		case currency != "" && price.MatchString(itemUnit) == (title == currency):
			t.Errorf("%s (%s): money is shown as %q", item, itemUnit, title)
		}
	}
}
