package webhook

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"unicode"
)

// Config says who is told of changes. The addresses are as secret as the secret:
// many a service tells its users apart by a word in the path.
type Config struct {
	// URLs are the addresses to post changes to, http or https, separated by commas or
	// spaces. A comma within one is written %2C. Unset: nobody is told. Never logged.
	URLs string `env:"CHANGES_WEBHOOK_URL"`
	// URLFile names a file that holds them, one a line, such as a Docker secret. It is
	// not read if CHANGES_WEBHOOK_URL is set.
	URLFile string `env:"CHANGES_WEBHOOK_URL_FILE"`
	// Secret is what the posts are signed with, at least 16 characters; several,
	// separated by spaces, while one takes the place of another. What follows whsec_ is
	// base64. Unset: they are not signed. Never logged.
	Secret string `env:"CHANGES_WEBHOOK_SECRET"`
	// SecretFile names a file that holds it. It is not read if CHANGES_WEBHOOK_SECRET
	// is set.
	SecretFile string `env:"CHANGES_WEBHOOK_SECRET_FILE"`
}

// String shows nothing of the addresses and the secret, so that no format verb does.
func (c Config) String() string { return "webhooks" }

// Check refuses values that cannot be worked with, without reading files and
// without quoting anything. Its errors name the variable.
func (c Config) Check() error {
	if _, err := parseURLs(c.URLs); err != nil {
		return fmt.Errorf("CHANGES_WEBHOOK_URL: %w", err)
	}
	if _, err := parseKeys(c.Secret); err != nil {
		return fmt.Errorf("CHANGES_WEBHOOK_SECRET: %w", err)
	}
	return nil
}

// Endpoints returns whom to post to, in the order of the setting. It reads the files
// that are named.
func (c Config) Endpoints() ([]Endpoint, error) {
	addresses, err := read("CHANGES_WEBHOOK_URL", c.URLs, c.URLFile, parseURLs)
	if err != nil || len(addresses) == 0 {
		return nil, err
	}
	keys, err := read("CHANGES_WEBHOOK_SECRET", c.Secret, c.SecretFile, parseKeys)
	if err != nil {
		return nil, err
	}
	all := make([]Endpoint, len(addresses))
	for i, address := range addresses {
		all[i] = Endpoint{Place: i + 1, address: address, keys: keys}
	}
	return all, nil
}

// read parses the value of a variable, else the content of the file of its twin.
func read[T any](name, value, file string, parse func(string) ([]T, error)) ([]T, error) {
	if value == "" && file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s_FILE: %w", name, err)
		}
		name, value = name+"_FILE", string(content)
		if strings.TrimSpace(value) == "" {
			return nil, fmt.Errorf("%s: %s is empty", name, file)
		}
	}
	parsed, err := parse(value)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return parsed, nil
}

// most bounds how many endpoints there may be: each has a job that is always worked.
const most = 20

func parseURLs(text string) ([]string, error) {
	addresses := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	if len(addresses) > most {
		return nil, fmt.Errorf("%d addresses are more than %d", len(addresses), most)
	}
	for i, address := range addresses {
		if !isURL(address) {
			return nil, fmt.Errorf("address %d must be an http or https URL without a fragment, such as https://example.org/hook; a comma in it is written %%2C", i+1)
		}
		if first := slices.Index(addresses, address); first < i {
			return nil, fmt.Errorf("addresses %d and %d are the same", first+1, i+1)
		}
	}
	return addresses, nil
}

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.Fragment == ""
}

const (
	// encodedPrefix begins a secret in the form of the Standard Webhooks.
	encodedPrefix = "whsec_"
	leastSecret   = 16 // bytes
)

func parseKeys(text string) (keys [][]byte, err error) {
	for secret := range strings.FieldsSeq(text) {
		key := []byte(secret)
		if encoded, ok := strings.CutPrefix(secret, encodedPrefix); ok {
			if key, err = base64.StdEncoding.DecodeString(encoded); err != nil {
				return nil, errors.New("what follows " + encodedPrefix + " must be base64")
			}
		}
		if len(key) < leastSecret {
			return nil, fmt.Errorf("must have at least %d characters, such as `openssl rand -hex 32` makes", leastSecret)
		}
		keys = append(keys, key)
	}
	return keys, nil
}
