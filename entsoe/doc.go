// Package entsoe holds all knowledge of the ENTSO-E Transparency Platform:
// the catalogue of its data items and areas, how they are asked for, the
// client, the decoder of its documents and the errors it answers with. It
// knows nothing of databases and jobs.
package entsoe
