package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// Formats of points.
const (
	formatJSON = "json" // one object a line
	formatCSV  = "csv"  // RFC 4180, with a heading
)

func formats() []string { return []string{formatJSON, formatCSV} }

// Keys of what a document says of itself, with its points or as a record.
const (
	keyMRID     = "mrid"
	keyRevision = "revision"
	keyCreated  = "created_at"
)

// pointColumns are the keys of a printed point before "at" and "value", in the
// order in which they are printed.
var pointColumns = []string{
	timeseries.DocumentType, timeseries.ProcessType, timeseries.BusinessType, timeseries.Area, timeseries.CounterArea, timeseries.Side,
	timeseries.Direction, timeseries.PSRType, timeseries.Resource, timeseries.UnitName, timeseries.Contract, timeseries.AgreementType,
	timeseries.AuctionType, timeseries.AuctionCategory, timeseries.Sequence, timeseries.Product, timeseries.PriceCategory,
	timeseries.PriceDirection, timeseries.PriceComponent, timeseries.Constraint, timeseries.PTDFArea, timeseries.Cancelled,
	timeseries.Status, timeseries.Quantity, timeseries.Unit, timeseries.Currency, timeseries.Resolution,
}

// rareColumns are those that documents of load, generation and transmission do
// not have: they are left out of their CSV.
var rareColumns = []string{
	timeseries.PriceDirection, timeseries.PriceComponent, timeseries.Constraint, timeseries.PTDFArea, timeseries.Cancelled,
}

// columnsOf returns the keys of the points of a document.
func columnsOf(root, format string) []string {
	switch {
	case root == "Unavailability_MarketDocument":
		unit := slices.Index(pointColumns, timeseries.Resource) + 1
		columns := slices.Insert(slices.Clone(pointColumns), unit, timeseries.GenerationUnit)
		return append(columns, keyMRID, keyRevision)
	case format == formatCSV && (root == "GL_MarketDocument" || root == "Publication_MarketDocument"):
		return slices.DeleteFunc(slices.Clone(pointColumns), func(name string) bool { return slices.Contains(rareColumns, name) })
	}
	return pointColumns
}

// pointWriter prints points, a line each, and records of what has no points.
// What the points of a curve have in common is formatted once.
type pointWriter struct {
	out     *bufio.Writer
	format  string
	columns []string
	heading []string // of CSV, once it is written
	heads   [][]byte // by element of the curve: the line up to the time
	line    []byte
	records []record // of the document that is being read

	keeps bool         // lines are kept until their TimeSeries is known to be right
	kept  bytes.Buffer // lines of the TimeSeries being read
}

// mostKept bounds the lines that are kept of a TimeSeries. Those of a longer one are
// printed although it may turn out wrong.
const mostKept = 64 << 20

// print writes lines, or keeps them until their TimeSeries ends.
func (p *pointWriter) print(lines []byte) error {
	if p.keeps && p.kept.Len() < mostKept {
		p.kept.Write(lines)
		return nil
	}
	if err := p.release(); err != nil {
		return err
	}
	_, err := p.out.Write(lines)
	return err
}

// release prints the lines that are kept, and drop forgets them.
func (p *pointWriter) release() error {
	_, err := p.kept.WriteTo(p.out)
	return err
}

func (p *pointWriter) drop() { p.kept.Reset() }

func newPointWriter(w io.Writer, format string) *pointWriter {
	return &pointWriter{out: bufio.NewWriterSize(w, 64<<10), format: format}
}

// visitor prints all that a document holds.
func (p *pointWriter) visitor() document.Visitor {
	return document.Visitor{Curve: p.write, TimeSeries: p.writeSeries, Document: p.writeDocument}
}

// flush writes what is still buffered.
func (p *pointWriter) flush() error {
	if err := p.release(); err != nil {
		return err
	}
	if err := p.writeRecords(document.Header{}); err != nil {
		return err
	}
	return p.out.Flush()
}

