package jobstest

import (
	"fmt"
	"strings"
)

// PriceSeries is a TimeSeries of day-ahead prices of Austria with hourly
// values from the start of a Period.
type PriceSeries struct {
	Sequence, From, To string
	Prices             []float64
}

// Prices writes a Publication_MarketDocument.
func Prices(series ...PriceSeries) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
<mRID>1</mRID><revisionNumber>1</revisionNumber><type>A44</type><createdDateTime>2026-06-01T12:00:00Z</createdDateTime>
`)
	for i, s := range series {
		fmt.Fprintf(&b, `<TimeSeries><mRID>%d</mRID><businessType>A62</businessType>
<in_Domain.mRID codingScheme="A01">10YAT-APG------L</in_Domain.mRID><out_Domain.mRID codingScheme="A01">10YAT-APG------L</out_Domain.mRID>
<contract_MarketAgreement.type>A01</contract_MarketAgreement.type><currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>
`, i+1)
		if s.Sequence != "" {
			fmt.Fprintf(&b, "<classificationSequence_AttributeInstanceComponent.position>%s</classificationSequence_AttributeInstanceComponent.position>\n", s.Sequence)
		}
		fmt.Fprintf(&b, "<curveType>A03</curveType><Period><timeInterval><start>%s</start><end>%s</end></timeInterval><resolution>PT60M</resolution>\n", s.From, s.To)
		for i, price := range s.Prices {
			fmt.Fprintf(&b, "<Point><position>%d</position><price.amount>%g</price.amount></Point>\n", i+1, price)
		}
		b.WriteString("</Period></TimeSeries>\n")
	}
	b.WriteString("</Publication_MarketDocument>\n")
	return []byte(b.String())
}

// Bid is a TimeSeries of procured capacity: a quantity and a price over a
// Period of quarter hours.
type Bid struct {
	From, To     string
	Quantity     float64
	Price        float64
	FollowingTwo string // Points after the first
}

// Bids writes a Balancing_MarketDocument of procured capacity in
// Belgium.
func Bids(bids ...Bid) []byte {
	var b strings.Builder
	b.WriteString(`<Balancing_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:balancingdocument:4:1">
<mRID>1</mRID><revisionNumber>1</revisionNumber><type>A15</type><process.processType>A46</process.processType>
<createdDateTime>2026-06-01T12:00:00Z</createdDateTime><area_Domain.mRID codingScheme="A01">10YBE----------2</area_Domain.mRID>
<allocationDecision_DateAndOrTime.dateTime>2026-05-31T07:00:00Z</allocationDecision_DateAndOrTime.dateTime>
`)
	for i, o := range bids {
		fmt.Fprintf(&b, `<TimeSeries><mRID>%d</mRID><auction.mRID>BID</auction.mRID><businessType>B95</businessType><type_MarketAgreement.type>A01</type_MarketAgreement.type>
<mktPSRType.psrType>A03</mktPSRType.psrType><flowDirection.direction>A02</flowDirection.direction><currency_Unit.name>EUR</currency_Unit.name>
<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name><curveType>A03</curveType>
<Period><timeInterval><start>%s</start><end>%s</end></timeInterval><resolution>PT15M</resolution>
<Point><position>1</position><quantity>%g</quantity><procurement_Price.amount>%g</procurement_Price.amount></Point>%s</Period></TimeSeries>
`, i+1, o.From, o.To, o.Quantity, o.Price, o.FollowingTwo)
	}
	b.WriteString("</Balancing_MarketDocument>\n")
	return []byte(b.String())
}

// Outage is a revision of an outage of a Belgian unit of 268 MW.
type Outage struct {
	MRID      string
	Revision  int
	Status    string // docStatus; empty: not sent
	From, To  string // yyyy-mm-ddThh:mmZ
	Available float64
}

// OutageDocument writes an Unavailability_MarketDocument.
func OutageDocument(o Outage) []byte {
	split := func(t string) (date, clock string) {
		date, clock, _ = strings.Cut(strings.TrimSuffix(t, "Z"), "T")
		return date, clock + ":00Z"
	}
	startDate, startTime := split(o.From)
	endDate, endTime := split(o.To)
	status := ""
	if o.Status != "" {
		status = "<docStatus><value>" + o.Status + "</value></docStatus>"
	}
	return fmt.Appendf(nil, `<Unavailability_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:outagedocument:4:0">
