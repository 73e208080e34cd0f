// Package migrations holds the schema of the database as SQL files, applied
// in the order of their numbers, forward only. A bad step is mended by the
// next one.
package migrations
