package webhook

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const (
	secret = "0123456789abcdef-s3cret"
	// path is what must not be shown of an address, beside its host.
	path = "/to/wordinpath?key=wordinquery"
)

// endpoints reads the settings as the worker does.
func endpoints(t *testing.T, c Config) []Endpoint {
	t.Helper()
	all, err := c.Endpoints()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func endpoint(t *testing.T, address string) Endpoint {
	t.Helper()
	return endpoints(t, Config{URLs: address, Secret: secret})[0]
}

// A post has the headers that the receivers' libraries look for, and openssl finds the
// same signature, also where the secret is written in base64 or is being replaced.
func TestSignature(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("there is no openssl to compare with")
	}
	var got *http.Request
	var body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got, body = r, string(content)
		w.WriteHeader(http.StatusAccepted)
	}))
	defer server.Close()
	c := NewClient()
	c.now = func() time.Time { return time.Unix(1781098200, 5e8) }
	e := endpoints(t, Config{URLs: server.URL + path, Secret: secret + "\nwhsec_" + base64.StdEncoding.EncodeToString([]byte("another key of 24 bytes."))})[0]
	m := Message{ID: "changes-1-3", Attempt: 2, Body: []byte(`{"changes":[]}` + "\n")}
	if err := c.Post(t.Context(), e, m); err != nil {
		t.Fatal(err)
	}
	if got.Method != http.MethodPost || got.RequestURI != path || body != string(m.Body) {
		t.Errorf("%s %s %q", got.Method, got.RequestURI, body)
	}
	want := map[string]string{
		"Content-Type": "application/json", "Webhook-Id": m.ID, "Webhook-Timestamp": "1781098200", "Webhook-Attempt": "2",
		"Webhook-Signature": "v1," + openssl(t, secret, "changes-1-3.1781098200."+body) + " v1," + openssl(t, "another key of 24 bytes.", "changes-1-3.1781098200."+body),
	}
	for name, value := range want {
		if got.Header.Get(name) != value {
			t.Errorf("%s: %q, want %q", name, got.Header.Get(name), value)
		}
	}
	e.keys = nil
	if err := c.Post(t.Context(), e, m); err != nil || got.Header.Get("Webhook-Signature") != "" {
		t.Errorf("without a secret: %v, signed %q", err, got.Header.Get("Webhook-Signature"))
	}
}

// openssl computes an HMAC-SHA256, in base64.
func openssl(t *testing.T, key, text string) string {
	t.Helper()
	cmd := exec.Command("openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:"+hex.EncodeToString([]byte(key)), "-binary")
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(out)
}

// What an endpoint may do wrong, in words that show nothing of the address.
func TestPostFails(t *testing.T) {
	answer := func(do http.HandlerFunc) string { return serve(t, httptest.NewServer(do)) }
	say := func(status int, headers ...string) string {
		return answer(func(w http.ResponseWriter, r *http.Request) {
			for i := 0; i < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.WriteHeader(status)
			fmt.Fprint(w, r.URL) // an echo
		})
	}
	plain := answer(func(http.ResponseWriter, *http.Request) {})
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(plain, "http://"))
	tls := serve(t, httptest.NewTLSServer(http.NotFoundHandler()))
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	elsewhere := answer(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") })
	for _, test := range []struct {
		name, address, want string
		status              int
		after               time.Duration
	}{
		{"error", say(500), "status 500 (Internal Server Error)", 500, 0},
		{"strange status", say(599), "status 599", 599, 0},
		{"seconds to wait", say(503, "Retry-After", "120"), "status 503 (Service Unavailable)", 503, 2 * time.Minute},
		{"time to wait for", say(429, "Retry-After", "Wed, 10 Jun 2026 13:31:00 GMT"), "status 429 (Too Many Requests)", 429, time.Minute},
		{"wrong wait", say(429, "Retry-After", "-5"), "status 429 (Too Many Requests)", 429, 0},
		{"wait that is over", say(429, "Retry-After", "Wed, 10 Jun 2020 13:31:00 GMT"), "status 429 (Too Many Requests)", 429, 0},
		{"redirect", say(307, "Location", elsewhere), "a redirect, status 307, which is not followed", 307, 0},
		{"redirect to nowhere", say(302), "a redirect, status 302, which is not followed", 302, 0},
		{"gone", say(410), "status 410 (Gone)", 410, 0},
		{"nobody listens", gone.URL, "connection refused", 0, 0},
		{"no host", "http://wordinhost.invalid", "its host", 0, 0},
		{"no TLS", strings.Replace(plain, "http:", "https:", 1), "it does not speak TLS", 0, 0},
		{"unknown authority", tls, "an authority that is not known here", 0, 0},
		{"silence", answer(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body); <-r.Context().Done() }), "no answer within 200ms", 0, 0},
		{"cut", answer(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "closed without an answer", 0, 0},
		{"no HTTP", raw(t, "220 wordinanswer ESMTP\r\n\r\n"), "what came is no answer", 0, 0},
		{"endless header", raw(t, "HTTP/1.1 200 OK\r\nx: "+strings.Repeat("y", 64<<10)+"\r\n\r\n"), "what came is no answer", 0, 0},
		{"port of nothing", "http://user:wordinpassword@127.0.0.1:" + port, "", 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := NewClient()
			c.now = func() time.Time { return time.Date(2026, 6, 10, 13, 30, 0, 0, time.UTC) }
			if test.name == "silence" {
				c.timeout = 200 * time.Millisecond
			}
			err := c.Post(t.Context(), endpoint(t, test.address+path), Message{ID: "1", Attempt: 1, Body: []byte("{}")})
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			failure, ok := errors.AsType[*Error](err)
			if !ok || failure.Status != test.status || failure.RetryAfter != test.after || !strings.Contains(failure.Reason, test.want) {
				t.Errorf("%#v, want %q, status %d, after %s", err, test.want, test.status, test.after)
			}
			secretive(t, fmt.Sprintf("%v %+v %#v %q", err, err, err, err), test.address)
			if ok && failure.Gone() != (test.status == 410) {
				t.Error("it is gone or not")
			}
		})
	}
}

// serve closes the server at the end of the test and returns its address.
func serve(t *testing.T, server *httptest.Server) string {
	t.Helper()
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(server.Close)
	return server.URL
}

// raw answers every connection with the same bytes, whatever was asked.
func raw(t *testing.T, text string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.Read(make([]byte, 4096))
				io.WriteString(conn, text)
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// secretive fails the test if a text shows anything of an address or of the secret.
func secretive(t *testing.T, text, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{u.Host, u.Hostname(), "wordin", secret} {
		if strings.Contains(text, word) {
			t.Errorf("%q shows %q", text, word)
		}
	}
}

// A stop ends a post at once, with the cause.
func TestPostIsGivenUp(t *testing.T) {
	arrived := make(chan struct{})
	server := serve(t, httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // or the server does not notice that the client is gone
		close(arrived)
		<-r.Context().Done()
	})))
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	go func() {
		<-arrived
		cancel(stop)
	}()
	err := NewClient().Post(ctx, endpoint(t, server+path), Message{ID: "1", Attempt: 1})
	if !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
}

// An answer of any length costs nothing, and one that says yes is a yes.
func TestEndlessAnswer(t *testing.T) {
	server := serve(t, httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})))
	if err := NewClient().Post(t.Context(), endpoint(t, server), Message{ID: "1", Attempt: 1}); err != nil {
		t.Error(err)
	}
}
