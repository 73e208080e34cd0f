package jobs

import (
	"context"
	"io"
	"time"

	"entsoed/entsoe/client"
	"entsoed/store"
)

// page is the answer to one request while it comes.
type page struct {
	*asker
	counted int                 // instances in it, as the platform counts them
	before  int64               // values that were read before it
	lost    int                 // Faults of the pages before it
	copy    *store.DocumentCopy // of the document that was read last or, once one had a fault, of that one
}

// reading is what the client does with the answer.
func (p *page) reading() client.Reading {
	return client.Reading{Document: p.document, Lost: p.read.Lose, Grow: p.grow}
}

// leastAnswer is about what the buffers take, with which any answer is read.
const leastAnswer = 16 << 10

// copying copies a document as long as there is memory for that.
type copying struct{ *page }

func (c copying) Write(p []byte) (int, error) {
	c.copy.Write(p) //nolint:errcheck // it does not fail
	if more := c.copy.Size() - c.copied; more > 0 {
		if !c.memory.try(more) {
			c.copy.Cut()
			return len(p), nil
		}
		c.copied += more
	}
	return len(p), nil
}

// document reads one document of the answer.
func (p *page) document(ctx context.Context, name string, document io.Reader) error {
	if err := p.grow(ctx, leastAnswer); err != nil {
		return err
	}
	defer p.grow(ctx, -leastAnswer) //nolint:errcheck // giving back does not fail
	if p.read.Lost() == p.lost {
		p.copy.Reset() // kept if it is wrong, alone or together with the others
		document = io.TeeReader(document, copying{p})
	}
	before, n, err := p.read.Lost(), 0, error(nil)
	if name == "" {
		n, err = p.read.Read(ctx, document)
	} else {
		n, err = p.read.ReadMember(ctx, name, document)
	}
	p.counted += n
	if err != nil && fateOf(err).Keep || err == nil && before == p.lost && p.read.Lost() > before {
		p.copyRest(document)
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

// record completes the record of the request, which took so long with all waiting.
func (p *page) record(r *store.FetchRecord, took time.Duration) {
	r.Read = max(0, took-r.Wait-r.Request-r.Room)
	r.Points = p.read.Points - p.before
	if r.Document == nil {
		r.Copy = p.copy
	}
	if r.Reason == "" {
		r.Reason = p.read.LostSince(p.lost)
	}
}
