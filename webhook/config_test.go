package webhook

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestConfig(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	urls, key, blank := file("urls", "https://a.example/wordinpath\n\nhttps://b.example\n"), file("key", secret+"\n"), file("blank", " \n")
	many := strings.Repeat("https://a.example/", most+1)
	for _, test := range []struct {
		name   string
		config Config
		want   int // endpoints
		signed bool
		wrong  string // what the error says
	}{
		{"none", Config{}, 0, false, ""},
		{"a secret for nobody", Config{Secret: secret}, 0, false, ""},
		{"one", Config{URLs: "http://a.example:8080/x?y=z", Secret: secret}, 1, true, ""},
		{"commas and spaces", Config{URLs: "https://a.example/1,https://a.example/2 \n https://a.example/3"}, 3, false, ""},
		{"files", Config{URLFile: urls, SecretFile: key}, 2, true, ""},
		{"variables before files", Config{URLs: "https://a.example", URLFile: "/nowhere", Secret: secret, SecretFile: "/nowhere"}, 1, true, ""},
		{"no file", Config{URLFile: "/nowhere/urls"}, 0, false, "CHANGES_WEBHOOK_URL_FILE: open /nowhere/urls: no such file"},
		{"empty file", Config{URLs: "https://a.example", SecretFile: blank}, 0, false, "CHANGES_WEBHOOK_SECRET_FILE: " + blank + " is empty"},
		{"twice", Config{URLs: "https://a.example,https://b.example,https://a.example"}, 0, false, "CHANGES_WEBHOOK_URL: addresses 1 and 3 are the same"},
		{"scheme", Config{URLs: "https://a.example,ftp://wordinhost"}, 0, false, "CHANGES_WEBHOOK_URL: address 2 must be an http or https URL"},
		{"no host", Config{URLs: "https:///wordinpath"}, 0, false, "address 1 must be"},
		{"fragment", Config{URLs: "https://a.example/#wordinfragment"}, 0, false, "address 1 must be"},
		{"not to be parsed", Config{URLs: "https://a.example/%zzwordinpath"}, 0, false, "address 1 must be"},
		{"too many", Config{URLs: strings.ReplaceAll(many, "https", ",https")}, 0, false, "21 addresses are more than 20"},
		{"short secret", Config{URLs: "https://a.example", Secret: "wordinsecret"}, 0, false, "CHANGES_WEBHOOK_SECRET: must have at least 16 characters"},
		{"short secret in base64", Config{URLs: "https://a.example", Secret: "whsec_d29yZGlu"}, 0, false, "at least 16"},
		{"not base64", Config{URLs: "https://a.example", Secret: "whsec_wordinsecret!"}, 0, false, "must be base64"},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, err := test.config.Endpoints()
			if test.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), test.wrong) || strings.Contains(err.Error(), "wordin") {
					t.Errorf("%v, want %q in it, and nothing secret", err, test.wrong)
				}
				return
			}
			if err != nil || len(all) != test.want {
				t.Fatalf("%d endpoints, %v; want %d", len(all), err, test.want)
			}
			for i, e := range all {
				if e.Place != i+1 || e.Signs() != test.signed {
					t.Errorf("%v: signs %v", e, e.Signs())
				}
			}
			if err := test.config.Check(); err != nil {
				t.Errorf("Check: %v", err)
			}
		})
	}
}

// Neither settings nor endpoints show what is secret when they are printed.
func TestNothingIsPrinted(t *testing.T) {
	c := Config{URLs: "https://wordinhost.example" + path, Secret: secret}
	e := endpoint(t, c.URLs)
	encoded, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf("%v %+v %s", c, c, c), fmt.Sprintf("%v %+v %#v %q %x", e, e, e, e, e), fmt.Sprint([]Endpoint{e}), string(encoded)} {
		secretive(t, text, c.URLs)
	}
}

// An address has the same identity as long as the salt is the same, and no other has.
func TestIdentity(t *testing.T) {
	identity := func(address, salt string) string {
		text, err := endpoint(t, address).Identity(salt)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	all := []string{identity("https://a.example", "1"), identity("https://a.example/", "1"), identity("https://a.example", "2")}
	if again := identity("https://a.example", "1"); again != all[0] || len(again) != 32 {
		t.Errorf("%s, then %s", all[0], again)
	}
	slices.Sort(all)
	if len(slices.Compact(all)) != 3 {
		t.Errorf("%q", all)
	}
}
