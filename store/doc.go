// Package store keeps what entsoed collects: it saves answers, with their
// history and what coverage learns of them, and reads all that back. It speaks
// in the words of timeseries and knows nothing of the platform's documents. The
// job queue is in the package queue, the making of the schema in schema.
package store
