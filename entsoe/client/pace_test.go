package client

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A body that comes more slowly than must be is given up long before the time of
// the exchange is over, whether bytes drip or none come at all.
func TestDripsEnd(t *testing.T) {
	for name, drip := range map[string]string{"drips": "1\r\n \r\n", "stalls": ""} {
		address := serve(t, func(conn net.Conn, _ *http.Request) {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n"+smallDocument[:64]+"\r\n")
			for drip != "" {
				if _, err := io.WriteString(conn, drip); err != nil {
					return
				}
			}
			hang(conn, "")
		})
		client := testClient(address)
		client.SlowAfter, client.LeastSpeed = 100*time.Millisecond, 1<<40
		_, err := fetchAll(client, t.Context(), askLoad, open)
		slow, ok := err.(*SlowError)
		if !ok || slow.Status != http.StatusOK || !strings.Contains(err.Error(), "the answer drips: less than") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What the caller does while the answer comes is no time of the platform's: it may
// take longer than the platform may.
func TestOurTimeIsNotThePlatforms(t *testing.T) {
	const chunks = 50
	address := serve(t, func(conn net.Conn, _ *http.Request) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n<GL_MarketDocument>", chunks*1000+39)
		io.WriteString(conn, strings.Repeat(" ", chunks*1000)+"</GL_MarketDocument>")
	})
	client := testClient(address)
	clock := noon
	client.elapsed = func() time.Time { return clock }
	client.Timeout, client.SlowAfter = 10*time.Second, 5*time.Second
	answer, err := client.Fetch(t.Context(), askLoad, open, Reading{Document: func(_ context.Context, _ string, document io.Reader) error {
		piece := make([]byte, 1000)
		for {
			clock = clock.Add(time.Minute) // decoding, or waiting for memory
			if _, err := document.Read(piece); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
		}
	}})
	if err != nil || answer.Took != 0 || answer.FirstByte != 0 || clock.Sub(noon) < chunks*time.Minute {
		t.Errorf("answer %+v after %s, error %v", answer, clock.Sub(noon), err)
	}
}

// Our own waiting for memory ends with the caller's context.
func TestWaitingForMemoryIsGivenUp(t *testing.T) {
	address := serve(t, func(conn net.Conn, _ *http.Request) { respond("200 OK", "", zipped(smallDocument))(conn, "") })
	ctx, cancel := context.WithCancel(t.Context())
	_, err := testClient(address).Fetch(ctx, askLoad, open, Reading{Grow: func(ctx context.Context, _ int64) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}})
	if _, answered := ReplyOf(err); err == nil || answered || ctx.Err() == nil {
		t.Errorf("error %v", err)
	}
}
