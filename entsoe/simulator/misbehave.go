package simulator

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// page is a fixed answer instead of a document.
type page struct {
	status      int
	contentType string
	body        string
}

// pages are the answers of faults that need nothing of the request.
var pages = map[string]page{
	FaultUnavailable: {http.StatusServiceUnavailable, "application/xml", ""},
	FaultMaintenance: {http.StatusServiceUnavailable, "text/html", "<html><head><title>Service Temporarily Unavailable</title></head>" +
		"<body><h1>Service Temporarily Unavailable</h1><p>Scheduled maintenance is currently underway. Please check back soon.</p></body></html>\n"},
	FaultNotFound: {http.StatusNotFound, "text/plain; charset=utf-8", "404 page not found\n"},
	FaultHTML: {http.StatusOK, "text/html", "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Transparency Platform</title></head>" +
		"<body><div id=\"root\"></div></body></html>\n"},
	FaultEmpty: {http.StatusOK, "text/xml", ""},
}

// misbehave answers with the fault that the request meets, if it is one that
// leaves nothing of the answer.
func (s *Simulator) misbehave(e *exchange, token string) bool {
	for kind, page := range pages {
		if e.meets(kind) {
			e.outcome = outcomeFault + kind
			e.w.Header().Set("Content-Type", page.contentType)
			e.w.WriteHeader(page.status)
			io.WriteString(e.w, page.body) // the client went away; there is nobody to tell
			return true
		}
	}
	switch {
	case e.meets(FaultBan):
		s.refuseBanned(e, s.limits.ban(token))
	case e.meets(FaultRedirect):
		e.outcome = outcomeFault + FaultRedirect
		http.Redirect(e.w, e.r, "/moved?"+e.r.URL.RawQuery, http.StatusFound)
	case e.meets(FaultReset):
		e.outcome = outcomeFault + FaultReset
		reset(e.w)
	default:
		return false
	}
	return true
}

// refuseBanned answers 429 with the words of 2025-11 (entsoe-apy#99), or with
// those of before where a fault asks for them.
func (s *Simulator) refuseBanned(e *exchange, until time.Time) {
	e.outcome = outcomeBanned
	e.w.Header().Set("Content-Type", "text/html")
	e.w.WriteHeader(http.StatusTooManyRequests)
	if e.faults[FaultBan] == "old" {
		io.WriteString(e.w, "<html><head><title>HTTP Status 429 - TOO MANY REQUESTS</title></head><body>"+
			"Max allowed requests per minute from each unique IP is max up to 400 only</body></html>")
		return
	}
	fmt.Fprintf(e.w, "<html><body><p>Requester banned until '%s'.</p></body></html>",
		until.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// reset ends the connection so that the client sees "connection reset".
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0) // without it the end is a plain one
	}
	conn.Close()
}
