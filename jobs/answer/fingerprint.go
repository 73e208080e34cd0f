package answer

import (
	"encoding/binary"
	"hash"
	"hash/fnv"
	"maps"
	"math"
	"slices"

	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// Fingerprints find pages with the same contents, whatever the order of their
// TimeSeries, and leave out the numbers that are new in every answer.

// printOfCurve tells curves apart by their keys, times and values.
func printOfCurve(key string, c *document.Curve) uint64 {
	h := fnv.New64a()
	h.Write([]byte(key))
	for _, v := range c.Values {
		writeNumber(h, uint64(v.At))
		writeNumber(h, math.Float64bits(v.Value))
	}
	return h.Sum64()
}

// printOfEntry tells rows apart by everything in them.
func printOfEntry(e timeseries.Entry) uint64 {
	h := fnv.New64a()
	h.Write([]byte(e.Attributes.Key()))
	writeNumber(h, uint64(e.From.Unix()))
	writeNumber(h, uint64(e.To.Unix()))
	for _, path := range slices.Sorted(maps.Keys(e.Values)) {
		h.Write([]byte(path))
		writeNumber(h, math.Float64bits(e.Values[path]))
	}
	h.Write(e.Details)
	return h.Sum64()
}

// printOfDocument tells documents apart by their revisions, and by what is
// available when.
func printOfDocument(d timeseries.Document) uint64 {
	h := fnv.New64a()
	h.Write([]byte(d.MRID + "/" + d.Status + "/" + d.PublishedAt.String()))
	writeNumber(h, uint64(d.Revision))
	for _, p := range d.Parts {
		for _, run := range p.Runs {
			writeNumber(h, uint64(run.From.Unix()))
			writeNumber(h, math.Float64bits(run.Value))
		}
	}
	return h.Sum64()
}

func writeNumber(h hash.Hash, n uint64) {
	var number [8]byte
	binary.LittleEndian.PutUint64(number[:], n)
	h.Write(number[:])
}
