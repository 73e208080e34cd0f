package schema

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/text/secure/precis"
)

// scramIterations is PostgreSQL's own default.
const scramIterations = 4096

// newVerifier returns what PostgreSQL keeps of a password (RFC 5803), as it would
// compute it itself: with it, the password is not in the statement that sets it.
func newVerifier(password string) (string, error) {
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	return scramVerifier(password, salt, scramIterations)
}

// verifies reports whether a verifier is one of the password.
func verifies(verifier, password string) bool {
	var iterations int
	var rest string
	if n, _ := fmt.Sscanf(verifier, "SCRAM-SHA-256$%d:%s", &iterations, &rest); n != 2 || iterations < 1 {
		return false
	}
	encoded, _, _ := strings.Cut(rest, "$")
	salt, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return false
	}
	same, err := scramVerifier(password, salt, iterations)
	return err == nil && same == verifier
}

func scramVerifier(password string, salt []byte, iterations int) (string, error) {
	if normal, err := precis.OpaqueString.String(password); err == nil { // else it is taken as it is, as clients do
		password = normal
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("verifier of a password: %w", err)
	}
	sign := func(text string) []byte {
		mac := hmac.New(sha256.New, salted)
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}
	stored := sha256.Sum256(sign("Client Key"))
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", iterations, encode(salt), encode(stored[:]), encode(sign("Server Key"))), nil
}
