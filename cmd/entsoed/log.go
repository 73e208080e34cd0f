package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
)

// logConfig holds the settings of what the running process says.
type logConfig struct {
	// Level is the least that is logged: debug, info, warn or error. INFO is a
	// line per item and round and every failure, DEBUG adds a line per job.
	Level choice `env:"LOG_LEVEL, default=info"`
	// Format is text (for people), json (for programs) or auto: json if APP_ENV
	// is production and standard output is no terminal, else text.
	Format choice `env:"LOG_FORMAT, default=auto"`
	// File is where the worker writes its log besides standard output. It is
	// rotated at 20 MB; five old files are kept, gzipped, for at most 30 days.
	// While another process writes it, a number is added: entsoed-2.log.
	// Unset: no file. The image of entsoed sets /var/log/entsoed/entsoed.log.
	File string `env:"LOG_FILE"`
	// AppEnv is development or production. It decides what LOG_FORMAT=auto
	// means and nothing else.
	AppEnv choice `env:"APP_ENV, default=development"`
}

// choice is a setting with a few allowed words.
type choice string

// oneOf checks that the value of a variable is among those allowed.
func (c choice) oneOf(name string, words ...string) error {
	if slices.Contains(words, string(c)) {
		return nil
	}
	return &settingError{Name: name, Value: string(c), Err: fmt.Errorf("must be %s", alternatives(words))}
}

// EnvDecode reads the value whatever its case.
func (c *choice) EnvDecode(value string) error {
	*c = choice(strings.ToLower(value))
	return nil
}

// check refuses words that are not allowed.
func (c logConfig) check() error {
	if err := c.Level.oneOf("LOG_LEVEL", "debug", "info", "warn", "error"); err != nil {
		return err
	}
	if err := c.Format.oneOf("LOG_FORMAT", "auto", "text", "json"); err != nil {
		return err
	}
	return c.AppEnv.oneOf("APP_ENV", "development", "production")
}

// logger returns a logger that writes to stdout and, for the worker, to the
// log file, and what closes the file.
func (c logConfig) logger(stdout io.Writer, toFile bool) (*slog.Logger, func(), error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return nil, nil, err
	}
	options := &slog.HandlerOptions{Level: level}
	handler := func(out io.Writer) slog.Handler { return slog.NewTextHandler(out, options) }
	if c.Format == "json" || c.Format == "auto" && c.AppEnv == "production" && !isTerminal(stdout) {
		handler = func(out io.Writer) slog.Handler { return slog.NewJSONHandler(out, options) }
	}
	if !toFile || c.File == "" {
		return slog.New(handler(stdout)), func() {}, nil
	}
	file, err := openLogFile(c.File)
	if err != nil {
		return nil, nil, &settingError{Name: "LOG_FILE", Value: c.File, Err: err}
	}
	log := slog.New(handler(io.MultiWriter(stdout, file)))
	if file.Name != c.File {
		log.Info("another process writes the log file, so this one has a file of its own", "LOG_FILE", c.File, "file", file.Name)
	}
	return log, func() { file.Close() }, nil
}

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
