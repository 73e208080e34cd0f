package jobs

import (
	"context"
	"math"
	"time"

	"entsoed/entsoe"
	"entsoed/jobs/agenda"
	"entsoed/store"
	"entsoed/timeseries"
)

// BackfillPlan is what a backfill would take.
type BackfillPlan struct {
	Span     timeseries.Window // as ordered
	Feeds    int               // that lack something
	Complete int               // feeds that lack nothing
	Silent   int               // those of the feeds that were asked for and never had data
	Items    []ItemPlan        // in the order of the catalogue
	Requests int               // exact for items that do not page, for others the least
	Expected int               // requests, pages included
	Points   float64           // expected
	// Revisions is how many more requests earlier revisions of outages are expected
	// to take, by the part of those in the database that were revised; nil: there
	// are outages among the items, and nothing is known of them.
	Revisions *int
}

// ItemPlan is the part of an item.
type ItemPlan struct {
	Item     string  `json:"item"`
	Feeds    int     `json:"feeds"`
	Requests int     `json:"requests"` // exact, or of an item that pages the least
	Expected int     `json:"requests_expected"`
	Paged    bool    `json:"paged"`
	Points   float64 `json:"points"`
}

// PlanBackfill returns what a backfill ordered at now would take. It writes
// nothing.
func PlanBackfill(ctx context.Context, db *store.DB, o store.BackfillOrder, now time.Time) (BackfillPlan, error) {
	feeds, span, err := db.OrderedFeeds(ctx, o, now)
	if err != nil {
		return BackfillPlan{}, err
	}
	density, err := db.Density(ctx)
	if err != nil {
		return BackfillPlan{}, err
	}
	revised, err := db.Revised(ctx)
	if err != nil {
		return BackfillPlan{}, err
	}
	p := BackfillPlan{Span: span}
	for _, f := range feeds {
		item, err := itemOf(f.FeedRow)
		if err != nil {
			continue // the catalogue has lost it
		}
		p.add(item, f, feedPlan(item, f, span.To, now), density)
	}
	p.Revisions = p.revisions(revised)
	return p, nil
}

// revisions returns how many documents are to be expected that come without their
// earlier revisions. revised is the part of an item's documents that have any.
func (p *BackfillPlan) revisions(revised map[string]float64) *int {
	sum := 0.0
	for _, i := range p.Items {
		item, _ := entsoe.ItemByName(i.Item)
		if item.Shape != timeseries.ShapeDocuments {
			continue
		}
		part, known := revised[item.Name]
		if !known {
			return nil
		}
		sum += i.Points * part
	}
	n := int(math.Round(sum))
	return &n
}

// feedPlan returns what a backfill has to do for a feed. The last window reaches
// to what may have been published already, because that costs nothing.
func feedPlan(item entsoe.Item, f store.BackfillFeed, to, now time.Time) store.FeedPlan {
	plan := store.FeedPlan{FeedID: f.ID, Span: f.Span, Todo: f.Todo}
	zone := feedOf(f.FeedRow).Zone()
	if last := len(plan.Todo) - 1; last >= 0 {
		possible, settled := item.Timetable.Published(now, zone)
		if plan.Todo[last].To.Equal(settled) && item.Archives == 0 {
			plan.Todo[last].To = timeseries.Later(settled, timeseries.Earlier(to, possible))
		}
	}
	windows := agenda.Cut{Item: item, Zone: zone, Limit: agenda.Limit(item, f.LearnedLimit)}.Portions(plan.Todo)
	plan.Requests = len(windows) * planned(item, f.FeedRow)
	return plan
}

// add counts a feed.
func (p *BackfillPlan) add(item entsoe.Item, f store.BackfillFeed, plan store.FeedPlan, density store.Density) {
	if plan.Requests == 0 {
		p.Complete++
		return
	}
	p.Feeds++
	if standing(f.FeedRow).Silent > 0 {
		p.Silent++
	}
	if n := len(p.Items); n == 0 || p.Items[n-1].Item != item.Name {
		p.Items = append(p.Items, ItemPlan{Item: item.Name, Paged: item.PageSize > 0})
	}
	sum := &p.Items[len(p.Items)-1]
	days := 0.0
	for _, w := range plan.Todo {
		days += w.To.Sub(w.From).Hours() / 24
	}
	points := days * expectedPoints(item, f.FeedRow, density)
	expected := plan.Requests + expectedPages(item, f.FeedRow, plan.Requests, days, points, density)
	sum.Feeds, sum.Requests, sum.Expected, sum.Points = sum.Feeds+1, sum.Requests+plan.Requests, sum.Expected+expected, sum.Points+points
	p.Requests, p.Expected, p.Points = p.Requests+plan.Requests, p.Expected+expected, p.Points+points
}

// expectedPages returns how many pages beyond the first ones the windows of a
// feed have, judging by its own answers, those of other feeds of the item, or
// the expected number of points. How many points a page of curves holds differs
// too much for a guess.
func expectedPages(item entsoe.Item, f store.FeedRow, windows int, days, points float64, density store.Density) int {
	if item.PageSize == 0 {
		return 0
	}
	if perDay, known := density.Pages(f); known {
		return int(math.Round(days * perDay))
	}
	if !item.Shape.Eventful() {
		return 0
	}
	return max(0, int(points/float64(item.PageSize))-windows)
}

// expectedPoints returns how many points a feed has in a day, judging by its own
// answers, those of other feeds of the item, or what the catalogue calls
// typical.
func expectedPoints(item entsoe.Item, f store.FeedRow, density store.Density) float64 {
	if perDay, known := density.Points(f); known {
		return perDay
	}
	const year = 365.25
	switch s := standing(f); {
	case s.Silent > 0:
		return 0
	case s.Unknown > 0:
		return float64(item.PerYear) / year * likelihood(item)
	}
	return float64(item.PerYear) / year
}
