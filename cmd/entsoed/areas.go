package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"entsoed/entsoe"
)

// areaRow is an area as `entsoed areas --json` shows it.
type areaRow struct {
	Code       string   `json:"code"`
	EIC        string   `json:"eic"`
	Name       string   `json:"name,omitempty"`
	Kinds      []string `json:"kinds"`
	TimeZone   string   `json:"time_zone"`
	ValidFrom  string   `json:"valid_from,omitempty"`
	ValidUntil string   `json:"valid_until,omitempty"`
	Publishes  string   `json:"publishes,omitempty"`  // what of it is collected, if not everything
	Lines      []string `json:"lines,omitempty"`      // continuous lines that the area is a part of
	Neighbours []string `json:"neighbours,omitempty"` // codes of the areas with a border, both directions
}

func areasCommand(env environment) *cobra.Command {
	var kind string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "areas [AREA]",
		Short: "List the areas that data is published for, or show one",
		Long: `List the areas that data is published for: their names (those of entsoe-py), EICs
and kinds. With AREA, a name or an EIC, show all that is known of that area.

Kinds: BZN bidding zone, BZA aggregate of bidding zones, CTA control area, CTY
country, MBA market balance area, SCA scheduling area, LFA load frequency area,
LFB load frequency block, IBA imbalance area, IPA imbalance price area, SNA
synchronous area, REG region of capacity calculation or of a balancing platform,
BORDER a border that has a code of its own.

An area that has ended is not collected any more, but can be fetched and
backfilled within the time for which it was valid.`,
		Example: `  entsoed areas --kind BZN
  entsoed areas DE_LU
  entsoed areas 10YFR-RTE------C
  entsoed areas --json | jq -r '.[].code'`,
		Args: arguments(0, 1),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return completeArea(cmd, args, begun)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return showArea(env, cmd, args[0], asJSON)
			}
			return listAreas(env, kind, asJSON)
		},
	}
	wordFlag(cmd, &kind, "kind", "only areas of this `kind`", areaKinds())
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func listAreas(env environment, kind string, asJSON bool) error {
	rows := []areaRow{}
	for _, area := range entsoe.Areas() {
		if kind == "" || slices.Contains(area.Kinds, kind) {
			rows = append(rows, newAreaRow(area))
		}
	}
	if asJSON {
		return printJSON(env.Stdout, rows)
	}
	cells := make([][]string, len(rows))
	for i, r := range rows {
		cells[i] = []string{r.Code, r.EIC, strings.Join(r.Kinds, ","), r.TimeZone, validity(r), r.Name}
	}
	return table(env.Stdout, []string{"CODE", "EIC", "KINDS", "TIME ZONE", "VALID", "NAME"}, cells)
}

func showArea(env environment, cmd *cobra.Command, name string, asJSON bool) error {
	area, err := entsoe.FindArea(name)
	if err != nil {
		return usageError(cmd, "%w", oneAreaError(err, "one area is meant, not all"))
	}
	row := newAreaRow(area)
	for _, border := range entsoe.Borders() {
		if border.From.EIC == area.EIC && !border.Balancing {
			row.Neighbours = append(row.Neighbours, border.To.Code)
		}
	}
	if asJSON {
		return printJSON(env.Stdout, row)
	}
	return details(env.Stdout, [][2]string{
		{"code", row.Code}, {"eic", row.EIC}, {"name", row.Name}, {"kinds", strings.Join(row.Kinds, ", ")},
		{"time zone", row.TimeZone}, {"valid", validity(row)}, {"publishes", row.Publishes},
		{"prices go on", strings.Join(row.Lines, "; ")}, {"borders with", strings.Join(row.Neighbours, ", ")},
		{"items", fmt.Sprintf("`entsoed items --area %s` lists what it publishes", row.Code)},
	})
}

func newAreaRow(area entsoe.Area) areaRow {
	row := areaRow{
		Code: area.Code, EIC: area.EIC, Name: area.Name, Kinds: slices.Clone(area.Kinds),
		TimeZone: area.Location().String(), ValidFrom: area.ValidFrom, ValidUntil: area.ValidUntil,
	}
	switch area.Publishes {
	case entsoe.MarketOnly:
		row.Publishes = "prices and borders only"
	case entsoe.BordersOnly:
		row.Publishes = "nothing itself; its neighbours publish their borders with it"
	}
	lines := entsoe.AreaLines()
	for i, l := range lines {
		if l.EIC != area.EIC {
			continue
		}
		before, after := lines[i-i%2], lines[i-i%2+1] // the two parts of each line
		row.Lines = append(row.Lines, fmt.Sprintf("line %s is %s until %s, then %s", l.Name, codeOf(before.EIC), before.Until, codeOf(after.EIC)))
	}
	return row
}

// codeOf returns the name of an area.
func codeOf(eic string) string {
	area, err := entsoe.FindArea(eic)
	if err != nil {
		return eic
	}
	return area.Code
}

// validity prints the span of delivery days in which an area exists.
func validity(r areaRow) string {
	switch {
	case r.ValidFrom == "" && r.ValidUntil == "":
		return "always"
	case r.ValidUntil == "":
		return "from " + r.ValidFrom
	case r.ValidFrom == "":
		return "until " + r.ValidUntil
	}
	return r.ValidFrom + " to " + r.ValidUntil
}

// areaKinds returns the kinds that occur among the known areas, sorted.
func areaKinds() []string {
	var kinds []string
	for _, area := range entsoe.Areas() {
		kinds = append(kinds, area.Kinds...)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}