// write prints the values of a curve.
func (p *pointWriter) write(h document.Header, c *document.Curve) error {
	p.columns = columnsOf(h.Root, p.format)
	if err := p.writeHeading(h); err != nil {
		return err
	}
	p.heads = p.heads[:0]
	for _, e := range c.Elements {
		head, err := p.head(h, c, e)
		if err != nil {
			return err
		}
		p.heads = append(p.heads, head)
	}
	for _, v := range c.Values {
		if err := p.print(p.valueLine(v)); err != nil {
			return err
		}
	}
	for _, run := range c.Runs {
		if err := p.writeRun(c, run); err != nil {
			return err
		}
	}
	return nil
}

// writeHeading prints the names of the columns of CSV before the first curve.
func (p *pointWriter) writeHeading(h document.Header) error {
	switch {
	case p.format != formatCSV, slices.Equal(p.heading, p.columns):
		return nil
	case p.heading != nil:
		return withHint(fmt.Errorf("%s has other columns than the documents before it", h.Root), "use --format json")
	}
	p.heading = p.columns
	_, err := p.out.Write(append(csvRecord(p.columns), ",at,value\n"...))
	return err
}

// writeRun prints a value for every interval over which it holds.
func (p *pointWriter) writeRun(c *document.Curve, run document.Run) error {
	from := time.Unix(run.From, 0).UTC()
	at := run.From
	for n := 1; at < run.To; n++ {
		if err := p.print(p.valueLine(document.Value{At: at, Element: run.Element, Value: run.Value})); err != nil {
			return err
		}
		at = c.Resolution.Add(from, n, c.Zone).Unix()
	}
	return nil
}

// valueLine formats one value.
func (p *pointWriter) valueLine(v document.Value) []byte {
	line := append(p.line[:0], p.heads[v.Element]...)
	at := time.Unix(v.At, 0).UTC()
	if p.format == formatCSV {
		line = at.AppendFormat(line, time.RFC3339)
		line = append(line, ',')
		line = append(appendNumber(line, v.Value), '\n')
	} else {
		line = append(line, `"at":"`...)
		line = at.AppendFormat(line, time.RFC3339)
		line = append(line, `","value":`...)
		line = append(appendNumber(line, v.Value), "}\n"...)
	}
	p.line = line
	return line
}

// head formats what all values of one element of a curve have in common.
func (p *pointWriter) head(h document.Header, c *document.Curve, e document.Element) ([]byte, error) {
	values := make([]string, len(p.columns))
	for i, name := range p.columns {
		values[i] = pointValue(h, c, e, name)
	}
	if p.format == formatCSV {
		for _, name := range rareColumns {
			if pointValue(h, c, e, name) != "" && !slices.Contains(p.columns, name) {
				return nil, withHint(fmt.Errorf("%s has no column %s", h.Root, name), "use --format json")
			}
		}
		return append(csvRecord(values), ','), nil
	}
	return jsonHead(p.columns, values)
}

// pointValue returns what a column of the points of an element says.
func pointValue(h document.Header, c *document.Curve, e document.Element, name string) string {
	switch name {
	case timeseries.Quantity:
		return e.Path
	case timeseries.Unit:
		return e.Unit
	case timeseries.Currency:
		return e.Currency
	case keyMRID:
		return h.MRID
	case keyRevision:
		return strconv.Itoa(h.Revision)
	}
	if own := e.Attributes[name]; own != "" {
		return own
	}
	return c.Attributes[name]
}

// jsonHead begins an object with the columns that have a value.
func jsonHead(columns, values []string) ([]byte, error) {
	b := []byte{'{'}
	for i, name := range columns {
		var err error
		switch {
		case values[i] == "":
			continue
		case name == keyRevision:
			b = append(b, `"revision":`+values[i]+`,`...)
			continue
		}
		if b, err = appendMember(b, name, values[i]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// appendMember appends a member of an object and a comma.
func appendMember(b []byte, name string, value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	b = append(strconv.AppendQuote(b, name), ':')
	b = append(b, bytes.TrimSuffix(text.Bytes(), []byte("\n"))...)
	return append(b, ','), nil
}

// csvRecord formats one record without its line end.
func csvRecord(fields []string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(fields) // a bytes.Buffer does not fail
	w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// appendNumber appends the shortest decimal that is exactly v, without an
// exponent for sizes that people read.
func appendNumber(b []byte, v float64) []byte {
	format := byte('f')
	if size := math.Abs(v); size != 0 && (size < 1e-9 || size >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(b, v, format, -1, 64)
}
