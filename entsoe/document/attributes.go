package document

import (
	"strings"

	"entsoed/timeseries"
)

// ownAttributes are the fields of a TimeSeries that are attributes as they stand.
var ownAttributes = []string{
	timeseries.BusinessType, timeseries.Direction, timeseries.Contract, timeseries.AgreementType, timeseries.AuctionType,
	timeseries.AuctionCategory, timeseries.PriceCategory, timeseries.Sequence,
}

// Fields that may name the resource of a TimeSeries, and those that may hold
// its name.
var (
	resourceFields = []string{fieldResource, fieldOneResource, fieldLine, fieldProduction, fieldAsset, fieldPlantMRID}
	nameFields     = []string{fieldResourceName, fieldOneResourceName, fieldLineName, fieldProductionName, fieldAssetName, fieldAssetPlace, fieldPlantName}
)

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
	d.attribute(timeseries.PSRType, d.firstField(fieldPSRType, fieldProductionType, fieldAssetType))
	d.describeAuction()
	if d.fields[fieldCancelled] == "A01" {
		d.attribute(timeseries.Cancelled, "A01")
	}
	d.describeResource()
	d.describeAreas()
}

// describeAuction sets the auction. Some bids repeat their own name there,
// which would make a series of each.
func (d *decoder) describeAuction() {
	auction := d.fields[fieldAuction]
	if auction == d.bid {
		d.leaveOver([]string{fieldAuction}, "", "")
		return
	}
	d.attribute(timeseries.Auction, auction)
}

// describeResource sets the resource, its name and the generation unit in it.
func (d *decoder) describeResource() {
	d.attribute(timeseries.Resource, d.firstField(resourceFields...))
	d.attribute(timeseries.UnitName, d.firstField(nameFields...))
	if d.groups[pathPlant] == 1 && d.fields[fieldPlantPower] == "" {
		d.attribute(timeseries.GenerationUnit, d.fields[fieldPlantMRID])
	}
	d.attribute(timeseries.GenerationUnit, d.fields[fieldUnit])
}

// Fields that name the area of a TimeSeries: the two sides of borders, the one
// area of others, and what the document says of all.
var (
	borderFields     = []string{fieldInZone, fieldOutZone, fieldInDomain, fieldOutDomain, fieldConnecting, fieldAcquiring}
	areaFields       = []string{fieldBiddingZoneDomain, fieldDomain, fieldControlAreas, fieldControlAreaDomain, fieldPTDFDomain}
	headerAreaFields = []string{fieldAreaDomain, fieldControlAreaDomain, fieldBiddingZoneDomain, fieldDomain}
)

// describeAreas sets area, counter area and side. Generation and load name the
// zone on the side on which the energy stands: inBiddingZone for generation,
// outBiddingZone for consumption (also of power plants: pumping, own use). A
// border is named by the area that the energy leaves and the one it enters;
// prices name the same zone twice.
func (d *decoder) describeAreas() {
	from, to := d.border()
	if from == "" {
		from = first(d.fields, areaFields)
	}
	if from == "" {
		from = first(d.above, headerAreaFields)
	}
	d.attribute(timeseries.Area, from)
	if to != from {
		d.attribute(timeseries.CounterArea, to)
	}
	d.leaveOver(borderFields, from, to)
	d.leaveOver(areaFields, from, to)
}

// border returns the areas of the first pair of fields of which the TimeSeries
// has one, or the only one there is.
func (d *decoder) border() (from, to string) {
	inZone, outZone := d.fields[fieldInZone], d.fields[fieldOutZone]
	switch {
	case inZone != "" && outZone != "":
		return inZone, outZone
	case inZone != "":
		d.attribute(timeseries.Side, "in")
		return inZone, ""
	case outZone != "":
		d.attribute(timeseries.Side, "out")
		return outZone, ""
	}
	from, to = d.fields[fieldOutDomain], d.fields[fieldInDomain]
	if from == "" && to == "" {
		from, to = d.reserveBorder()
	}
	if from == "" {
		return to, ""
	}
	return from, to
}

// reserveBorder returns the areas between which balancing energy or reserve is
// exchanged: it leaves the connecting one. On a platform of many areas one of
// the two is the platform's region, which the document names.
func (d *decoder) reserveBorder() (from, to string) {
	from, to = d.fields[fieldConnecting], d.fields[fieldAcquiring]
	region := d.above[fieldDomain]
	switch {
	case region == "" || from == "" || to == "":
	case from == region:
		return to, ""
	case to == region:
		return from, ""
	}
	return from, to
}

func (d *decoder) attribute(name, value string) {
	if value != "" {
		d.curve.Attributes[name] = value
	}
}

// firstField returns the first of the fields that the TimeSeries has.
func (d *decoder) firstField(names ...string) string {
	text := first(d.fields, names)
	d.leaveOver(names, text, text)
	return text
}

// leaveOver notes the fields whose text is in no attribute, so that the Details
// keep it. Fields of a group are kept together with the group.
func (d *decoder) leaveOver(names []string, attribute, other string) {
	for _, name := range names {
		if text := d.fields[name]; text != "" && text != attribute && text != other && !strings.Contains(name, "/") {
			d.leftovers = append(d.leftovers, name)
		}
	}
}

// first returns the first text that the names have in texts.
func first(texts map[string]string, names []string) string {
	for _, name := range names {
		if text := texts[name]; text != "" {
			return text
		}
	}
	return ""
}
