package answer

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// documents are the outages, fall-backs or market messages of an answer.
type documents struct{ all []timeseries.Document }

func (o *documents) read(ctx context.Context, r *Reader, _ string, text io.Reader) (counted int, err error) {
	d, err := document.DecodeDocument(ctx, text, entsoe.Zone, r.metered(ctx, document.Visitor{}).Grow)
	if err != nil {
		return 1, err
	}
	revision, err := documentOf(d, r.Zone)
	if err != nil {
		return 1, err
	}
	if !r.answers(revision) {
		return 1, &WrongError{Asked: r.Window, Period: revision.Period, Key: "document " + revision.MRID}
	}
	if err := r.asked.foreignDocument(revision); err != nil {
		return 1, err
	}
	if err := r.use(ctx, sizeOfDocument(revision)); err != nil {
		return 1, err
	}
	r.Points++
	r.whole = true
	o.all = append(o.all, revision)
	if r.Item.PageSize > 0 {
		r.Print += printOfDocument(revision)
	}
	return 1, nil
}

func (o *documents) empty() bool                           { return len(o.all) == 0 }
func (o *documents) count() int                            { return len(o.all) }
func (o *documents) each() int64                           { return 0 } // see sizeOfDocument
func (o *documents) mark() Mark                            { return Mark{rows: len(o.all)} }
func (o *documents) within() Mark                          { return o.mark() }
func (o *documents) forget(m Mark)                         { o.rewind(m) }
func (o *documents) rewind(m Mark)                         { o.all = o.all[:m.rows] }
func (o *documents) rows(*Reader) (timeseries.Rows, error) { return timeseries.Documents(o.all), nil }

// answers reports whether a document can answer the question. A document that
// was asked for by its mRID or its last update may be about any time.
func (q Question) answers(d timeseries.Document) bool {
	switch {
	case q.MRID != "":
		return d.MRID == q.MRID
	case q.Item.Variants[0].Axis != entsoe.Delivery, d.Period.From.IsZero():
		return true
	}
	period := d.Period
	if period.To.IsZero() {
		period.To = timeseries.Later(period.From, q.Window.To).Add(time.Second)
	}
	return period.Empty() || period.Overlaps(entsoe.MarketDay.Around(q.Window, q.Zone))
}

// documentOf translates a document from the platform's words into ours. It
// leaves out what the feed says, because the same document comes through several
// feeds.
func documentOf(d *document.Document, zone *time.Location) (timeseries.Document, error) {
	strange := func(err error) (timeseries.Document, error) {
		return timeseries.Document{}, &UnknownError{fmt.Sprintf("document %q, revision %d: %v", d.MRID, d.Revision, err)}
	}
	if d.MRID == "" {
		return strange(fmt.Errorf("it has no mRID"))
	}
	if err := checkNames(d.MRID, d.Type, d.ProcessType, d.Status); err != nil {
		return timeseries.Document{}, &UnknownError{"document: " + err.Error()}
	}
	revision := timeseries.Document{
		MRID: d.MRID, Revision: d.Revision, Type: d.Type, ProcessType: d.ProcessType, Status: d.Status,
		PublishedAt: d.CreatedAt, Period: d.Period,
	}
	for _, reason := range d.Reasons {
		revision.Reasons = append(revision.Reasons, timeseries.Reason(reason))
	}
	var err error
	if revision.Details, err = jsonOf(d.Header.Details); err != nil {
		return strange(err)
	}
	for i, part := range d.Parts {
		p, err := partOf(part, zone)
		if err != nil {
			return strange(fmt.Errorf("TimeSeries %d: %w", i+1, err))
		}
		revision.Parts = append(revision.Parts, p)
	}
	return revision, nil
}

// partOf translates a TimeSeries of a document.
func partOf(p document.Part, zone *time.Location) (timeseries.Part, error) {
	const plant, unit = "production_RegisteredResource.", "production_RegisteredResource.pSRType.powerSystemResources."
	assets := all(p.Details, "Asset_RegisteredResource")
	var asset document.Details // the first
	var resources []string
	for i, a := range assets {
		if i == 0 {
			asset = a
		}
		if eic := a.First("mRID"); eic != "" {
			resources = append(resources, eic)
		}
	}
	if err := checkNames(slices.Concat(resources, slices.Collect(maps.Values(p.Attributes)))...); err != nil {
		return timeseries.Part{}, err
	}
	if len(resources) < 2 {
		resources = nil
	}
	part := timeseries.Part{
		Attributes: p.Attributes, Resources: resources,
		ResourceName: cmp.Or(p.Details.First(plant+"name"), asset.First("name"), p.Attributes[timeseries.UnitName]),
		UnitName:     p.Details.First(unit + "name"),
		Location:     cmp.Or(p.Details.First(plant+"location.name"), asset.First("location.name")),
	}
	var err error
	if part.Starts, err = dateOrTime(p.Details, "start", zone); err != nil {
		return part, err
	}
	if part.Ends, err = dateOrTime(p.Details, "end", zone); err != nil {
		return part, err
	}
	if text := p.Details.First(unit + "nominalP"); text != "" {
		var ok bool
		if part.NominalMW, ok = document.ParseNumber(text); !ok {
			return part, fmt.Errorf("nominalP %q is no number", text)
		}
	}
	for _, reason := range all(p.Details, "Reason") {
		part.Reasons = append(part.Reasons, timeseries.Reason{Code: reason.First("code"), Text: reason.First("text")})
	}
	for _, run := range p.Runs {
		part.Runs = append(part.Runs, timeseries.Run{From: time.Unix(run.From, 0).UTC(), To: time.Unix(run.To, 0).UTC(), Value: run.Value})
	}
	if part.Runs, err = timeseries.JoinRuns(part.Runs); err != nil {
		return part, err
	}
	part.Details, err = jsonOf(p.Details)
	return part, err
}
