package simulator

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"entsoed/entsoe/simulator/world"
)

// exchange is one request to /api and what becomes of it.
type exchange struct {
	w       http.ResponseWriter
	r       *http.Request
	number  uint64 // of the answer
	now     time.Time
	params  parameters
	item    string            // data item; empty while or if none is recognised
	faults  map[string]string // that the request meets: kind and value
	outcome string
}

func (s *Simulator) serveAPI(w http.ResponseWriter, r *http.Request) {
	s.tally.begin()
	begun := time.Now()
	e := &exchange{w: w, r: r, number: s.answers.Add(1), now: s.config.Now().UTC(), outcome: outcomeAborted}
	defer func() { // also when a fault aborts the connection by a panic
		s.tally.end(e.item, e.outcome)
		s.config.Log.Debug("request", "item", e.item, "areas", strings.Join(e.params.areas(), ">"),
			"outcome", e.outcome, "took", time.Since(begun))
	}()
	token := tokenOf(r)
	if token == "" || len(s.config.Tokens) > 0 && !slices.Contains(s.config.Tokens, token) {
		s.acknowledge(e, &refusal{status: http.StatusUnauthorized, outcome: outcomeUnauthorised, text: "Authentication failed."})
		return
	}
	if until := s.limits.take(token); !until.IsZero() {
		s.refuseBanned(e, until)
		return
	}
	s.answer(e, token)
}

// tokenOf finds the token in the query, where it belongs for GET, or in the
// header, where it works as well.
func tokenOf(r *http.Request) string {
	for name, values := range r.URL.Query() {
		if strings.EqualFold(name, "securityToken") && len(values) > 0 {
			return values[0]
		}
	}
	return r.Header.Get("SECURITY_TOKEN")
}

// answer answers a request that may be asked: with the misbehaviour that it
// meets, an acknowledgement or a document.
func (s *Simulator) answer(e *exchange, token string) {
	params, wrong := readParameters(e.r.URL.Query())
	e.params = params
	found := match(params)
	if len(found) > 0 {
		e.item = found[0].item
	}
	e.faults = s.faults.hit(e.item, e.now)
	if s.misbehave(e, token) {
		return
	}
	if late, ok := e.faults[FaultDelay]; ok {
		pause(e.r.Context(), duration(late))
	}
	if hold, ok := s.holds.claim(HoldBefore, e.item, params.areas()); ok {
		s.holds.wait(e.r.Context(), hold, e.item, params.areas())
	}
	if e.r.Context().Err() != nil {
		return
	}
	if wrong != nil {
		s.acknowledge(e, wrong)
		return
	}
	reply, wrong := s.compose(e, found)
	if wrong != nil {
		s.acknowledge(e, wrong)
		return
	}
	s.deliver(e, reply)
}

// pause waits, at most as long as the client does.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// duration reads what Fault.Check has accepted.
func duration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0
	}
	return d
}

// acknowledge answers with an acknowledgement.
func (s *Simulator) acknowledge(e *exchange, r *refusal) {
	body := acknowledgement(world.Mix(s.config.Seed^e.number<<20), e.now, r.text)
	e.outcome = r.outcome
	h := e.w.Header()
	h.Set("Content-Disposition", `inline; filename="acknowledgement.xml"`)
	h.Set("Content-Length", fmt.Sprint(len(body)))
	commonHeaders(h)
	e.w.WriteHeader(r.status)
	e.w.Write(body) // the client went away; there is nobody to tell
}

// commonHeaders are those of every answer of the platform itself.
func commonHeaders(h http.Header) {
	h.Set("Content-Type", "text/xml")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-XSS-Protection", "0")
	h.Set("Vary", "accept-encoding")
	h.Set("Strict-Transport-Security", "max-age=15724800; includeSubDomains")
}
