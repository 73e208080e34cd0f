package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
)

const testToken = "SECRET-TOKEN"

const smallDocument = `<?xml version="1.0"?><GL_MarketDocument><type>A65</type></GL_MarketDocument>`

var askLoad = entsoe.Request{Params: url.Values{
	"documentType":          {"A65"},
	"outBiddingZone_Domain": {"10YCZ-CEPS-----N"},
	"periodStart":           {"202610010000"},
	"periodEnd":             {"202610020000"},
}}

// open is a gate that lets everything pass.
func open(context.Context) error { return nil }

// counting is a gate that counts.
func counting(n *atomic.Int64) Gate {
	return func(context.Context) error {
		n.Add(1)
		return nil
	}
}

// testClient is a client for a server of the test, at a fixed time.
func testClient(address string) *Client {
	client := New(address+"/api", testToken)
	client.Now = func() time.Time { return noon }
	return client
}

// whole is an answer with all of its documents.
type whole struct {
	Answer
	Texts [][]byte
}

// fetchAll fetches an answer and keeps its documents. Like a decoder it notices
// where a document ends in the middle.
func fetchAll(c *Client, ctx context.Context, r entsoe.Request, gate Gate) (*whole, error) {
	var texts [][]byte
	answer, err := c.Fetch(ctx, r, gate, Reading{Document: func(_ context.Context, _ string, document io.Reader) error {
		text, err := io.ReadAll(document)
		if err != nil {
			return err
		}
		texts = append(texts, text)
		for d := xml.NewDecoder(bytes.NewReader(text)); err == nil; {
			_, err = d.Token()
		}
		if err != io.EOF {
			return io.ErrUnexpectedEOF
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	return &whole{*answer, texts}, nil
}

// serve starts a server that answers every connection's first request with
// answer, which may do what it likes with the connection; it is closed then.
func serve(t *testing.T, answer func(net.Conn, *http.Request)) string {
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
				if request, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					answer(conn, request)
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestFetchAsksAndAnswers(t *testing.T) {
	var asked *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r
		w.Header().Set("Content-Type", "text/xml")
		w.Header().Set("Entsoed-Simulator", "42")
		w.Write([]byte(smallDocument))
	}))
	defer server.Close()
	client := testClient(server.URL)
	client.UserAgent = "entsoed/1.2.3"

	answer, err := fetchAll(client, t.Context(), askLoad, open)
	if err != nil {
		t.Fatal(err)
	}
	want := &whole{
		Answer{Documents: 1, Reply: Reply{
			Status: 200, ContentType: "text/xml", Bytes: int64(len(smallDocument)),
			Simulated: true, Sent: noon, FirstByte: answer.FirstByte, Took: answer.Took,
		}},
		[][]byte{[]byte(smallDocument)},
	}
	if diff := cmp.Diff(want, answer); diff != "" {
		t.Errorf("answer (-want, +got):\n%s", diff)
	}
	if answer.Took <= 0 || answer.Took > time.Minute {
		t.Errorf("took %s", answer.Took)
	}
	if asked.Method != "GET" || asked.URL.Path != "/api" || asked.ContentLength != 0 || len(asked.TransferEncoding) != 0 {
		t.Errorf("asked %s %s with a body of %d", asked.Method, asked.URL.Path, asked.ContentLength)
	}
	query := asked.URL.Query()
	if got := query.Get("securityToken"); got != testToken {
		t.Errorf("token %q", got)
	}
	query.Del("securityToken")
	if diff := cmp.Diff(askLoad.Params, query); diff != "" {
		t.Errorf("parameters (-want, +got):\n%s", diff)
	}
	header := map[string]string{"User-Agent": "entsoed/1.2.3", "Accept-Encoding": "gzip"}
	for name, want := range header {
		if got := asked.Header.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// The leave of the gate is asked for before anything is sent, and once.
func TestGateComesFirst(t *testing.T) {
	var leaves, requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) != leaves.Load() {
			t.Errorf("request %d came after %d leaves", requests.Load(), leaves.Load())
		}
		w.Write([]byte(smallDocument))
	}))
	defer server.Close()
	client := testClient(server.URL)
	for range 5 {
		if _, err := fetchAll(client, t.Context(), askLoad, counting(&leaves)); err != nil {
			t.Fatal(err)
		}
	}
	if leaves.Load() != 5 || requests.Load() != 5 {
		t.Errorf("%d leaves and %d requests for 5 calls", leaves.Load(), requests.Load())
	}
}

