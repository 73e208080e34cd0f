package answer

import (
	"fmt"
	"strings"

	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// longestKey bounds what tells curves, documents and units apart, in bytes. An index
// of PostgreSQL takes no more than 2,700, and what it does not take could never be
// saved. The platform's keys have less than 400.
const longestKey = 2000

// nameable refuses a Period, or a TimeSeries without one, if the attributes of one of
// its kinds of values are longer than a key may be.
func nameable(common timeseries.Attributes, elements ...document.Element) error {
	base, most := lengthOf(common), 0
	for _, e := range elements {
		most = max(most, lengthOf(e.Attributes)+len(e.Path)+len(e.Unit)+len(e.Currency))
	}
	if base+most <= longestKey {
		return nil
	}
	return &document.RefusedError{Err: &UnknownError{
		fmt.Sprintf("what tells a curve from others has %d bytes, and may have %d", base+most, longestKey),
	}}
}

// lengthOf is about the length of the key of attributes, and no less.
func lengthOf(all timeseries.Attributes) (n int) {
	for name, value := range all {
		n += len(name) + len(value) + strings.Count(value, ";") + strings.Count(value, "=") + strings.Count(value, `\`) + len("=;")
	}
	return n
}

// checkNames refuses a document, or a part of one, with a name that is too long.
func checkNames(names ...string) error {
	for _, name := range names {
		if len(name) > longestKey {
			return fmt.Errorf("a name has %d bytes, and may have %d", len(name), longestKey)
		}
	}
	return nil
}
