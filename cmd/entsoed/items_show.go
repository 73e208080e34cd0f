package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entsoed/entsoe"
)

// showItem prints all that is known of one item.
func showItem(env environment, cmd *cobra.Command, name string, asJSON bool) error {
	item, err := findItem(cmd, name)
	if err != nil {
		return err
	}
	row, err := newItemRow(item)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(env.Stdout, row)
	}
	pairs := [][2]string{
		{"item", row.Name}, {"title", row.Title}, {"article", row.Article}, {"unit", row.Unit},
		{"meaning", row.Meaning}, {"kept as", shown(item.Shape).KeptAs}, {"asked for", asked(row)}, {"longest window", row.Limit},
		{"data since", row.Since}, {"views", strings.Join(row.Views, ", ")}, {"functions", strings.Join(row.Functions, ", ")},
	}
	if item.Retired != "" {
		pairs = append(pairs, [2]string{"retired", "the platform refuses it since " + item.Retired + "; it is not collected, but can be fetched"})
	}
	if row.Core {
		pairs = append(pairs, [2]string{"group", "core"})
	}
	if row.PageSize > 0 {
		pairs = append(pairs, [2]string{"pages of", fmt.Sprintf("%d %s", row.PageSize, shown(item.Shape).Paged)})
	}
	for _, v := range row.Variants {
		pairs = append(pairs, variantPairs(item, v)...)
	}
	return details(env.Stdout, append(pairs, [2]string{"example", exampleFetch(item)}))
}

// findItem returns the item of a name; the error of an unknown one names the
// nearest.
func findItem(cmd *cobra.Command, name string) (entsoe.Item, error) {
	if item, ok := entsoe.ItemByName(strings.ToLower(name)); ok {
		return item, nil
	}
	_, err := entsoe.SelectItems([]string{name})
	if err == nil { // a group
		err = fmt.Errorf("%q is a group of data items, not one", name)
	}
	if unknown, ok := errors.AsType[*entsoe.UnknownError](err); ok {
		err = fmt.Errorf("unknown data item %q", unknown.Name)
		if len(unknown.Nearest) > 0 {
			err = fmt.Errorf("%w (did you mean %s?)", err, strings.Join(unknown.Nearest, ", "))
		}
	}
	return entsoe.Item{}, usageError(cmd, "%w", withHint(err, "`entsoed items` lists the data items"))
}

// variantPairs says how one variant is asked and when it is published.
func variantPairs(item entsoe.Item, v variantRow) [][2]string {
	several := len(item.Variants) > 1
	item, _ = item.For(v.Name)
	one := item.Variants[0]
	var pairs [][2]string
	if several {
		pairs = append(pairs, [2]string{"variant", strings.TrimSpace(orDash(v.Name) + "  " + v.Title)})
	}
	pairs = append(pairs, [2]string{"asked with", v.Params})
	if by := askedBy(one.Axis); by != "" {
		pairs = append(pairs, [2]string{"asked by", by})
	}
	if one.OnDemand || item.Retired != "" {
		return append(pairs, [2]string{"collected", "no: only when it is fetched or backfilled"})
	}
	pairs = append(pairs,
		[2]string{"published", publication(item.Timetable.Unit, item.Timetable.First)},
		[2]string{"asked every", short(item.Timetable.Every)},
	)
	for _, b := range item.Timetable.Bursts {
		pairs = append(pairs, [2]string{"and every", fmt.Sprintf("%s from %s to %s Brussels", short(b.Every), clock(b.From), clock(b.To))})
	}
	for _, r := range item.Timetable.Rereads {
		pairs = append(pairs, [2]string{"read again", offsetText(item.Timetable.Unit, r.Earliest)})
	}
	if one.Axis == entsoe.Update { // its intervals are times of change
		for i := range pairs {
			pairs[i][1] = strings.NewReplacer("the start of the interval", "the change", "the interval", "the change").Replace(pairs[i][1])
		}
	}
	return pairs
}

// askedBy says in which time the window of a request is counted, "" if it is
// the time of delivery.
func askedBy(axis entsoe.Axis) string {
	switch axis {
	case entsoe.Update:
		return "when documents were last changed, not by delivery"
	case entsoe.Date:
		return "day: the state on the window's last day"
	}
	return ""
}

// publication says from when to when a unit of delivery is published.
func publication(unit entsoe.Grain, r entsoe.Reading) string {
	earliest, latest := offsetText(unit, r.Earliest), offsetText(unit, r.Latest)
	if earliest == latest {
		return earliest
	}
	return earliest + ", at the latest " + latest
}

// offsetText prints a time from the start of a unit of delivery.
func offsetText(unit entsoe.Grain, m entsoe.Offset) string {
	if unit == entsoe.Exact {
		after := time.Duration(m.Days)*24*time.Hour + m.Clock
		switch {
		case after < 0:
			return short(-after) + " before the interval"
		case after == 0:
			return "with the interval"
		}
		return short(after) + " after the start of the interval"
	}
	name := map[entsoe.Grain]string{
		entsoe.MarketDay: "day", entsoe.MarketWeek: "week", entsoe.MarketMonth: "month",
		entsoe.MarketQuarter: "quarter", entsoe.MarketYear: "year",
	}[unit]
	return fmt.Sprintf("%s Brussels, %s the start of the %s", clock(m.Clock), shift(m), name)
}

// shift prints by how many months and days a moment is off.
func shift(m entsoe.Offset) string {
	before, after := "before", "after"
	var parts []string
	for _, p := range []struct {
		n    int
		unit string
	}{{m.Months, "month"}, {m.Days, "day"}} {
		if p.n == 0 {
			continue
		}
		side, n := after, p.n
		if n < 0 {
			side, n = before, -n
		}
		if n != 1 {
			p.unit += "s"
		}
		parts = append(parts, fmt.Sprintf("%d %s %s", n, p.unit, side))
	}
	if len(parts) == 0 {
		return "on"
	}
	return strings.Join(parts, " and ")
}

// clock prints a time of day.
func clock(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

// short prints a length of time without the units that are zero: "15m", "7d".
func short(d time.Duration) string {
	if d >= 48*time.Hour && d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
	text := strings.TrimSuffix(d.String(), "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// exampleFetch is a command line that reads the item, of a well-known area
// where it publishes.
func exampleFetch(item entsoe.Item) string {
	item.Retired = "" // and not only of what is collected
	item.Variants = []entsoe.Variant{{}}
	feeds := entsoe.CandidateFeeds([]entsoe.Item{item}, entsoe.Areas())
	if len(feeds) == 0 {
		return ""
	}
	known := func(f entsoe.Feed) bool { return strings.HasPrefix(f.AreaName(), "DE") }
	area := feeds[max(0, slices.IndexFunc(feeds, known))].AreaName()
	if strings.Contains(area, ">") {
		area = "'" + area + "'" // the shell would redirect
	}
	return fmt.Sprintf("entsoed fetch %s --area %s --from 2026-11-01 --to 2026-11-02", item.Name, area)
}
