package document

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// oracleSeries is a TimeSeries as the oracle sees it.
type oracleSeries struct {
	oracleElement
	doc    oracleHeader
	number int
}

func (s oracleSeries) periods() (found []oracleElement) {
	for _, child := range s.Children {
		if oraclePeriodName(child.name()) {
			found = append(found, child)
		}
	}
	return found
}

func oraclePeriodName(name string) bool {
	return name == "Period" || name == "Available_Period" || name == "WindPowerFeedin_Period"
}

// group returns the first element of a name, an empty one if there is none.
func (s oracleSeries) group(name string) oracleElement {
	return append(s.all(name), oracleElement{})[0]
}

// labels returns what tells the TimeSeries from others.
func (s oracleSeries) labels() map[string]string {
	asset, plant := s.group("Asset_RegisteredResource"), oracleElement{}
	plants := s.all("MktPSRType/PowerSystemResources")
	if len(plants) > 0 {
		plant = plants[0]
	}
	labels := map[string]string{
		"document_type": s.doc.Type, "process_type": s.doc.Process, "status": s.doc.Status, "business_type": s.text("businessType"),
		"contract": s.text("contract_MarketAgreement.type"), "agreement_type": s.text("type_MarketAgreement.type"),
		"auction_type": s.text("auction.type"), "auction": s.text("auction.mRID"), "auction_category": s.text("auction.category"),
		"sequence":  s.text("classificationSequence_AttributeInstanceComponent.position"),
		"direction": s.text("flowDirection.direction"), "price_category": s.text("imbalance_Price.category"),
		"product":  s.text("standard_MarketProduct.marketProductType", "original_MarketProduct.marketProductType"),
		"psr_type": s.text("MktPSRType/psrType", "mktPSRType.psrType", "production_RegisteredResource.pSRType.psrType"),
		"resource": s.text("registeredResource.mRID"), "unit_name": s.text("registeredResource.name"),
	}
	or := func(label string, texts ...string) {
		for _, text := range texts {
			if labels[label] == "" {
				labels[label] = text
			}
		}
	}
	or("psr_type", asset.text("asset_PSRType.psrType", "pSRType.psrType"))
	one := s.group("RegisteredResource")
	or("resource", one.text("mRID"), s.text("connectingLine_RegisteredResource.mRID", "production_RegisteredResource.mRID"), asset.text("mRID"), plant.text("mRID"))
	or("unit_name", one.text("name"), s.text("connectingLine_RegisteredResource.name", "production_RegisteredResource.name"), asset.text("name", "location.name"), plant.text("name"))
	or("generation_unit", s.text("production_RegisteredResource.pSRType.powerSystemResources.mRID"))
	if len(plants) == 1 && plant.text("nominalP") == "" {
		or("generation_unit", plant.text("mRID"))
	}
	if s.doc.Root == "ReserveBid_MarketDocument" && labels["auction"] == s.text("mRID") {
		labels["auction"] = ""
	}
	if s.text("cancelledTS") == "A01" {
		labels["cancelled"] = "A01"
	}
	labels["area"], labels["counter_area"], labels["side"] = s.areas()
	for name, text := range labels {
		if text == "" {
			delete(labels, name)
		}
	}
	return labels
}

// areas returns the area, or both of a border, and the side.
func (s oracleSeries) areas() (area, counter, side string) {
	pair := func(from, to string) bool {
		area, counter = s.text(from), s.text(to)
		return area+counter != ""
	}
	switch {
	case pair("inBiddingZone_Domain.mRID", "outBiddingZone_Domain.mRID"):
		if counter == "" {
			side = "in"
		} else if area == "" {
			side = "out"
		}
	case pair("out_Domain.mRID", "in_Domain.mRID"):
	case pair("connecting_Domain.mRID", "acquiring_Domain.mRID"):
		if area == s.doc.domains["domain.mRID"] && counter != "" {
			area = ""
		} else if counter == s.doc.domains["domain.mRID"] && area != "" {
			counter = ""
		}
	default:
		area = s.text("biddingZone_Domain.mRID", "domain.mRID")
		for _, text := range []string{s.group("ControlArea_Domain").text("mRID"), s.text("controlArea_Domain.mRID", "pTDF_Domain.mRID")} {
			if area == "" {
				area = text
			}
		}
		for _, name := range []string{"area_Domain.mRID", "controlArea_Domain.mRID", "biddingZone_Domain.mRID", "domain.mRID"} {
			if area == "" {
				area = s.doc.domains[name]
			}
		}
	}
	if area == "" {
		area, counter = counter, ""
	}
	if counter == area {
		counter = ""
	}
	return area, counter, side
}

