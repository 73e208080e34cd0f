package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func TestLogFormat(t *testing.T) {
	const text, json = "level=INFO msg=hello", `"level":"INFO","msg":"hello"`
	for _, c := range []struct{ format, appEnv, want string }{
		{"", "", text},
		{"auto", "development", text},
		{"auto", "production", json}, // a buffer is no terminal
		{"text", "production", text},
		{"json", "development", json},
		{"JSON", "", json},
	} {
		t.Run(c.format+" "+c.appEnv, func(t *testing.T) {
			settings, err := readConfig(t.Context(), environmentOf(map[string]string{"LOG_FORMAT": c.format, "APP_ENV": c.appEnv}))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			log, done, err := settings.Log.logger(&out, true)
			if err != nil {
				t.Fatal(err)
			}
			defer done()
			log.Debug("too little to say")
			log.Info("hello")
			if !strings.Contains(out.String(), c.want) || strings.Contains(out.String(), "too little") {
				t.Error(out.String())
			}
		})
	}
}

func TestLogFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "entsoed.log")
	c := logConfig{Level: "debug", Format: "text", AppEnv: "production", File: file}
	for _, line := range []string{"first start", "second start"} {
		var out bytes.Buffer
		log, done, err := c.logger(&out, true)
		if err != nil {
			t.Fatal(err)
		}
		log.Debug(line)
		done()
		if !strings.Contains(out.String(), line) {
			t.Errorf("standard output lacks %q", line)
		}
	}
	content, err := os.ReadFile(file)
	if err != nil || strings.Count(string(content), "\n") != 2 || !strings.Contains(string(content), "first start") {
		t.Errorf("%v: %s", err, content)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm()&0o007 != 0 {
		t.Errorf("others may read the log: %v, %v", info.Mode(), err)
	}
}

// TestLogFilesOfReplicas runs two workers on one log file, in processes of
// their own: each writes its own file, and the first name is free again after
// the death of who had it.
func TestLogFilesOfReplicas(t *testing.T) {
	dir := t.TempDir()
	settings := map[string]string{
		"LOG_FILE": filepath.Join(dir, "entsoed.log"), "LOG_LEVEL": "debug", "DATABASE_URL": "postgres://entsoed@127.0.0.1:1/x",
	}
	wait := func(name string, writer *program) {
		t.Helper()
		eventually(t, patience, name, func(context.Context) error {
			content, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return err
			}
			if written := string(content); !strings.Contains(written, "msg=settings") || !strings.Contains(writer.out.String(), written) {
				return fmt.Errorf("it holds other lines than this process printed:\n%s", written)
			}
			return nil
		})
	}
	first := start(t, "first", settings, "worker")
	wait("entsoed.log", first)
	second := start(t, "second", settings, "worker")
	wait("entsoed-2.log", second)
	first.kill()
	if err := os.Remove(filepath.Join(dir, "entsoed.log")); err != nil {
		t.Fatal(err)
	}
	third := start(t, "third", settings, "worker")
	wait("entsoed.log", third)
	if files, err := filepath.Glob(filepath.Join(dir, "*.log")); err != nil || len(files) != 2 {
		t.Errorf("the log files are %q: %v", files, err)
	}
}

// TestLogRotation lets two loggers write so much that both rotate, on the same
// LOG_FILE: no line is lost, few files are kept, and nothing goes on when they
// are closed.
func TestLogRotation(t *testing.T) {
	dir := t.TempDir()
	c := logConfig{Level: "info", Format: "text", AppEnv: "production", File: filepath.Join(dir, "entsoed.log")}
	const lines = 900 // of 50 kB: twice the size at which a file is rotated, and more
	before := runtime.NumGoroutine()
	var writers sync.WaitGroup
	for writer := range 2 {
		log, done, err := c.logger(io.Discard, true)
		if err != nil {
			t.Fatal(err)
		}
		writers.Go(func() {
			defer done()
			padding := strings.Repeat("x", 50_000)
			for n := range lines {
				log.Info("line", "writer", writer, "n", n, "padding", padding)
			}
		})
	}
	writers.Wait()
	eventually(t, patience, "no goroutine of the log is left", func(context.Context) error { // one that is done may still be ending
		if after := runtime.NumGoroutine(); after > before {
			return fmt.Errorf("%d goroutines before, %d after the log was closed", before, after)
		}
		return nil
	})
	files, err := filepath.Glob(filepath.Join(dir, "entsoed*.log*"))
	if err != nil {
		t.Fatal(err)
	}
	found, packed := 0, 0
	for _, name := range files {
		if strings.HasSuffix(name, ".gz") {
			packed++
		}
		found += linesOf(t, name)
	}
	if found != 2*lines+1 || packed < 2 { // and one that tells the name of the second file
		t.Errorf("%d lines in %q, want %d", found, files, 2*lines+1)
	}
}

// linesOf counts the lines of a log file, which may be packed.
func linesOf(t *testing.T, name string) int {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var in io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	content, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(content, []byte("\n"))
}

// TestLogToDevice writes to what is no regular file, as people do who want none.
func TestLogToDevice(t *testing.T) {
	log, done, err := logConfig{Level: "info", Format: "text", File: os.DevNull}.logger(io.Discard, true)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	log.Info("hello")
	if _, err := os.Stat(os.DevNull + ".lock"); !os.IsNotExist(err) {
		t.Errorf("a lock file beside the device: %v", err)
	}
}
