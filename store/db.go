package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	Pool *pgxpool.Pool

	known knownSeries
}

// Open connects to a database that Migrate has prepared, with at most size
// connections. It waits for a server that is still starting. Its errors name
// the setting to change.
func Open(ctx context.Context, cfg Config, size int32) (*DB, error) {
	pool, err := OpenPool(ctx, cfg, size)
	if err != nil {
		return nil, err
	}
	db := &DB{Pool: pool}
	var ready bool
	err = pool.QueryRow(ctx, `select to_regclass('entsoe.budget') is not null and to_regnamespace('river') is not null`).Scan(&ready)
	switch {
	case err != nil:
		err = fmt.Errorf("look for the schema of database %q: %w", pool.Config().ConnConfig.Database, err)
	case !ready:
		err = fmt.Errorf("%s: the database %q has no schema yet; run `entsoed migrate`", cfg.Setting("DATABASE_NAME"), pool.Config().ConnConfig.Database)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

const (
	// connectTimeout bounds one attempt to connect, which would otherwise take two
	// minutes if the server is frozen or the network is down.
	connectTimeout = 10 * time.Second
	// closeTimeout bounds Close, for the same reason.
	closeTimeout = 2 * time.Second
)

// Close returns when all connections are closed, or after two seconds: a frozen
// server does not answer the goodbye, and a statement that hangs there does not
// return its connection. What is left then ends with the process.
func (db *DB) Close() {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		db.Pool.Close()
	}()
	timeout := time.NewTimer(closeTimeout)
	defer timeout.Stop()
	select {
	case <-closed:
	case <-timeout.C:
	}
}

// OpenPool waits for the server and returns a pool of at most size connections.
func OpenPool(ctx context.Context, cfg Config, size int32) (*pgxpool.Pool, error) {
	cc, err := cfg.ConnConfig()
	if err != nil {
		return nil, err
	}
	conn, err := WaitConnect(ctx, cfg, cc, nil)
	if err != nil {
		return nil, err
	}
	if err := conn.Close(ctx); err != nil {
		return nil, fmt.Errorf("close the first connection: %w", err)
	}
	pc, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, fmt.Errorf("defaults of the connection pool: %w", err)
	}
	pc.ConnConfig = cc
	if cc.ConnectTimeout == 0 {
		cc.ConnectTimeout = connectTimeout
	}
	pc.MaxConns = size
	pc.PingTimeout = connectTimeout
	pc.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		waited, err := cfg.gate.Await(ctx)
		if waited && err == nil { // the connection may not have survived the outage
			return conn.Ping(ctx) == nil, nil
		}
		return err == nil, err
	}
	pc.BeforeConnect = func(ctx context.Context, cc *pgx.ConnConfig) error {
		if _, err := cfg.gate.Await(ctx); err != nil {
			return err
		}
		password, in, err := cfg.rereadPassword()
		if in {
			cc.Password = password
		}
		return err
	}
	return pgxpool.NewWithConfig(ctx, pc)
}
