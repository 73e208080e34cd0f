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
		DialContext: (&net.Dialer{Timeout: 15 * time.Second}).DialContext,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			ClientSessionCache: tls.NewLRUClientSessionCache(0), // spares most of the handshakes
		},
		TLSHandshakeTimeout:    15 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
		DisableCompression:     true, // the client unpacks gzip itself, within its limits
		DisableKeepAlives:      true,
		Protocols:              protocols,
	}
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
		late := fmt.Sprintf("no connection within %s", c.ConnectTimeout)
		return nil, took, c.sendError(ctx, timed, late, Reply{Took: took}, err)
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

// exchange sends the request and reads the answer to its end. The error is one
// of the types of this package, the gate's or the context's. The body of an
// answer that is neither data nor an error of these is returned with a nil
// error, whatever the status.
func (c *Client) exchange(ctx context.Context, request *http.Request, gate, room Gate) (Reply, []byte, error) {
	conn, connecting, err := c.connect(ctx, request.URL, gate)
	if err != nil {
		return Reply{}, nil, err
	}
	defer conn.Close()
	timed, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	late := fmt.Sprintf("no complete answer within %s", c.Timeout)
	reply := Reply{Sent: c.Now()}
	began := c.elapsed()

	response, err := conn.RoundTrip(request.WithContext(timed))
	reply.Took = connecting + c.elapsed().Sub(began)
	if err != nil {
		return reply, nil, c.sendError(ctx, timed, late, reply, err)
	}
	defer response.Body.Close()
	c.readHeader(&reply, response)
	if isRedirect(response) {
		return reply, nil, c.redirect(reply, request.URL, response)
	}
	if room != nil && response.StatusCode == http.StatusOK {
		if err := room(timed); err != nil {
			return reply, nil, c.sendError(ctx, timed, late, reply, err)
		}
	}
	body, wire, err := c.readBody(response)
	reply.Bytes = wire
	reply.Took = connecting + c.elapsed().Sub(began)
	switch {
	case err == nil:
		return reply, body, nil
	case timed.Err() != nil:
		return reply, nil, c.sendError(ctx, timed, late, reply, err)
	case response.StatusCode != http.StatusOK && response.StatusCode != http.StatusBadRequest:
		return reply, body, nil // the status says enough
	default:
		return reply, nil, c.bodyError(reply, body, err)
	}
}

// readHeader notes what the head of an answer says.
func (c *Client) readHeader(reply *Reply, response *http.Response) {
	reply.Status = response.StatusCode
	reply.ContentType = c.redact().text(response.Header.Get("Content-Type"))
	reply.Simulated = response.Header.Get("Entsoed-Simulator") != ""
	reply.RetryAfter = retryAfter(response.Header.Get("Retry-After"), c.Now())
}

// sendError says why no complete answer came: the caller's context ended, the
// client's own time was over (timed, in the words of late), or the network.
func (c *Client) sendError(ctx, timed context.Context, late string, reply Reply, err error) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("request given up: %w", context.Cause(ctx))
	case timed.Err() != nil:
		return &UnavailableError{reply, lateError(late)}
	case reply.Status == 0 && errors.Is(err, io.EOF):
		return &UnavailableError{reply, errors.New("the connection was closed without an answer")}
	default:
		return &UnavailableError{reply, c.redact().error(err)}
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
