package client

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// killer is a server that keeps connections alive and kills each at a moment
// that makes http.Transport send the request again: when a further request on
// it was read. It counts the requests that arrive.
type killer struct {
	net.Listener
	requests, kills atomic.Int64
}

func startKiller(t *testing.T, wrap func(net.Listener) net.Listener) *killer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k := &killer{Listener: wrap(listener)}
	t.Cleanup(func() { k.Close() })
	go func() {
		for {
			conn, err := k.Accept()
			if err != nil {
				return
			}
			go k.serve(conn)
		}
	}()
	return k
}

// serve answers the first request on a connection and kills the connection at
// the second. Every third connection it kills at its first request.
func (k *killer) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for answered := 0; ; answered++ {
		if _, err := http.ReadRequest(in); err != nil {
			return
		}
		if k.requests.Add(1)%3 == 0 || answered > 0 {
			k.kills.Add(1)
			return
		}
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(smallDocument), smallDocument)
	}
}

// Every request that the platform sees had a leave of its own, whatever
// connections do.
func TestNothingIsSentTwice(t *testing.T) {
	secured := httptest.NewTLSServer(nil)
	defer secured.Close()
	plain := func(l net.Listener) net.Listener { return l }
	encrypted := func(l net.Listener) net.Listener {
		return tls.NewListener(l, &tls.Config{Certificates: secured.TLS.Certificates})
	}
	for scheme, wrap := range map[string]func(net.Listener) net.Listener{"http": plain, "https": encrypted} {
		k := startKiller(t, wrap)
		client := testClient(scheme + "://" + k.Addr().String())
		client.Transport.TLSClientConfig = secured.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
		var leaves atomic.Int64
		for range 30 {
			_, err := fetchAll(client, t.Context(), askLoad, counting(&leaves))
			if err != nil && verdictOn(err).Kind != "Unavailable" {
				t.Fatal(err)
			}
		}
		if k.kills.Load() == 0 {
			t.Errorf("%s: the server killed no connection", scheme)
		}
		if leaves.Load() != 30 || k.requests.Load() != 30 {
			t.Errorf("%s: 30 calls, %d leaves, %d requests", scheme, leaves.Load(), k.requests.Load())
		}
	}
}

// The same server makes the standard client send more than it was asked to:
// that is what the client must not do, and what the test above would see.
func TestStandardClientSendsTwice(t *testing.T) {
	k := startKiller(t, func(l net.Listener) net.Listener { return l })
	client := &http.Client{Transport: &http.Transport{}}
	for range 30 {
		response, err := client.Get("http://" + k.Addr().String())
		if err == nil {
			io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
	}
	if k.requests.Load() <= 30 {
		t.Errorf("the server provokes no second sending: 30 calls, %d requests", k.requests.Load())
	}
}

// A server that offers HTTP/2 is asked in HTTP/1.1, once, even if it aborts
// the answer.
func TestNoHTTP2(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Proto != "HTTP/1.1" || r.TLS == nil {
			t.Errorf("asked in %s, TLS %v", r.Proto, r.TLS)
		}
		if requests.Add(1)%2 == 0 {
			panic(http.ErrAbortHandler)
		}
		w.Write([]byte(smallDocument))
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	client := testClient(server.URL)
	roots := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	client.Transport.TLSClientConfig.RootCAs = roots
	var leaves atomic.Int64
	for i := range 10 {
		_, err := fetchAll(client, t.Context(), askLoad, counting(&leaves))
		if (err == nil) != (i%2 == 0) {
			t.Errorf("request %d: %v", i, err)
		}
	}
	if leaves.Load() != 10 || requests.Load() != 10 {
		t.Errorf("10 calls, %d leaves, %d requests", leaves.Load(), requests.Load())
	}
}
