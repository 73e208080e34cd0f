package simulator

import (
	"sync"
	"time"
)

// The platform's limit: 400 requests a minute and token, then a ban of ten
// minutes (api.md section 4).
const (
	requestsPerMinute = 400
	banTime           = 10 * time.Minute
)

// limiter counts the requests of every token in a sliding minute. It measures
// real time, whatever the simulated clock says: the limit protects a server.
type limiter struct {
	unlimited bool
	now       func() time.Time

	mu       sync.Mutex
	tokens   map[string]*minute
	bans     int64
	rejected int64
	most     int
}

// minute is what one token sent within the last 60 seconds.
type minute struct {
	sent   []time.Time // rising; those before head are older than a minute
	head   int
	banned time.Time // until when; zero: not
}

func newLimiter(unlimited bool) *limiter {
	return &limiter{unlimited: unlimited, now: time.Now, tokens: make(map[string]*minute)}
}

// take counts one request of a token. It returns when the ban of the token
// ends, the zero time if it is not banned.
func (l *limiter) take(token string) (bannedUntil time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	m := l.of(token)
	if now.Before(m.banned) {
		l.rejected++
		return m.banned
	}
	m.count(now)
	l.most = max(l.most, len(m.sent)-m.head)
	if l.unlimited || len(m.sent)-m.head <= requestsPerMinute {
		return time.Time{}
	}
	l.rejected++
	return l.banAt(m, now)
}

// ban bans a token from now on, as if it had sent too much.
func (l *limiter) ban(token string) (until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rejected++
	return l.banAt(l.of(token), l.now())
}

func (l *limiter) banAt(m *minute, now time.Time) time.Time {
	l.bans++
	*m = minute{banned: now.Add(banTime)}
	return m.banned
}

func (l *limiter) of(token string) *minute {
	m, ok := l.tokens[token]
	if !ok {
		m = new(minute)
		l.tokens[token] = m
	}
	return m
}

// count adds a request and forgets those that are a minute old.
func (m *minute) count(now time.Time) {
	m.sent = append(m.sent, now)
	for now.Sub(m.sent[m.head]) >= time.Minute {
		m.head++
	}
	if m.head > len(m.sent)/2 {
		m.sent = append(m.sent[:0], m.sent[m.head:]...)
		m.head = 0
	}
}

func (l *limiter) counts() (most int, bans, rejected int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.most, l.bans, l.rejected
}
