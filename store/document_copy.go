package store

import (
	"bytes"
	"compress/gzip"
)

const (
	maxDocument = 1 << 20   // bytes of a document that is kept, after compression
	maxPlain    = 256 << 10 // bytes of a copy before it is compressed
	// maxBlock is what a compressor may hold back, and writes at its end.
	maxBlock = 96 << 10
)

// DocumentCopy is a copy of a document that is made while the document comes, as
// entsoe.fetches keeps it: compressed with gzip and, what then exceeds 1 MB, cut
// off. Most copies are made in vain, so it is compressed only when it gets long, or
// is wanted. The zero value is ready for use.
type DocumentCopy struct {
	plain  []byte // while there is no packer
	packer *gzip.Writer
	packed bytes.Buffer
	full   bool
}

// Reset forgets what was copied.
func (c *DocumentCopy) Reset() { *c = DocumentCopy{plain: c.plain[:0]} }

// Size is about how many bytes of memory the copy takes.
func (c *DocumentCopy) Size() int64 {
	const packer = 800 << 10 // a gzip.Writer
	size := int64(cap(c.plain) + c.packed.Cap())
	if c.packer != nil {
		size += packer
	}
	return size
}

// Cut ends the copy where it is.
func (c *DocumentCopy) Cut() { c.full = true }

// Full reports whether the copy takes no more.
func (c *DocumentCopy) Full() bool { return c.full }

// Write copies p, as far as there is room. It never fails.
func (c *DocumentCopy) Write(p []byte) (int, error) {
	switch {
	case c.full:
		return len(p), nil
	case c.packer == nil && len(c.plain)+len(p) <= maxPlain:
		c.plain = append(c.plain, p...)
		return len(p), nil
	case c.packer == nil:
		c.pack(c.plain)
		c.plain = nil
	}
	c.pack(p)
	return len(p), nil
}

// pack compresses p in pieces, after each of which it looks whether there is room.
func (c *DocumentCopy) pack(p []byte) {
	if c.packer == nil {
		c.packer, _ = gzip.NewWriterLevel(&c.packed, gzip.BestSpeed) // the level is known
	}
	const piece = 64 << 10
	for len(p) > 0 && c.packed.Len() <= maxDocument-2*maxBlock {
		n := min(len(p), piece)
		c.packer.Write(p[:n]) //nolint:errcheck // a buffer does not fail
		p = p[n:]
	}
	c.full = c.full || len(p) > 0
}

// Bytes ends the copy and returns it, compressed; nil if nothing was copied.
func (c *DocumentCopy) Bytes() []byte {
	if c == nil || c.packer == nil && len(c.plain) == 0 && c.packed.Len() == 0 {
		return nil
	}
	if c.packer != nil || len(c.plain) > 0 {
		c.pack(c.plain)
		c.packer.Close() //nolint:errcheck // a buffer does not fail
		c.plain, c.packer, c.full = nil, nil, true
	}
	return c.packed.Bytes()
}
