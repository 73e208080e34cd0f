package main

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"regexp"
	"strings"
)

// activeToken matches the lines of an env file that set the token, in all
// spellings that docker compose takes.
const activeToken = `(?m)^[ \t]*(?:export[ \t]+)?ENTSOE_API_TOKEN[ \t]*[=:](.*)$`

// refuseTokenInDotEnv looks at the file .env of the working folder, which is
// part of the repository (compose mounts it into the worker's container), and
// refuses a token in it: docker compose reads .env for interpolation, too, so
// that such a token would beat the one of .env.local, and it would be
// committed some day.
func refuseTokenInDotEnv(log *slog.Logger) error {
	const name = ".env"
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrPermission) {
		log.Warn(".env cannot be read, so it is not known whether a token stands in it")
		return nil
	}
	if err != nil {
		return err
	}
	for _, line := range regexp.MustCompile(activeToken).FindAllStringSubmatch(string(content), -1) {
		if dotEnvValue(line[1]) != "" {
			wrong := errors.New(".env: ENTSOE_API_TOKEN must not stand in this file, it is part of the repository")
			return &exitError{Status: exitUsage, Err: withHint(wrong,
				"move the line to .env.local (never committed), or set the variable in the shell; docker compose reads both")}
		}
	}
	return nil
}

// dotEnvValue cuts quotes and the comment from what stands behind "NAME=".
func dotEnvValue(text string) string {
	text = strings.TrimSpace(text)
	if quote := text[:min(1, len(text))]; quote == `"` || quote == "'" {
		value, _, _ := strings.Cut(text[1:], quote)
		return value
	}
	if strings.HasPrefix(text, "#") {
		return ""
	}
	value, _, _ := strings.Cut(text, " #")
	return strings.TrimSpace(value)
}
