package client

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"entsoed/entsoe/document"
)

// defaultBan is how long a ban lasts that does not say its end (API guide:
// "lifted after about 10 minutes"); longestBan bounds one that says nonsense.
const (
	defaultBan = 10 * time.Minute
	longestBan = 24 * time.Hour
)

// words returns what an answer says to a person: the texts of an
// acknowledgement's reasons, otherwise the text without tags.
func words(ctx context.Context, what content, body []byte) string {
	if what != acknowledgementContent {
		return textOf(body)
	}
	header, err := document.Decode(ctx, bytes.NewReader(body), noZone, document.Visitor{})
	if err != nil {
		return textOf(body)
	}
	texts := make([]string, len(header.Reasons))
	for i, reason := range header.Reasons {
		texts[i] = strings.Join(strings.Fields(reason.Text), " ")
		if texts[i] == "" {
			texts[i] = "code " + reason.Code
		}
	}
	return strings.Join(texts, "; ")
}

// noZone is enough for an acknowledgement, which has no periods.
func noZone(string) *time.Location { return nil }

// The platform's words, wherever they stand. Its code is 999 for everything,
// so the text decides (gotcha "Protocol"). Case differs between versions.
var (
	banWords      = regexp.MustCompile(`(?i)\bbanned until\b|max allowed requests per minute|too many requests`)
	tokenWords    = regexp.MustCompile(`(?i)authentication failed|(?:missing or )?invalid security token|^unauthori[sz]ed\b`)
	noDataWords   = regexp.MustCompile(`(?i)no matching data found|no data found|requested data is not available`)
	failureWords  = regexp.MustCompile(`(?i)^internal (?:server )?error|page not found|temporarily unavailable|scheduled maintenance`)
	tooLongWords  = regexp.MustCompile(`(?i)(?:(?:larger|longer|greater) than|exceed(?:s|ed|ing)?) (?:the )?(?:max(?:imum)?|allowed|permitted)(?: \w+){0,2} (?:period|interval|range|duration)(.*)`)
	stepWords     = regexp.MustCompile(`(?i)\bP(?:T?\d+[YMWDH])+\b`)
	tooManyWords  = regexp.MustCompile(`(?i)number of instances \((\d+)\) exceeds the allowed maximum \((\d+)\)`)
	oldManyWords  = regexp.MustCompile(`(?i)requested data (?:to be gathered via the offset parameter )?exceeds (?:the )?allowed limit(.*)`)
	missingWords  = regexp.MustCompile(`(?i)mandatory parameter (\S+) is missing`)
	unknownWords  = regexp.MustCompile(`(?i)input parameter does not exist: *(\S+)`)
	combineWords  = regexp.MustCompile(`(?i)combination of .* is not valid|against dependency tables`)
	intervalWords = regexp.MustCompile(`(?i)time interval is not valid`)
	areaWords     = regexp.MustCompile(`(?i)is not valid for this area`)
)

// classify tells apart everything the platform answers instead of data: by
// words that are unmistakable, then by status, then by the words of an
// acknowledgement. now counts only for bans.
//
// An acknowledgement whose words are not known is a BadRequestError, for that
// is what the platform uses acknowledgements for besides "no data" (HTTP 200
// today, 400 before 2022). "Internal error: no data found" is a failure: it
// must not become a lasting "nothing published".
func classify(reply Reply, what content, now time.Time) error {
	said, status := reply.Reason, reply.Status
	switch {
	case status == http.StatusTooManyRequests, what != acknowledgementContent && banWords.MatchString(said):
		return &BannedError{withoutBody(reply), banEnd(reply, now)}
	case status == http.StatusUnauthorized, tokenWords.MatchString(said):
		return &TokenError{withoutBody(reply)}
	case what == emptyContent:
		return &UnavailableError{Reply: reply, Cause: errors.New("empty body"), Whole: reply.Status == http.StatusOK}
	case status >= 500, what == htmlContent, failureWords.MatchString(said):
		return &UnavailableError{Reply: reply}
	case what == acknowledgementContent, status == http.StatusBadRequest:
		return classifyWords(reply)
	case status != http.StatusOK:
		return &UnavailableError{Reply: reply}
	default:
		return &UnknownAnswerError{Reply: reply}
	}
}

