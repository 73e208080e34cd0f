// Package document reads what the platform sends: bytes become documents, with
// their curves, attributes and details. It knows the schemas of the documents,
// and of the catalogue no more than the market's time zone.
package document
