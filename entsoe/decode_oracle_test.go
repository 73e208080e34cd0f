package entsoe

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// The oracle reads documents a second time, by other means: encoding/xml with
// structs, and an expansion that is written for clarity. It shares nothing with
// the decoder but the names of the attributes in what it returns.

// oracleRow is one point as `entsoed decode` prints it.
type oracleRow struct {
	Series   int // TimeSeries of the document, from 1
	Period   int // Period of the TimeSeries, from 1
	Labels   map[string]string
	Quantity string
	Unit     string
	Currency string
	At       time.Time
	Value    float64
}

type oracleDocument struct {
	XMLName  xml.Name
	Type     string         `xml:"type"`
	Process  string         `xml:"process.processType"`
	Status   string         `xml:"docStatus>value"`
	Series   []oracleSeries `xml:"TimeSeries"`
	Reasons  []oracleReason `xml:"Reason"`
	Created  string         `xml:"createdDateTime"`
	MRID     string         `xml:"mRID"`
	Revision string         `xml:"revisionNumber"`
}

type oracleReason struct {
	Code string `xml:"code"`
	Text string `xml:"text"`
}

type oracleSeries struct {
	Business        string         `xml:"businessType"`
	Curve           string         `xml:"curveType"`
	InZone          string         `xml:"inBiddingZone_Domain.mRID"`
	OutZone         string         `xml:"outBiddingZone_Domain.mRID"`
	In              string         `xml:"in_Domain.mRID"`
	Out             string         `xml:"out_Domain.mRID"`
	Contract        string         `xml:"contract_MarketAgreement.type"`
	Agreement       string         `xml:"type_MarketAgreement.type"`
	AuctionType     string         `xml:"auction.type"`
	Auction         string         `xml:"auction.mRID"`
	AuctionCategory string         `xml:"auction.category"`
	Sequence        string         `xml:"classificationSequence_AttributeInstanceComponent.position"`
	Direction       string         `xml:"flowDirection.direction"`
	Category        string         `xml:"imbalance_Price.category"`
	Product         string         `xml:"standard_MarketProduct.marketProductType"`
	OldProduct      string         `xml:"original_MarketProduct.marketProductType"`
	QuantityUnit    string         `xml:"quantity_Measure_Unit.name"`
	NewQuantityUnit string         `xml:"quantity_Measurement_Unit.name"`
	PriceUnit       string         `xml:"price_Measure_Unit.name"`
	Currency        string         `xml:"currency_Unit.name"`
	Resource        string         `xml:"registeredResource.mRID"`
	ResourceName    string         `xml:"registeredResource.name"`
	Line            string         `xml:"connectingLine_RegisteredResource.mRID"`
	PSR             oraclePSR      `xml:"MktPSRType"`
	Periods         []oraclePeriod `xml:"Period"`
}

type oraclePSR struct {
	Type   string        `xml:"psrType"`
	Plants []oraclePlant `xml:"PowerSystemResources"`
}

type oraclePlant struct {
	MRID string `xml:"mRID"`
	Name string `xml:"name"`
}

type oraclePeriod struct {
	Start      string        `xml:"timeInterval>start"`
	End        string        `xml:"timeInterval>end"`
	FlatStart  string        `xml:"timeInterval.start"`
	FlatEnd    string        `xml:"timeInterval.end"`
	Resolution string        `xml:"resolution"`
	Points     []oraclePoint `xml:"Point"`
}

type oraclePoint struct {
	Children []oracleElement `xml:",any"`
}

type oracleElement struct {
	XMLName  xml.Name
	Text     string          `xml:",chardata"`
	Children []oracleElement `xml:",any"`
}

// oracle returns the points of a GL or Publication document in its order.
func oracle(r io.Reader, zone func(string) *time.Location) (oracleDocument, []oracleRow, error) {
	var doc oracleDocument
	if err := xml.NewDecoder(r).Decode(&doc); err != nil {
		return doc, nil, err
	}
	var rows []oracleRow
	for i, series := range doc.Series {
		for j, p := range series.Periods {
			found, err := series.rows(doc, p, zone)
			if err != nil {
				return doc, rows, fmt.Errorf("TimeSeries %d, Period %d: %w", i+1, j+1, err)
			}
			for k := range found {
				found[k].Series, found[k].Period = i+1, j+1
			}
			rows = append(rows, found...)
		}
	}
	return doc, rows, nil
}

