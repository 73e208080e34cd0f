package document

import (
	"bytes"
	"cmp"
	"maps"

	"entsoed/timeseries"
)

// Elements that hold a time series, and the Periods of one.
var (
	seriesNames = map[string]bool{"TimeSeries": true, "Bid_TimeSeries": true, "BidTimeSeries": true}
	periodNames = map[string]bool{"Period": true, "Available_Period": true, "WindPowerFeedin_Period": true}
)

// Names of fields of a TimeSeries that are no attributes by themselves. Those
// that may be left over when another stands for the same attribute are named as
// their elements are, by which they are kept then.
const (
	fieldCurveType       = "curveType"
	fieldCancelled       = "cancelledTS"
	fieldAuction         = "auction.mRID"
	fieldInZone          = "inBiddingZone_Domain.mRID"
	fieldOutZone         = "outBiddingZone_Domain.mRID"
	fieldInDomain        = "in_Domain.mRID"
	fieldOutDomain       = "out_Domain.mRID"
	fieldConnecting      = "connecting_Domain.mRID"
	fieldAcquiring       = "acquiring_Domain.mRID"
	fieldPTDFDomain      = "pTDF_Domain.mRID"
	fieldControlAreas    = "ControlArea_Domain/mRID"
	fieldResource        = "registeredResource.mRID"
	fieldResourceName    = "registeredResource.name"
	fieldOneResource     = "RegisteredResource/mRID"
	fieldOneResourceName = "RegisteredResource/name"
	fieldLine            = "connectingLine_RegisteredResource.mRID"
	fieldLineName        = "connectingLine_RegisteredResource.name"
	fieldProduction      = "production_RegisteredResource.mRID"
	fieldProductionName  = "production_RegisteredResource.name"
	fieldProductionType  = "production_RegisteredResource.pSRType.psrType"
	fieldUnit            = "production_RegisteredResource.pSRType.powerSystemResources.mRID"
	fieldAsset           = "Asset_RegisteredResource/mRID"
	fieldAssetName       = "Asset_RegisteredResource/name"
	fieldAssetPlace      = "Asset_RegisteredResource/location.name"
	fieldAssetType       = "Asset_RegisteredResource/psrType"
	fieldStandardProduct = "standard_MarketProduct.marketProductType"
	fieldOriginalProduct = "original_MarketProduct.marketProductType"
	fieldPSRType         = "mktPSRType.psrType"
	fieldPlantMRID       = "PowerSystemResources/mRID"
	fieldPlantName       = "PowerSystemResources/name"
	fieldPlantPower      = "PowerSystemResources/nominalP"
	fieldQuantityUnit    = "quantity unit"
	fieldPriceUnit       = "price unit"
	fieldEnergyPriceUnit = "energy price unit"
	fieldCurrency        = "currency unit"
)

// Groups of which a TimeSeries may have several; the first one is read.
const (
	pathPlant    = "MktPSRType/PowerSystemResources" // the generation unit (16.1.A) or the plant (14.1.B)
	pathAsset    = "Asset_RegisteredResource"        // a line, a transformer, a plant that is out or redispatched
	pathControl  = "ControlArea_Domain"
	pathResource = "RegisteredResource"
)

var firstOnly = map[string]bool{pathPlant: true, pathAsset: true, pathControl: true, pathResource: true}

// seriesPaths are the elements of a TimeSeries that are read, in the spellings
// of all versions of the schemas.
var seriesPaths = map[string]string{
	"businessType":                  timeseries.BusinessType,
	"curveType":                     fieldCurveType,
	"cancelledTS":                   fieldCancelled,
	"flowDirection.direction":       timeseries.Direction,
	"contract_MarketAgreement.type": timeseries.Contract,
	"type_MarketAgreement.type":     timeseries.AgreementType,
	"auction.type":                  timeseries.AuctionType,
	fieldAuction:                    fieldAuction,
	"auction.category":              timeseries.AuctionCategory,
	"imbalance_Price.category":      timeseries.PriceCategory,
	"classificationSequence_AttributeInstanceComponent.position": timeseries.Sequence,
	fieldStandardProduct: fieldStandardProduct,
	fieldOriginalProduct: fieldOriginalProduct,

	fieldInZone:            fieldInZone,
	fieldOutZone:           fieldOutZone,
	fieldInDomain:          fieldInDomain,
	fieldOutDomain:         fieldOutDomain,
	fieldConnecting:        fieldConnecting,
	fieldAcquiring:         fieldAcquiring,
	fieldBiddingZoneDomain: fieldBiddingZoneDomain,
	fieldDomain:            fieldDomain,
	pathControl:            group,
	fieldControlAreas:      fieldControlAreas,
	fieldControlAreaDomain: fieldControlAreaDomain,
	fieldPTDFDomain:        fieldPTDFDomain,

	fieldResource:                        fieldResource,
	fieldResourceName:                    fieldResourceName,
	pathResource:                         group,
	fieldOneResource:                     fieldOneResource,
	fieldOneResourceName:                 fieldOneResourceName,
	fieldLine:                            fieldLine,
	fieldLineName:                        fieldLineName,
	fieldProduction:                      fieldProduction,
	fieldProductionName:                  fieldProductionName,
	fieldProductionType:                  fieldProductionType,
	fieldUnit:                            fieldUnit,
	pathAsset:                            group,
	fieldAsset:                           fieldAsset,
	fieldAssetName:                       fieldAssetName,
	fieldAssetPlace:                      fieldAssetPlace,
	pathAsset + "/asset_PSRType.psrType": fieldAssetType,
	pathAsset + "/pSRType.psrType":       fieldAssetType,

	"MktPSRType":            group,
	"MktPSRType/psrType":    fieldPSRType,
	"mktPSRType.psrType":    fieldPSRType,
	pathPlant:               group,
	pathPlant + "/mRID":     fieldPlantMRID,
	pathPlant + "/name":     fieldPlantName,
	pathPlant + "/nominalP": fieldPlantPower,

	"quantity_Measure_Unit.name":        fieldQuantityUnit,
	"quantity_Measurement_Unit.name":    fieldQuantityUnit,
	"measurement_Unit.name":             fieldQuantityUnit,
	"measure_Unit.name":                 fieldQuantityUnit,
	"price_Measure_Unit.name":           fieldPriceUnit,
	"price_Measurement_Unit.name":       fieldPriceUnit,
	"energyPrice_Measure_Unit.name":     fieldEnergyPriceUnit,
	"energyPrice_Measurement_Unit.name": fieldEnergyPriceUnit,
	"currency_Unit.name":                fieldCurrency,
}

