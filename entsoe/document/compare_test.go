package document

import (
	"context"
	"io"
	"maps"
	"strings"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// decodeWhole decodes a document into what the oracle returns.
func decodeWhole(r io.Reader) (Header, oracleDocument, error) {
	var c comparer
	header, err := Decode(context.Background(), r, entsoe.Zone, Visitor{Curve: c.curve, TimeSeries: c.timeSeries})
	c.doc.Header = comparedHeader(header)
	return header, c.doc, err
}

// comparer turns what the decoder visits into what the oracle returns.
type comparer struct {
	doc            oracleDocument
	series, period int
}

func (c *comparer) curve(h Header, curve *Curve) error {
	if h.Series != c.series {
		c.series, c.period = h.Series, 0
	}
	c.period++
	labels := maps.Clone(map[string]string(curve.Attributes))
	row := func(element int, value float64) oracleRow {
		e := curve.Elements[element]
		own := maps.Clone(map[string]string(e.Attributes))
		if own == nil {
			own = map[string]string{}
		}
		return oracleRow{
			Series: c.series, Period: c.period, Kind: curve.Kind, Labels: labels, Own: own,
			Quantity: e.Path, Unit: e.Unit, Currency: e.Currency, Value: value,
		}
	}
	for _, v := range curve.Values {
		r := row(v.Element, v.Value)
		r.At = timeseries.Point{At: v.At}.Time()
		c.doc.Rows = append(c.doc.Rows, r)
	}
	for _, run := range curve.Runs {
		r := row(run.Element, run.Value)
		r.At, r.Until = time.Unix(run.From, 0).UTC(), time.Unix(run.To, 0).UTC()
		c.doc.Rows = append(c.doc.Rows, r)
	}
	return nil
}

func (c *comparer) timeSeries(_ Header, t *TimeSeries) error {
	record := oracleRecord{Labels: t.Attributes, Periods: t.Periods, Details: nodesOf(t.Details)}
	sortNodes(record.Details)
	c.doc.Records = append(c.doc.Records, record)
	return nil
}

func nodesOf(details Details) (nodes []node) {
	for _, d := range details {
		nodes = append(nodes, node{Name: d.Name, Text: d.Text, Children: nodesOf(d.Children)})
	}
	return nodes
}

// comparedHeader writes the times of a header in one way; see comparedTimes.
func comparedHeader(h Header) oracleHeader {
	text := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339Nano)
	}
	return oracleHeader{
		Root: h.Root, MRID: h.MRID, Type: h.Type, Process: h.ProcessType, Status: h.Status,
		Created: text(h.CreatedAt), From: text(h.Period.From), To: text(h.Period.To), Reasons: h.Reasons, Details: nodesOf(h.Details),
	}
}

// comparedTimes writes the times of the oracle's header as comparedHeader does
// and drops what that does not have.
func comparedTimes(h oracleHeader) oracleHeader {
	for _, text := range []*string{&h.Created, &h.From, &h.To} {
		for _, layout := range []string{"2006-01-02T15:04Z07:00", time.RFC3339, "2006-01-02T15:04", "2006-01-02T15:04:05"} {
			if t, err := time.Parse(layout, *text); err == nil && !strings.Contains(*text, ",") {
				*text = t.UTC().Format(time.RFC3339Nano)
				break
			}
		}
	}
	h.Revision, h.domains = "", nil
	return h
}
