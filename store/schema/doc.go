// Package schema creates the database and brings it up to date: migrations,
// hypertables, the mirrored catalogue, a view for each item, and roles.
package schema
