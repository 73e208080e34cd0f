// Package migrations holds the schema of the database as SQL files, applied
// in the order of their numbers, forward only: a bad step is mended by the
// next one. What depends on what the server can do (hypertables, compression,
// roles) and on the catalogue (views) is not here; schema.Migrate ensures it
// every time.
package migrations

import "embed"

// Files are the migrations in goose's format.
//
//go:embed *.sql
var Files embed.FS
