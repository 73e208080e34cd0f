package main

import (
	"strings"
	"testing"
)

// TestDecodeEveryKind prints points of what Points say of themselves, outages
// interval by interval, and one record of what has no points.
func TestDecodeEveryKind(t *testing.T) {
	for _, test := range []struct{ name, document, want string }{
		{"categories and components of prices", "imbalance_price_components",
			`{"document_type":"A85","process_type":"A16","business_type":"A19","area":"10YAT-APG------L","price_category":"A04","status":"A01","quantity":"imbalance_Price.amount","unit":"MWH","currency":"EUR","resolution":"PT15M","at":"2025-03-01T00:00:00Z","value":71.5}
{"document_type":"A85","process_type":"A16","business_type":"A19","area":"10YAT-APG------L","price_category":"A04","price_component":"A01","status":"A01","quantity":"Financial_Price/amount","unit":"MWH","currency":"EUR","resolution":"PT15M","at":"2025-03-01T00:00:00Z","value":60.25}
{"document_type":"A85","process_type":"A16","business_type":"A19","area":"10YAT-APG------L","price_category":"A04","price_direction":"A02","price_component":"A02","status":"A01","quantity":"Financial_Price/amount","unit":"MWH","currency":"EUR","resolution":"PT15M","at":"2025-03-01T00:00:00Z","value":11.25}
`},
		{"constraints", "flow_based",
			`{"document_type":"B09","process_type":"A43","business_type":"B39","area":"10YDOM-REGION-1V","unit_name":"CNE one","constraint":"15565440000","quantity":"Constraint_TimeSeries/Monitored_RegisteredResource/flowBasedStudy_Domain.flowBasedMargin_Quantity.quantity","unit":"MAW","resolution":"PT60M","at":"2025-03-01T00:00:00Z","value":888}
{"document_type":"B09","process_type":"A43","business_type":"B39","area":"10YDOM-REGION-1V","unit_name":"CNE one","constraint":"15565440000","ptdf_area":"10YAT-APG------L","quantity":"Constraint_TimeSeries/Monitored_RegisteredResource/PTDF_Domain/pTDF_Quantity.quantity","unit":"C62","resolution":"PT60M","at":"2025-03-01T00:00:00Z","value":0.12228}
`},
		{"days of an outage over a clock change", "outage_lines",
			`{"document_type":"A78","process_type":"A26","business_type":"A53","area":"10YNL----------L","counter_area":"10YBE----------2","psr_type":"B21","resource":"10T-BE-NL-000014","unit_name":"Line 1","quantity":"quantity","unit":"MAW","resolution":"P1D","mrid":"outage-3","revision":1,"at":"2025-03-29T23:00:00Z","value":700}
{"document_type":"A78","process_type":"A26","business_type":"A53","area":"10YNL----------L","counter_area":"10YBE----------2","psr_type":"B21","resource":"10T-BE-NL-000014","unit_name":"Line 1","quantity":"quantity","unit":"MAW","resolution":"P1D","mrid":"outage-3","revision":1,"at":"2025-03-30T22:00:00Z","value":500}
{"document_type":"A78","process_type":"A26","business_type":"A53","area":"10YNL----------L","counter_area":"10YBE----------2","psr_type":"B21","resource":"10T-BE-NL-000014","unit_name":"Line 1","quantity":"quantity","unit":"MAW","resolution":"P1D","mrid":"outage-3","revision":1,"at":"2025-03-31T22:00:00Z","value":500}
`},
		{"an outage without points, in an old spelling", "outage_old",
			`{"document_type":"A77","process_type":"A16","business_type":"A53","psr_type":"B02","resource":"22W-UNIT------01","unit_name":"Unit 1","mrid":"outage-5","revision":1,"created_at":"2025-03-02T08:00:00Z","from":"2024-01-01T23:00:00Z","to":"2024-01-02T23:00:00Z","details":{"MktPSRType":[{"PowerSystemResources":[{"mRID":"22W-UNIT------01","name":"Unit 1","nominalP":"300"}],"psrType":"B02"}],"end_DateAndOrTime.date":"2024-01-02","end_DateAndOrTime.time":"00:00Z","start_DateAndOrTime.date":"2024-01-01","start_DateAndOrTime.time":"00:00Z"}}
`},
		{"a market message", "market_message",
			`{"document_type":"B47","status":"A05","mrid":"message-1","revision":1,"created_at":"2025-03-02T08:00:00Z","from":"2025-02-18T10:00:00Z","to":"2025-12-15T10:59:00Z","reasons":[{"code":"A95","text":"A connection <offshore> is late"},{"code":"B18"}],"details":{"end_DateAndOrTime.dateTime":"2025-12-15T10:59","publication_DateAndOrTime.dateTime":"2025-02-19T09:11:00Z","sender_MarketParticipant.mRID":"10X-TSO--------1","sender_MarketParticipant.marketRole.type":"A32","start_DateAndOrTime.dateTime":"2025-02-18T10:00"}}
`},
	} {
		stdout, stderr, status := decoded(handmade(t, test.document))
		if !strings.HasPrefix(stdout, test.want) || stderr != "" || status != 0 {
			t.Errorf("%s: exit status %d, %s\ngot\n%swant\n%s", test.name, status, stderr, stdout, test.want)
		}
	}
}