func oracleFirst(texts ...string) string {
	for _, text := range texts {
		if strip(text) != "" {
			return text
		}
	}
	return ""
}

// strip cuts the white space of XML, which is less than what strings.TrimSpace cuts.
func strip(s string) string { return strings.Trim(s, " \t\r\n") }

func (s oracleSeries) labels(doc oracleDocument, resolution string) map[string]string {
	labels := map[string]string{
		"document_type": doc.Type, "process_type": doc.Process, "status": doc.Status, "business_type": s.Business,
		"contract": s.Contract, "agreement_type": s.Agreement, "auction_type": s.AuctionType, "auction": s.Auction, "auction_category": s.AuctionCategory,
		"sequence": s.Sequence, "direction": s.Direction, "psr_type": s.PSR.Type, "resolution": resolution,
		"price_category": s.Category,
	}
	plant := append(s.PSR.Plants, oraclePlant{})[0]
	labels["product"] = oracleFirst(s.Product, s.OldProduct)
	labels["resource"] = oracleFirst(s.Resource, s.Line, plant.MRID)
	labels["unit_name"] = oracleFirst(s.ResourceName, plant.Name)
	in, out, inZone, outZone := strip(s.In), strip(s.Out), strip(s.InZone), strip(s.OutZone)
	if inZone != "" && outZone == inZone {
		labels["area"] = inZone
	} else if inZone != "" && outZone != "" {
		labels["area"], labels["counter_area"] = inZone, outZone
	} else if inZone != "" {
		labels["area"], labels["side"] = inZone, "in"
	} else if outZone != "" {
		labels["area"], labels["side"] = outZone, "out"
	} else if out != "" && in != out {
		labels["area"], labels["counter_area"] = out, in
	} else {
		labels["area"] = in
	}
	for name, text := range labels {
		if labels[name] = strip(text); labels[name] == "" {
			delete(labels, name)
		}
	}
	return labels
}

func (s oracleSeries) rows(doc oracleDocument, p oraclePeriod, zone func(string) *time.Location) ([]oracleRow, error) {
	labels := s.labels(doc, strip(p.Resolution))
	from, to, err := p.bounds()
	if err != nil {
		return nil, err
	}
	starts, err := oracleStarts(from, to, strip(p.Resolution), zone(labels["area"]))
	if err != nil {
		return nil, err
	}
	points := map[int][]oracleRow{}
	for _, point := range p.Points {
		position, values, err := point.read()
		if err != nil {
			return nil, err
		}
		if _, twice := points[position]; twice || position < 1 || position > len(starts) {
			return nil, fmt.Errorf("position %d", position)
		}
		for i := range values {
			values[i].Labels = labels
			values[i].Unit, values[i].Currency = s.units(values[i].Quantity)
		}
		points[position] = values
	}
	return s.spread(points, starts)
}

