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

// Member is one file of a ZIP, or of a ZIP in it.
type Member struct {
	Number  int       // from 1, in the order of the ZIP
	Name    string    // as the ZIP calls it, after the name of the ZIP that it stands in: "2024.zip/001.xml"
	Content io.Reader // until visit returns; where the member is damaged it fails with a *MemberError; nil if there is an Err
	Err     error     // why it cannot be opened: a *MemberError
}

// longestName is how much of a member's name errors and faults repeat, in bytes. A
// name may have 64 KiB, and a ZIP 20,000 of them.
const longestName = 100

// String names the member for an error: `document 3 ("001.xml")`.
func (m Member) String() string {
	name := m.Name
	if len(name) > longestName {
		name = strings.ToValidUTF8(name[:longestName], "") + "…"
	}
	return fmt.Sprintf("document %d (%q)", m.Number, name)
}

// MemberError says why one file of a ZIP cannot be read: it is damaged, or
// packed in a way that is not read (errors.ErrUnsupported). The other files can.
type MemberError struct{ Err error }

func (e *MemberError) Error() string { return e.Err.Error() }
func (e *MemberError) Unwrap() error { return e.Err }

// Limits bound what is read of a ZIP.
type Limits struct {
	Unpacked int64             // bytes of all files together
	Held     int64             // bytes at a time of ZIPs in the ZIP, which are held in memory beside their directories
	Grow     func(int64) error // asked before so many more bytes are held, or fewer if negative; nil: they may be
}

// Members visits the files of a ZIP in its order, those of ZIPs in it in the
// place of the inner ZIP, and unpacks each while it is read. A file that cannot be
// read is visited too, because it says nothing of the others.
//
// Its own errors are a *LimitError, one for a ZIP whose directory is cut or
// damaged, that of Grow, and that of a context that ended. An error of visit ends
// the reading.
func Members(ctx context.Context, file io.ReaderAt, size int64, limits Limits, visit func(Member) error) error {
	u := unzipper{ctx: ctx, Limits: limits, room: limits.Unpacked, visit: visit}
	if u.Grow == nil {
		u.Grow = func(int64) error { return nil }
	}
	err := u.archive(file, size, "", 1)
	if err == nil {
		return nil
	}
	if ended := givenUp(ctx); ended != nil {
		return ended
	}
	return err
}

// Unzip returns the files of a ZIP, as Members visits them. A file that cannot
// be read is an error.
func Unzip(ctx context.Context, body []byte, limit int64) ([][]byte, error) {
	var files [][]byte
	err := Members(ctx, bytes.NewReader(body), int64(len(body)), Limits{Unpacked: limit, Held: limit}, func(m Member) error {
		if m.Err != nil {
			return m.Err
		}
		content, err := io.ReadAll(m.Content)
		files = append(files, content)
		return err
	})
	if err != nil {
		return nil, err
	}
	return files, nil
}

type unzipper struct {
	Limits
	ctx     context.Context
	visit   func(Member) error
	entries int
	number  int   // of members that were visited
	room    int64 // bytes that may still be unpacked
	ended   error // why no more may be read: more than limit, a context that ended
}

// archive visits the members of a ZIP. An inner one that cannot be read is a
// member that cannot.
func (u *unzipper) archive(file io.ReaderAt, size int64, above string, depth int) error {
	// The directory says how many entries it has, and need not tell the truth.
	entries, directory, err := directoryOf(watchedFile{u.ctx, file}, size)
	if err == nil && entries > maxEntries-u.entries {
		return &LimitError{maxEntries, Entries}
	}
	held := 2*directory + int64(entries)*entrySize + size/4 // names are copied, and more entries may be claimed than there are
	if err := u.Grow(held); err != nil {
		return err
	}
	defer u.Grow(-held) //nolint:errcheck // giving back does not fail
	archive, err := zip.NewReader(watchedFile{u.ctx, file}, size)
	switch {
	case err != nil && depth == 1:
		return fmt.Errorf("cut or damaged ZIP: %w", err)
	case err != nil:
		return u.unreadable(strings.TrimSuffix(above, "/"), fmt.Errorf("cut or damaged ZIP: %w", err))
	}
	for _, file := range archive.File {
		if strings.HasSuffix(file.Name, "/") {
			continue
		}
		if err := u.member(file, above+file.Name, depth); err != nil {
			return err
		}
	}
	return nil
}

// member visits one entry of a ZIP, or what is in it if it is a ZIP.
func (u *unzipper) member(file *zip.File, name string, depth int) error {
	u.entries++
	if u.entries > maxEntries {
		return &LimitError{maxEntries, Entries}
	}
	const encrypted = 0x1
	if file.Flags&encrypted != 0 {
		return u.unreadable(name, fmt.Errorf("encrypted ZIP: %w", errors.ErrUnsupported))
	}
	entry, err := file.Open()
	switch {
	case errors.Is(err, zip.ErrAlgorithm):
		return u.unreadable(name, fmt.Errorf("ZIP of method %d: %w", file.Method, errors.ErrUnsupported))
	case err != nil:
		return u.unreadable(name, fmt.Errorf("cut or damaged ZIP: %w", err))
	}
	defer entry.Close()
	content := bufio.NewReader(memberReader{u, entry})
	begin, err := content.Peek(2)
	switch {
	case u.ended != nil:
		return u.ended
	case IsZIP(begin):
		return u.inner(content, name, depth)
	case err != nil && err != io.EOF:
		return u.unreadable(name, err)
	}
	u.number++
	if err := u.visit(Member{Number: u.number, Name: name, Content: content}); err != nil {
		return err
	}
	return u.ended
}

