package document

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"time"
)

// DecodeFile reads what the platform sent, told by its content: one XML
// document, which is decoded as it streams in, or a ZIP of documents, also of
// ZIPs, in their order, of at most limit bytes packed and unpacked. It calls
// visit as Decode does and returns the headers of the documents. An error names
// the document if there are several.
func DecodeFile(ctx context.Context, r io.Reader, limit int64, zone func(eic string) *time.Location, visit Visitor) ([]Header, error) {
	buffered := bufio.NewReader(watchedReader{ctx, r})
	if magic, _ := buffered.Peek(2); !IsZIP(magic) {
		header, err := Decode(ctx, buffered, zone, visit)
		return []Header{header}, err
	}
	body, err := io.ReadAll(&LimitReader{From: buffered, Limit: limit, Where: "in the ZIP"})
	if err != nil {
		return nil, err
	}
	documents, err := Unzip(ctx, body, limit)
	if err != nil {
		return nil, err
	}
	headers := make([]Header, len(documents))
	for i, document := range documents {
		if headers[i], err = Decode(ctx, bytes.NewReader(document), zone, visit); err != nil {
			return headers[:i+1], fmt.Errorf("document %d of %d: %w", i+1, len(documents), err)
		}
	}
	return headers, nil
}
