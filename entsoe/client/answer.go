package client

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"entsoed/entsoe/document"
)

// Limits of what is kept of an answer that is not data.
const (
	keptBody   = 1 << 20 // bytes of Reply.Body
	keptReason = 500     // bytes of Reply.Reason
	overlap    = 4 << 10 // read beyond keptBody, so that a token at the cut is found
	shortPage  = 16 << 10
	pageMemory = 5 << 20 // about what reading and classifying a longer one takes
)

// received is what TooLargeError.Where says of a body as it comes.
const received = "received"

// refused returns the error for an answer whose status says that it is no data. Of
// its body only the beginning is read.
func (x *exchange) refused(reading Reading) error {
	content, err := x.plain()
	var body []byte
	if err == nil {
		var done func(kept bool)
		body, done, err = x.page(content, reading)
		defer done(true)
	}
	x.measure()
	switch {
	case err == nil:
	case x.timed.Err() != nil:
		return x.failure(err)
	case x.reply.Status == http.StatusBadRequest: // of all others the status says enough
		return x.bodyError(x.reply, nil, err)
	}
	return x.refusal(x.ctx, x.reply, contentOf(body), body)
}

// page reads the beginning of an answer that is no data. What is longer than such
// answers are takes memory, of which done gives back all, or all but what is kept; of
// what gets none the rest is not read.
func (x *exchange) page(content io.Reader, reading Reading) (body []byte, done func(kept bool), err error) {
	body, err = io.ReadAll(io.LimitReader(content, shortPage))
	if err != nil || len(body) < shortPage || reading.Grow(x.ctx, pageMemory) != nil {
		return body, func(bool) {}, err
	}
	rest, err := io.ReadAll(io.LimitReader(content, keptBody+overlap-shortPage))
	done = func(kept bool) {
		back := int64(pageMemory)
		if kept {
			back -= keptBody
		}
		reading.Grow(x.ctx, -back) //nolint:errcheck // giving back does not fail
	}
	return append(body, rest...), done, err
}

// plain returns the body without its content encoding, decided by content: the
// header is not to be relied upon behind gateways, and neither XML nor ZIP begins
// like gzip.
func (x *exchange) plain() (io.Reader, error) {
	body := bufio.NewReader(x.wire)
	begin, err := body.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.Equal(begin, []byte{0x1f, 0x8b}) {
		return gzip.NewReader(body)
	}
	encoding := x.response.Header.Get("Content-Encoding")
	switch strings.ToLower(encoding) {
	case "", "identity", "gzip", "x-gzip":
		return body, nil
	}
	return nil, fmt.Errorf("content encoding %q was not asked for: %w", encoding, errors.ErrUnsupported)
}

// read has the documents of an answer read as they come: the body itself, or what
// is in the ZIP, without acknowledgements that stand beside data.
func (x *exchange) read(reading Reading) (*Answer, error) {
	content, err := x.plain()
	if err != nil {
		return nil, x.broken(nil, err)
	}
	x.response.Header = nil // a head may be long, and its body take minutes
	whole := &watched{from: &document.LimitReader{From: content, Limit: x.MaxUnpacked, Where: document.Unpacked}}
	r := reader{exchange: x, Reading: reading, noData: &NoDataError{x.reply}}
	begin, err := beginOf(whole)
	switch {
	case err != nil:
		return nil, x.broken(begin, err)
	case document.IsZIP(begin):
		r.noData.Reason = "the ZIP has no documents"
		err = r.zip(begin, whole)
	default:
		err = r.document("", begin, whole)
	}
	x.measure()
	switch {
	case err != nil && whole.err != nil:
		return nil, x.broken(begin, whole.err)
	case err != nil:
		return r.failed(err)
	case r.documents > 0:
		return &Answer{Reply: x.reply, Documents: r.documents}, nil
	case r.strange != nil:
		return nil, r.strange
	}
	r.noData.Reply = x.completed(r.noData.Reply)
	return nil, r.noData
}

// completed gives a reply that was made while the body came what is known of it
// since.
func (x *exchange) completed(reply Reply) Reply {
	reply.Bytes, reply.FirstByte, reply.Took = x.reply.Bytes, x.reply.FirstByte, x.reply.Took
	return reply
}

