package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"entsoed/entsoe"
	"entsoed/jobs"
)

// itemRow is a data item as `entsoed items --json` shows it.
type itemRow struct {
	Name         string       `json:"name"`
	Title        string       `json:"title"`
	Article      string       `json:"article"`
	Unit         string       `json:"unit"`
	Meaning      string       `json:"meaning"`
	Core         bool         `json:"core"`
	Border       bool         `json:"border"`               // is asked per border, A>B
	AreaKinds    []string     `json:"area_kinds"`           // of which the areas must have one
	AreaCodes    []string     `json:"area_codes,omitempty"` // areas that publish it beside those
	Shape        string       `json:"shape"`                // how it is kept: series, list, register or documents
	Retired      string       `json:"retired,omitempty"`    // since when the platform refuses it
	Variants     []variantRow `json:"variants"`
	DocumentType string       `json:"document_type"`
	Limit        string       `json:"limit,omitempty"`     // longest window of one request
	PageSize     int          `json:"page_size,omitempty"` // TimeSeries a page, or documents
	Since        string       `json:"since"`
	Views        []string     `json:"views"`
	Functions    []string     `json:"functions"`       // what shows it by step or as it was known, with arguments
	Areas        []string     `json:"areas,omitempty"` // what of the area given by --area: "DE_LU" or "DE_LU>FR"
	Feeds        []feedRow    `json:"feeds,omitempty"` // of that area, where a database has learned of them
}

// variantRow is one of the questions that are asked of an item.
type variantRow struct {
	Name   string `json:"name"` // what --variant takes; may be empty
	Title  string `json:"title,omitempty"`
	Params string `json:"params"`         // fixed parameters of the request
	Axis   string `json:"axis,omitempty"` // what the window of a request means, if not delivery: update or date
	// OnDemand: asked by people and backfills only.
	OnDemand bool `json:"on_demand,omitempty"`
}

func itemsCommand(env environment) *cobra.Command {
	var area string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "items [ITEM]",
		Short: "List the data items that entsoed collects, or show one",
		Long: `List the data items that entsoed collects. With --area what that area and its
borders publish, as the database has learned it: since when, until when, at
which resolution, and how many rows and bytes a year that is; without a database
what they can be expected to publish. With ITEM show all that is known of that
item: what its values mean, when they are published, how they are asked, and which
views and functions of the database show it.`,
		Example: `  entsoed items
  entsoed items --area DE_LU
  entsoed items day_ahead_prices
  entsoed items --json | jq -r '.[] | select(.core) | .name'`,
		Args:              arguments(0, 1),
		ValidArgsFunction: completeItem,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return showItem(env, cmd, args[0], asJSON)
			}
			return listItems(env, cmd, area, asJSON)
		},
	}
	cmd.Flags().StringVar(&area, "area", "", "only what this `area` publishes (a name or an EIC)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	completeFlag(cmd, "area", completeArea)
	return cmd
}

func listItems(env environment, cmd *cobra.Command, area string, asJSON bool) error {
	if area != "" {
		return listItemsOf(env, cmd, area, asJSON)
	}
	rows := []itemRow{}
	for _, item := range entsoe.Items() {
		row, err := newItemRow(item)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if asJSON {
		return printJSON(env.Stdout, rows)
	}
	return printItems(env, rows)
}

// listItemsOf lists what an area and its borders publish.
func listItemsOf(env environment, cmd *cobra.Command, name string, asJSON bool) error {
	area, err := entsoe.FindArea(name)
	if err != nil {
		return usageError(cmd, "--area: %w", oneAreaError(err, "one area is meant, not all"))
	}
	known, unknown := learned(cmd.Context(), env, area)
	if unknown != nil {
		fmt.Fprintln(env.Stderr, "no database tells what is published, this is what can be expected:", oneLine(unknown.Error()))
	}
	candidates := expected(area)
	rows := []itemRow{}
	for _, item := range entsoe.Items() {
		row, err := newItemRow(item)
		if err != nil {
			return err
		}
		row.Feeds = complete(known[item.Name], candidates[item.Name])
		if len(row.Feeds) == 0 {
			continue
		}
		for _, f := range row.Feeds {
			if !slices.Contains(row.Areas, f.Area) {
				row.Areas = append(row.Areas, f.Area)
			}
		}
		if unknown != nil {
			row.Feeds = nil
		}
		rows = append(rows, row)
	}
	switch {
	case asJSON:
		return printJSON(env.Stdout, rows)
	case unknown != nil:
		return printItems(env, rows)
	}
	return printFeeds(env, rows)
}

func printItems(env environment, rows []itemRow) error {
	cells := make([][]string, len(rows))
	for i, r := range rows {
		group := ""
		if r.Core {
			group = "core"
		}
		cells[i] = []string{r.Name, r.Article, r.Unit, orDash(group), r.Title, asked(r)}
	}
	return table(env.Stdout, []string{"ITEM", "ARTICLE", "UNIT", "GROUP", "TITLE", "ASKED FOR"}, cells)
}

// asked says for what an item is asked: for areas of some kinds, or for
// borders; where an area is given, for which.
func asked(r itemRow) string {
	switch {
	case len(r.Areas) > 0:
		return strings.Join(r.Areas, " ")
	case r.Border:
		return "borders of " + strings.Join(r.AreaKinds, ",")
	}
	return strings.Join(slices.Concat(r.AreaKinds, r.AreaCodes), ",")
}

func newItemRow(item entsoe.Item) (itemRow, error) {
	views, functions, err := jobs.ViewNames(item)
	row := itemRow{
		Name: item.Name, Title: item.Title, Article: item.Article, Unit: item.Unit, Meaning: item.Meaning,
		Core: item.Core, Border: item.Domain.Border(), AreaKinds: item.AreaKinds,
		DocumentType: item.DocumentType, Limit: item.Limit, PageSize: item.PageSize, Since: item.Since,
		AreaCodes: codesOf(item.Areas), Shape: item.Shape.String(), Retired: item.Retired,
		Views: views, Functions: functions,
	}
	for _, v := range item.Variants {
		row.Variants = append(row.Variants, newVariantRow(item, v))
	}
	return row, err
}

func newVariantRow(item entsoe.Item, v entsoe.Variant) variantRow {
	row := variantRow{Name: v.Name, Title: v.Title, Params: parameters(item, v), OnDemand: v.OnDemand}
	if v.Axis != entsoe.Delivery {
		row.Axis = v.Axis.String()
	}
	return row
}

// codesOf returns the names of areas for people.
func codesOf(eics []string) []string {
	var codes []string
	for _, eic := range eics {
		codes = append(codes, entsoe.Feed{Area: eic}.AreaName())
	}
	return codes
}

// parameters lists what of a request does not depend on area and time.
func parameters(item entsoe.Item, v entsoe.Variant) string {
	params := []string{"documentType=" + item.DocumentType}
	for _, p := range []entsoe.Param{{Name: "processType", Value: item.ProcessType}, {Name: "businessType", Value: item.BusinessType}} {
		if p.Value != "" {
			params = append(params, p.Name+"="+p.Value)
		}
	}
	for _, p := range v.Params {
		params = append(params, p.Name+"="+p.Value)
	}
	return strings.Join(params, "&")
}
