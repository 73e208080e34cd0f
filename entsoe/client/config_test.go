package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEndpoint(t *testing.T) {
	for want, config := range map[string]Config{
		SimulatorURL:                           {},
		PlatformURL:                            {Token: "x"},
		"https://web-api.tp-iop.entsoe.eu/api": {URL: "https://web-api.tp-iop.entsoe.eu/api", Token: "x"},
		"http://127.0.0.1:8080/api":            {URL: "http://127.0.0.1:8080/api"},
	} {
		if got := config.Endpoint(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := (Config{TokenFile: "token"}).Endpoint(); got != PlatformURL {
		t.Errorf("with a token file: got %s", got)
	}
}

func TestConfigRefusals(t *testing.T) {
	for _, test := range []struct {
		config Config
		want   []string // in the message; none: valid
	}{
		{Config{}, nil},
		{Config{URL: "https://[::1]:8080/api"}, nil},
		{Config{RequestsPerMinute: 400}, nil},
		{Config{RequestsPerMinute: 401}, []string{"ENTSOE_REQUESTS_PER_MINUTE is 401", "1 to 400"}},
		{Config{RequestsPerMinute: -1}, []string{"ENTSOE_REQUESTS_PER_MINUTE", "1 to 400"}},
		{Config{URL: "web-api.tp.entsoe.eu/api"}, []string{"ENTSOE_API_URL", "http or https"}},
		{Config{URL: "ftp://web-api.tp.entsoe.eu/api"}, []string{"ENTSOE_API_URL", "http or https"}},
		{Config{URL: "https:///api"}, []string{"ENTSOE_API_URL", "http or https"}},
		{Config{URL: "http://%zz"}, []string{"ENTSOE_API_URL", "http or https"}},
		{Config{URL: "https://host/api?securityToken=SECRET-TOKEN"}, []string{"ENTSOE_API_URL", "query"}},
		{Config{URL: "https://user:SECRET-TOKEN@host/api"}, []string{"ENTSOE_API_URL", "user"}},
		{Config{Token: "SECRET-TOKEN two"}, []string{"ENTSOE_API_TOKEN", "one word"}},
		{Config{Token: "SECRET-TOKEN", TokenFile: "absent"}, nil},
	} {
		if test.config.RequestsPerMinute == 0 {
			test.config.RequestsPerMinute = 390
		}
		err := test.config.Validate()
		if (err == nil) != (test.want == nil) {
			t.Errorf("%+v: %v", test.config, err)
		}
		for _, want := range test.want {
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%v does not say %q", err, want)
			}
		}
		if err != nil && strings.Contains(err.Error(), "SECRET") {
			t.Errorf("the error shows the token: %v", err)
		}
	}
}

func TestReadToken(t *testing.T) {
	folder := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, test := range []struct {
		config Config
		want   string // token, or what the error says
	}{
		{Config{}, string(SimulatedToken)},
		{Config{Token: " abc\n"}, "abc"},
		{Config{TokenFile: file("good", "\n  abc-def \r\n")}, "abc-def"},
		{Config{Token: "from-shell", TokenFile: filepath.Join(folder, "absent")}, "from-shell"},
		{Config{TokenFile: file("empty", " \n")}, "ENTSOE_API_TOKEN_FILE: " + filepath.Join(folder, "empty") + " is empty: it must hold the token"},
		{Config{TokenFile: file("lines", "SECRET\nTOKEN\n")}, "ENTSOE_API_TOKEN_FILE: " + filepath.Join(folder, "lines") + ": must be one word without spaces, as shown in My Account"},
		{Config{TokenFile: filepath.Join(folder, "absent")}, "ENTSOE_API_TOKEN_FILE: open " + filepath.Join(folder, "absent") + ": no such file or directory"},
	} {
		test.config.RequestsPerMinute = 390
		token, err := test.config.ReadToken()
		got := string(token)
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestSecretIsNotShown(t *testing.T) {
	config := Config{Token: "SECRET-TOKEN"}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+"\n"+verb+"\n", config, config.Token)
	}
	if err := json.NewEncoder(&out).Encode(config); err != nil {
		t.Fatal(err)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("settings", "config", config, "token", config.Token)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("settings", "config", config, "token", config.Token)
	for _, shown := range []string{"SECRET", fmt.Sprintf("%x", "SECRET")} {
		if strings.Contains(out.String(), shown) {
			t.Errorf("%s is shown in:\n%s", shown, out.String())
		}
	}
	if n := strings.Count(out.String(), redacted); n != 19 {
		t.Errorf("%d times %s instead of 19:\n%s", n, redacted, out.String())
	}
}
