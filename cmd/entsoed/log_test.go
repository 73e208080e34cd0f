package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
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