// inner visits the members of a ZIP in a ZIP.
func (u *unzipper) inner(content io.Reader, name string, depth int) error {
	if depth == maxNesting {
		return u.unreadable(name, fmt.Errorf("ZIP in ZIP, more than %d deep: %w", maxNesting, errors.ErrUnsupported))
	}
	body, err := Hold(content, u.Held, u.Grow)
	defer u.Grow(-int64(cap(body))) //nolint:errcheck // giving back does not fail
	u.Held -= int64(len(body))
	defer func() { u.Held += int64(len(body)) }()
	_, damaged := errors.AsType[*MemberError](err)
	switch {
	case u.ended != nil:
		return u.ended
	case damaged:
		return u.unreadable(name, err)
	case err != nil:
		return err
	}
	return u.archive(bytes.NewReader(body), int64(len(body)), name+"/", depth+1)
}

func (u *unzipper) unreadable(name string, err error) error {
	u.number++
	if _, known := errors.AsType[*MemberError](err); !known {
		err = &MemberError{err}
	}
	return u.visit(Member{Number: u.number, Name: name, Err: err})
}

// memberReader unpacks a member. It trusts no size that the ZIP's directory
// states.
type memberReader struct {
	*unzipper
	from io.Reader
}

func (m memberReader) Read(p []byte) (int, error) {
	if m.ended == nil {
		m.ended = givenUp(m.ctx)
	}
	if m.ended != nil {
		return 0, m.ended
	}
	if int64(len(p)) > m.room+1 {
		p = p[:m.room+1]
	}
	n, err := m.from.Read(p)
	if m.room -= int64(n); m.room < 0 {
		m.room, m.ended = 0, &LimitError{m.Unpacked, Unpacked}
		return 0, m.ended
	}
	if err != nil && err != io.EOF {
		err = &MemberError{fmt.Errorf("cut or damaged ZIP: %w", err)}
	}
	return n, err
}

// InZIP is what LimitError.Where says of a ZIP that is too large to be held.
const InZIP = "in the ZIP"

// Hold reads a ZIP of at most limit bytes into memory. grow is asked for each piece
// of memory before it is taken, cap(body) in all, also with an error.
func Hold(r io.Reader, limit int64, grow func(int64) error) (body []byte, err error) {
	for {
		if len(body) == cap(body) {
			larger := min(max(64<<10, int64(cap(body))*3/2), limit+1)
			if larger <= int64(len(body)) {
				return body, &LimitError{limit, InZIP}
			}
			if err := grow(larger - int64(cap(body))); err != nil {
				return body, err
			}
			body = append(make([]byte, 0, larger), body...)
		}
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case int64(len(body)) > limit:
			return body, &LimitError{limit, InZIP}
		case err == io.EOF:
			return body, nil
		case err != nil:
			return body, err
		}
	}
}

// entrySize is about how many bytes an entry of a directory takes beside its texts.
const entrySize = 400

// directoryOf returns how many entries the directory of a ZIP has at most, by the
// mark with which each begins, and how many bytes.
func directoryOf(file io.ReaderAt, size int64) (entries int, bytesOf int64, err error) {
	mark := []byte("PK\x01\x02")
	piece := make([]byte, min(size, 64<<10))
	for at := int64(0); at < size; at += int64(len(piece) - len(mark) + 1) {
		got, err := file.ReadAt(piece, at)
		if first := bytes.Index(piece[:got], mark); entries == 0 && first >= 0 {
			bytesOf = size - at - int64(first)
		}
		entries += bytes.Count(piece[:got], mark)
		if err == io.EOF || at+int64(got) >= size {
			return entries, bytesOf, nil
		}
		if err != nil {
			return entries, bytesOf, err
		}
	}
	return entries, bytesOf, nil
}

// DecodeFile reads what the platform sent, recognised by its content: one XML
// document, which is decoded as it streams in, or a ZIP of documents, also of
// ZIPs, in their order, of at most limit bytes packed and unpacked. It calls
// visit as Decode does and returns the headers of the documents. Of several, one
// that is wrong as a whole is a Fault; without a visitor for those, it is an error
// that names the document.
func DecodeFile(ctx context.Context, r io.Reader, limit int64, zone func(eic string) *time.Location, visit Visitor) ([]Header, error) {
	buffered := bufio.NewReader(watchedReader{ctx, r})
	if magic, _ := buffered.Peek(2); !IsZIP(magic) {
		header, err := Decode(ctx, buffered, zone, visit)
		return []Header{header}, err
	}
	body, err := Hold(buffered, limit, func(int64) error { return nil })
	if err != nil {
		return nil, err
	}
	var headers []Header
	err = Members(ctx, bytes.NewReader(body), int64(len(body)), Limits{Unpacked: limit, Held: limit}, func(m Member) error {
		header, err := Header{}, m.Err
		if err == nil {
			header, err = Decode(ctx, m.Content, zone, visit.of(m))
		}
		headers = append(headers, header)
		_, wrong := errors.AsType[*DecodeError](err)
		switch {
		case err == nil:
			return nil
		case visit.Fault == nil, !wrong && m.Err == nil:
			return fmt.Errorf("%s: %w", m, err)
		}
		return visit.of(m).Fault(header, &Fault{Scope: ScopeDocument, Intervals: max(header.Good+header.Bad, 1), Err: err})
	})
	return headers, err
}

// of lets a visitor know which document of a ZIP a Fault is in.
func (v Visitor) of(m Member) Visitor {
	if fault := v.Fault; fault != nil {
		v.Fault = func(header Header, f *Fault) error {
			f.Member = m.String()
			return fault(header, f)
		}
	}
	return v
}
