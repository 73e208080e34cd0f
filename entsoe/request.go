package entsoe

import (
	"fmt"
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
	params := url.Values{}
	set := func(name, value string) {
		if value != "" {
			params.Set(name, value)
		}
	}
	set("documentType", item.DocumentType)
	set("processType", item.ProcessType)
	set("businessType", item.BusinessType)
	for _, p := range item.Variants[0].Params {
		set(p.Name, p.Value)
	}
	for _, p := range f.domains(item.Domain) {
		set(p.Name, p.Value)
	}
	switch item.Variants[0].Axis {
	case Delivery:
		set("periodStart", minutes(w.From))
		set("periodEnd", minutes(w.To))
	case Update:
		set("periodStartUpdate", minutes(w.From))
		set("periodEndUpdate", minutes(w.To))
	case Date:
		set("Implementation_DateAndOrTime", w.To.Add(-time.Second).UTC().Format(time.DateOnly))
	}
	return Request{Item: item, Feed: f, Window: w, Params: params}, nil
}

// Page returns the same request for one page: from the TimeSeries at offset
// on, counted from 0. The platform pages only when offset is sent, also 0.
func (r Request) Page(offset int) Request {
	params := url.Values{}
	for name, values := range r.Params {
		params[name] = values
	}
	params.Set("offset", strconv.Itoa(offset))
	r.Params, r.Offset = params, offset
	return r
}

// item returns the feed's item as its variant sees it, and checks that the
// feed has the areas that the item demands.
func (f Feed) item() (Item, error) {
	item, ok := ItemByName(f.Item)
	if !ok {
		return Item{}, &UnknownError{What: itemWord, Name: f.Item, Nearest: nearest(f.Item, itemNames())}
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
