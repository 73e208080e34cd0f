package entsoe

import (
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"time"

	"entsoed/timeseries"
)

// Request is one question to the platform, without the token.
type Request struct {
	Item   Item // as the feed's variant sees it
	Feed   Feed
	Window timeseries.Window
	Params url.Values // all parameters but the token
	Offset int        // of the page; meaningful if Params has "offset"
}

// NewRequest returns the request for one window of a feed. The window must
// begin and end at whole minutes; its length is not checked here, because the
// platform's limits change (see SplitWindow).
func NewRequest(f Feed, w timeseries.Window) (Request, error) {
	item, err := f.item()
	if err != nil {
		return Request{}, err
	}
	if err := checkWindow(w); err != nil {
		return Request{}, fmt.Errorf("%s %s: %w", f.Item, f.AreaName(), err)
	}
	params := f.fixed(item)
	switch item.Variants[0].Axis {
	case Delivery:
		params.Set("periodStart", minutes(w.From))
		params.Set("periodEnd", minutes(w.To))
	case Update:
		params.Set("periodStartUpdate", minutes(w.From))
		params.Set("periodEndUpdate", minutes(w.To))
	case Date:
		params.Set("Implementation_DateAndOrTime", w.To.Add(-time.Second).In(item.Zone(areaOf(f.Area))).Format(time.DateOnly))
	}
	return Request{Item: item, Feed: f, Window: w, Params: params}, nil
}

// NewDocumentRequest returns the request for all revisions of one document of
// a feed, by its mRID. The platform demands a period of delivery that the
// document overlaps: period, which is rounded out to whole minutes and cut to
// the year that it allows. The document's status is not asked for, so that the
// withdrawn revisions come as well.
func NewDocumentRequest(f Feed, mrid string, period timeseries.Window) (Request, error) {
	item, err := f.item()
	switch {
	case err != nil:
		return Request{}, err
	case item.Shape != timeseries.ShapeDocuments:
		return Request{}, fmt.Errorf("%s has no documents that are known by an mRID", f.Item)
	case mrid == "":
		return Request{}, fmt.Errorf("%s %s: no mRID", f.Item, f.AreaName())
	}
	w := timeseries.Window{From: period.From.UTC().Truncate(time.Minute), To: period.To.UTC().Truncate(time.Minute)}
	if w.To.Before(period.To) {
		w.To = w.To.Add(time.Minute)
	}
	if year := w.From.AddDate(1, 0, 0); w.To.After(year) {
		w.To = year
	}
	if err := checkWindow(w); err != nil {
		return Request{}, fmt.Errorf("%s %s: %w", f.Item, f.AreaName(), err)
	}
	params := f.fixed(item)
	params.Del(docStatus)
	item.Variants = []Variant{{Name: f.Variant, Title: item.Variants[0].Title}} // asked by delivery
	params.Set("mRID", mrid)
	params.Set("periodStart", minutes(w.From))
	params.Set("periodEnd", minutes(w.To))
	return Request{Item: item, Feed: f, Window: w, Params: params}, nil
}

// fixed are the parameters of a feed that do not depend on time.
func (f Feed) fixed(item Item) url.Values {
	params := url.Values{}
	set := func(p Param) {
		if p.Value != "" {
			params.Set(p.Name, p.Value)
		}
	}
	set(Param{"documentType", item.DocumentType})
	set(Param{processType, item.ProcessType})
	set(Param{businessType, item.BusinessType})
	for _, p := range item.Variants[0].Params {
		set(p)
	}
	for _, p := range f.domains(item.Domain) {
		set(p)
	}
	return params
}

// Page returns the same request for one page: from the TimeSeries at offset
// on, counted from 0. The platform pages only when offset is sent, also 0.
func (r Request) Page(offset int) Request {
	r = r.With(Param{"offset", strconv.Itoa(offset)})
	r.Offset = offset
	return r
}

// With returns the same request with one more parameter, such as what narrows
// it (Item.Finer).
func (r Request) With(p Param) Request {
	r.Params = maps.Clone(r.Params)
	r.Params.Set(p.Name, p.Value)
	return r
}

// item returns the feed's item as its variant sees it, and checks that the
// feed has the areas that the item demands.
func (f Feed) item() (Item, error) {
	item, ok := ItemByName(f.Item)
	if !ok {
		return Item{}, &UnknownError{What: itemWord, Name: f.Item, Nearest: Nearest(f.Item, itemNames())}
	}
	item, ok = item.For(f.Variant)
	if !ok {
		return Item{}, fmt.Errorf("%s has no variant %q", f.Item, f.Variant)
	}
	if f.Area == "" || item.Domain.Border() != (f.CounterArea != "") {
		return Item{}, fmt.Errorf("%s: the feed's areas %q and %q do not fit the item", f.Item, f.Area, f.CounterArea)
	}
	return item, nil
}

// domains are the parameters that carry the feed's areas.
func (f Feed) domains(d Domain) []Param {
	var params []Param
	area, counter := d.Names()
	for _, name := range area {
		params = append(params, Param{name, f.Area})
	}
	for _, name := range counter {
		params = append(params, Param{name, f.CounterArea})
	}
	return params
}

func checkWindow(w timeseries.Window) error {
	switch {
	case w.Empty():
		return fmt.Errorf("window %s is empty", w)
	case w.From.Truncate(time.Minute) != w.From || w.To.Truncate(time.Minute) != w.To:
		return fmt.Errorf("window %s does not begin and end at whole minutes", w)
	}
	return nil
}

// minutes is the platform's spelling of a time in periodStart and periodEnd.
func minutes(t time.Time) string { return t.UTC().Format("200601021504") }
