package store

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Gate stands before the connections of a process. While the database is away it
// is shut, and whoever wants a connection waits before it, so that one who asks
// for all is enough. It is safe for concurrent use.
type Gate struct {
	trouble chan error

	mu     sync.Mutex
	shut   chan struct{} // closed when the gate is opened; nil: it is open
	opened time.Time     // when it was opened last; zero: it was never shut
	conns  map[*line]struct{}
}

// NewGate returns an open gate.
func NewGate() *Gate {
	return &Gate{trouble: make(chan error, 1), conns: map[*line]struct{}{}}
}

// Gated returns the configuration of connections that stand behind a gate.
func (c Config) Gated(g *Gate) Config {
	c.gate = g
	return c
}

// Shut makes everybody wait who wants a connection.
func (g *Gate) Shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil {
		g.shut = make(chan struct{})
	}
}

// Open lets everybody pass.
func (g *Gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut != nil {
		close(g.shut)
		g.shut, g.opened = nil, time.Now()
	}
}

// IsShut reports whether it is.
func (g *Gate) IsShut() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut != nil
}

// WasShut reports whether it is, or was so within a time.
func (g *Gate) WasShut(within time.Duration) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut != nil || !g.opened.IsZero() && time.Since(g.opened) < within
}

// Await returns when the gate is open, whether it had to wait for that, or the
// error of the context.
func (g *Gate) Await(ctx context.Context) (waited bool, err error) {
	if g == nil {
		return false, nil
	}
	for {
		g.mu.Lock()
		shut := g.shut
		g.mu.Unlock()
		if shut == nil {
			return waited, nil
		}
		waited = true
		select {
		case <-shut:
		case <-ctx.Done():
			return waited, ctx.Err()
		}
	}
}

// Report tells whoever watches the database of an error that may mean that it is
// away. Of several that come at once one is enough.
func (g *Gate) Report(err error) {
	select {
	case g.trouble <- err:
	default:
	}
}

// Trouble returns the channel of what was reported.
func (g *Gate) Trouble() <-chan error { return g.trouble }

// Cut breaks all connections. What waits for an answer on one fails, instead of
// waiting for minutes until the network gives up.
func (g *Gate) Cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for l := range g.conns {
		l.Conn.Close()
	}
}

// line is a connection of the network. Its errors are told apart from those of
// other connections than the database's.
type line struct {
	net.Conn
	gate *Gate // nil: none
}

// lines makes the connections that dial makes known to the gate.
func (g *Gate) lines(dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		l := &line{Conn: conn, gate: g}
		if g != nil {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.conns[l] = struct{}{}
		}
		return l, nil
	}
}

func (l *line) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	return n, broken(err)
}

func (l *line) Write(b []byte) (int, error) {
	n, err := l.Conn.Write(b)
	return n, broken(err)
}

// Close forgets the connection.
func (l *line) Close() error {
	if l.gate != nil {
		l.gate.mu.Lock()
		delete(l.gate.conns, l)
		l.gate.mu.Unlock()
	}
	return l.Conn.Close()
}

// brokenError says that a connection to the database broke.
type brokenError struct{ cause error }

func (e *brokenError) Error() string { return e.cause.Error() }
func (e *brokenError) Unwrap() error { return e.cause }

// broken marks an error of the network, unless it is that of a time limit.
func broken(err error) error {
	if timeout, ok := errors.AsType[net.Error](err); err == nil || ok && timeout.Timeout() {
		return err
	}
	return &brokenError{err}
}

// IsAway reports whether an error says that the database, or a connection to it,
// cannot be used: nothing is wrong with the statement, which is to be sent again.
func IsAway(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	if has[*pgconn.ConnectError](err) || has[*brokenError](err) || errors.Is(err, pgconn.ErrConnClosed) {
		return true
	}
	code := Code(err)
	switch code {
	case codeReadOnly, codeIdle, codeCannotConnectNow, codeAdminShutdown, codeCrashShutdown, codeTooManyConns:
		return true
	}
	return len(code) == 5 && code[:2] == classConnection
}

// codeIdle is the SQLSTATE of a session that the server ended because its
// transaction stood still, as it does when either side was frozen.
const codeIdle = "25P03"

// classConnection begins the SQLSTATE of what went wrong with a connection.
const classConnection = "08"
