package simulator

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// deliver sends a document: as it is written, or through the misbehaviour that
// the request meets.
func (s *Simulator) deliver(e *exchange, d *document) {
	e.outcome = outcomeData
	h := e.w.Header()
	commonHeaders(h)
	h.Set("Content-Disposition", fmt.Sprintf("inline; filename=%q", d.fileName()))
	zipped := e.wantsGzip()
	if zipped {
		h.Set("Content-Encoding", "gzip")
	}
	hold, held := s.holds.claim(HoldBody, e.item, e.params.areas())
	if !held && !e.bends() {
		s.send(e.w, d, zipped)
		return
	}
	body := e.bend(s.render(d))
	if zipped {
		body = s.gzipped(body)
	}
	switch half := len(body) / 2; {
	case held:
		sendPart(e.w, body[:half])
		s.holds.wait(e.r.Context(), hold, e.item, e.params.areas())
		if e.r.Context().Err() != nil {
			e.outcome = outcomeAborted
			return
		}
		sendPart(e.w, body[half:])
	case e.meets(FaultCut):
		sendPart(e.w, body[:half])
		panic(http.ErrAbortHandler)
	case e.meets(FaultTruncated):
		sendPart(e.w, body[:half])
	case e.meets(FaultSlow):
		e.sendSlowly(body, duration(e.faults[FaultSlow]))
	default:
		sendPart(e.w, body)
	}
}

// fileName is what the platform suggests: the item's title and the period.
func (d *document) fileName() string {
	const minutes = "200601021504"
	title, _, _ := strings.Cut(d.question.item.Title, " (")
	title = strings.ReplaceAll(title, " ", "_")
	extent := d.extent()
	return fmt.Sprintf("%s_%s-%s.xml", title, extent.From.Format(minutes), extent.To.Format(minutes))
}

func (e *exchange) wantsGzip() bool {
	return strings.Contains(e.r.Header.Get("Accept-Encoding"), "gzip") && e.faults[FaultGzip] != "off"
}

func (e *exchange) meets(kind string) bool {
	_, ok := e.faults[kind]
	return ok
}

// bends reports whether a fault changes the body or how it is sent.
func (e *exchange) bends() bool {
	for _, kind := range []string{FaultCut, FaultTruncated, FaultSlow, FaultRoot, FaultZip} {
		if e.meets(kind) {
			e.outcome = outcomeFault + kind
			return true
		}
	}
	return false
}

// send writes the document to the client as it comes.
func (s *Simulator) send(out io.Writer, d *document, zipped bool) {
	if !zipped {
		s.count(d, out)
		return
	}
	z := s.gzips.Get().(*gzip.Writer)
	defer s.gzips.Put(z)
	z.Reset(out)
	s.count(d, z)
	z.Close() // the client went away; there is nobody to tell
}

// newGzip favours speed: the simulator must not be what a benchmark of others
// measures.
func newGzip() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is valid
	}
	return z
}

// count writes the document and counts what it held.
func (s *Simulator) count(d *document, out io.Writer) {
	w := newWriter(out)
	d.write(w)
	s.tally.points.Add(w.points)
	s.tally.bytes.Add(w.bytes)
}

func (s *Simulator) render(d *document) []byte {
	var body bytes.Buffer
	s.count(d, &body)
	return body.Bytes()
}

// bend changes the body as the faults demand.
func (e *exchange) bend(body []byte) []byte {
	if e.meets(FaultRoot) {
		for _, root := range []string{"GL_MarketDocument", "Publication_MarketDocument"} {
			body = bytes.ReplaceAll(body, []byte(root), []byte("Unexpected_MarketDocument"))
		}
	}
	if e.meets(FaultZip) {
		body = zipFile(body, e.now)
		e.w.Header().Set("Content-Type", "application/zip")
	}
	return body
}

// zipFile puts one document into a ZIP, named as in those of the platform.
func zipFile(body []byte, at time.Time) []byte {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	file, err := z.CreateHeader(&zip.FileHeader{Name: "001-ANSWER.xml", Method: zip.Deflate, Modified: at})
	if err == nil {
		_, err = file.Write(body)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(err) // a buffer in memory takes everything
	}
	return archive.Bytes()
}

func (s *Simulator) gzipped(body []byte) []byte {
	var out bytes.Buffer
	z := s.gzips.Get().(*gzip.Writer)
	defer s.gzips.Put(z)
	z.Reset(&out)
	z.Write(body) // a buffer in memory takes everything
	z.Close()
	return out.Bytes()
}

// sendPart sends bytes now.
func sendPart(w http.ResponseWriter, part []byte) {
	w.Write(part) // the client went away; there is nobody to tell
	http.NewResponseController(w).Flush()
}

// sendSlowly spreads the body over a time.
func (e *exchange) sendSlowly(body []byte, over time.Duration) {
	const pieces = 20
	size := len(body)/pieces + 1
	for len(body) > 0 && e.r.Context().Err() == nil {
		n := min(size, len(body))
		sendPart(e.w, body[:n])
		body = body[n:]
		pause(e.r.Context(), over/pieces)
	}
}
