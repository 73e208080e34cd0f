package document

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strconv"
	"time"
)

// feedIn is the Period of an offshore grid's outage that says how much wind
// power was fed in, not how much capacity is available.
const feedIn = "WindPowerFeedin_Period"

// DecodeDocument reads one document of a kind that is kept as a whole: an outage
// or fall-back (Unavailability_MarketDocument), or a market message, which has
// no parts. Of an acknowledgement only the header is read. ctx, zone and errors
// are those of Decode.
func DecodeDocument(ctx context.Context, r io.Reader, zone func(eic string) *time.Location, grow func(bytes int64) error) (*Document, error) {
	w := &wholeReader{document: &Document{}}
	d := newDecoder(ctx, newScanner(watchedReader{ctx, r}, scannerBuffer), zone, Visitor{Curve: w.curve, TimeSeries: w.timeSeries, Grow: grow})
	w.decoder, d.whole = d, true
	header, err := d.metered()
	w.document.Header = header
	return w.document, err
}

// partSize is about how many bytes a Part takes without its texts and runs.
const partSize = 1500

// wholeReader gathers the parts of a Document.
type wholeReader struct {
	decoder         *decoder
	document        *Document
	available, wind []Run // of the TimeSeries being read
}

func (w *wholeReader) curve(_ Header, c *Curve) error {
	runs := &w.available
	if c.Kind == feedIn {
		runs = &w.wind
	}
	if len(*runs)+len(c.Runs) > maxValues {
		return w.decoder.s.errorf("a TimeSeries with more than %d values", maxValues)
	}
	*runs = append(*runs, c.Runs...)
	return nil
}

func (w *wholeReader) timeSeries(_ Header, t *TimeSeries) error {
	part := Part{Attributes: t.Attributes, Details: t.Details, Runs: w.available}
	if len(w.available) == 0 {
		part.Runs = w.wind
	} else {
		part.Details = append(part.Details, feedInDetails(w.wind)...)
	}
	slices.SortStableFunc(part.Runs, func(a, b Run) int { return cmp.Compare(a.From, b.From) })
	w.document.Parts = append(w.document.Parts, part)
	w.decoder.kept += partSize + size(part.Runs)
	w.available, w.wind = nil, nil
	return nil
}

// feedInDetails writes runs as details.
func feedInDetails(runs []Run) (details Details) {
	text := func(at int64) string { return time.Unix(at, 0).UTC().Format("2006-01-02T15:04:05Z") }
	for _, run := range runs {
		details = append(details, Detail{Name: feedIn, Children: Details{
			{Name: "start", Text: text(run.From)}, {Name: "end", Text: text(run.To)},
			{Name: "quantity", Text: detailNumber(run.Value)},
		}})
	}
	return details
}

func detailNumber(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

// roots are the documents of the platform; true: they are read.
var roots = map[string]bool{
	"Acknowledgement_MarketDocument":                    true,
	"Balancing_MarketDocument":                          true,
	"BidAvailability_MarketDocument":                    true,
	"CapacityAllocationConfiguration_MarketDocument":    false,
	"Capacity_MarketDocument":                           true,
	"Configuration_MarketDocument":                      true,
	"CriticalNetworkElement_MarketDocument":             true,
	"GL_MarketDocument":                                 true,
	"HVDCLink_MarketDocument":                           true,
	"OtherTransparencyMarketInformation_MarketDocument": true,
	"Publication_MarketDocument":                        true,
	"ReserveBid_MarketDocument":                         true,
	"TransmissionNetwork_MarketDocument":                true,
	"Unavailability_MarketDocument":                     true,
}

// wholeRoots are those that DecodeDocument reads.
var wholeRoots = map[string]bool{
	"Acknowledgement_MarketDocument": true, rootMarketMessage: true, rootOutage: true,
}

// seriesless are documents that have no TimeSeries.
var seriesless = map[string]bool{"Acknowledgement_MarketDocument": true, rootMarketMessage: true}

// Roots that are read in a way of their own.
const (
	rootBidAvailability = "BidAvailability_MarketDocument"
	rootMarketMessage   = "OtherTransparencyMarketInformation_MarketDocument"
	rootReserveBid      = "ReserveBid_MarketDocument"
	rootOutage          = "Unavailability_MarketDocument"
)

// root reads the start of the root element, which must be one of roots.
func (d *decoder) root() error {
	if err := d.s.root(); err != nil {
		return err
	}
	d.header.Root = string(d.s.name)
	read, known := roots[d.header.Root]
	switch {
	case !known:
		return d.s.fail(ErrUnknownRoot, "unknown root element <%s>", d.header.Root)
	case !read:
		return d.s.fail(ErrUnreadRoot, "%s is not read yet", d.header.Root)
	}
	if d.header.Root == rootOutage {
		d.holds, d.curve.Runs = true, []Run{}
	}
	if d.whole && !wholeRoots[d.header.Root] {
		return d.s.fail(ErrUnreadRoot, "%s is no outage and no market message", d.header.Root)
	}
	return nil
}
