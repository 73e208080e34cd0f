package document

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
)

// smallDocument is the least that can be decoded.
const smallDocument = `<?xml version="1.0"?><GL_MarketDocument><type>A65</type></GL_MarketDocument>`

// zipped returns a ZIP of the contents, named as the platform names them.
func zipped(contents ...string) string {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for i, content := range contents {
		header := &zip.FileHeader{Name: fmt.Sprintf("%03d-ITEM_202610010000-202610020000.xml", i+1), Method: zip.Deflate}
		if content == "" {
			header.Method = zip.Store // a compressor for each of many empty files takes seconds
		}
		entry, err := w.CreateHeader(header)
		if err == nil {
			_, err = entry.Write([]byte(content))
		}
		if err != nil {
			panic(err) // a bytes.Buffer does not fail
		}
	}
	w.Close()
	return packed.String()
}

func TestUnzipRefuses(t *testing.T) {
	good := zipped(smallDocument)
	change := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %q in the ZIP", old)
		}
		return strings.ReplaceAll(good, old, new)
	}
	deep := smallDocument
	for range maxNesting + 1 {
		deep = zipped(deep)
	}
	for name, test := range map[string]struct {
		body        string
		unsupported bool
	}{
		"no directory":   {good[:len(good)-30], false},
		"no end":         {good[:len(good)-1], false},
		"begin only":     {"PK\x03\x04", false},
		"data damaged":   {good[:70] + "????????" + good[78:], false},
		"encrypted":      {change("PK\x01\x02\x14\x00\x14\x00\x08\x00", "PK\x01\x02\x14\x00\x14\x00\x09\x00"), true},
		"unknown method": {change("PK\x01\x02\x14\x00\x14\x00\x08\x00\x08\x00", "PK\x01\x02\x14\x00\x14\x00\x08\x00\x63\x00"), true},
		"too deep":       {deep, true},
	} {
		files, err := Unzip(context.Background(), []byte(test.body), 1<<20)
		if err == nil || errors.Is(err, errors.ErrUnsupported) != test.unsupported {
			t.Errorf("%s: %d files, error %v", name, len(files), err)
		}
	}
}

// One file that cannot be read costs the others nothing, wherever it stands.
func TestMembersSparesTheOthers(t *testing.T) {
	good, other := zipped(smallDocument), zipped(smallDocument+" ")
	head := "PK\x01\x02\x14\x00\x14\x00\x08\x00"
	encrypted := strings.ReplaceAll(good, head, "PK\x01\x02\x14\x00\x14\x00\x09\x00")
	method := strings.ReplaceAll(good, head+"\x08\x00", head+"\x63\x00")
	damaged := good[:70] + "????????" + good[78:]
	deep := smallDocument
	for range maxNesting {
		deep = zipped(deep)
	}
	body := zipped(smallDocument, encrypted, method, damaged, good[:50], deep, zipped(smallDocument, damaged, smallDocument), other, smallDocument)
	var got []string
	err := Members(t.Context(), strings.NewReader(body), int64(len(body)), Limits{Unpacked: 1 << 20, Held: 1 << 20}, func(m Member) error {
		err := m.Err
		if err == nil {
			_, err = Decode(t.Context(), m.Content, entsoe.Zone, Visitor{})
		}
		if _, known := errors.AsType[*MemberError](err); err != nil && !known {
			t.Errorf("%s: %v", m, err)
		}
		got = append(got, fmt.Sprintf("%d %s %v", m.Number, strings.ReplaceAll(m.Name, "-ITEM_202610010000-202610020000.xml", ""), err == nil))
		return nil
	})
	want := []string{
		"1 001 true", "2 002/001 false", "3 003/001 false", "4 004/001 false", "5 005 false", "6 006/001/001 false",
		"7 007/001 true", "8 007/002/001 false", "9 007/003 true", "10 008/001 true", "11 009 true",
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want, +got)\n%s", err, diff)
	}
}

// A small ZIP must not fill the memory, whatever its directory says.
func TestUnzipBomb(t *testing.T) {
	zeros := strings.Repeat("0", 1<<20)
	var over *LimitError
	if _, err := Unzip(context.Background(), []byte(zipped(zeros, zeros, zeros)), 2<<20); !errors.As(err, &over) || over.Limit != 2<<20 {
		t.Errorf("3 MiB with a limit of 2: %v", err)
	}
	if _, err := Unzip(context.Background(), []byte(zipped(make([]string, maxEntries+1)...)), 2<<20); !errors.As(err, &over) || over.Where != Entries {
		t.Errorf("%d entries: %v", maxEntries+1, err)
	}
}

func FuzzUnzip(f *testing.F) {
	f.Add([]byte(zipped(smallDocument)))
	f.Add([]byte(zipped(zipped(smallDocument), "")))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, body []byte) {
		const limit = 1 << 16
		files, err := Unzip(context.Background(), body, limit)
		total := 0
		for _, file := range files {
			total += len(file)
		}
		if err == nil && total > limit || err != nil && files != nil {
			t.Errorf("%d files of %d bytes, error %v", len(files), total, err)
		}
	})
}

// The directory of a ZIP may be as large as the rest of it: it is asked for before it
// is read. Long names in it are not repeated.
func TestMembersMeterTheDirectory(t *testing.T) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for range 20 {
		if _, err := w.Create(strings.Repeat("\x01", 50_000)); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	var held, most int64
	grow := func(n int64) error {
		held += n
		most = max(most, held)
		return nil
	}
	body := packed.Bytes()
	members := 0
	err := Members(t.Context(), bytes.NewReader(body), int64(len(body)), Limits{Unpacked: 1 << 20, Held: 1 << 20, Grow: grow}, func(m Member) error {
		members++
		if len(m.String()) > 500 {
			t.Errorf("document %d has a name of %d bytes", m.Number, len(m.String()))
		}
		return nil
	})
	if err != nil || members != 20 || held != 0 || most < 2*20*50_000 {
		t.Errorf("%d members, %d bytes held at most and %d left, %v", members, most, held, err)
	}
	full := errors.New("no room")
	err = Members(t.Context(), bytes.NewReader(body), int64(len(body)), Limits{Unpacked: 1 << 20, Grow: func(int64) error { return full }}, func(Member) error { return nil })
	if err != full {
		t.Errorf("without room: %v", err)
	}
}
