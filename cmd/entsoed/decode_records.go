package main

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"time"

	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// record is a TimeSeries without Points, or a document without TimeSeries.
type record struct {
	header     document.Header
	attributes timeseries.Attributes
	details    document.Details
}

// recordReason is how a record gives its reason.
type recordReason struct {
	Code string `json:"code,omitempty"`
	Text string `json:"text,omitempty"`
}

// writeSeries keeps a TimeSeries without Periods until the document ends, for
// only then all of its reasons are known.
func (p *pointWriter) writeSeries(h document.Header, t *document.TimeSeries) error {
	if err := p.release(); err != nil || t.Periods > 0 {
		return err
	}
	return p.addRecord(record{header: h, attributes: maps.Clone(t.Attributes), details: t.Details})
}

// writeDocument prints the records of a document. A market message is one.
func (p *pointWriter) writeDocument(h document.Header) error {
	if h.Root == "OtherTransparencyMarketInformation_MarketDocument" {
		message := record{attributes: timeseries.Attributes{}, details: h.Details}
		for name, text := range map[string]string{timeseries.DocumentType: h.Type, timeseries.ProcessType: h.ProcessType, timeseries.Status: h.Status} {
			if text != "" {
				message.attributes[name] = text
			}
		}
		if err := p.addRecord(message); err != nil {
			return err
		}
	}
	return p.writeRecords(h)
}

func (p *pointWriter) addRecord(r record) error {
	if p.format == formatCSV {
		return withHint(errors.New("what has no points is no line of CSV"), "use --format json")
	}
	p.records = append(p.records, r)
	return nil
}

// writeRecords prints what is kept, with the header of the whole document. That
// of a document with an error is not known: then it is what stood before.
func (p *pointWriter) writeRecords(h document.Header) error {
	for _, r := range p.records {
		if h.Root != "" {
			r.header = h
		}
		line, err := r.line()
		if err == nil {
			_, err = p.out.Write(line)
		}
		if err != nil {
			return err
		}
	}
	p.records = p.records[:0]
	return nil
}

// line formats a record: its attributes in the order of points, then what the
// document says of itself, then everything else.
func (r record) line() ([]byte, error) {
	var values []string
	columns := slices.Clone(pointColumns)
	for _, name := range slices.Sorted(maps.Keys(r.attributes)) {
		if !slices.Contains(columns, name) {
			columns = append(columns, name)
		}
	}
	for _, name := range columns {
		values = append(values, r.attributes[name])
	}
	b, err := jsonHead(columns, values)
	for _, member := range r.members() {
		if err == nil && member.value != nil {
			b, err = appendMember(b, member.name, member.value)
		}
	}
	return append(bytes.TrimSuffix(b, []byte(",")), "}\n"...), err
}

type member struct {
	name  string
	value any // nil: left out
}

// members are the rest of a record.
func (r record) members() []member {
	h := r.header
	var revision, reasons, details any
	if h.Revision != 0 {
		revision = h.Revision
	}
	if len(h.Reasons) > 0 {
		list := make([]recordReason, len(h.Reasons))
		for i, reason := range h.Reasons {
			list[i] = recordReason(reason)
		}
		reasons = list
	}
	if len(r.details) > 0 {
		details = r.details
	}
	return []member{
		{keyMRID, h.MRID}, {keyRevision, revision}, {keyCreated, recordTime(h.CreatedAt)},
		{"from", recordTime(h.Period.From)}, {"to", recordTime(h.Period.To)}, {"reasons", reasons}, {"details", details},
	}
}

// recordTime returns a time as it is printed, nil if it is not known.
func recordTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}
