package simulator

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// paper is one document of an answer: the only one of an answer in XML, a file
// of one in a ZIP.
type paper interface {
	instances() int            // how much it counts against limits and offsets: its TimeSeries, 1 for a document that is counted itself
	cut(from, to int) paper    // the same document with these instances only
	extent() timeseries.Window // the period in the name of its file
	write(w *writer)
}

// container is how the documents of an item are sent.
type container int

const (
	bare     container = iota // XML, one document
	zipped                    // a ZIP of documents
	archived                  // a ZIP of ZIPs of documents
)

// reply is an answer with data.
type reply struct {
	question  *question
	papers    []paper // at least one
	container container
}

func (d *document) instances() int { return len(d.series) }

func (d *document) cut(from, to int) paper {
	some := *d
	some.series = d.series[from:to]
	return &some
}

// zipped reports whether the reply is a ZIP. Several documents always are:
// there is no other way to send them.
func (r *reply) zipped() bool {
	return len(r.papers) > 1 || r.container != bare
}

// bend changes the reply as the faults demand that the request meets.
func (r *reply) bend(e *exchange) {
	switch {
	case e.meets(FaultZip):
		r.container = zipped
	case e.meets(FaultXML) && r.container == zipped:
		r.container = bare
	}
	if e.meets(FaultRoot) {
		r.papers = strangers(r.papers)
	}
}

// stranger is a document under a root element that nobody knows.
type stranger struct{ paper }

func strangers(papers []paper) []paper {
	var list []paper
	for _, p := range papers {
		if a, ok := p.(*archive); ok {
			list = append(list, &archive{item: a.item, now: a.now, papers: strangers(a.papers)})
			continue
		}
		list = append(list, stranger{p})
	}
	return list
}

var rootElement = regexp.MustCompile(`<([A-Za-z]+)_MarketDocument[ >\n]`)

func (s stranger) write(w *writer) {
	var body bytes.Buffer
	inner := newWriter(&body)
	s.paper.write(inner)
	text := body.String()
	if root := rootElement.FindStringSubmatch(text); root != nil {
		text = strings.ReplaceAll(text, root[1]+"_MarketDocument", "Unexpected_MarketDocument")
	}
	w.points += inner.points
	w.text(text)
	w.flush()
}

// write writes the reply as it is sent, and returns what was counted.
func (r *reply) write(out io.Writer) (points, bytes int64) {
	if r.zipped() {
		return writeZip(out, r.papers, r.question.item, r.question.first(), r.question.now)
	}
	w := newWriter(out)
	r.papers[0].write(w)
	return w.points, w.bytes
}

// first is the number of the first file of a ZIP: 1, but for 12.3.H&I.
func (q *question) first() int {
	if q.document == "A38" {
		return 0
	}
	return 1
}

// writeZip writes papers as the files of a ZIP, named and numbered as those of
// the platform. Nothing can go wrong but the connection; then what is left is
// written to nowhere.
func writeZip(out io.Writer, papers []paper, item entsoe.Item, first int, at time.Time) (points, bytes int64) {
	z := zip.NewWriter(out)
	packer, err := flate.NewWriter(nil, flate.BestSpeed) // large, so that files share it: one is written after the other
	if err != nil {
		panic(err) // the level is valid
	}
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		packer.Reset(w)
		return packer, nil
	})
	w := newWriter(nil)
	for i, p := range papers {
		file, err := z.CreateHeader(&zip.FileHeader{Name: entryName(item, first+i, p), Method: zip.Deflate, Modified: at})
		if err != nil {
			return w.points, w.bytes
		}
		w.out = file
		p.write(w)
	}
	z.Close()
	return w.points, w.bytes
}

// entryName is the name of a file in a ZIP of the platform.
func entryName(item entsoe.Item, number int, p paper) string {
	suffix := "xml"
	if _, ok := p.(*archive); ok {
		suffix = "zip"
	}
	return fmt.Sprintf("%03d-%s_%s.%s", number, serverName(item), spell(p.extent()), suffix)
}

// spell is a period as file names have it.
func spell(w timeseries.Window) string {
	const minutes = "200601021504"
	return w.From.UTC().Format(minutes) + "-" + w.To.UTC().Format(minutes)
}

// fileName is what the platform suggests: the item's title and the period.
func (r *reply) fileName() string {
	title, _, _ := strings.Cut(r.question.item.Title, " (")
	extent := r.papers[0].extent()
	for _, p := range r.papers[1:] {
		extent = hull(extent, p.extent())
	}
	suffix := "xml"
	if r.zipped() {
		suffix = "zip"
	}
	return fmt.Sprintf("%s_%s.%s", strings.ReplaceAll(title, " ", "_"), spell(extent), suffix)
}

// hull is the shortest window that contains both.
func hull(a, b timeseries.Window) timeseries.Window {
	if b.From.Before(a.From) {
		a.From = b.From
	}
	if b.To.After(a.To) {
		a.To = b.To
	}
	return a
}

// archive is a ZIP within a ZIP: the documents of one market day.
type archive struct {
	item   entsoe.Item
	now    time.Time
	papers []paper
}

// archives packs papers, which stand in order of time, by market day.
func (q *question) archives(papers []paper) []paper {
	var packed []paper
	var last time.Time
	for _, p := range papers {
		begin := world.Day.Floor(p.extent().From, entsoe.Brussels())
		if len(packed) == 0 || !begin.Equal(last) {
			packed = append(packed, &archive{item: q.item, now: q.now})
			last = begin
		}
		one := packed[len(packed)-1].(*archive)
		one.papers = append(one.papers, p)
	}
	return packed
}

func (a *archive) instances() int     { return 1 }
func (a *archive) cut(_, _ int) paper { return a }

func (a *archive) extent() timeseries.Window {
	all := a.papers[0].extent()
	for _, p := range a.papers[1:] {
		all = hull(all, p.extent())
	}
	return all
}

func (a *archive) write(w *writer) {
	w.flush()
	points, bytes := writeZip(w.out, a.papers, a.item, 1, a.now)
	w.points += points
	w.bytes += bytes
}
