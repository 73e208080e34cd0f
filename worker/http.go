package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"entsoed/store"
	"entsoed/store/queue"
)

// server is the HTTP listener of the process.
type server struct{ http *http.Server }

// serve listens on HTTP_ADDR.
func (p *process) serve() (*server, error) {
	listener, err := net.Listen("tcp", p.Worker.HTTPAddr)
	if err != nil {
		return nil, fmt.Errorf("HTTP_ADDR is %q: %w; set it to a free host:port", p.Worker.HTTPAddr, err)
	}
	s := &server{http: &http.Server{
		Handler:           p.routes(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       time.Minute,
	}}
	go func() {
		if err := s.http.Serve(listener); err != http.ErrServerClosed {
			p.Log.Error("the HTTP listener ended", "error", err)
		}
	}()
	host, _, _ := net.SplitHostPort(p.Worker.HTTPAddr)
	_, port, _ := net.SplitHostPort(listener.Addr().String()) // HTTP_ADDR may leave it to the system
	p.Log.Info("health is served", "url", "http://"+net.JoinHostPort(host, port)+"/healthz")
	return s, nil
}

func (s *server) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), httpStop)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		s.http.Close()
	}
}

func (p *process) routes() http.Handler {
	mux := http.NewServeMux()
	// That it answers says all: the process lives.
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { report(w, nil, nil) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		health := p.lately.health(p.readiness)
		report(w, health.Problems, health.Notices)
	})
	return mux
}

// patience bounds how long a question to the database may take before it
// counts as not answering.
const patience = 2 * time.Second

// readiness says what keeps jobs from being worked, and what else somebody should
// know. The platform being away, or banning us, keeps nobody from being ready.
func (p *process) readiness() (wrong map[string]string, notices []store.Notice) {
	wrong = map[string]string{}
	if !p.started.Load() {
		wrong["jobs"] = "not started, or stopping"
	}
	if away := p.absence.state.Load(); away != nil {
		wrong["database"] = fmt.Sprintf("is away since %s: %v", away.Since.UTC().Format(time.RFC3339), away.Cause)
		return wrong, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	version, err := queue.Ready(ctx, p.heart, p.id)
	if err == nil {
		notices, err = p.heart.Notices(ctx)
	}
	switch {
	case ctx.Err() != nil:
		wrong["database"] = fmt.Sprintf("does not answer within %s", patience)
	case err != nil:
		wrong["database"] = "cannot be read and written: " + err.Error()
	case version != p.schema:
		wrong["schema"] = fmt.Sprintf("is version %d, and was %d when this process started: start it anew, with the newest entsoed", version, p.schema)
	}
	return wrong, notices
}

// lately remembers an answer for a second, so that no number of questions keeps
// the database, or the connections of the heartbeat, busy.
type lately struct {
	mu    sync.Mutex
	until time.Time
	last  Health
}

// health returns the last answer, or finds out. Those who ask meanwhile wait.
func (l *lately) health(find func() (wrong map[string]string, notices []store.Notice)) Health {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().After(l.until) {
		wrong, notices := find()
		l.last, l.until = Health{Problems: wrong, Notices: notices}, time.Now().Add(time.Second)
	}
	return l.last
}

// Health is the body of /healthz and /readyz.
type Health struct {
	Status   string            `json:"status"`             // ok or failing
	Problems map[string]string `json:"problems,omitempty"` // why it is failing
	Notices  []store.Notice    `json:"notices,omitempty"`  // what does not make it fail
}

// report writes {"status":"ok"}, or status 503 and what is wrong.
func report(w http.ResponseWriter, wrong map[string]string, notices []store.Notice) {
	body, status := Health{Status: "ok", Notices: notices}, http.StatusOK
	if len(wrong) > 0 {
		body.Status, body.Problems = "failing", wrong
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
