package simulator

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// deliver sends a reply: as it is written, or through the misbehaviour that
// the request meets.
func (s *Simulator) deliver(e *exchange, r *reply) {
	e.outcome = outcomeData
	r.bend(e)
	h := e.w.Header()
	commonHeaders(h)
	h.Set("Content-Disposition", fmt.Sprintf("inline; filename=%q", r.fileName()))
	if r.zipped() {
		h.Set("Content-Type", "application/zip")
	}
	packed := e.wantsGzip() && !r.zipped()
	if packed {
		h.Set("Content-Encoding", "gzip")
	}
	hold, held := s.holds.claim(HoldBody, e.item, e.params.areas())
	if !held && !e.bends() {
		s.send(e.w, r, packed)
		return
	}
	body := s.render(r)
	if packed {
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

func (e *exchange) wantsGzip() bool {
	return strings.Contains(e.r.Header.Get("Accept-Encoding"), "gzip") && e.faults[FaultGzip] != "off"
}

func (e *exchange) meets(kind string) bool {
	_, ok := e.faults[kind]
	return ok
}

// bends reports whether a fault changes the body or how it is sent.
func (e *exchange) bends() bool {
	for _, kind := range []string{FaultCut, FaultTruncated, FaultSlow, FaultRoot, FaultZip, FaultXML} {
		if e.meets(kind) {
			e.outcome = outcomeFault + kind
			return true
		}
	}
	return false
}

// send writes the reply to the client as it comes.
func (s *Simulator) send(out io.Writer, r *reply, packed bool) {
	if !packed {
		s.count(r, out)
		return
	}
	z := s.gzips.Get().(*gzip.Writer)
	defer s.gzips.Put(z)
	z.Reset(out)
	s.count(r, z)
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

// count writes the reply and counts what it held.
func (s *Simulator) count(r *reply, out io.Writer) {
	points, bytes := r.write(out)
	s.tally.points.Add(points)
	s.tally.bytes.Add(bytes)
}

func (s *Simulator) render(r *reply) []byte {
	var body bytes.Buffer
	s.count(r, &body)
	return body.Bytes()
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
