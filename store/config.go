package store

import (
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
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
	// User is the role that `entsoed migrate` logs in as, and everything else if there is no WorkerUser.
	User string `env:"DATABASE_USER, default=entsoed"`
	// Password of User. Never logged.
	Password string `env:"DATABASE_PASSWORD, default=entsoed"`
	// PasswordFile names a file that holds the password. It wins over Password, which has a default.
	PasswordFile string `env:"DATABASE_PASSWORD_FILE"`
	// WorkerUser is the role that everything but `entsoed migrate` logs in as, which makes it.
	// Default: entsoed_worker in the database that compose starts; else User.
	WorkerUser string `env:"DATABASE_WORKER_USER"`
	// WorkerPassword is the password of WorkerUser. Never logged.
	WorkerPassword string `env:"DATABASE_WORKER_PASSWORD, default=entsoed"`
	// WorkerPasswordFile names a file that holds that password. It wins over WorkerPassword.
	WorkerPasswordFile string `env:"DATABASE_WORKER_PASSWORD_FILE"`
	// Name of the database. `entsoed migrate` creates it if it is missing.
	// Default: entsoed with a token, entsoed_simulated without one.
	Name string `env:"DATABASE_NAME"`
	// SSLMode is libpq's: disable, allow, prefer, require, verify-ca or verify-full.
	SSLMode string `env:"DATABASE_SSLMODE, default=prefer"`
	// TimescaleDB is "required", or "auto" to do without it where the server lacks it.
	TimescaleDB string `env:"DATABASE_TIMESCALEDB, default=required"`

	// Wait bounds how long Open and Migrate wait for a server that is still starting; 0 is a minute.
	Wait time.Duration
	// Application names our sessions for whoever looks at the server's; empty is "entsoed".
	Application string
	// StatementTimeout bounds each statement; 0 sets no bound.
	StatementTimeout time.Duration

	gate *Gate // nil: none

	asWorker bool // log in as WorkerUser
}

// AsWorker is the configuration of everything but `entsoed migrate`: it logs in as
// WorkerUser, if there is one.
func (c Config) AsWorker() Config {
	c.asWorker = c.WorkerUser != ""
	return c
}

// IsWorker reports whether the configuration logs in as WorkerUser.
func (c Config) IsWorker() bool { return c.asWorker }

// WorkerLogin returns the name and the password of WorkerUser. The name is empty if
// there is none.
func (c Config) WorkerLogin() (user, password string, err error) {
	if c.WorkerUser == "" {
		return "", "", nil
	}
	c.asWorker = true
	password, err = c.password()
	return c.WorkerUser, password, err
}

// LogValue shows where the database is, without the password.
func (c Config) LogValue() slog.Value {
	cc, err := c.ConnConfig()
	if err != nil {
		return slog.StringValue(err.Error())
	}
	return slog.StringValue(fmt.Sprintf("%s@%s:%d/%s", cc.User, cc.Host, cc.Port, cc.Database))
}

// String is what LogValue shows, so that no format verb prints the password.
func (c Config) String() string { return c.LogValue().String() }

// Validate checks what can be checked without the server.
func (c Config) Validate() error {
	_, err := c.ConnConfig()
	return err
}

// ConnConfig returns the configuration of one connection.
func (c Config) ConnConfig() (*pgx.ConnConfig, error) {
	if err := oneOf("DATABASE_TIMESCALEDB", c.TimescaleDB, "required", "auto", ""); err != nil {
		return nil, err
	}
	dsn := c.URL
	if dsn == "" {
		var err error
		if dsn, err = c.keywords(); err != nil {
			return nil, err
		}
	} else if err := checkURL(dsn); err != nil {
		return nil, err
	}
	cc, err := pgx.ParseConfig(dsn)
	if err != nil {
		// pgx quotes the connection string and strikes out the password only where it can.
		return nil, fmt.Errorf("%s: not a valid connection string, such as postgres://user:password@host:5432/name", c.Setting("DATABASE_HOST"))
	}
	if c.URL != "" && c.Name != "" && !namesDatabase(c.URL) {
		cc.Database = c.Name
	}
	if c.asWorker {
		cc.User = c.WorkerUser
		if cc.Password, err = c.password(); err != nil {
			return nil, err
		}
	}
	c.setUp(cc)
	return cc, nil
}

// keywords returns the separate settings as libpq's keyword=value connection string.
func (c Config) keywords() (string, error) {
	if err := oneOf("DATABASE_SSLMODE", c.SSLMode, "disable", "allow", "prefer", "require", "verify-ca", "verify-full", ""); err != nil {
		return "", err
	}
	if c.Port < 1 || c.Port > 65535 {
		return "", fmt.Errorf("DATABASE_PORT: %d is not a port (1 to 65535)", c.Port)
	}
	password := ""
	if !c.asWorker {
		var err error
		if password, err = c.password(); err != nil {
			return "", err
		}
	}
	var b strings.Builder
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	for _, kv := range [][2]string{
		{"host", c.Host}, {"port", strconv.Itoa(c.Port)}, {"user", c.User}, {"password", password}, {"dbname", c.Name}, {"sslmode", c.SSLMode},
	} {
		if kv[1] != "" {
			fmt.Fprintf(&b, "%s='%s' ", kv[0], quote.Replace(kv[1]))
		}
	}
	return b.String(), nil
}

func (c Config) password() (string, error) {
	setting, password, file := "DATABASE_PASSWORD", c.Password, c.PasswordFile
	if c.asWorker {
		setting, password, file = "DATABASE_WORKER_PASSWORD", c.WorkerPassword, c.WorkerPasswordFile
	}
	if file == "" {
		return password, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", setting, err)
	}
	password = strings.TrimRight(string(content), "\r\n")
	if password == "" {
		return "", fmt.Errorf("%s_FILE: %s is empty: it must hold the password", setting, file)
	}
	return password, nil
}

// rereadPassword returns the password that a new connection needs if it stands in a
// file, for it may have changed since the last one; false if it does not.
func (c Config) rereadPassword() (password string, in bool, err error) {
	if c.asWorker && c.WorkerPasswordFile == "" || !c.asWorker && (c.URL != "" || c.PasswordFile == "") {
		return "", false, nil
	}
	password, err = c.password()
	return password, true, err
}

// Setting is the name of the setting that a person would change: name, or
// DATABASE_URL where that is in force.
func (c Config) Setting(name string) string {
	switch {
	case c.asWorker && name == "DATABASE_USER":
		return "DATABASE_WORKER_USER"
	case c.asWorker && name == "DATABASE_USER, DATABASE_PASSWORD":
		return "DATABASE_WORKER_USER, DATABASE_WORKER_PASSWORD"
	case c.URL != "":
		return "DATABASE_URL"
	}
	return name
}

// checkURL finds common mistakes without quoting the password.
func checkURL(dsn string) error {
	u, err := url.Parse(dsn)
	if err != nil || strings.Contains(dsn, "://") && u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return fmt.Errorf("DATABASE_URL: not a valid connection string, such as postgres://user:password@host:5432/name " +
			"(in a password, write @ as %%40, / as %%2F, # as %%23)")
	}
	return nil
}

func namesDatabase(dsn string) bool {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		return strings.Contains(dsn, "dbname")
	}
	return strings.Trim(u.Path, "/") != "" || u.Query().Has("dbname") || u.Query().Has("database")
}

func oneOf(setting, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return fmt.Errorf("%s: %q is not one of %s", setting, value, strings.TrimSuffix(strings.Join(allowed, ", "), ", "))
}

// Silence is how long a worker may be without a heartbeat before it counts as dead.
const Silence = 15 * time.Second