// spread fills omitted positions of curve type A03.
func (s oracleSeries) spread(points map[int][]oracleRow, starts []time.Time) (rows []oracleRow, err error) {
	curve := strip(s.Curve)
	if curve != "" && curve != "A01" && curve != "A03" {
		return nil, fmt.Errorf("curve type %q", curve)
	}
	var current []oracleRow
	for i, at := range starts {
		values, given := points[i+1]
		if given {
			current = values
		} else if curve != "A03" {
			current = nil
		}
		for _, row := range current {
			row.At = at
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (p oraclePeriod) bounds() (from, to time.Time, err error) {
	start, end := strip(p.Start), strip(p.End)
	if start == "" {
		start = strip(p.FlatStart)
	}
	if end == "" {
		end = strip(p.FlatEnd)
	}
	if from, err = oracleTime(start); err != nil {
		return from, to, err
	}
	to, err = oracleTime(end)
	return from, to, err
}

func oracleTime(text string) (time.Time, error) {
	if t, err := time.Parse("2006-01-02T15:04Z", text); err == nil {
		return t, nil
	}
	return time.Parse(time.RFC3339, text)
}

// oracleStarts lists the starts of all intervals, one after the other.
func oracleStarts(from, to time.Time, resolution string, area *time.Location) (starts []time.Time, err error) {
	next, err := oracleNext(from, resolution, area)
	if err != nil {
		return nil, err
	}
	at := from
	for n := 1; at.Before(to) && n <= 1_000_000; n++ {
		starts = append(starts, at.UTC())
		at = next(n)
	}
	if !at.Equal(to) || len(starts) == 0 {
		err := fmt.Errorf("%v to %v by %s", from, to, resolution)
		if !strings.HasPrefix(resolution, "PT") && from.Before(to) {
			err = fmt.Errorf("%w: %w", errCalendar, err)
		}
		return nil, err
	}
	return starts, nil
}

// errCalendar marks a Period whose days the oracle cannot count. The decoder
// tries other zones for it.
var errCalendar = errors.New("no calendar for the Period")

// oracleNext returns the function that gives the instant n steps after from.
func oracleNext(from time.Time, resolution string, area *time.Location) (func(n int) time.Time, error) {
	fixed := map[string]time.Duration{
		"PT4S": 4 * time.Second, "PT1M": time.Minute, "PT15M": 15 * time.Minute, "PT30M": 30 * time.Minute,
		"PT60M": time.Hour, "PT1H": time.Hour,
	}
	if d, ok := fixed[resolution]; ok {
		return func(n int) time.Time { return from.Add(time.Duration(n) * d) }, nil
	}
	calendar := map[string][3]int{"P1D": {0, 0, 1}, "P7D": {0, 0, 7}, "P1M": {0, 1, 0}, "P3M": {0, 3, 0}, "P1Y": {1, 0, 0}}
	step, ok := calendar[resolution]
	if !ok {
		return nil, fmt.Errorf("resolution %q", resolution)
	}
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		return nil, err
	}
	for _, zone := range []*time.Location{area, brussels, time.UTC} {
		if zone != nil && from.In(zone).Format("15:04:05") == "00:00:00" {
			return func(n int) time.Time { return from.In(zone).AddDate(n*step[0], n*step[1], n*step[2]) }, nil
		}
	}
	return nil, fmt.Errorf("%w: %v is midnight nowhere", errCalendar, from)
}

// units returns what a value is measured in: amounts are prices, quantities are
// not, and of anything else nothing is known.
func (s oracleSeries) units(path string) (unit, currency string) {
	if strings.HasSuffix(path, "uantity") {
		return strip(oracleFirst(s.QuantityUnit, s.NewQuantityUnit)), ""
	}
	if strings.HasSuffix(path, "mount") {
		return strip(s.PriceUnit), strip(s.Currency)
	}
	return "", ""
}

func (p oraclePoint) read() (position int, values []oracleRow, err error) {
	for _, child := range p.Children {
		if child.XMLName.Local == "position" {
			if position, err = strconv.Atoi(strip(child.Text)); err != nil {
				return 0, nil, err
			}
			continue
		}
		found, err := child.read("")
		if err != nil {
			return 0, nil, err
		}
		values = append(values, found...)
	}
	return position, values, nil
}

// read returns the numbers in an element of a Point.
func (e oracleElement) read(parent string) (values []oracleRow, err error) {
	path := parent + e.XMLName.Local
	for _, child := range e.Children {
		found, err := child.read(path + "/")
		if err != nil {
			return nil, err
		}
		values = append(values, found...)
	}
	text := strip(e.Text)
	if len(e.Children) > 0 || text == "" {
		return values, nil
	}
	for _, code := range []string{"category", "direction", "code", "text", "mRID", "name", "type", "status", "quality"} {
		if strings.HasSuffix(path, code) {
			return nil, nil
		}
	}
	value, err := strconv.ParseFloat(text, 64)
	known := strings.HasSuffix(path, "uantity") || strings.HasSuffix(path, "mount")
	if err != nil && !known {
		return nil, nil
	}
	return []oracleRow{{Quantity: path, Value: value}}, err
}
