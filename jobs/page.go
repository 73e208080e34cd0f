package jobs

import (
	"context"
	"fmt"
	"io"

	"entsoed/entsoe/client"
	"entsoed/store"
	"entsoed/timeseries"
)

// page is the answer to one request while it comes.
type page struct {
	*asker
	counted int                 // instances in it, as the platform counts them
	before  int64               // values that were read before it
	copy    *store.DocumentCopy // of the document that was read last or, once one was wrong, of that one
	wrong   error               // why the first of several documents cannot be read; the others are saved
}

// reading is what the client does with the answer.
func (p *page) reading() client.Reading {
	return client.Reading{Document: p.document, Grow: p.grow}
}

// leastAnswer is about what the buffers take, with which any answer is read.
const leastAnswer = 64 << 10

// copying copies a document, and takes memory for it.
type copying struct {
	ctx context.Context
	*page
}

func (c copying) Write(p []byte) (int, error) {
	c.copy.Write(p) //nolint:errcheck // it does not fail
	if err := c.grow(c.ctx, max(0, c.copy.Size()-c.copied)); err != nil {
		return 0, err
	}
	c.copied = max(c.copied, c.copy.Size())
	return len(p), nil
}

// document reads one document of the answer.
func (p *page) document(ctx context.Context, name string, document io.Reader) error {
	if err := p.grow(ctx, leastAnswer); err != nil {
		return err
	}
	defer p.grow(ctx, -leastAnswer) //nolint:errcheck // giving back does not fail
	if p.wrong == nil {
		p.copy.Reset() // kept if it is wrong, alone or together with the others
		document = io.TeeReader(document, copying{ctx, p})
	}
	n, err := p.read.Read(ctx, document)
	p.counted += n
	if err != nil && fateOf(err).Keep {
		p.copyRest(document)
	}
	if err != nil && name != "" {
		err = fmt.Errorf("%s: %w", name, err)
	}
	if err != nil && name != "" && p.spares(err) {
		p.strange(err)
		return nil
	}
	return err
}

// copyRest reads what follows the place at which a document became unreadable, for
// whoever looks at it, as long as the copy has room. What ends it early, such as a
// broken connection, the client knows.
func (p *page) copyRest(document io.Reader) {
	piece := make([]byte, 32<<10)
	for !p.copy.Full() {
		if _, err := document.Read(piece); err != nil {
			return
		}
	}
}

// spares reports whether the other documents of an answer are saved although one
// cannot be read. Outages have nothing to do with each other.
func (p *page) spares(err error) bool {
	return p.Item.Shape == timeseries.ShapeDocuments && fateOf(err).Action == Cancel
}

// strange notes why a document cannot be read, of several the first.
func (p *page) strange(err error) {
	if p.wrong == nil {
		p.wrong = err
	}
	if p.read.Unread == nil {
		p.read.Unread = err
	}
}

// record completes the record of the request.
func (p *page) record(r *store.FetchRecord) {
	r.Points = p.read.Points - p.before
	if r.Document == nil {
		r.Copy = p.copy
	}
	if p.wrong != nil {
		r.Outcome, r.Reason = fateOf(p.wrong).Outcome, p.wrong.Error()
	}
}