func TestClosedGate(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a request came through a closed gate")
	}))
	defer server.Close()
	full := errors.New("budget full")
	_, err := fetchAll(testClient(server.URL), t.Context(), askLoad, func(context.Context) error { return full })
	if err != full {
		t.Errorf("got %v, want the gate's own error", err)
	}
	if _, ok := ReplyOf(err); ok {
		t.Error("an error of the gate has a reply")
	}
}

// A redirect would be a second request, and the token at another host.
func TestRedirectIsNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		var requests atomic.Int64
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			http.Redirect(w, r, r.URL.String(), status)
		}))
		_, err := fetchAll(testClient(server.URL), t.Context(), askLoad, open)
		server.Close()
		redirect, ok := err.(*RedirectError)
		if !ok || redirect.Host != server.URL || redirect.Status != status || requests.Load() != 1 {
			t.Errorf("%d: %d requests, error %v", status, requests.Load(), err)
		}
	}
}

// A connection that took long to open makes the leave stale: whoever was held
// up by the same stall would otherwise send all at once.
func TestStaleLeaveIsGivenUp(t *testing.T) {
	for _, test := range []struct {
		stall  time.Duration
		leaves int64
	}{{SlotLife, 1}, {SlotLife + 1, 2}} {
		var leaves atomic.Int64
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte(smallDocument))
		}))
		client := testClient(server.URL)
		clock := noon
		client.elapsed = func() time.Time { return clock }
		dial := client.Transport.DialContext
		client.Transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			clock = clock.Add(test.stall)
			return dial(ctx, network, address)
		}
		answer, err := fetchAll(client, t.Context(), askLoad, counting(&leaves))
		server.Close()
		if err != nil {
			t.Fatal(err)
		}
		if leaves.Load() != test.leaves || answer.Took != test.stall {
			t.Errorf("stall of %s: %d leaves, took %s; want %d leaves", test.stall, leaves.Load(), answer.Took, test.leaves)
		}
	}
}

func TestCancelledContext(t *testing.T) {
	reached := make(chan struct{})
	address := serve(t, func(conn net.Conn, _ *http.Request) {
		close(reached)
		conn.Read(make([]byte, 1)) // until the client closes
	})
	ctx, cancel := context.WithCancelCause(t.Context())
	stopping := errors.New("stopping")
	go func() {
		<-reached
		cancel(stopping)
	}()
	_, err := fetchAll(testClient(address), ctx, askLoad, open)
	if !errors.Is(err, stopping) {
		t.Errorf("got %v, want the cause of the cancellation", err)
	}
}

func TestBadEndpoint(t *testing.T) {
	for _, endpoint := range []string{"", "nonsense", "https://host/api?securityToken=" + testToken, "ftp://host/"} {
		client := New(endpoint, testToken)
		_, err := fetchAll(client, t.Context(), askLoad, func(context.Context) error {
			t.Errorf("%q: the gate was asked", endpoint)
			return nil
		})
		if err == nil || strings.Contains(err.Error(), testToken) || !strings.Contains(err.Error(), "must be an http or https URL") {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
}

// The standard library reads the proxy's variables once per process, so the
// client runs in a process of its own.
func TestProxyFromEnvironment(t *testing.T) {
	if target := os.Getenv("TEST_PROXY_TARGET"); target != "" {
		answer, err := fetchAll(New(target, testToken), t.Context(), askLoad, open)
		t.Logf("answer %+v, error %v", answer, err)
		return
	}
	asked := make(chan *http.Request, 1)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r
		http.Error(w, "no such host", http.StatusBadGateway)
	}))
	defer proxy.Close()
	for target, want := range map[string]string{
		"http://platform.invalid/api":  "GET platform.invalid",
		"https://platform.invalid/api": "CONNECT platform.invalid:443",
	} {
		child := exec.Command(os.Args[0], "-test.run=^TestProxyFromEnvironment$", "-test.v")
		child.Env = append(os.Environ(), "TEST_PROXY_TARGET="+target,
			"HTTP_PROXY="+proxy.URL, "HTTPS_PROXY="+proxy.URL, "NO_PROXY=")
		out, err := child.CombinedOutput()
		if err != nil || strings.Contains(string(out), testToken) {
			t.Fatalf("%v\n%s", err, out)
		}
		select {
		case r := <-asked:
			if got := r.Method + " " + r.Host; got != want {
				t.Errorf("%s: proxy was asked %s, want %s", target, got, want)
			}
		default:
			t.Errorf("%s: the proxy was not asked:\n%s", target, out)
		}
	}
}
