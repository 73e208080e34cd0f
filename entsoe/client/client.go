package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync"
	"time"

	"entsoed/entsoe"
)

// Gate waits until one more request may be sent: the budget of 400 requests a
// minute counts per token, and so over all processes that use it. The client
// calls it once for each request, immediately before the send.
//
// An error of the gate is returned by Fetch as it is.
type Gate func(ctx context.Context) error

// Client asks the platform. It is made by NewClient; its fields may be changed
// before the first request. It is safe for concurrent use.
type Client struct {
	URL       string // of the endpoint, without a query
	Token     Secret
	UserAgent string

	// Timeout is for one exchange, from the send to the last byte, without what the
	// caller does between two pieces of the answer. The platform itself gives up
	// after 300 s, and a month of net positions took over 90 s.
	Timeout time.Duration
	// ConnectTimeout is for name resolution, connection, proxy and TLS together.
	ConnectTimeout time.Duration

	// LeastSpeed, in bytes a second as they come over the wire, must be reached in
	// every SlowAfter of waiting for a body, else the answer is given up.
	LeastSpeed int64
	SlowAfter  time.Duration

	// MaxReceived is the most bytes that are read of one body as it comes over
	// the wire, MaxUnpacked the most that it may hold without gzip, and all
	// documents of a ZIP together. A year of actual generation per type of a
	// large zone in quarter hours is some 80 MB of XML. None of this is held in
	// memory, but for a ZIP, whose directory stands at its end: it may have MaxZIP.
	MaxReceived, MaxUnpacked, MaxZIP int64

	// Transport says how to connect: proxy, TLS, dialer. It speaks HTTP/1.1
	// only, one request per connection (see Client.connect).
	Transport *http.Transport

	// Now is the clock of Reply.Sent and BannedError.Until.
	Now func() time.Time

	elapsed func() time.Time // real, monotonic time, which durations are taken from
	redact  func() redactor  // for Token
}

// New returns a client for the endpoint with the limits and timeouts
// that suit the platform.
func New(endpoint string, token Secret) *Client {
	c := &Client{
		URL:            endpoint,
		Token:          token,
		UserAgent:      "entsoed/" + version(),
		Timeout:        300 * time.Second,
		ConnectTimeout: 30 * time.Second,
		MaxReceived:    256 << 20,
		MaxUnpacked:    256 << 20,
		MaxZIP:         24 << 20,
		LeastSpeed:     1 << 10,
		SlowAfter:      30 * time.Second,
		Transport:      newTransport(),
		Now:            time.Now,
		elapsed:        time.Now,
	}
	c.redact = sync.OnceValue(func() redactor { return newRedactor(c.Token) })
	return c
}

// version is the module's, "devel" for a build from a working tree.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}

// Reading is what becomes of the data of an answer while it comes.
type Reading struct {
	// Document reads one XML document to its end. name tells it from others in its
	// ZIP; a document that is the whole answer has none. An error ends the reading,
	// and Fetch returns it as it is, unless the answer itself came to a bad end.
	Document func(ctx context.Context, name string, document io.Reader) error
	// Lost is told of a document in a ZIP that is no data, such as a web page or one
	// that cannot be unpacked. The others are read. Nil: nobody wants to know.
	Lost func(name string, err error)
	// Grow is asked before so many more bytes are held in memory (fewer, if it is
	// negative). It may wait until there is room. Nil: there is room.
	Grow func(ctx context.Context, bytes int64) error
}

// Answer is what is known of an answer with data, once that was read.
type Answer struct {
	Reply         // Reason and Body are empty
	Documents int // that were read; at least one
}

// Fetch sends one request and has its answer read as it comes. The gate is asked
// right before the request is sent; nothing is ever sent twice and no redirect
// followed, so each leave of the gate stands for at most one request at the
// platform.
//
// The error is one of the types of this package ([NoDataError],
// [TooLongError], [TooManyError], [BadRequestError], [TokenError],
// [BannedError], [UnavailableError], [SlowError], [RedirectError],
// [TooLargeError], [UnknownAnswerError]), the gate's own, the reading's, or that
// of a context that ended. With an error of the reading the Answer says what is
// known so far; with all others it is nil. No error and no answer contains the URL
// or the token.
func (c *Client) Fetch(ctx context.Context, r entsoe.Request, gate Gate, reading Reading) (*Answer, error) {
	request, err := c.request(r.Params)
	if err != nil {
		return nil, err
	}
	x, err := c.begin(ctx, request, gate)
	if err != nil {
		return nil, err
	}
	defer x.close()
	if reading.Grow == nil {
		reading.Grow = func(context.Context, int64) error { return nil }
	}
	if x.reply.Status != http.StatusOK {
		return nil, x.refused(reading)
	}
	return x.read(reading)
}

// request writes the HTTP request for the parameters.
func (c *Client) request(params url.Values) (*http.Request, error) {
	if err := checkURL(c.URL); err != nil {
		return nil, fmt.Errorf("endpoint of the platform: %w", err)
	}
	request, err := http.NewRequest(http.MethodGet, c.URL, nil)
	if err != nil {
		return nil, c.redact().error(err)
	}
	query := url.Values{"securityToken": {string(c.Token)}}
	for name, values := range params {
		query[name] = values
	}
	request.URL.RawQuery = query.Encode()
	request.Header.Set("User-Agent", c.UserAgent)
	request.Header.Set("Accept", "application/xml, text/xml, application/zip")
	request.Header.Set("Accept-Encoding", "gzip")
	request.Close = true
	return request, nil
}