// classifyWords is the part of classify that goes by what the platform says
// about the request.
func classifyWords(reply Reply) error {
	said := reply.Reason
	if noDataWords.MatchString(said) {
		return &NoDataError{withoutBody(reply)}
	}
	if m := tooManyWords.FindStringSubmatch(said); m != nil {
		return &TooManyError{withoutBody(reply), number(m[1]), number(m[2])}
	}
	if m := oldManyWords.FindStringSubmatch(said); m != nil {
		found, allowed := oldNumbers(m[1])
		return &TooManyError{withoutBody(reply), found, allowed}
	}
	if m := tooLongWords.FindStringSubmatch(said); m != nil {
		return &TooLongError{withoutBody(reply), strings.ToUpper(stepWords.FindString(m[1]))}
	}
	if m := missingWords.FindStringSubmatch(said); m != nil {
		return &BadRequestError{reply, MissingParameter, parameter(m[1])}
	}
	if m := unknownWords.FindStringSubmatch(said); m != nil {
		return &BadRequestError{reply, UnknownParameter, parameter(m[1])}
	}
	return &BadRequestError{Reply: reply, Fault: faultOf(said)}
}

func faultOf(said string) Fault {
	switch {
	case combineWords.MatchString(said):
		return InvalidCombination
	case intervalWords.MatchString(said):
		return InvalidInterval
	case areaWords.MatchString(said):
		return InvalidForArea
	}
	return OtherFault
}

// parameter takes the sentence's punctuation off a parameter's name.
func parameter(name string) string { return strings.Trim(name, `.,;:'"`) }

// withoutBody drops the body where the reason says all there is.
func withoutBody(reply Reply) Reply {
	reply.Body = nil
	return reply
}

var (
	allowedLabel   = regexp.MustCompile(`(?i)allowed\D{0,20}(\d+)`)
	requestedLabel = regexp.MustCompile(`(?i)requested\D{0,20}(\d+)`)
	numbers        = regexp.MustCompile(`\d+`)
)

// oldNumbers reads the numbers behind the two texts of the platform before
// 2024 (R2). Their full wording is not recorded; all clients that read them
// found the allowed number first and the requested one later, some behind
// "allowed:" and "requested:". Numbers that make no sense are 0.
func oldNumbers(rest string) (found, allowed int) {
	a, r := allowedLabel.FindStringSubmatch(rest), requestedLabel.FindStringSubmatch(rest)
	if a != nil && r != nil {
		found, allowed = number(r[1]), number(a[1])
	} else if all := numbers.FindAllString(rest, -1); len(all) >= 2 {
		found, allowed = number(all[len(all)-1]), number(all[0])
	}
	if allowed == 0 || found <= allowed {
		return 0, 0
	}
	return found, allowed
}

// number reads digits; 0 if they are too many.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

var banUntil = regexp.MustCompile(`(?i)banned until\W*(\d{4}-\d\d-\d\dT[\d:.]+Z)`)

// banEnd returns when a ban ends: as its page says (entsoe-apy#99: "Requester
// banned until '2025-11-25T10:01:55.545Z'."), else as the header Retry-After
// says, else ten minutes from now. The end lies at least a second and at most
// a day ahead, whatever the clocks say.
func banEnd(reply Reply, now time.Time) time.Time {
	ahead := defaultBan
	if reply.RetryAfter > 0 {
		ahead = reply.RetryAfter
	}
	if m := banUntil.FindStringSubmatch(reply.Reason); m != nil {
		if at, err := time.Parse(time.RFC3339, m[1]); err == nil {
			ahead = at.Sub(now)
		}
	}
	return now.Add(min(max(ahead, time.Second), longestBan))
}

// retryAfter reads the header Retry-After in both its forms, seconds and date;
// 0 if it is absent, past or unreadable.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
