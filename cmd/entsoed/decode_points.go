package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// Formats of points.
const (
	formatJSON = "json" // one object a line
	formatCSV  = "csv"  // RFC 4180, with a heading
)

// pointColumns are the keys of a printed point before "at" and "value", in the
// order in which they are printed.
var pointColumns = []string{
	timeseries.DocumentType, timeseries.ProcessType, timeseries.BusinessType, timeseries.Area, timeseries.CounterArea, timeseries.Side,
	timeseries.Direction, timeseries.PSRType, timeseries.Resource, timeseries.UnitName, timeseries.Contract, timeseries.AgreementType,
	timeseries.AuctionType, timeseries.AuctionCategory, timeseries.Sequence, timeseries.Product, timeseries.PriceCategory,
	timeseries.Status, timeseries.Quantity, timeseries.Unit, timeseries.Currency, timeseries.Resolution,
}

// pointWriter prints points, a line each. What the points of a curve have in
// common is formatted once.
type pointWriter struct {
	out    *bufio.Writer
	format string
	begun  bool     // the heading of CSV is written
	heads  [][]byte // by element of the curve: the line up to the time
	line   []byte
}

func newPointWriter(w io.Writer, format string) *pointWriter {
	return &pointWriter{out: bufio.NewWriterSize(w, 64<<10), format: format}
}

// flush writes what is still buffered.
func (p *pointWriter) flush() error { return p.out.Flush() }

// write prints the values of a curve; it is the visitor of entsoe.Decode.
func (p *pointWriter) write(_ entsoe.Header, c *entsoe.Curve) error {
	if !p.begun && p.format == formatCSV {
		heading := append(csvRecord(pointColumns), ",at,value\n"...)
		if _, err := p.out.Write(heading); err != nil {
			return err
		}
	}
	p.begun = true
	p.heads = p.heads[:0]
	for _, e := range c.Elements {
		head, err := p.head(c, e)
		if err != nil {
			return err
		}
		p.heads = append(p.heads, head)
	}
	for _, v := range c.Values {
		if _, err := p.out.Write(p.valueLine(v)); err != nil {
			return err
		}
	}
	return nil
}

// valueLine formats one value.
func (p *pointWriter) valueLine(v entsoe.Value) []byte {
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
func (p *pointWriter) head(c *entsoe.Curve, e entsoe.Element) ([]byte, error) {
	values := make([]string, len(pointColumns))
	for i, name := range pointColumns {
		switch name {
		case timeseries.Quantity:
			values[i] = e.Path
		case timeseries.Unit:
			values[i] = e.Unit
		case timeseries.Currency:
			values[i] = e.Currency
		default:
			values[i] = c.Attributes[name]
		}
	}
	if p.format == formatCSV {
		return append(csvRecord(values), ','), nil
	}
	return jsonHead(values)
}

// jsonHead begins an object with the columns that have a value.
func jsonHead(values []string) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, name := range pointColumns {
		if values[i] == "" {
			continue
		}
		b.WriteString(strconv.Quote(name) + ":")
		if err := encoder.Encode(values[i]); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1) // the encoder's line end
		b.WriteByte(',')
	}
	return b.Bytes(), nil
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
