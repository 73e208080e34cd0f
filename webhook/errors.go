package webhook

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// Error says why an endpoint did not take a message, in words of our own.
type Error struct {
	Status     int           // of the answer; 0: there was none
	Reason     string        // what the endpoint did, as the end of a sentence about it
	RetryAfter time.Duration // that it asks for; 0: nothing
}

func (e *Error) Error() string { return "the webhook did not take it: " + e.Reason }

// Gone reports whether the endpoint says that it wants no messages any more.
func (e *Error) Gone() bool { return e.Status == http.StatusGone }

// TooLarge reports whether it wants smaller ones.
func (e *Error) TooLarge() bool { return e.Status == http.StatusRequestEntityTooLarge }

// refusal describes a status that says no.
func refusal(status int) string {
	if status >= 300 && status <= 399 {
		return fmt.Sprintf("a redirect, status %d, which is not followed", status)
	}
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf("status %d (%s)", status, text)
	}
	return fmt.Sprintf("status %d", status)
}

// reason describes why no answer came. The texts of net/http, of TLS and of the
// resolver show host, address or proxy, so none is repeated.
func reason(err error) string {
	if text := certificate(err); text != "" {
		return text
	}
	dns, isDNS := errors.AsType[*net.DNSError](err)
	number, isNumber := errors.AsType[syscall.Errno](err)
	_, isRecord := errors.AsType[tls.RecordHeaderError](err)
	_, isAlert := errors.AsType[tls.AlertError](err)
	timed, isTimed := errors.AsType[net.Error](err)
	switch {
	case isDNS && dns.IsNotFound:
		return "its host is not known"
	case isDNS:
		return "its host could not be looked up"
	case errors.Is(err, http.ErrSchemeMismatch) || isRecord:
		return "it does not speak TLS"
	case isAlert:
		return "it refused the TLS handshake"
	case isNumber:
		return number.Error() // such as: connection refused
	case isTimed && timed.Timeout():
		return "no connection in time"
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed without an answer"
	}
	return "what came is no answer"
}

// certificate describes what is wrong with that of the server; empty if it is
// something else.
func certificate(err error) string {
	_, elsewhere := errors.AsType[x509.HostnameError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	_, refused := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case elsewhere:
		return "its certificate is for another host"
	case unknown:
		return "its certificate is signed by an authority that is not known here"
	case isInvalid && invalid.Reason == x509.Expired:
		return "its certificate has expired, or is not valid yet"
	case isInvalid || refused:
		return "its certificate is not valid"
	}
	return ""
}
