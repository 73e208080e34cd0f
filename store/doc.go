// Package store keeps what entsoed collects: it saves answers, with their
// history and what coverage learns from them, and reads it back. Its types are
// those of timeseries; it knows nothing of the platform's documents. The job queue
// is in package queue, the schema in package schema.
package store
