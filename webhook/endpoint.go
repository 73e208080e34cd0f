// Package webhook posts messages to the servers of the users, over HTTP, and signs
// them. It knows nothing of what the messages say.
//
// Headers and signature are those of the Standard Webhooks
// (https://www.standardwebhooks.com, version 1.0.0), for which receivers find
// libraries in most languages.
package webhook

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Endpoint is where messages are posted to. Nothing that prints it shows the address
// or the keys.
type Endpoint struct {
	Place   int // in the setting, counted from 1
	address string
	keys    [][]byte // that sign; none: messages are not signed
}

// Format prints the same for all verbs.
func (e Endpoint) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "address %d of CHANGES_WEBHOOK_URL", e.Place)
}

// Signs reports whether its messages are signed.
func (e Endpoint) Signs() bool { return len(e.keys) > 0 }

// Identity tells the address from others where it must not be shown. A word in it
// that is easy to guess is not to be found by trying many, so it is derived as from
// a password.
func (e Endpoint) Identity(salt string) (string, error) {
	const rounds, size = 100_000, 16
	key, err := pbkdf2.Key(sha256.New, e.address, []byte("entsoed webhook "+salt), rounds, size)
	if err != nil {
		return "", fmt.Errorf("identity of %s: %w", e, err)
	}
	return hex.EncodeToString(key), nil
}

// Message is what is posted.
type Message struct {
	ID      string // the same at each attempt
	Attempt int    // counted from 1
	Body    []byte // JSON
}

// sign returns the signatures of a message that is sent at a time: of each key the
// HMAC-SHA256 of id, Unix time and body, joined by dots.
func (e Endpoint) sign(m Message, sent time.Time) string {
	all := make([]string, len(e.keys))
	for i, key := range e.keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(m.ID + "." + strconv.FormatInt(sent.Unix(), 10) + "."))
		mac.Write(m.Body)
		all[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(all, " ")
}
