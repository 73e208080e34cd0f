package main

import "entsoed/timeseries"

// shownShape is how people see the items of a shape.
type shownShape struct {
	KeptAs string // how its answers are kept
	Paged  string // what the platform counts in pages
	// Documents: a whole document counts, not the rows in it; and earlier revisions
	// are requests of their own.
	Documents bool
}

// shown says how a shape is shown, for all commands.
func shown(shape timeseries.Shape) shownShape {
	const series = "TimeSeries"
	return map[timeseries.Shape]shownShape{
		timeseries.ShapeSeries:    {KeptAs: "series: one value per interval and curve", Paged: series},
		timeseries.ShapeList:      {KeptAs: "list: rows that may be equal, replaced as a set by newer answers", Paged: series},
		timeseries.ShapeRegister:  {KeptAs: "register: the rows of the newest day", Paged: series},
		timeseries.ShapeDocuments: {KeptAs: "documents: every revision for ever", Paged: "documents", Documents: true},
	}[shape]
}