// oracleShown are the elements of a TimeSeries that its labels or the units of
// its values show. Of those with a label, another one may be shown instead.
var oracleShown = map[string]string{
	"mRID": "", "curveType": "", "cancelledTS": "", "businessType": "", "flowDirection.direction": "", "contract_MarketAgreement.type": "",
	"type_MarketAgreement.type": "", "auction.type": "", "auction.mRID": "auction", "auction.category": "", "imbalance_Price.category": "",
	"classificationSequence_AttributeInstanceComponent.position": "",
	"quantity_Measure_Unit.name":                                 "", "quantity_Measurement_Unit.name": "", "measurement_Unit.name": "", "measure_Unit.name": "",
	"price_Measure_Unit.name": "", "price_Measurement_Unit.name": "", "energyPrice_Measure_Unit.name": "", "energyPrice_Measurement_Unit.name": "",
	"currency_Unit.name":        "",
	"inBiddingZone_Domain.mRID": "area", "outBiddingZone_Domain.mRID": "area", "in_Domain.mRID": "area", "out_Domain.mRID": "area",
	"connecting_Domain.mRID": "area", "acquiring_Domain.mRID": "area", "biddingZone_Domain.mRID": "area", "domain.mRID": "area",
	"controlArea_Domain.mRID": "area", "pTDF_Domain.mRID": "area",
	"registeredResource.mRID": "resource", "connectingLine_RegisteredResource.mRID": "resource", "production_RegisteredResource.mRID": "resource",
	"registeredResource.name": "unit_name", "connectingLine_RegisteredResource.name": "unit_name", "production_RegisteredResource.name": "unit_name",
	"standard_MarketProduct.marketProductType": "product", "original_MarketProduct.marketProductType": "product",
	"mktPSRType.psrType": "psr_type", "production_RegisteredResource.pSRType.psrType": "psr_type",
	"production_RegisteredResource.pSRType.powerSystemResources.mRID": "generation_unit",
}

// details returns what is neither a label nor a value, sorted by name.
func (s oracleSeries) details() (details []node) {
	labels := s.labels()
	remarks := map[string]bool{}
	for _, child := range s.Children {
		name, text := child.name(), strip(child.Text)
		label, shown := oracleShown[name]
		switch {
		case oraclePeriodName(name):
			for _, reason := range child.all("Point/Reason") {
				key := reason.text("code") + "\x00" + reason.text("text")
				if found := reason.nodes(); len(found) > 0 && !remarks[key] {
					remarks[key] = true
					details = append(details, node{Name: "Point", Children: found})
				}
			}
		case name == "mRID" && s.doc.Root == "BidAvailability_MarketDocument", !shown,
			label != "" && text != labels[label] && (label != "area" || text != labels["counter_area"]):
			details = append(details, child.nodes()...)
		}
	}
	sortNodes(details)
	return details
}

func sortNodes(nodes []node) {
	slices.SortStableFunc(nodes, func(a, b node) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
}

// units returns what a value is measured in: amounts are prices, quantities are
// not, and of anything else nothing is known. Constraints have units of their own.
func (s oracleSeries) units(path string, point map[string]string) (unit, currency string) {
	or := func(texts ...string) string {
		for _, text := range texts {
			if text != "" {
				return text
			}
		}
		return ""
	}
	switch price := s.text("price_Measure_Unit.name", "price_Measurement_Unit.name"); {
	case strings.HasSuffix(path, "pTDF_Quantity.quantity"):
		return point["#pTDF_Measurement_Unit.name"], ""
	case strings.HasSuffix(strings.ToLower(path), "quantity"):
		return or(point["#quantity_Measurement_Unit.name"], s.text("quantity_Measure_Unit.name", "quantity_Measurement_Unit.name", "measurement_Unit.name", "measure_Unit.name")), ""
	case strings.HasSuffix(path, "shadow_Price.amount"):
		unit = point["#shadowPrice_Measurement_Unit.name"]
	case strings.HasSuffix(path, "energy_Price.amount"):
		unit = or(s.text("energyPrice_Measure_Unit.name", "energyPrice_Measurement_Unit.name"), price)
	case strings.HasSuffix(strings.ToLower(path), "amount"):
		unit = price
	default:
		return "", ""
	}
	return unit, or(point["#currency_Unit.name"], s.text("currency_Unit.name"))
}

// rows returns the values of all Periods.
func (s oracleSeries) rows(zone func(string) *time.Location) (rows []oracleRow, err error) {
	curve := s.text("curveType")
	if curve != "" && curve != "A01" && curve != "A03" {
		return nil, fmt.Errorf("curve type %q", curve)
	}
	for i, p := range s.periods() {
		labels := s.labels()
		labels["resolution"] = p.text("resolution")
		period := oraclePeriod{oracleElement: p, series: s, zone: zone(labels["area"]), long: s.doc.Root == "Unavailability_MarketDocument", holds: curve == "A03"}
		found, err := period.rows()
		if err != nil {
			return nil, fmt.Errorf("Period %d: %w", i+1, err)
		}
		for _, row := range found {
			row.Series, row.Period, row.Kind, row.Labels = s.number, i+1, p.name(), labels
			rows = append(rows, row)
		}
	}
	return rows, nil
}
