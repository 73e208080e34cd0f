package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSettingsPage holds docs/settings.md equal to what .env says.
func TestSettingsPage(t *testing.T) {
	content, err := os.ReadFile(dotEnv)
	if err != nil {
		t.Fatal(err)
	}
	comparePage(t, "settings.md", settingsPage(t, string(content)))
}

const settingsHead = `# Settings

Settings are environment variables. [.env](../.env) holds the defaults and is part of the repository: write what you change,
and above all your token, into ` + "`.env.local`" + `, which ` + "`docker compose`" + ` reads after it and git ignores. An empty value counts as
unset. A value with a ` + "`$`" + ` in it needs single quotes. A wrong value is refused at the start, with the name of the variable
and what is allowed. So is a misspelt name that begins with ` + "`ENTSOE_`" + `; the log warns of other names that are
almost those of settings, for they may belong to another program.

The ports that ` + "`docker compose`" + ` publishes are set by [two variables of its own](operations.md#ports). This page is generated from
` + "`.env`" + `: ` + "`just docs`" + ` writes it, and a test keeps it true.

| variable | default |
| --- | --- |
`

// settingsPage is the documentation of all settings, in Markdown: what .env says
// of them, in its order.
func settingsPage(t *testing.T, dotEnv string) []byte {
	t.Helper()
	var index, body bytes.Buffer
	group := regexp.MustCompile(`^# ---- (.+) ----$`)
	line := regexp.MustCompile(`^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$`)
	_, rest, _ := strings.Cut(dotEnv, "\n\n")
	for _, paragraph := range strings.Split(strings.TrimSpace(rest), "\n\n") {
		if title := group.FindStringSubmatch(paragraph); title != nil {
			fmt.Fprintf(&body, "\n## %s\n", title[1])
			continue
		}
		lines := strings.Split(paragraph, "\n")
		last := len(lines) - 1
		found := line.FindStringSubmatch(lines[last])
		if found == nil || last == 0 {
			t.Fatalf(".env: want a comment and a setting, got:\n%s", paragraph)
		}
		name, text := found[1], uncommented(lines[:last])
		value := defaultValue(found[2], text)
		fmt.Fprintf(&index, "| [`%s`](#%s) | %s |\n", name, strings.ToLower(name), value)
		fmt.Fprintf(&body, "\n### %s\n\n%s\n", name, text)
		if value != described {
			fmt.Fprintf(&body, "\nDefault: %s\n", value)
		}
	}
	return slices.Concat([]byte(settingsHead), index.Bytes(), body.Bytes())
}

// described stands for a default that its description gives, because it depends on
// other settings.
const described = "depends"

// defaultValue shows the default of a setting.
func defaultValue(value, description string) string {
	switch {
	case strings.Contains(description, "Default:"):
		return described
	case value == "":
		return "none"
	}
	return "`" + value + "`"
}

// uncommented returns the text of comment lines.
func uncommented(lines []string) string {
	text := make([]string, len(lines))
	for i, line := range lines {
		text[i] = strings.TrimPrefix(line, "# ")
	}
	return strings.Join(text, "\n")
}
