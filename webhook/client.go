package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Client posts messages. It is safe for concurrent use.
type Client struct {
	http    *http.Client
	timeout time.Duration
	now     func() time.Time
}

const (
	// timeout is for all of an exchange.
	timeout = 15 * time.Second
	// mostRead is what is read of an answer, so that the connection can be used again.
	// What it says is of no interest.
	mostRead = 4 << 10
)

// NewClient returns a client that follows no redirect, so that nothing is told to
// whom nobody named, and that takes proxies from the environment.
func NewClient() *Client {
	return &Client{
		http: &http.Client{
			Transport: &http.Transport{
				Proxy:                  http.ProxyFromEnvironment,
				TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
				ForceAttemptHTTP2:      true,
				MaxResponseHeaderBytes: 32 << 10,
				MaxIdleConnsPerHost:    2,
				IdleConnTimeout:        time.Minute,
				DisableCompression:     true,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		timeout: timeout,
		now:     time.Now,
	}
}

// Post sends a message and returns once the endpoint has taken it, which is any status
// from 200 to 299. Otherwise the error is an [Error], or that of a context that ended;
// neither shows anything of the address, the keys or the answer.
func (c *Client) Post(ctx context.Context, e Endpoint, m Message) error {
	timed, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	sent := c.now()
	request, err := c.request(timed, e, m, sent)
	if err != nil {
		return &Error{Reason: "its address cannot be asked"}
	}
	response, err := c.http.Do(request)
	switch {
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("post given up: %w", context.Cause(ctx))
	case err != nil && errors.Is(timed.Err(), context.DeadlineExceeded):
		return &Error{Reason: fmt.Sprintf("no answer within %s", c.timeout)}
	case err != nil:
		return &Error{Reason: reason(err)}
	}
	defer response.Body.Close()
	io.CopyN(io.Discard, response.Body, mostRead)
	if response.StatusCode >= 200 && response.StatusCode <= 299 {
		return nil
	}
	return &Error{Status: response.StatusCode, Reason: refusal(response.StatusCode),
		RetryAfter: retryAfter(response.Header.Get("Retry-After"), c.now())}
}

func (c *Client) request(ctx context.Context, e Endpoint, m Message, sent time.Time) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.address, bytes.NewReader(m.Body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "entsoed")
	request.Header.Set("webhook-id", m.ID)
	request.Header.Set("webhook-timestamp", strconv.FormatInt(sent.Unix(), 10))
	request.Header.Set("webhook-attempt", strconv.Itoa(m.Attempt))
	if e.Signs() {
		request.Header.Set("webhook-signature", e.sign(m, sent))
	}
	return request, nil
}

// retryAfter reads the header of that name: seconds, or a time. It is 0 where there is
// none that can be read.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
