package store

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	defaultWait = time.Minute
	// unknownHostWait is short: a container gets its name soon after it starts, a mistyped name never does.
	unknownHostWait = 5 * time.Second
)

// SQLSTATE codes of a connection that failed.
const (
	codeCannotConnectNow = "57P03"
	codeAdminShutdown    = "57P01"
	codeCrashShutdown    = "57P02"
	codeInvalidAuth      = "28000"
	codeInvalidPassword  = "28P01"
	codeTooManyConns     = "53300"
)

// SQLSTATE codes on which other packages act as well.
const (
	CodeNoDatabase      = "3D000"
	CodeNoPrivilege     = "42501"
	CodeUniqueViolation = "23505"
)

// Code is the SQLSTATE of an error that the server sent, or empty.
func Code(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code
	}
	return ""
}

// WaitConnect connects as soon as the server answers. Errors that waiting cannot
// cure, such as a *PoolerError, are returned at once. They name the setting to
// change.
func WaitConnect(ctx context.Context, cfg Config, cc *pgx.ConnConfig, log *slog.Logger) (*pgx.Conn, error) {
	wait := cfg.Wait
	if wait == 0 {
		wait = defaultWait
	}
	start, logged := time.Now(), false
	for {
		conn, err := connectOnce(ctx, cc)
		if err == nil {
			err = refusePooler(ctx, cfg, cc, conn)
			if err == nil {
				return conn, nil
			}
			conn.Close(context.WithoutCancel(ctx))
			if has[*PoolerError](err) {
				return nil, err
			}
		}
		patience := patienceFor(err, wait)
		if ctx.Err() != nil || time.Since(start) >= patience {
			return nil, explain(cfg, cc, err, patience)
		}
		if !logged && log != nil {
			logged = true
			log.Info("waiting for the database", "host", cc.Host, "port", cc.Port, "at_most", patience.String())
		}
		select {
		case <-ctx.Done():
		case <-time.After(250 * time.Millisecond):
		}
	}
}

func connectOnce(ctx context.Context, cc *pgx.ConnConfig) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return pgx.ConnectConfig(ctx, cc.Copy())
}

// patienceFor says how long it makes sense to wait for an error to go away.
func patienceFor(err error, wait time.Duration) time.Duration {
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return min(wait, unknownHostWait)
	}
	switch Code(err) {
	case codeCannotConnectNow, codeAdminShutdown, codeCrashShutdown, codeTooManyConns:
		return wait
	case "":
	default:
		return 0
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return wait
	}
	for _, passing := range []error{
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ENOENT, io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded,
	} {
		if errors.Is(err, passing) {
			return wait
		}
	}
	return 0
}

// explain says which setting is behind a failed connection.
func explain(cfg Config, cc *pgx.ConnConfig, err error, waited time.Duration) error {
	server := fmt.Sprintf("%s:%d", cc.Host, cc.Port)
	say := func(setting, format string, args ...any) error {
		return fmt.Errorf("%s: %s: %w", cfg.Setting(setting), fmt.Sprintf(format, args...), bare(err))
	}
	switch {
	case has[*net.DNSError](err):
		return say("DATABASE_HOST", "the host %q is unknown", cc.Host)
	case (Code(err) == codeInvalidPassword || Code(err) == codeInvalidAuth) && cfg.IsWorker():
		return say("DATABASE_USER, DATABASE_PASSWORD", "the server at %s does not let user %q in; `entsoed migrate` makes that role, and takes a changed password over", server, cc.User)
	case Code(err) == codeInvalidPassword, Code(err) == codeInvalidAuth:
		return say("DATABASE_USER, DATABASE_PASSWORD", "the server at %s does not let user %q in", server, cc.User)
	case Code(err) == CodeNoDatabase:
		return say("DATABASE_NAME", "there is no database %q on %s; `entsoed migrate` creates it", cc.Database, server)
	case Code(err) == codeProtocolViolation && strings.Contains(err.Error(), "does not exist"): // in the words of PgBouncer
		return say("DATABASE_NAME", "the connection pooler at %s knows no database %q; run `entsoed migrate` at the server itself to create it", server, cc.Database)
	case Code(err) == CodeNoPrivilege:
		return say("DATABASE_USER", "user %q may not connect to database %q", cc.User, cc.Database)
	case Code(err) == codeTooManyConns:
		return say("DATABASE_HOST", "%s has no free connection; raise its max_connections", server)
	case Code(err) == "" && tlsTrouble(err): // else the server answered once it was asked without TLS
		return say("DATABASE_SSLMODE", "no TLS connection to %s; disable does without, require does not check the certificate", server)
	case patienceFor(err, time.Second) > 0:
		return say("DATABASE_HOST, DATABASE_PORT", "no database answers at %s (waited %s)", server, waited.Round(time.Second))
	}
	return say("DATABASE_HOST", "cannot connect to %s", server)
}

// bare strips pgconn's own sentence, which repeats the user and the database.
func bare(err error) error {
	if connect, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		if inner := connect.Unwrap(); inner != nil {
			return inner
		}
	}
	return err
}

func tlsTrouble(err error) bool {
	return has[*tls.CertificateVerificationError](err) || has[x509.UnknownAuthorityError](err) || has[x509.HostnameError](err) ||
		has[tls.RecordHeaderError](err) || strings.Contains(err.Error(), "refused TLS connection") || strings.Contains(err.Error(), "tls:")
}

// has reports whether an error is of a type, or wraps one that is.
func has[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
