package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"entsoed/entsoe/document"
)

// Reply is what is known of the platform's answer to one request, be it data
// or not. Nothing in it contains the token.
type Reply struct {
	Status      int           // of HTTP; 0 if no answer came
	ContentType string        // as sent
	Reason      string        // the platform's own words, at most 500 bytes; of HTML the text
	Bytes       int64         // of the body as it came over the wire
	Body        []byte        // at most 1 MiB, unpacked; only of answers that somebody should look at
	RetryAfter  time.Duration // what the header of this name asks for; 0 if absent
	Simulated   bool          // the answer says that it comes from a simulator
	Sent        time.Time     // when the request left, by the client's clock; zero if it did not
	FirstByte   time.Duration // the platform's time from the connection to the end of the head
	Took        time.Duration // the platform's time to the last byte; what the caller did in between does not count
}

func (r Reply) reply() Reply { return r }

// ReplyOf returns what is known of the answer behind an error of
// [Client.Fetch]. It answers false for errors of another origin, such as a
// refusal of the gate or a cancelled context.
func ReplyOf(err error) (Reply, bool) {
	known, ok := errors.AsType[interface {
		error
		reply() Reply
	}](err)
	if !ok {
		return Reply{}, false
	}
	return known.reply(), true
}

// said joins what entsoed has to say about an answer with the platform's words.
func (r Reply) said(words string) string {
	if r.Reason == "" {
		return words
	}
	return words + ": " + r.Reason
}

// http names the status for a message: "HTTP 503".
func (r Reply) http() string { return fmt.Sprintf("HTTP %d", r.Status) }

// NoDataError says that the platform has nothing for a valid request: an
// acknowledgement (HTTP 200, until 2022 HTTP 400) or a ZIP without entries.
// It is an outcome, not a failure.
type NoDataError struct{ Reply }

func (e *NoDataError) Error() string { return e.said("no data") }

// TooLongError says that the asked window is longer than the platform allows.
// The limit changes without notice and differs between items; it is counted in
// UTC from the window's start (entsoe-py#350, #546).
type TooLongError struct {
	Reply
	Limit string // calendar step that the platform names, such as "P1Y", "P1M" or "P1D"; empty if it names none
}

func (e *TooLongError) Error() string {
	if e.Limit == "" {
		return e.said("window too long")
	}
	return e.said("window longer than " + e.Limit)
}

// TooManyError says that the answer would hold more TimeSeries or documents
// than the platform sends at once.
type TooManyError struct {
	Reply
	Found, Allowed int // 0 where the platform does not say
}

func (e *TooManyError) Error() string {
	if e.Found == 0 || e.Allowed == 0 {
		return e.said("too many instances")
	}
	return e.said(fmt.Sprintf("%d instances, %d allowed", e.Found, e.Allowed))
}

// Fault says what the platform finds wrong with a request.
type Fault string

// The faults.
const (
	MissingParameter   Fault = "missing parameter"
	UnknownParameter   Fault = "unknown parameter"
	InvalidCombination Fault = "invalid combination" // of parameters, also the "dependency tables"
	InvalidInterval    Fault = "invalid interval"    // the window does not fit the item's market time unit
	InvalidForArea     Fault = "invalid for area"    // such as a PSR type that the area does not have
	OtherFault         Fault = "refused"             // for a reason that we do not know
)

// BadRequestError says that the platform refuses the request as it is: asking
// again changes nothing. All but InvalidInterval concern the feed, not the
// window.
type BadRequestError struct {
	Reply
	Fault     Fault
	Parameter string // name of the parameter that is missing or unknown, else empty
}

func (e *BadRequestError) Error() string {
	if e.Fault == OtherFault {
		return e.said("request refused")
	}
	return e.said("request refused, " + string(e.Fault))
}

// TokenError says that the platform does not accept the token: HTTP 401 or an
// acknowledgement with such words.
type TokenError struct{ Reply }

