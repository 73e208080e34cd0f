package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// curves are the series of an answer with their ids.
type curves struct {
	all timeseries.Curves
	ids []int32
}

func (db *DB) prepareCurves(ctx context.Context, all timeseries.Curves) (content, error) {
	ids, err := db.saveSeries(ctx, all)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if err := checkPoints(s.Points); err != nil {
			return nil, fmt.Errorf("series %s: %w", s.Attributes.Key(), err)
		}
	}
	return curves{all, ids}, nil
}

func (c curves) series() (ids []int32) {
	for i, s := range c.all {
		if len(s.Points) > 0 {
			ids = append(ids, c.ids[i])
		}
	}
	return ids
}

func (c curves) data() bool    { return len(c.series()) > 0 }
func (c curves) revised() bool { return false }

// save writes points, their history and retractions. A stored value of one of the
// answer's curves is retracted, at whatever resolution, if it lies in the asked
// window and in a span of one of the curve's series, and the answer does not have
// it. Elsewhere nothing is retracted.
func (c curves) save(ctx context.Context, tx pgx.Tx, a Answer) (Saved, error) {
	var saved Saved
	if err := c.checkKnown(a.KnownAt); err != nil {
		return saved, err
	}
	targets, err := c.targets(ctx, tx, a)
	if err != nil {
		return saved, err
	}
	grown := map[int32]unixWindow{}
	var gone pointArrays
	for _, table := range pointTables {
		for _, batch := range batches(targets, table.fast, batchPoints) {
			change, err := saveBatch(ctx, tx, table.name, batch, a.KnownAt)
			if err != nil {
				return saved, err
			}
			change.saved.wrote.changed, change.saved.wrote.retracted = change.update, change.retract
			saved.add(change.saved)
			if saved.wrote.many() {
				if err := saved.wrote.write(ctx, tx); err != nil {
					return saved, err
				}
			}
			change.growth(grown)
			gone.append(change.retract)
		}
	}
	if err := c.keep(ctx, tx, a.FeedID, gone); err != nil {
		return saved, err
	}
	if !saved.touched.empty() {
		saved.touched.to += int64(c.longestStep()/time.Second) - 1 // it was the last start, exclusive
	}
	return saved, extend(ctx, tx, grown)
}

// longestStep is the longest interval that a value of the answer can have.
func (c curves) longestStep() time.Duration {
	step := time.Duration(0)
	for _, s := range c.all {
		step = max(step, longestInterval(s.Step))
	}
	return step
}

// target is a series about which the answer says something.
type target struct {
	series int32
	fast   bool
	best   bool
	points []timeseries.Point // none if the answer has its curve only at other resolutions
	region []unixWindow       // sorted, where stored points that are not in points are retracted
}

// hull is the shortest window around all points and regions of t.
func (t target) hull() unixWindow {
	var h unixWindow
	if n := len(t.points); n > 0 {
		h = unixWindow{t.points[0].At, t.points[n-1].At + 1}
	}
	if n := len(t.region); n > 0 {
		r := unixWindow{t.region[0].from, t.region[n-1].to}
		if len(t.points) == 0 {
			return r
		}
		h = unixWindow{min(h.from, r.from), max(h.to, r.to)}
	}
	return h
}

// targets returns all series of the answer's curves, including those that the
// answer no longer has, ordered by id.
func (c curves) targets(ctx context.Context, tx pgx.Tx, a Answer) ([]target, error) {
	if len(c.all) == 0 {
		return nil, nil
	}
	points := make(map[int32][]timeseries.Point, len(c.all))
	periods := map[string][]timeseries.Window{} // by curve
	for i, s := range c.all {
		if _, twice := points[c.ids[i]]; twice {
			return nil, fmt.Errorf("series %s occurs twice in an answer", s.Attributes.Key())
		}
		points[c.ids[i]] = s.Points
		curve := s.Attributes.CurveKey()
		periods[curve] = append(periods[curve], s.Spans...)
	}
	keys := make([]string, 0, len(periods))
	regions := make(map[string][]unixWindow, len(periods))
	for curve, windows := range periods {
		keys = append(keys, curve)
		regions[curve] = region(a.Asked, windows, unreadOf(curve, a.Unread))
	}
	rows, err := tx.Query(ctx, `
select s.id, s.curve_key, s.fast, i.best
from entsoe.series s join entsoe.items i using (item_no)
where s.curve_key = any($1)`, keys)
	if err != nil {
		return nil, err
	}
	var (
		targets []target
		curve   string
		t       target
	)
	_, err = pgx.ForEachRow(rows, []any{&t.series, &curve, &t.fast, &t.best}, func() error {
		t.points, t.region = points[t.series], regions[curve]
		targets = append(targets, t)
		return nil
	})
	slices.SortFunc(targets, func(a, b target) int { return cmp.Compare(a.series, b.series) })
	return targets, err
}

// checkPoints refuses points that cannot be saved correctly.
func checkPoints(points []timeseries.Point) error {
	for i := 1; i < len(points); i++ {
		if points[i-1].At >= points[i].At {
			return fmt.Errorf("its points are not in order at %s", points[i].Time())
		}
	}
	return nil
}

// ErrTooFar says that a value lies more than 68 years before or after the time at
// which it came: the seconds between them do not fit a column of points.
var ErrTooFar = errors.New("more than 68 years from the time at which it came")

// checkKnown returns ErrTooFar for a value that is.
func (c curves) checkKnown(at time.Time) error {
	for _, s := range c.all {
		if len(s.Points) == 0 {
			continue
		}
		for _, p := range []timeseries.Point{s.Points[0], s.Points[len(s.Points)-1]} { // they are in order
			if after := at.Unix() - p.At; int64(int32(after)) != after {
				return fmt.Errorf("series %s: its value of %s is %w, %s", s.Attributes.Key(), p.Time(), ErrTooFar, at)
			}
		}
	}
	return nil
}

// region is where an answer is authoritative for a curve: inside the asked
// window, where one of the curve's Periods covers it and it could be read.
func region(asked timeseries.Window, periods, unread []timeseries.Window) []unixWindow {
	var r []unixWindow
	for _, w := range timeseries.Union(periods) {
		for _, read := range w.Intersect(asked).Without(unread) {
			r = append(r, unixWindow{read.From.Unix(), read.To.Unix()})
		}
	}
	return r
}

// unreadOf returns where a curve could not be read, at whatever resolution.
func unreadOf(curve string, all []Unread) []timeseries.Window {
	var windows []timeseries.Window
	for _, u := range all {
		if timeseries.KeyIncludes(curve, u.Curve) {
			windows = append(windows, u.Window)
		}
	}
	return timeseries.Union(windows)
}
