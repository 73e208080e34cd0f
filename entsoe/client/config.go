package client

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"unicode"
)

const (
	// PlatformURL is the production endpoint: one path for all data items.
	PlatformURL = "https://web-api.tp.entsoe.eu/api"
	// SimulatorURL is where the bundled simulator answers in the compose network.
	SimulatorURL = "http://simulator:8080/api"
	// SimulatedToken is sent where no token is set. It is no secret.
	SimulatedToken Secret = "simulated"
)

// MostRequestsPerMinute is what the platform allows per token; above it the
// token is banned for ten minutes.
const MostRequestsPerMinute = 400

// Config says where the data comes from and how fast.
type Config struct {
	// URL of the platform's RESTful API, http or https, without a query. Unset:
	// the platform (https://web-api.tp.entsoe.eu/api) if a token is set, else
	// the simulator that comes with entsoed (http://simulator:8080/api).
	// The platform's test system is https://web-api.tp-iop.entsoe.eu/api.
	URL string `env:"ENTSOE_API_URL"`

	// Token is the platform's "Web API Security Token", a UUID from My Account
	// at https://transparency.entsoe.eu (access is granted on request by
	// e-mail). Without one, entsoed collects simulated data.
	Token Secret `env:"ENTSOE_API_TOKEN"`

	// TokenFile names a file that holds the token, such as a Docker secret;
	// space around it is ignored. It is not read if ENTSOE_API_TOKEN is set, so
	// that a token from the shell wins over a file that is set up for good.
	TokenFile string `env:"ENTSOE_API_TOKEN_FILE"`

	// RequestsPerMinute is the budget that all processes on one database share,
	// 1 to 400. The platform bans a token for ten minutes above 400 a minute;
	// lower it if the token is also used elsewhere.
	RequestsPerMinute int `env:"ENTSOE_REQUESTS_PER_MINUTE, default=390"`
}

// HasToken reports whether a token or a file with one is set, that is whether
// real data is collected.
func (c Config) HasToken() bool { return c.Token != "" || c.TokenFile != "" }

// Endpoint returns the URL to ask: URL if set, else the platform's with a
// token and the simulator's without.
func (c Config) Endpoint() string {
	switch {
	case c.URL != "":
		return c.URL
	case c.HasToken():
		return PlatformURL
	default:
		return SimulatorURL
	}
}

// Validate checks the values without reading the token's file. Its errors name
// the variable and what is allowed.
func (c Config) Validate() error {
	if err := checkURL(c.Endpoint()); err != nil {
		return fmt.Errorf("ENTSOE_API_URL: %w", err)
	}
	if err := checkToken(c.Token); err != nil {
		return fmt.Errorf("ENTSOE_API_TOKEN: %w", err)
	}
	if c.RequestsPerMinute < 1 || c.RequestsPerMinute > MostRequestsPerMinute {
		return fmt.Errorf("ENTSOE_REQUESTS_PER_MINUTE is %d: must be 1 to %d", c.RequestsPerMinute, MostRequestsPerMinute)
	}
	return nil
}

// ReadToken returns the token from the variable, else from its file, else
// SimulatedToken.
func (c Config) ReadToken() (Secret, error) {
	if err := c.Validate(); err != nil {
		return "", err
	}
	switch {
	case c.Token != "":
		return Secret(strings.TrimSpace(string(c.Token))), nil
	case c.TokenFile != "":
		return readTokenFile(c.TokenFile)
	default:
		return SimulatedToken, nil
	}
}

func readTokenFile(name string) (Secret, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("ENTSOE_API_TOKEN_FILE: %w", err)
	}
	token := Secret(strings.TrimSpace(string(content)))
	if token == "" {
		return "", fmt.Errorf("ENTSOE_API_TOKEN_FILE: %s is empty: it must hold the token", name)
	}
	if err := checkToken(token); err != nil {
		return "", fmt.Errorf("ENTSOE_API_TOKEN_FILE: %s: %w", name, err)
	}
	return token, nil
}

// checkToken refuses what cannot be a token, without quoting it.
func checkToken(token Secret) error {
	odd := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }
	if strings.ContainsFunc(strings.TrimSpace(string(token)), odd) {
		return errors.New("must be one word without spaces, as shown in My Account")
	}
	return nil
}

// checkURL refuses an endpoint that cannot be asked. It quotes no part of the
// URL, which may have been given with a password or a token in it.
func checkURL(endpoint string) error {
	const want = "must be an http or https URL such as " + PlatformURL
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return errors.New(want)
	case u.Scheme != "http" && u.Scheme != "https":
		return errors.New(want)
	case !validPort(u.Port()):
		return errors.New(want + ", with a port of 1 to 65535 if it has one")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return errors.New(want + ", without user, query and fragment; the token has a variable of its own")
	}
	return nil
}

// validPort reports whether the port of a URL, empty without one, can be
// connected to.
func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}
