package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"entsoed/entsoe"
	"entsoed/store"
	"entsoed/store/schema"
)

// feedRow is one feed of an area as `entsoed items --area` shows it: what the
// database has learned of it.
type feedRow = store.Available

// briefly is how long `entsoed items` waits for a database: the catalogue is
// an answer, too.
const briefly = time.Second

// learned returns what the database knows of the feeds of an area, by item. An
// error says why there is none to ask.
func learned(ctx context.Context, env environment, area entsoe.Area) (map[string][]feedRow, error) {
	c, err := readConfig(ctx, env)
	if err != nil {
		return nil, err
	}
	c.Database.Wait = briefly
	db, err := schema.Open(ctx, c.Database.AsWorker().Reading(), 1)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.Availability(ctx, area.EIC)
	if err != nil {
		return nil, fmt.Errorf("run `entsoed migrate`: %w", err)
	}
	byItem := map[string][]feedRow{}
	for _, r := range rows {
		byItem[r.Item] = append(byItem[r.Item], r)
	}
	return byItem, nil
}

// expected returns the candidate feeds of an area by item, as if none was ever
// asked.
func expected(area entsoe.Area) map[string][]feedRow {
	byItem := map[string][]feedRow{}
	for _, f := range entsoe.CandidateFeeds(entsoe.Items(), entsoe.Areas()) {
		if f.Area == area.EIC || f.CounterArea == area.EIC {
			byItem[f.Item] = append(byItem[f.Item], feedRow{Item: f.Item, Area: f.AreaName(), Variant: f.Variant, State: store.StateNeverAsked})
		}
	}
	return byItem
}

// complete adds to what is known of an item's feeds the candidates that the
// database has not heard of.
func complete(known, candidates []feedRow) []feedRow {
	all := slices.Clone(known)
	for _, c := range candidates {
		same := func(k feedRow) bool { return k.Area == c.Area && k.Variant == c.Variant }
		if !slices.ContainsFunc(known, same) {
			all = append(all, c)
		}
	}
	return all
}

// printFeeds writes a line for each feed with data; of the others, which are
// many, how many an item has.
func printFeeds(env environment, rows []itemRow) error {
	var cells [][]string
	for _, item := range rows {
		rest := map[string]int{}
		for _, f := range item.Feeds {
			if f.State == store.StatePublishes || f.State == store.StateSilent {
				cells = append(cells, feedCells(f))
			} else {
				rest[f.State]++
			}
		}
		for _, state := range []string{store.StateNeverAnswered, store.StateNeverAsked} {
			if n := rest[state]; n > 0 {
				cells = append(cells, feedCells(feedRow{Item: item.Name, Area: count(n, "feed"), State: state}))
			}
		}
	}
	return table(env.Stdout, []string{"ITEM", "AREA", "VARIANT", "STATE", "SINCE", "UNTIL", "RESOLUTION", "ROWS/YEAR", "BYTES/YEAR", "LAST DATA"}, cells)
}

func feedCells(f feedRow) []string {
	resolution := ""
	if f.Resolution != nil {
		resolution = *f.Resolution
	}
	number := func(n *int64) string {
		if n == nil {
			return "-"
		}
		return strconv.FormatInt(*n, 10)
	}
	return []string{f.Item, f.Area, orDash(f.Variant), f.State, date(f.Since), date(f.Until), orDash(resolution),
		number(f.RowsPerYear), number(f.BytesPerYear), instant(f.LastDataAt)}
}

// date prints the day of an instant, in UTC.
func date(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.UTC().Format(time.DateOnly)
}