func (e *TokenError) Error() string {
	return e.said(e.http() + ", the platform does not accept the token " +
		"(see ENTSOE_API_TOKEN; access to a new one may take days)")
}

// BannedError says that too many requests were sent: HTTP 429 or a page with
// such words. Requests before Until are refused and may prolong the ban.
type BannedError struct {
	Reply
	Until time.Time // by the client's clock; ten minutes ahead if the platform does not say
}

func (e *BannedError) Error() string {
	return e.said("banned by the platform until " + e.Until.UTC().Format(time.RFC3339))
}

// SlowError says that the platform took too long: for the whole of its answer, or
// for a piece of it. The platform works, so asking again later may help, as may a
// shorter window.
type SlowError struct {
	Reply
	Cause error // says how slow
}

func (e *SlowError) Error() string { return "slow answer: " + e.Cause.Error() }

func (e *SlowError) Unwrap() error { return e.Cause }

// UnavailableError says that there is no usable answer now and that asking
// again later may help: no connection, 5xx, the gateway's 404 page, HTML, an empty
// or a cut body.
type UnavailableError struct {
	Reply
	Cause error // without URL and token; nil if the platform's words say it all
	Whole bool  // the body came to its end, and yet what is in it is cut or damaged: it may be what the platform has
}

func (e *UnavailableError) Error() string {
	words := "platform unavailable"
	if e.Status != 0 {
		words += ", " + e.http()
	}
	if e.Cause != nil {
		words += ": " + e.Cause.Error()
	}
	return e.said(words)
}

func (e *UnavailableError) Unwrap() error { return e.Cause }

// Away reports whether the platform as a whole may be away: there was no
// connection or no answer on it, or the answer was 5xx, the gateway's 404 or a
// page of HTML. A platform that is slow, or whose answer cannot be read, is not.
func (e *UnavailableError) Away() bool {
	if e.Status == 0 || e.Status >= 500 || e.Status == http.StatusNotFound {
		return true
	}
	return contentOf(e.Body) == htmlContent
}

// RedirectError says that the platform answers with a redirect, which is never
// followed: it would be a request that nobody counted, with the token sent to
// another host. Asking again later may help; if it lasts, the platform has
// moved (as in 2022-11) and ENTSOE_API_URL must be changed.
type RedirectError struct {
	Reply
	Host string // scheme and host that the redirect names, such as "https://example.org:8443"; empty if none
}

func (e *RedirectError) Error() string {
	target := e.Host
	if target == "" {
		target = "an unnamed place"
	}
	return e.said(fmt.Sprintf("%s, redirect to %s is not followed (see ENTSOE_API_URL)", e.http(), target))
}

// TooLargeError says that the answer is larger than the client reads. A
// shorter window helps.
type TooLargeError struct {
	Reply
	Limit int64  // in bytes
	Where string // "received", "unpacked", "in the ZIP" or "ZIP entries"
}

func (e *TooLargeError) Error() string {
	if e.Where == document.Entries {
		return fmt.Sprintf("answer has more than %d %s", e.Limit, e.Where)
	}
	return fmt.Sprintf("answer is larger than %s %s", document.Size(e.Limit), e.Where)
}

// UnknownAnswerError says that the answer is neither XML nor a ZIP of it nor
// any of the errors that are known. Body keeps it.
type UnknownAnswerError struct {
	Reply
	Cause error // nil if there is nothing more to say
}

func (e *UnknownAnswerError) Error() string {
	parts := []string{"unknown answer, " + e.http()}
	if e.ContentType != "" {
		parts = append(parts, e.ContentType)
	}
	words := fmt.Sprintf("%s, %d bytes", strings.Join(parts, ", "), e.Bytes)
	if e.Cause != nil {
		words += ": " + e.Cause.Error()
	}
	return e.said(words)
}

func (e *UnknownAnswerError) Unwrap() error { return e.Cause }
