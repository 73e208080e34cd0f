package answer

import (
	"context"
	"time"

	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// About how many bytes of memory things take, with what saving them takes.
const (
	pointSize  = 20   // with what its slice has to spare
	spanSize   = 64   // a Period of a series, or of a stage
	seriesSize = 2500 // with its attributes and keys
	rowSize    = 500
	valueSize  = 45 // of a row
	faultSize  = 1000
	memoryStep = 16 << 10 // that is asked for at a time
)

// memory counts what a Reader holds.
type memory struct {
	used, asked int64
}

// use counts so many more bytes, before they are taken.
func (r *Reader) use(ctx context.Context, bytes int64) error {
	m := &r.memory
	if m.used += bytes; r.Grow == nil || m.used <= m.asked {
		return nil
	}
	more := max(m.used-m.asked, memoryStep)
	if err := r.Grow(ctx, more); err != nil {
		return err
	}
	m.asked += more
	return nil
}

// metered has what a document holds counted, before and while it is kept.
func (r *Reader) metered(ctx context.Context, v document.Visitor) document.Visitor {
	if r.Grow != nil {
		v.Grow = func(bytes int64) error { return r.Grow(ctx, bytes) }
	}
	if curve := v.Curve; curve != nil {
		v.Curve = func(header document.Header, c *document.Curve) error {
			if err := r.use(ctx, r.sizeOf(c)); err != nil {
				return err
			}
			before := r.content.count()
			if err := curve(header, c); err != nil {
				return err
			}
			return r.use(ctx, int64(r.content.count()-before)*r.content.each())
		}
	}
	if series := v.TimeSeries; series != nil {
		v.TimeSeries = func(header document.Header, t *document.TimeSeries) error {
			if err := r.use(ctx, rowSize+2*sizeOfDetails(t.Details)); err != nil {
				return err
			}
			return series(header, t)
		}
	}
	if fault := v.Fault; fault != nil {
		v.Fault = func(header document.Header, f *document.Fault) error {
			if err := r.use(ctx, faultSize); err != nil {
				return err
			}
			return fault(header, f)
		}
	}
	return v
}

// sizeOf is about how many bytes the values of a Period will take.
func (q Question) sizeOf(c *document.Curve) int64 {
	spans := int64(spanSize * (len(c.Elements) + q.Item.Timetable.Stages()))
	if q.Item.Shape == timeseries.ShapeSeries {
		return spans + pointSize*int64(len(c.Values))
	}
	return spans + valueSize*int64(len(c.Values)) + rowSize*rowsIn(c, q.Window)
}

// rowsIn is how many rows the runs of a Period become in a window, at most: one for
// each market time unit.
func rowsIn(c *document.Curve, asked timeseries.Window) (n int64) {
	step := c.Resolution.Seconds
	if c.Resolution.Calendar() {
		step = int64(20 * time.Hour / time.Second) // the shortest day is longer
	}
	for _, run := range c.Runs {
		from, to := max(run.From, asked.From.Unix()), min(run.To, asked.To.Unix())
		if from < to {
			n += 2 + (to-from)/max(step, 1)
		}
	}
	return n
}

// sizeOfDetails is about how many bytes details take.
func sizeOfDetails(details document.Details) (n int64) {
	for _, d := range details {
		n += 64 + int64(len(d.Name)+len(d.Text)) + sizeOfDetails(d.Children)
	}
	return n
}

// sizeOfDocument is about how many bytes a revision of a document takes.
func sizeOfDocument(d timeseries.Document) int64 {
	n := int64(2000 + 100*len(d.Reasons) + 2*len(d.Details))
	for _, p := range d.Parts {
		n += seriesSize + int64(100*len(p.Reasons)+2*len(p.Details)+80*len(p.Runs)+50*len(p.Resources))
	}
	return n
}
