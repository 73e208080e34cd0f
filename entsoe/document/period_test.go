package document

import (
	"fmt"
	"strings"
	"testing"

	"entsoed/entsoe"
)

// TestPeriodsShorterThanAStep: a Period of days that is shorter than a calendar
// step has one value, from its start on; a second Point lies beyond it.
func TestPeriodsShorterThanAStep(t *testing.T) {
	const form = `<GL_MarketDocument><mRID>1</mRID><type>A71</type><process.processType>A33</process.processType>
<TimeSeries><mRID>1</mRID><inBiddingZone_Domain.mRID codingScheme="A01">10YNL----------L</inBiddingZone_Domain.mRID><curveType>A01</curveType>
<Period><timeInterval><start>%s</start><end>%s</end></timeInterval><resolution>%s</resolution>
<Point><position>1</position><quantity>435</quantity></Point>%s</Period></TimeSeries></GL_MarketDocument>`
	for _, test := range []struct{ start, end, resolution, more, want string }{
		{"2020-05-31T22:00Z", "2020-06-01T22:00Z", "P1Y", "", "435 at 2020-05-31T22:00:00Z of 2020-05-31T22:00Z/2020-06-01T22:00Z"},
		{"2020-05-31T22:00Z", "2020-06-10T22:00Z", "P1M", "", "435 at 2020-05-31T22:00:00Z of 2020-05-31T22:00Z/2020-06-10T22:00Z"},
		{"2020-10-24T22:00Z", "2020-10-25T23:00Z", "P7D", "", "435 at 2020-10-24T22:00:00Z of 2020-10-24T22:00Z/2020-10-25T23:00Z"},
		{"2020-05-31T22:00Z", "2020-06-01T10:00Z", "P1Y", "", "is no whole number of P1Y"},
		{"2020-05-31T22:00Z", "2020-06-01T10:00Z", "P1D", "", "is no whole number of P1D"},
		{"2020-05-31T22:00Z", "2021-06-01T22:00Z", "P1Y", "", "is no whole number of P1Y"},
		{"2020-05-31T22:00Z", "2020-06-01T22:00Z", "P1Y", "<Point><position>2</position><quantity>1</quantity></Point>", "position 2 lies beyond"},
	} {
		var got []string
		_, err := Decode(t.Context(), strings.NewReader(fmt.Sprintf(form, test.start, test.end, test.resolution, test.more)), entsoe.Zone, Visitor{
			Curve: func(_ Header, c *Curve) error {
				for _, v := range c.Values {
					got = append(got, fmt.Sprintf("%v at %s of %s", v.Value, instantText(v.At), c.Period))
				}
				return nil
			},
		})
		if err != nil {
			got = []string{err.Error()}
		}
		if len(got) != 1 || !strings.Contains(got[0], test.want) {
			t.Errorf("%s/%s of %s: %q, want %q", test.start, test.end, test.resolution, got, test.want)
		}
	}
}
