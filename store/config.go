package store

import (
	"time"
)

// Config says where the database is. An empty field takes its default.
type Config struct {
	// URL is a connection string such as postgres://user:password@host:5432/name?sslmode=require.
	// It wins over Host, Port, User, Password and SSLMode; and over Name if it names a database.
	URL string `env:"DATABASE_URL"`
	// Host is the name or address of the server, or the folder of its Unix socket.
	Host string `env:"DATABASE_HOST, default=timescaledb"`
	// Port is the TCP port of the server.
	Port int `env:"DATABASE_PORT, default=5432"`
	// User is the role that owns entsoed's tables.
	User string `env:"DATABASE_USER, default=entsoed"`
	// Password of User. Never logged.
	Password string `env:"DATABASE_PASSWORD"`
	// PasswordFile names a file that holds the password; it is read at each new connection. Used where Password is empty.
	PasswordFile string `env:"DATABASE_PASSWORD_FILE"`
	// Name of the database. `entsoed migrate` creates it if it is missing.
	// Default: entsoed with a token, entsoed_simulated without one.
	Name string `env:"DATABASE_NAME"`
	// SSLMode is libpq's: disable, allow, prefer, require, verify-ca or verify-full.
	SSLMode string `env:"DATABASE_SSLMODE, default=prefer"`
	// TimescaleDB is "required", or "auto" to do without it where the server does not have it.
	TimescaleDB string `env:"DATABASE_TIMESCALEDB, default=required"`

	// Wait bounds how long Open and Migrate wait for a server that is still starting; 0 is a minute.
	Wait time.Duration
}
