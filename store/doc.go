// Package store keeps what entsoed collects: it holds every SQL statement but
// the schema. It speaks in the words of timeseries and knows nothing of the
// platform's documents.
package store
