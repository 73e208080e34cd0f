package client

import (
	"bufio"
	"bytes"
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

// Answer is the data that the platform sent for one request.
type Answer struct {
	Reply              // Reason and Body are empty
	Documents [][]byte // complete XML documents, unzipped, in the order of the ZIP; at least one
}

// Limits of what is kept of an answer that is not data.
const (
	keptBody   = 1 << 20 // bytes of Reply.Body
	keptReason = 500     // bytes of Reply.Reason
	overlap    = 4 << 10 // read beyond keptBody, so that a token at the cut is found
)

// received is what TooLargeError.Where says of a body as it comes.
const received = "received"

// readBody reads and gunzips the body of a response up to the client's limits
// and tells how many bytes came over the wire. What was read before an error is
// returned with it. Of an answer that cannot be data only the beginning is read.
func (c *Client) readBody(response *http.Response) (body []byte, bytes int64, err error) {
	wire := &document.LimitReader{From: response.Body, Limit: c.MaxReceived, Where: received}
	content, err := plain(response.Header.Get("Content-Encoding"), bufio.NewReader(wire))
	if err != nil {
		return nil, wire.Count, err
	}
	if response.StatusCode != http.StatusOK {
		body, err = io.ReadAll(io.LimitReader(content, keptBody+overlap))
		return body, wire.Count, err
	}
	body, err = io.ReadAll(&document.LimitReader{From: content, Limit: c.MaxUnpacked, Where: document.Unpacked})
	return body, wire.Count, err
}

// plain undoes the content encoding, decided by content: the header is not to
// be relied upon behind gateways, and neither XML nor ZIP begins like gzip.
func plain(encoding string, body *bufio.Reader) (io.Reader, error) {
	begin, err := body.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.Equal(begin, []byte{0x1f, 0x8b}) {
		return gzip.NewReader(body)
	}
	switch strings.ToLower(encoding) {
	case "", "identity", "gzip", "x-gzip":
		return body, nil
	}
	return nil, fmt.Errorf("content encoding %q was not asked for: %w", encoding, errors.ErrUnsupported)
}

// documents returns the XML documents of the body of a 200 answer: itself or
// what is in the ZIP, without acknowledgements that stand beside data. The
// error is one of the types of this package.
func (c *Client) documents(ctx context.Context, reply Reply, body []byte) ([][]byte, error) {
	documents := [][]byte{body}
	if document.IsZIP(body) {
		var err error
		if documents, err = document.Unzip(ctx, body, c.MaxUnpacked); err != nil {
			if ctx.Err() != nil {
				return nil, fmt.Errorf("request given up: %w", context.Cause(ctx))
			}
			return nil, c.bodyError(reply, body, err)
		}
	}
	nothing := reply
	nothing.Reason = "the ZIP has no documents"
	var noData error = &NoDataError{nothing}
	data := documents[:0]
	for _, document := range documents {
		document = c.redact().document(document)
		err := c.checkDocument(ctx, reply, document)
		if empty, ok := errors.AsType[*NoDataError](err); ok {
			noData = empty
			continue
		}
		if err != nil {
			return nil, err
		}
		data = append(data, document)
	}
	if len(data) == 0 {
		return nil, noData
	}
	return data, nil
}

// checkDocument finds what is no data in one document of a 200 answer.
func (c *Client) checkDocument(ctx context.Context, reply Reply, document []byte) error {
	what := contentOf(document)
	if what == dataContent && !endsWithRoot(document) {
		reply = c.withBody(reply, document)
		return &UnavailableError{reply, errors.New("the document ends in the middle")}
	}
	if what == dataContent {
		return nil
	}
	return c.refusal(ctx, reply, what, document)
}

// bodyError says what it means that a body cannot be read to its end.
func (c *Client) bodyError(reply Reply, body []byte, err error) error {
	if over, ok := errors.AsType[*document.LimitError](err); ok {
		return &TooLargeError{Reply: reply, Limit: over.Limit, Where: over.Where}
	}
	if errors.Is(err, errors.ErrUnsupported) {
		return &UnknownAnswerError{c.withBody(reply, body), c.redact().error(err)}
	}
	err = fmt.Errorf("the answer is cut or damaged after %d bytes: %w", reply.Bytes, err)
	return &UnavailableError{c.withBody(reply, body), c.redact().error(err)}
}

// withBody keeps the beginning of a body for somebody to look at.
func (c *Client) withBody(reply Reply, body []byte) Reply {
	kept := []byte(c.redact().text(string(body[:min(len(body), keptBody+overlap)])))
	reply.Body = slices.Clip(kept[:min(len(kept), keptBody)])
	return reply
}
