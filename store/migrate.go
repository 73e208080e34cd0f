package store

import (
	"context"
	"log/slog"
)

// ItemRow is a data item as entsoe.items mirrors it for SQL users.
type ItemRow struct {
	Name    string // unique; also the name of the item's view
	Title   string
	Article string
	Unit    string
	Meaning string
	Core    bool
}

// AreaRow is an area as entsoe.areas mirrors it for SQL users.
type AreaRow struct {
	EIC        string
	Code       string
	Name       string
	Kinds      []string
	TimeZone   string
	ValidFrom  string // "2018-10-01", empty: always
	ValidUntil string // first day without data, empty: still valid
}

// ViewSpec says how an item is shown in SQL.
type ViewSpec struct {
	Item    string
	Value   string   // name of the value column, such as "price" or "mw"
	Columns []string // attributes shown after the area, in order
	Border  bool     // show counter_area
	Best    bool     // several series compete: also make the view <item>_best
}

// MigrateOptions is what a database mirrors of the catalogue.
type MigrateOptions struct {
	Items  []ItemRow
	Areas  []AreaRow
	Views  []ViewSpec
	Source Source       // claimed for the database if its kind is not empty
	Log    *slog.Logger // nil: silent
}

// Report says what Migrate found and made.
type Report struct {
	Database    string   // name
	Created     bool     // the database did not exist before
	Server      string   // "17.11"
	TimescaleDB string   // version of the extension, empty without it
	Applied     []string // migrations applied now, of entsoed and of River
	Have        []string // what the server can do and is used, one sentence each
	Missing     []string // what the server cannot do, with what to do about it
}

// Migrate makes the database if it is missing, brings its schema up to date
// and ensures what depends on the server: hypertables, compression, roles,
// views and the mirrored catalogue. Any number of processes may run it at once.
func Migrate(ctx context.Context, cfg Config, opts MigrateOptions) (Report, error) {
	return Report{}, errTodo
}
