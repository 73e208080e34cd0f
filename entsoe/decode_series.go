package entsoe

import "entsoed/timeseries"

// Elements that hold a time series, and the Periods of one.
var (
	seriesNames = map[string]bool{"TimeSeries": true, "Bid_TimeSeries": true, "BidTimeSeries": true}
	periodNames = map[string]bool{"Period": true, "Available_Period": true, "WindPowerFeedin_Period": true}
)

// Names of fields of a TimeSeries that are no attributes by themselves.
const (
	fieldCurveType       = "curveType"
	fieldInZone          = "inBiddingZone"
	fieldOutZone         = "outBiddingZone"
	fieldInDomain        = "in_Domain"
	fieldOutDomain       = "out_Domain"
	fieldLine            = "connectingLine"
	fieldStandardProduct = "standard_MarketProduct"
	fieldOriginalProduct = "original_MarketProduct"
	fieldPlantMRID       = "PowerSystemResources/mRID"
	fieldPlantName       = "PowerSystemResources/name"
	fieldPlantPower      = "PowerSystemResources/nominalP"
	fieldQuantityUnit    = "quantity unit"
	fieldPriceUnit       = "price unit"
	fieldCurrency        = "currency unit"
)

// pathPlant is the generation unit (16.1.A) or the plant (14.1.B) of a TimeSeries.
const pathPlant = "MktPSRType/PowerSystemResources"

// seriesPaths are the elements of a TimeSeries that are read, in the spellings
// of all versions of the schemas (gl 3:0, 3:1; publication 7:0, 7:3).
var seriesPaths = map[string]string{
	"businessType":                  timeseries.BusinessType,
	"curveType":                     fieldCurveType,
	"flowDirection.direction":       timeseries.Direction,
	"contract_MarketAgreement.type": timeseries.Contract,
	"type_MarketAgreement.type":     timeseries.AgreementType,
	"auction.type":                  timeseries.AuctionType,
	"auction.mRID":                  timeseries.Auction,
	"auction.category":              timeseries.AuctionCategory,
	"imbalance_Price.category":      timeseries.PriceCategory,
	"classificationSequence_AttributeInstanceComponent.position": timeseries.Sequence,
	"standard_MarketProduct.marketProductType":                   fieldStandardProduct,
	"original_MarketProduct.marketProductType":                   fieldOriginalProduct,

	"inBiddingZone_Domain.mRID":  fieldInZone,
	"outBiddingZone_Domain.mRID": fieldOutZone,
	"in_Domain.mRID":             fieldInDomain,
	"out_Domain.mRID":            fieldOutDomain,

	"registeredResource.mRID":                fieldResource,
	"registeredResource.name":                fieldResourceName,
	"connectingLine_RegisteredResource.mRID": fieldLine,
	"MktPSRType":                             group,
	"MktPSRType/psrType":                     timeseries.PSRType,
	"mktPSRType.psrType":                     timeseries.PSRType,
	pathPlant:                                group,
	pathPlant + "/mRID":                      fieldPlantMRID,
	pathPlant + "/name":                      fieldPlantName,
	pathPlant + "/nominalP":                  fieldPlantPower,

	"quantity_Measure_Unit.name":     fieldQuantityUnit,
	"quantity_Measurement_Unit.name": fieldQuantityUnit,
	"measurement_Unit.name":          fieldQuantityUnit,
	"measure_Unit.name":              fieldQuantityUnit,
	"price_Measure_Unit.name":        fieldPriceUnit,
	"price_Measurement_Unit.name":    fieldPriceUnit,
	"currency_Unit.name":             fieldCurrency,
}

// Fields whose attribute is their text.
const (
	fieldResource     = timeseries.Resource
	fieldResourceName = timeseries.UnitName
)

// ownAttributes are the fields of a TimeSeries that are attributes as they stand.
var ownAttributes = []string{
	timeseries.BusinessType, timeseries.Direction, timeseries.Contract, timeseries.AgreementType, timeseries.AuctionType,
	timeseries.Auction, timeseries.AuctionCategory, timeseries.PriceCategory, timeseries.Sequence, timeseries.PSRType,
}

// timeSeries reads one and visits its Periods.
func (d *decoder) timeSeries() error {
	d.header.Series++
	clear(d.fields)
	d.plants, d.periods = 0, 0
	return d.children(func() error {
		if !periodNames[string(d.s.name)] {
			return d.element(seriesPaths, d.setSeries)
		}
		if d.periods++; d.periods == 1 {
			d.describe()
		}
		return d.readPeriod()
	})
}

// setSeries keeps one field of a TimeSeries. Of several generation units in
// one TimeSeries the first is kept.
func (d *decoder) setSeries(name, text string) error {
	if name == pathPlant {
		d.plants++
		return nil
	}
	plant := name == fieldPlantMRID || name == fieldPlantName || name == fieldPlantPower
	_, twice := d.fields[name]
	switch {
	case text == "" || plant && d.plants > 1:
		return nil
	case d.periods > 0:
		return d.s.errorf("%s stands after a Period of its TimeSeries", d.path)
	case twice:
		return d.s.errorf("%s stands twice", d.path)
	case name == fieldCurveType && text != curveBlocks && text != curveSteps:
		return d.s.errorf("unknown curve type %q", text)
	}
	d.fields[name] = text
	return nil
}

// describe turns the fields of the TimeSeries into attributes.
func (d *decoder) describe() {
	clear(d.curve.Attributes)
	d.attribute(timeseries.DocumentType, d.header.Type)
	d.attribute(timeseries.ProcessType, d.header.ProcessType)
	d.attribute(timeseries.Status, d.header.Status)
	for _, name := range ownAttributes {
		d.attribute(name, d.fields[name])
	}
	d.attribute(timeseries.Product, d.firstField(fieldStandardProduct, fieldOriginalProduct))
	d.attribute(timeseries.Resource, d.firstField(fieldResource, fieldLine, fieldPlantMRID))
	d.attribute(timeseries.UnitName, d.firstField(fieldResourceName, fieldPlantName))
	if d.plants == 1 && d.fields[fieldPlantPower] == "" {
		d.attribute(timeseries.GenerationUnit, d.fields[fieldPlantMRID])
	}
	d.describeAreas()
}

// describeAreas sets area, counter area and side. Generation and load name the
// zone on the side on which the energy stands: inBiddingZone for generation,
// outBiddingZone for consumption (also of power plants: pumping, own use). A
// border is named by the area that the energy leaves and the one it enters;
// prices name the same zone twice.
func (d *decoder) describeAreas() {
	inZone, outZone := d.fields[fieldInZone], d.fields[fieldOutZone]
	from, to := d.fields[fieldOutDomain], d.fields[fieldInDomain]
	switch {
	case inZone != "" && outZone != "":
		from, to = inZone, outZone
	case inZone != "":
		from = inZone
		d.attribute(timeseries.Side, "in")
	case outZone != "":
		from = outZone
		d.attribute(timeseries.Side, "out")
	case from == "":
		from, to = to, ""
	}
	d.attribute(timeseries.Area, from)
	if to != from {
		d.attribute(timeseries.CounterArea, to)
	}
}

func (d *decoder) attribute(name, value string) {
	if value != "" {
		d.curve.Attributes[name] = value
	}
}

// firstField returns the first of the fields that the TimeSeries has.
func (d *decoder) firstField(names ...string) string {
	for _, name := range names {
		if text := d.fields[name]; text != "" {
			return text
		}
	}
	return ""
}
