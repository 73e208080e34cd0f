package store_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"testing"

	"entsoed/store"
)

// A copy is the document, or its beginning where it does not fit, whatever the
// pieces in which it came, and takes little memory however long the document is.
func TestDocumentCopy(t *testing.T) {
	noise := make([]byte, 3<<20)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	for name, document := range map[string][]byte{
		"none": nil, "short": []byte("<a/>"), "long": bytes.Repeat([]byte("<Point>1</Point>"), 2<<20), "incompressible": noise,
	} {
		var c store.DocumentCopy
		c.Write([]byte("what is forgotten")) //nolint:errcheck // it does not fail
		c.Reset()
		for rest := document; len(rest) > 0; {
			n := min(len(rest), 1+rand.IntN(100<<10))
			c.Write(rest[:n]) //nolint:errcheck
			rest = rest[n:]
			if c.Size() > 4<<20 {
				t.Fatalf("%s: the copy takes %d bytes", name, c.Size())
			}
		}
		packed := c.Bytes()
		if again := c.Bytes(); !bytes.Equal(packed, again) || len(packed) > 1<<20 {
			t.Errorf("%s: %d bytes, then %d", name, len(packed), len(again))
		}
		if document == nil {
			if packed != nil {
				t.Errorf("%s: %d bytes", name, len(packed))
			}
			continue
		}
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil || !bytes.HasPrefix(document, plain) || len(plain) < min(len(document), 700<<10) {
			t.Errorf("%s: %d bytes of %d, error %v", name, len(plain), len(document), err)
		}
		if whole := len(plain) == len(document); whole == (name == "incompressible") {
			t.Errorf("%s: whole: %t", name, whole)
		}
	}
}