// TestDecodeReasonsAfter prints reasons that stand behind the TimeSeries they
// belong to, and does without them if the document breaks off.
func TestDecodeReasonsAfter(t *testing.T) {
	fallBack := strings.Replace(handmade(t, "fall_back"), "</TimeSeries>", "</TimeSeries><Reason><code>B18</code></Reason>", 1)
	if stdout, _, status := decoded(fallBack); status != 0 || !strings.Contains(stdout, `,"reasons":[{"code":"B18"}],"details":{"Reason":[{"code":"B13",`) {
		t.Errorf("exit status %d: %s", status, stdout)
	}
	stdout, stderr, status := decoded(strings.Replace(fallBack, "</Unavailability_MarketDocument>", "", 1))
	if status != 1 || !strings.Contains(stderr, "the document ends inside") || !strings.Contains(stdout, `"mrid":"fall-back-1","revision":1,`) || strings.Contains(stdout, "reasons") {
		t.Errorf("exit status %d: %s%s", status, stdout, stderr)
	}
	twice, _, _ := decoded(zipped(t, fallBack, handmade(t, "market_message")))
	if lines := strings.SplitAfter(twice, "\n"); len(lines) != 3 || !strings.Contains(lines[0], "fall-back-1") || !strings.Contains(lines[1], "message-1") {
		t.Errorf("%s", twice)
	}
}

// TestDecodeCSVOfEveryKind has the columns that a kind of document needs and
// refuses what is no line.
func TestDecodeCSVOfEveryKind(t *testing.T) {
	stdout, _, status := decoded(handmade(t, "outage_consumption"), "--format", "csv")
	const heading = "document_type,process_type,business_type,area,counter_area,side,direction,psr_type,resource,generation_unit,unit_name,contract,agreement_type,auction_type,auction_category,sequence,product,price_category,price_direction,price_component,constraint,ptdf_area,cancelled,status,quantity,unit,currency,resolution,mrid,revision,at,value\n"
	const line = "A76,A26,A53,10Y1001A1001A82H,,,,,,,,,,,,,,,,,,,,,quantity,MAW,,PT15M,handmade,1,2025-03-01T00:00:00Z,126\n"
	if status != 0 || !strings.HasPrefix(stdout, heading+line) || strings.Count(stdout, "\n") != 1+48 {
		t.Errorf("exit status %d: %s", status, stdout)
	}
	stdout, _, _ = decoded(handmade(t, "financial_balance"), "--format", "csv")
	if !strings.Contains(stdout, "price_category,price_direction,") || !strings.Contains(stdout, ",A02,,,,,A02,Financial_Price/amount,,EUR,P1M,2025-01-31T23:00:00Z,800000\n") {
		t.Errorf("%s", stdout)
	}
	for name, body := range map[string]string{
		"what has no points is no line of CSV":                                         handmade(t, "fall_back"),
		"Unavailability_MarketDocument has other columns than the documents before it": zipped(t, handmade(t, "blocks_a01"), handmade(t, "outage_unit")),
		"GL_MarketDocument has no column cancelled":                                    strings.Replace(handmade(t, "blocks_a01"), "<curveType>", "<cancelledTS>A01</cancelledTS><curveType>", 1),
	} {
		if _, stderr, status := decoded(body, "--format", "csv"); status != 1 || !strings.Contains(stderr, name+"\nhint: use --format json\n") {
			t.Errorf("exit status %d: %s", status, stderr)
		}
	}
}
