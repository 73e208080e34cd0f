package document

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Limits of a ZIP beside its size. The platform sends at most 200 documents,
// or 100 ZIPs in the ZIP of an archive.
const (
	maxEntries = 20_000
	maxNesting = 3
)

// IsZIP tells a ZIP by its content. Items flip between XML and ZIP, and their
// content types with them (entsoe-py#455).
func IsZIP(body []byte) bool { return bytes.HasPrefix(body, []byte("PK")) }

// Unzip returns the files of a ZIP in its order, those of ZIPs in it in the
// place of the inner ZIP. All files together hold at most limit bytes.
//
// The error is a *LimitError, one that is errors.ErrUnsupported for a ZIP that
// this package cannot read, one for a cut or damaged ZIP,
// or that of a context that ended.
func Unzip(ctx context.Context, body []byte, limit int64) ([][]byte, error) {
	u := unzipper{ctx: ctx, room: limit, limit: limit}
	if err := u.add(body, 1); err != nil {
		if ended := givenUp(ctx); ended != nil {
			return nil, ended
		}
		return nil, err
	}
	return u.files, nil
}

type unzipper struct {
	ctx     context.Context
	files   [][]byte
	entries int
	room    int64 // bytes that may still be unpacked
	limit   int64 // for the error
}

func (u *unzipper) add(body []byte, depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("ZIP in ZIP, more than %d deep: %w", maxNesting, errors.ErrUnsupported)
	}
	archive, err := zip.NewReader(watchedFile{u.ctx, bytes.NewReader(body)}, int64(len(body)))
	if err != nil {
		return fmt.Errorf("cut or damaged ZIP: %w", err)
	}
	for _, file := range archive.File {
		if strings.HasSuffix(file.Name, "/") {
			continue
		}
		content, err := u.read(file)
		if err != nil {
			return err
		}
		if !IsZIP(content) {
			u.files = append(u.files, content)
			continue
		}
		if err := u.add(content, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// read unpacks one entry. It trusts no size that the ZIP's directory states.
func (u *unzipper) read(file *zip.File) ([]byte, error) {
	u.entries++
	if u.entries > maxEntries {
		return nil, &LimitError{maxEntries, Entries}
	}
	const encrypted = 0x1
	if file.Flags&encrypted != 0 {
		return nil, fmt.Errorf("encrypted ZIP: %w", errors.ErrUnsupported)
	}
	entry, err := file.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, fmt.Errorf("ZIP of method %d: %w", file.Method, errors.ErrUnsupported)
	}
	if err != nil {
		return nil, fmt.Errorf("cut or damaged ZIP: %w", err)
	}
	defer entry.Close()
	limited := &LimitReader{From: entry, Limit: u.room, Where: Unpacked}
	content, err := io.ReadAll(limited)
	u.room -= limited.Count
	if _, over := errors.AsType[*LimitError](err); over {
		return nil, &LimitError{u.limit, Unpacked}
	}
	if err != nil {
		return nil, fmt.Errorf("cut or damaged ZIP: %w", err)
	}
	return content, nil
}

// DecodeFile reads what the platform sent, recognised by its content: one XML
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
