package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"entsoed/entsoe"
)

// itemRow is a data item as `entsoed items --json` shows it.
type itemRow struct {
	Name         string       `json:"name"`
	Title        string       `json:"title"`
	Article      string       `json:"article"`
	Unit         string       `json:"unit"`
	Meaning      string       `json:"meaning"`
	Core         bool         `json:"core"`
	Border       bool         `json:"border"`     // is asked per border, A>B
	AreaKinds    []string     `json:"area_kinds"` // of which the areas must have one
	Variants     []variantRow `json:"variants"`
	DocumentType string       `json:"document_type"`
	Limit        string       `json:"limit,omitempty"`     // longest window of one request
	PageSize     int          `json:"page_size,omitempty"` // TimeSeries a page
	Since        string       `json:"since"`
	Views        []string     `json:"views"`
	Areas        []string     `json:"areas,omitempty"` // what of the area given by --area: "DE_LU" or "DE_LU>FR"
}

// variantRow is one of the questions that are asked of an item.
type variantRow struct {
	Name   string `json:"name"` // what --variant takes; may be empty
	Title  string `json:"title,omitempty"`
	Params string `json:"params"` // fixed parameters of the request
}

func itemsCommand(env environment) *cobra.Command {
	var area string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "items [ITEM]",
		Short: "List the data items that entsoed collects, or show one",
		Long: `List the data items that entsoed collects. With --area only those that the area
can be expected to publish, borders included. With ITEM show all that is known
of that item: what its values mean, when they are published, how they are asked.`,
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
	cmd.Flags().StringVar(&area, "area", "", "only what this area publishes (a name or an EIC)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	completeFlag(cmd, "area", completeArea)
	return cmd
}

func listItems(env environment, cmd *cobra.Command, area string, asJSON bool) error {
	rows := []itemRow{}
	published, err := publishedBy(area)
	if err != nil {
		return usageError(cmd, "--area: %w", err)
	}
	for _, item := range entsoe.Items() {
		row := newItemRow(item)
		row.Areas = published[item.Name]
		if area == "" || len(row.Areas) > 0 {
			rows = append(rows, row)
		}
	}
	if asJSON {
		return printJSON(env.Stdout, rows)
	}
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
	return strings.Join(r.AreaKinds, ",")
}

// publishedBy returns, by item, what of an area can be expected to publish:
// the area itself or its borders, in both directions.
func publishedBy(name string) (map[string][]string, error) {
	if name == "" {
		return nil, nil
	}
	area, err := entsoe.FindArea(name)
	if err != nil {
		return nil, err
	}
	published := map[string][]string{}
	for _, feed := range entsoe.CandidateFeeds(entsoe.Items(), entsoe.Areas()) {
		touches := feed.Area == area.EIC || feed.CounterArea == area.EIC
		if touches && !slices.Contains(published[feed.Item], feed.AreaName()) {
			published[feed.Item] = append(published[feed.Item], feed.AreaName())
		}
	}
	return published, nil
}

func newItemRow(item entsoe.Item) itemRow {
	row := itemRow{
		Name: item.Name, Title: item.Title, Article: item.Article, Unit: item.Unit, Meaning: item.Meaning,
		Core: item.Core, Border: item.Domain.Border(), AreaKinds: item.AreaKinds,
		DocumentType: item.DocumentType, Limit: item.Limit, PageSize: item.PageSize, Since: item.Since,
		Views: []string{"entsoe." + item.Name},
	}
	if item.View.Best {
		row.Views = append(row.Views, "entsoe."+item.Name+"_best")
	}
	for _, v := range item.Variants {
		row.Variants = append(row.Variants, variantRow{Name: v.Name, Title: v.Title, Params: parameters(item, v)})
	}
	return row
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
