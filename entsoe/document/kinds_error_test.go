package document

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDecodeMalformedKinds wants an error with its place for documents of other
// kinds than points of one value.
func TestDecodeMalformedKinds(t *testing.T) {
	for _, test := range []struct{ document, old, new, want string }{
		{"financial_balance", "<direction>A02</direction>", "<direction>A01</direction>", `42:7 Financial_Price/amount stands twice in a Point`},
		{"financial_balance", "<amount>900000</amount>", "<amount>-</amount>", `39:19 Financial_Price/amount "-" is no number`},
		{"financial_balance", "<amount>900000</amount>", "<amount>1</amount><amount>2</amount>", `39:37 Financial_Price/amount stands twice in a Point`},
		{"imbalance_price_components", "<imbalance_Price.category>A04</imbalance_Price.category>", "<imbalance_Price.category>A04</imbalance_Price.category><imbalance_Price.category>A05</imbalance_Price.category>", `36:91 imbalance_Price.category stands twice in a Point`},
		{"imbalance_price_components", "<imbalance_Price.category>A04</", "<imbalance_Price.category>\xff</", `36:35 text that is no valid UTF-8`},
		{"flow_based", "<mRID>22795980000</mRID>", "<mRID>15565440000</mRID>", ``},
		{"flow_based", "<mRID>10YBE----------2</mRID>", "<mRID>10YAT-APG------L</mRID>", `93:7 Constraint_TimeSeries/Monitored_RegisteredResource/PTDF_Domain/pTDF_Quantity.quantity stands twice in a Point`},
		{"bids", "<divisible>A01</divisible>", "<divisible>A01</divisible><businessType>B75</businessType>", `30:45 businessType stands twice`},
		{"bids", "<divisible>A01</divisible>", "<divisible>A01</divisible>" + strings.Repeat("<a>b</a>", maxDetails), `30:80018 more than 10000 details`},
		{"bids", "<domain.mRID", "<x>" + strings.Repeat("y", 300*longText) + "</x><domain.mRID", `13:6 a text of more than 65536 bytes`},
		{"outage_unit", "<resolution>PT1M", "<resolution>PT2D", `42:19 unknown resolution "PT2D"`},
		{"outage_unit", "<position>4", "<position>7", `48:19 position 7 lies beyond the Period 2025-03-01T11:54Z/2025-03-01T12:00Z of 6 intervals`},
		{"outage_of_years", "<position>10000001", "<position>60000000", `52:19 position "60000000" is not between 1 and 52704000`},
		{"market_message", "2025-02-18T10:00", "18.02.2025", `16:33 "18.02.2025" is no time, such as 2024-09-01T22:00Z`},
		{"master_data", "<psrType>B04</psrType>", "<psrType>B04</psrType><psrType>B05</psrType>", `29:38 MktPSRType/psrType stands twice`},
	} {
		body, err := os.ReadFile(filepath.Join("testdata", "documents", test.document+".xml"))
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Replace(string(body), test.old, test.new, 1)
		if changed == string(body) {
			t.Fatalf("%q does not occur in %s", test.old, test.document)
		}
		err = decodeOrderly([]byte(changed))
		got := ""
		if decode, ok := errors.AsType[*DecodeError](err); ok {
			got = fmt.Sprintf("%d:%d %s", decode.Line, decode.Column, decode.Msg)
		}
		if got != test.want {
			t.Errorf("%s with %.60q: %v\n got %s\nwant %s", test.document, test.new, err, got, test.want)
		}
	}
}
