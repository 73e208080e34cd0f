package jobs

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"hash"
	"hash/fnv"
	"maps"
	"math"
	"slices"

	"entsoed/entsoe"
	"entsoed/store"
)

// What follows are fingerprints by which pages with the same contents are told,
// whatever the order of their TimeSeries and the numbers that are new in every
// answer.

// printOfCurve tells curves apart by their key, place and values.
func printOfCurve(key string, c *entsoe.Curve) uint64 {
	h := fnv.New64a()
	h.Write([]byte(key))
	for _, v := range c.Values {
		writeNumber(h, uint64(v.At))
		writeNumber(h, math.Float64bits(v.Value))
	}
	return h.Sum64()
}

// printOfEntry tells rows apart by all they hold.
func printOfEntry(e store.Entry) uint64 {
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

// printOfDocument tells documents apart by all they hold.
func printOfDocument(d store.Document) ([sha256.Size]byte, error) {
	text, err := json.Marshal(d)
	return sha256.Sum256(text), err
}

func writeNumber(h hash.Hash, n uint64) {
	var number [8]byte
	binary.LittleEndian.PutUint64(number[:], n)
	h.Write(number[:])
}