<mRID>%s</mRID><revisionNumber>%d</revisionNumber><type>A80</type><process.processType>A26</process.processType><createdDateTime>2026-06-0%dT06:00:00Z</createdDateTime>
<unavailability_Time_Period.timeInterval><start>%s</start><end>%s</end></unavailability_Time_Period.timeInterval>%s
<TimeSeries><mRID>1</mRID><businessType>A54</businessType><biddingZone_Domain.mRID codingScheme="A01">10YBE----------2</biddingZone_Domain.mRID>
<start_DateAndOrTime.date>%s</start_DateAndOrTime.date><start_DateAndOrTime.time>%s</start_DateAndOrTime.time>
<end_DateAndOrTime.date>%s</end_DateAndOrTime.date><end_DateAndOrTime.time>%s</end_DateAndOrTime.time>
<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>A03</curveType>
<production_RegisteredResource.mRID codingScheme="A01">22W20000000000AB</production_RegisteredResource.mRID>
<production_RegisteredResource.name>HAVEN</production_RegisteredResource.name><production_RegisteredResource.location.name>Gent</production_RegisteredResource.location.name>
<production_RegisteredResource.pSRType.psrType>B04</production_RegisteredResource.pSRType.psrType>
<production_RegisteredResource.pSRType.powerSystemResources.mRID codingScheme="A01">22W20000000001AA</production_RegisteredResource.pSRType.powerSystemResources.mRID>
<production_RegisteredResource.pSRType.powerSystemResources.name>HAVEN GT</production_RegisteredResource.pSRType.powerSystemResources.name>
<production_RegisteredResource.pSRType.powerSystemResources.nominalP unit="MAW">268</production_RegisteredResource.pSRType.powerSystemResources.nominalP>
<Available_Period><timeInterval><start>%s</start><end>%s</end></timeInterval><resolution>PT1M</resolution><Point><position>1</position><quantity>%g</quantity></Point></Available_Period>
</TimeSeries><Reason><code>B18</code><text>failure</text></Reason></Unavailability_MarketDocument>`,
		o.MRID, o.Revision, o.Revision, o.From, o.To, status, startDate, startTime, endDate, endTime, o.From, o.To, o.Available)
}

// UnitsDocument is a register of one Belgian unit.
const UnitsDocument = `<Configuration_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:configurationdocument:3:0">
<mRID>1</mRID><type>A95</type><process.processType>A39</process.processType><createdDateTime>2026-06-01T12:00:00Z</createdDateTime>
<TimeSeries><mRID>4cc0dcf27cf64c8f</mRID><businessType>B11</businessType><implementation_DateAndOrTime.date>2021-05-19</implementation_DateAndOrTime.date>
<biddingZone_Domain.mRID codingScheme="A01">10YBE----------2</biddingZone_Domain.mRID>
<registeredResource.mRID codingScheme="A01">22W20000000000AB</registeredResource.mRID><registeredResource.name>HAVEN</registeredResource.name>
<MktPSRType><psrType>B04</psrType><nominalIP_PowerSystemResources.nominalP unit="MAW">385</nominalIP_PowerSystemResources.nominalP>
<GeneratingUnit_PowerSystemResources><mRID codingScheme="A01">22W20000000001AA</mRID><name>HAVEN GT</name><nominalP unit="MAW">264</nominalP></GeneratingUnit_PowerSystemResources>
</MktPSRType></TimeSeries></Configuration_MarketDocument>`