// timeSeries reads one and visits its Periods, then itself.
func (d *decoder) timeSeries() error {
	d.header.Series++
	clear(d.fields)
	clear(d.groups)
	clear(d.remarks)
	d.periods, d.leftovers, d.bid = 0, d.leftovers[:0], ""
	d.series.Details = nil
	d.broken, d.nameless, d.boundless, d.hull = nil, false, false, timeseries.Window{}
	d.good, d.lost = 0, 0
	room, kept, depth := d.room, d.kept, d.s.open.depth()
	d.room = maxDetails
	for {
		ok, err := d.s.child()
		if err == nil && ok {
			err = d.seriesChild()
		}
		if err != nil {
			err = d.spare(err, depth, &d.broken)
		}
		switch {
		case err != nil:
			return err
		case d.s.open.depth() < depth:
			d.room = room
			err := d.endSeries()
			if !d.whole {
				d.kept = kept
			}
			return err
		}
	}
}

// seriesChild reads one child of a TimeSeries.
func (d *decoder) seriesChild() error {
	name := string(d.s.name)
	switch {
	case periodNames[name]:
		if d.periods++; d.periods == 1 {
			d.describe()
		}
		d.curve.Kind = d.intern(d.s.name)
		return d.readPeriod()
	case name == "mRID" && d.header.Root == rootReserveBid:
		text, err := d.text()
		d.bid = cmp.Or(d.bid, text)
		return err
	case name == "mRID" && d.header.Root != rootBidAvailability:
		return d.pass() // a counter, which starts anew in every answer
	case misplaced(name), seriesNames[name]:
		return d.stray()
	}
	_, known := seriesPaths[name]
	err := d.element(seriesPaths, d.setSeries, d.details())
	d.nameless = d.nameless || known && err != nil && name != fieldCurveType
	return err
}

// misplaced reports whether an element is a Point or a Period, which has its
// place and is read there.
func misplaced(name string) bool { return name == "Point" || periodNames[name] }

// stray is the error for a Point, a Period or a TimeSeries where none belongs.
func (d *decoder) stray() error { return d.s.errorf("a %s where none belongs", d.s.name) }

// details is where those of the TimeSeries being read are kept, nil if nobody
// wants them.
func (d *decoder) details() *Details {
	if d.visit.TimeSeries == nil || d.visit.Brief {
		return nil
	}
	return &d.series.Details
}

// endSeries visits the TimeSeries that was read, unless it cannot be used.
func (d *decoder) endSeries() error {
	if d.periods == 0 {
		d.describe()
	}
	if d.broken == nil && d.visit.TimeSeries != nil {
		if err := d.visitSeries(); err != nil {
			if err = d.spare(err, d.s.open.depth(), &d.broken); err != nil {
				return err
			}
		}
	}
	switch {
	case d.broken != nil:
		return d.loseSeries()
	case d.periods == 0:
		d.header.Good++ // it counts like one interval, good or bad
	}
	return nil
}

func (d *decoder) visitSeries() error {
	if into := d.details(); into != nil {
		for _, name := range d.leftovers {
			if err := d.keep(into, Detail{Name: name, Text: d.fields[name]}); err != nil {
				return err
			}
		}
	}
	d.series.Attributes = maps.Clone(d.curve.Attributes)
	delete(d.series.Attributes, timeseries.Resolution)
	d.series.Periods = d.periods
	return d.refused(d.visit.TimeSeries(d.header, &d.series))
}

// setSeries keeps one field of a TimeSeries. Of several groups of a kind the
// first one is read.
func (d *decoder) setSeries(name, text string) error {
	if name == string(d.path) && seriesPaths[name] == group {
		d.groups[name]++
		return nil
	}
	above := d.path[:max(0, bytes.LastIndexByte(d.path, '/'))]
	_, twice := d.fields[name]
	switch {
	case text == "" || firstOnly[string(above)] && d.groups[string(above)] > 1:
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