// watched notes why the body could not be read to its end: whatever its readers
// make of it, that is what happened.
type watched struct {
	from io.Reader
	err  error // nil at the end of the body
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.from.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// reader reads the documents of one answer.
type reader struct {
	*exchange
	Reading
	documents int
	noData    *NoDataError // the last, if there is nothing else
	strange   error        // the first document that is neither
	cut       bool         // the ZIP itself cannot be read
}

// document reads one document, of which some bytes were read already. A document
// that is no data is noted.
func (r *reader) document(name string, begin []byte, rest io.Reader) error {
	what := contentOf(begin)
	content := io.MultiReader(bytes.NewReader(begin), rest)
	if what == dataContent {
		r.documents++
		return r.Document(r.ctx, name, r.redact().reader(content))
	}
	body, done, err := r.page(content, r.Reading)
	defer done(r.strange == nil) // of several the first is kept
	if damaged, ok := errors.AsType[*document.MemberError](err); ok {
		r.note(name, r.bodyError(r.reply, nil, damaged))
		return nil
	}
	if err != nil {
		return err
	}
	r.measure()
	err = r.refusal(r.ctx, r.reply, what, r.redact().document(body))
	if empty, ok := errors.AsType[*NoDataError](err); ok {
		r.noData = empty
		return nil
	}
	r.note(name, err)
	return nil
}

// zip reads the documents of a ZIP, which is held in memory meanwhile.
func (r *reader) zip(begin []byte, rest io.Reader) error {
	var failed error // of the reading, not of the ZIP; memory is given back after it
	fails := func(err error) error {
		failed = cmp.Or(failed, err)
		return err
	}
	grow := func(n int64) error { return fails(r.Grow(r.ctx, n)) }
	body, err := document.Hold(io.MultiReader(bytes.NewReader(begin), rest), r.MaxZIP, grow)
	defer func() { grow(-int64(cap(body))) }() //nolint:errcheck // giving back does not fail
	if err != nil {
		return err
	}
	limits := document.Limits{Unpacked: r.MaxUnpacked, Held: r.MaxZIP - int64(len(body)), Grow: grow}
	err = document.Members(r.ctx, bytes.NewReader(body), int64(len(body)), limits, func(m document.Member) error {
		begin, err := []byte(nil), m.Err
		if err == nil {
			begin, err = beginOf(m.Content)
		}
		if damaged, ok := errors.AsType[*document.MemberError](err); ok {
			r.note(m.String(), r.bodyError(r.reply, nil, damaged))
			return nil
		}
		if err != nil {
			return err
		}
		return fails(r.document(m.String(), begin, m.Content))
	})
	r.cut = err != nil && failed == nil
	return err
}

// note tells why a document is no data, and keeps it, of several the first.
func (r *reader) note(name string, err error) {
	if r.strange == nil {
		r.strange = err
	}
	if r.Lost != nil && name != "" {
		r.Lost(name, err)
	}
}

// failed returns what an error of the reading means: its own are returned as they
// are, with what is known of the answer.
func (r *reader) failed(err error) (*Answer, error) {
	over, isOver := errors.AsType[*document.LimitError](err)
	switch {
	case r.ctx.Err() != nil:
		return nil, fmt.Errorf("request given up: %w", context.Cause(r.ctx))
	case isOver:
		return nil, r.bodyError(r.reply, nil, over)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &UnavailableError{Reply: r.reply, Cause: errors.New("the document ends in the middle"), Whole: true}
	case r.cut:
		return nil, ofWhole(r.bodyError(r.reply, nil, err))
	}
	return &Answer{Reply: r.reply, Documents: r.documents}, err
}

// ofWhole notes of an error that the body came to its end.
func ofWhole(err error) error {
	if cut, ok := errors.AsType[*UnavailableError](err); ok {
		cut.Whole = true
	}
	return err
}

// broken says what it means that the body of an answer with data cannot be read to
// its end.
func (x *exchange) broken(body []byte, err error) error {
	x.measure()
	if x.timed.Err() != nil {
		return x.failure(err)
	}
	return x.bodyError(x.reply, body, err)
}

// bodyError says what it means that a body cannot be read to its end.
func (c *Client) bodyError(reply Reply, body []byte, err error) error {
	if over, ok := errors.AsType[*document.LimitError](err); ok {
		return &TooLargeError{Reply: reply, Limit: over.Limit, Where: over.Where}
	}
	_, damaged := errors.AsType[*document.MemberError](err) // in a ZIP that came whole
	if damaged || errors.Is(err, errors.ErrUnsupported) {
		return &UnknownAnswerError{c.withBody(reply, body), c.redact().error(err)}
	}
	err = fmt.Errorf("the answer is cut or damaged after %d bytes: %w", reply.Bytes, err)
	return &UnavailableError{Reply: c.withBody(reply, body), Cause: c.redact().error(err)}
}

// refusal returns the error for an answer that is not data.
func (c *Client) refusal(ctx context.Context, reply Reply, what content, body []byte) error {
	reply = c.withBody(reply, body)
	reply.Reason = shorten(c.redact().text(words(ctx, what, reply.Body)))
	return classify(reply, what, c.Now())
}

// withBody keeps the beginning of a body for somebody to look at.
func (c *Client) withBody(reply Reply, body []byte) Reply {
	kept := []byte(c.redact().text(string(body[:min(len(body), keptBody+overlap)])))
	reply.Body = slices.Clip(kept[:min(len(kept), keptBody)])
	return reply
}
