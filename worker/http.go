package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

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
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { report(w, p.health(r.Context())) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { report(w, p.readiness(r.Context())) })
	return mux
}

// patience bounds how long a question to the database may take before it
// counts as not answering.
const patience = 3 * time.Second

// health says what is wrong with the process itself: its job queue or its
// database. The platform being away or banning us is no fault of its own.
func (p *process) health(ctx context.Context) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	wrong := p.queueState()
	if err := p.control.Pool.Ping(ctx); err != nil {
		wrong["database"] = "does not answer: " + err.Error()
	}
	return wrong
}

// readiness says what is still missing before jobs are worked.
func (p *process) readiness(ctx context.Context) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	wrong := p.queueState()
	if err := queue.Ready(ctx, p.control); err != nil {
		wrong["schema"] = "is not there: " + err.Error()
	}
	return wrong
}

func (p *process) queueState() map[string]string {
	if p.started.Load() {
		return map[string]string{}
	}
	return map[string]string{"jobs": "not started, or stopping"}
}

// report writes {"status":"ok"}, or status 503 and what is wrong.
func report(w http.ResponseWriter, wrong map[string]string) {
	body := map[string]any{"status": "ok"}
	status := http.StatusOK
	if len(wrong) > 0 {
		body = map[string]any{"status": "failing", "problems": wrong}
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
