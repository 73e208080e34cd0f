package document

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// The oracle reads documents a second time, by other means: encoding/xml into a
// tree of everything, and an expansion that is written for clarity. It shares
// nothing with the decoder but the names of the attributes in what it returns.

// oracleDocument is what the oracle reads in a document.
type oracleDocument struct {
	Header  oracleHeader
	Rows    []oracleRow
	Records []oracleRecord // of each TimeSeries
}

type oracleHeader struct {
	Root, MRID, Revision, Type, Process, Status string
	Created, From, To                           string
	Reasons                                     []Reason
	Details                                     []node
	domains                                     map[string]string
}

// oracleRow is one point as `entsoed decode` prints it. Of an outage it is a
// value that holds until a time.
type oracleRow struct {
	Series    int // TimeSeries of the document, from 1
	Period    int // Period of the TimeSeries, from 1
	Kind      string
	Labels    map[string]string
	Own       map[string]string // what the Point says of the value alone
	Quantity  string
	Unit      string
	Currency  string
	At, Until time.Time
	Value     float64
}

// oracleRecord is a TimeSeries without its values.
type oracleRecord struct {
	Labels  map[string]string
	Periods int
	Details []node
}

// node is an element with its text or with the elements in it.
type node struct {
	Name     string
	Text     string
	Children []node
}

type oracleElement struct {
	XMLName  xml.Name
	Text     string          `xml:",chardata"`
	Children []oracleElement `xml:",any"`
}

func (e oracleElement) name() string { return e.XMLName.Local }

// all returns the elements of a path below e.
func (e oracleElement) all(path string) (found []oracleElement) {
	name, rest, deeper := strings.Cut(path, "/")
	for _, child := range e.Children {
		if child.name() != name {
			continue
		}
		if deeper {
			found = append(found, child.all(rest)...)
		} else {
			found = append(found, child)
		}
	}
	return found
}

// text returns the first text that stands at one of the paths, in their order.
func (e oracleElement) text(paths ...string) string {
	for _, path := range paths {
		for _, found := range e.all(path) {
			if text := strip(found.Text); text != "" {
				return text
			}
		}
	}
	return ""
}

// strip cuts the white space of XML, which is less than what strings.TrimSpace cuts.
func strip(s string) string { return strings.Trim(s, " \t\r\n") }

// oracle reads a document of any kind.
func oracle(r io.Reader, zone func(string) *time.Location) (doc oracleDocument, err error) {
	var root struct {
		XMLName xml.Name
		oracleElement
	}
	if err := xml.NewDecoder(r).Decode(&root); err != nil {
		return doc, err
	}
	top := oracleElement{XMLName: root.XMLName, Text: root.Text, Children: root.Children}
	doc.Header = oracleHead(top)
	for _, child := range top.Children {
		if !slices.Contains([]string{"TimeSeries", "Bid_TimeSeries", "BidTimeSeries"}, child.name()) {
			continue
		}
		s := oracleSeries{oracleElement: child, doc: doc.Header, number: len(doc.Records) + 1}
		rows, err := s.rows(zone)
		if err != nil {
			return doc, fmt.Errorf("TimeSeries %d: %w", s.number, err)
		}
		doc.Rows = append(doc.Rows, rows...)
		doc.Records = append(doc.Records, oracleRecord{Labels: s.labels(), Periods: len(s.periods()), Details: s.details()})
	}
	return doc, nil
}

// oracleHead reads what stands beside the TimeSeries.
func oracleHead(top oracleElement) oracleHeader {
	h := oracleHeader{
		Root: top.name(), MRID: top.text("mRID"), Revision: top.text("revisionNumber"), Type: top.text("type"), Process: top.text("process.processType"),
		Status: top.text("docStatus/value"), Created: top.text("createdDateTime"), domains: map[string]string{},
	}
	for _, child := range top.Children {
		name, text := child.name(), strip(child.Text)
		if strings.HasSuffix(name, "eriod.timeInterval") {
			h.From, h.To = child.text("start"), child.text("end")
			continue
		}
		switch name {
		case "mRID", "revisionNumber", "type", "process.processType", "createdDateTime", "docStatus", "TimeSeries", "Bid_TimeSeries", "BidTimeSeries":
		case "time_Period.timeInterval.start":
			h.From = text
		case "time_Period.timeInterval.end":
			h.To = text
		case "Reason":
			h.Reasons = append(h.Reasons, Reason{child.text("code"), child.text("text")})
		case "reason.code":
			h.Reasons = append(h.Reasons, Reason{Code: text})
		case "reason.text":
			if n := len(h.Reasons); n > 0 && h.Reasons[n-1].Text == "" {
				h.Reasons[n-1].Text = text
			} else {
				h.Reasons = append(h.Reasons, Reason{Text: text})
			}
		default:
			h.other(child)
		}
	}
	return h
}

// other keeps an element of the header that is a detail.
func (h *oracleHeader) other(e oracleElement) {
	name, text := e.name(), strip(e.Text)
	foreign := h.Root != "OtherTransparencyMarketInformation_MarketDocument" && strings.HasPrefix(name, "sender_MarketParticipant")
	switch {
	case foreign || strings.HasPrefix(name, "receiver_MarketParticipant"):
		return
	case name == "start_DateAndOrTime.dateTime" && text != "":
		h.From = text
	case name == "end_DateAndOrTime.dateTime" && text != "":
		h.To = text
	case strings.HasSuffix(strings.ToLower(name), "domain.mrid"):
		h.domains[name] = text
	}
	h.Details = append(h.Details, e.nodes()...)
}

// nodes returns an element as details: nothing if it is empty, and a date with
// its time as two.
func (e oracleElement) nodes() []node {
	if len(e.Children) == 0 {
		if text := strip(e.Text); text != "" {
			return []node{{Name: e.name(), Text: text}}
		}
		return nil
	}
	var below []node
	for _, child := range e.Children {
		below = append(below, child.nodes()...)
	}
	switch {
	case len(below) == 0:
		return nil
	case !strings.HasSuffix(e.name(), "_DateAndOrTime"):
		return []node{{Name: e.name(), Children: below}}
	}
	for i := range below {
		below[i].Name = e.name() + "." + below[i].Name
	}
	return below
}
