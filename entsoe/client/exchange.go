package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"entsoed/entsoe/document"
)

// SlotLife is how long a leave of the gate holds. Requests that were allowed
// one by one but held up together, by a network that stalls, would reach the
// platform within one minute with those of that minute, and end in a ban.
const SlotLife = time.Second

// newTransport says how to connect to the platform. It is HTTP/1.1 only: with
// HTTP/2 one reset or GOAWAY ends all requests in flight, and net/http sends
// some of them again.
func newTransport() *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:       http.ProxyFromEnvironment,
		DialContext: dial,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			ClientSessionCache: tls.NewLRUClientSessionCache(0), // spares most of the handshakes
		},
		TLSHandshakeTimeout:    15 * time.Second,
		MaxResponseHeaderBytes: 32 << 10, // the platform's have less than 2 KiB
		DisableCompression:     true,     // the client unpacks gzip itself, within its limits
		DisableKeepAlives:      true,
		Protocols:              protocols,
	}
}

// readBuffer is what the system holds of a body that comes faster than it is read.
// Left to itself it holds megabytes, which count as this process's memory.
const readBuffer = 128 << 10

func dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 15 * time.Second}
	conn, err := dialer.DialContext(ctx, network, address)
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		if err := tcp.SetReadBuffer(readBuffer); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return conn, err
}

// connect asks the gate and opens the connection for one request. took is how
// long the opening took.
//
// Every request has a connection of its own, on which net/http sends what it is
// given and nothing else. On a pooled connection that breaks before the first
// byte of the answer, http.Transport sends a GET again without telling, which
// the platform counts and the budget does not; and when a body is longer than
// its Content-Length says, the rest is taken for the beginning of the next
// answer or written to the standard logger, with whatever it echoes. A
// handshake costs a fraction of the time that the platform takes to answer.
//
// The gate is asked before the connection is opened, so that nobody holds a
// connection while waiting in line, and once more if the opening took so long
// that the leave is stale.
func (c *Client) connect(ctx context.Context, address *url.URL, gate Gate) (conn *http.ClientConn, took time.Duration, err error) {
	if err := gate(ctx); err != nil {
		return nil, 0, err
	}
	began := c.elapsed()
	timed, cancel := context.WithTimeout(ctx, c.ConnectTimeout)
	defer cancel()
	conn, err = c.Transport.NewClientConn(timed, address.Scheme, hostPort(address))
	took = c.elapsed().Sub(began)
	if err != nil {
		return nil, took, c.noConnection(ctx, timed, took, err)
	}
	if took > SlotLife {
		if err := gate(ctx); err != nil {
			conn.Close()
			return nil, took, err
		}
	}
	return conn, took, nil
}

func hostPort(address *url.URL) string {
	port := address.Port()
	switch {
	case port != "":
	case address.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(address.Hostname(), port)
}

// exchange is one request and its answer, as that comes.
type exchange struct {
	*Client
	ctx      context.Context // of the caller
	timed    context.Context // ends with the reason when the platform takes too long
	end      context.CancelCauseFunc
	conn     *http.ClientConn
	pace     *pace
	response *http.Response
	reply    Reply
	wire     *document.LimitReader // of the body
}

// begin sends the request and reads the head of the answer. The error is one of
// the types of this package, the gate's or the context's. Without an error the
// exchange must be closed.
func (c *Client) begin(ctx context.Context, request *http.Request, gate Gate) (*exchange, error) {
	conn, connecting, err := c.connect(ctx, request.URL, gate)
	if err != nil {
		return nil, err
	}
	x := &exchange{Client: c, ctx: ctx, conn: conn, reply: Reply{Sent: c.Now()}}
	x.timed, x.end = context.WithCancelCause(ctx)
	x.pace = c.newPace(connecting, x.end)
	x.pace.waitForHead(func() { x.response, err = conn.RoundTrip(request.WithContext(x.timed)) })
	x.measure()
	if err != nil {
		err = x.failure(err)
		x.close()
		return nil, err
	}
	c.readHeader(&x.reply, x.response)
	if isRedirect(x.response) {
		defer x.close()
		return nil, c.redirect(x.reply, request.URL, x.response)
	}
	x.pace.from = x.response.Body
	x.wire = &document.LimitReader{From: x.pace, Limit: c.MaxReceived, Where: received}
	return x, nil
}

// close ends the exchange, wherever it is.
func (x *exchange) close() {
	x.end(nil)
	if x.response != nil {
		x.response.Body.Close()
	}
	x.conn.Close()
}

// measure notes how long the platform has taken so far, and what came.
func (x *exchange) measure() {
	x.reply.FirstByte = x.pace.head
	x.reply.Took = x.pace.head + x.pace.body
	if x.wire != nil {
		x.reply.Bytes = x.wire.Count
	}
}

// readHeader notes what the head of an answer says.
func (c *Client) readHeader(reply *Reply, response *http.Response) {
	reply.Status = response.StatusCode
	reply.ContentType = c.redact().text(response.Header.Get("Content-Type"))
	reply.Simulated = response.Header.Get("Entsoed-Simulator") != ""
	reply.RetryAfter = retryAfter(response.Header.Get("Retry-After"), c.Now())
}

// failure says why no complete answer came: the caller's context ended, the
// platform took too long, or the network.
func (x *exchange) failure(err error) error {
	slow, isSlow := errors.AsType[*slowness](context.Cause(x.timed))
	switch {
	case x.ctx.Err() != nil:
		return fmt.Errorf("request given up: %w", context.Cause(x.ctx))
	case isSlow:
		return &SlowError{x.reply, slow}
	case x.reply.Status == 0 && errors.Is(err, io.EOF):
		return &UnavailableError{Reply: x.reply, Cause: errors.New("the connection was closed without an answer")}
	default:
		return &UnavailableError{Reply: x.reply, Cause: x.redact().error(err)}
	}
}

// noConnection says why the request could not be sent.
func (c *Client) noConnection(ctx, timed context.Context, took time.Duration, err error) error {
	reply := Reply{FirstByte: took, Took: took}
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("request given up: %w", context.Cause(ctx))
	case timed.Err() != nil:
		return &UnavailableError{Reply: reply, Cause: fmt.Errorf("no connection within %s", c.ConnectTimeout)}
	case errors.Is(err, io.EOF):
		return &UnavailableError{Reply: reply, Cause: errors.New("the connection was closed without an answer")}
	default:
		return &UnavailableError{Reply: reply, Cause: c.redact().error(err)}
	}
}

func isRedirect(response *http.Response) bool {
	return response.StatusCode >= 300 && response.StatusCode < 400 && response.Header.Get("Location") != ""
}

// redirect says what a redirect means. Until about 2024 the platform sent
// banned clients to port 81 or 8443 of its own host (API guide 1.8).
func (c *Client) redirect(reply Reply, asked *url.URL, response *http.Response) error {
	target, err := asked.Parse(response.Header.Get("Location"))
	if err != nil || target.Host == "" {
		return &RedirectError{Reply: reply}
	}
	port := target.Port()
	if target.Hostname() == asked.Hostname() && port != asked.Port() && (port == "81" || port == "8443") {
		return &BannedError{reply, banEnd(reply, c.Now())}
	}
	return &RedirectError{reply, c.redact().text(target.Scheme + "://" + target.Host)}
}
