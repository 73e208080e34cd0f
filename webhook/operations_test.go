package webhook

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// operations is the page that tells users of webhooks.
const operations = "../docs/operations.md"

// The receiver of the page takes what is signed, each change once, and nothing else.
func TestReceiverOfThePage(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 to run it")
	}
	address, dir := runReceiver(t, python)
	e := endpoint(t, address)
	post := func(e Endpoint, sent time.Time, body string) error {
		c := NewClient()
		c.now = func() time.Time { return sent }
		return c.Post(t.Context(), e, Message{ID: "changes_1", Attempt: 1, Body: []byte(body)})
	}
	const first = `{"type":"changes","changes":[{"number":1,"changed_at":"2026-06-10T13:30:00+00:00"},{"number":2,"changed_at":"2026-06-10T13:31:00+00:00"}]}`
	for range 2 { // the second time as if the first answer was lost
		if err := post(e, time.Now(), first); err != nil {
			t.Fatal(err)
		}
	}
	if err := post(e, time.Now(), strings.ReplaceAll(first, `"number":1`, `"number":3`)); err != nil {
		t.Error(err)
	}
	if err := post(e, time.Now(), `{"type":"changes_lost","first":1,"last":2}`); err != nil {
		t.Error(err)
	}
	forger := endpoints(t, Config{URLs: address, Secret: secret + "-forged"})[0]
	unsigned := endpoints(t, Config{URLs: address})[0]
	for name, err := range map[string]error{"forged": post(forger, time.Now(), first), "unsigned": post(unsigned, time.Now(), first), "old": post(e, time.Now().Add(-time.Hour), first)} {
		if failure, ok := errors.AsType[*Error](err); !ok || failure.Status != 401 {
			t.Errorf("%s: %v", name, err)
		}
	}
	out, err := exec.Command(python, "-c", `import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("select group_concat(number) from (select number from changes order by 1)").fetchone()[0])`, filepath.Join(dir, "changes.db")).Output()
	if err != nil || strings.TrimSpace(string(out)) != "1,2,3" {
		t.Errorf("it has kept %s, %v", out, err)
	}
}

// runReceiver starts the program and returns its address and its folder.
func runReceiver(t *testing.T, python string) (address, dir string) {
	t.Helper()
	dir = t.TempDir()
	file := filepath.Join(dir, "receiver.py")
	if err := os.WriteFile(file, onPage(t, "(?s)```python\n(.*?)```"), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") // finds a port that is free
	if err != nil {
		t.Fatal(err)
	}
	at := listener.Addr().String()
	listener.Close()
	_, port, _ := net.SplitHostPort(at)
	var out bytes.Buffer
	cmd := exec.Command(python, file)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	cmd.Env = append(cmd.Environ(), "CHANGES_WEBHOOK_SECRET="+secret, "PORT="+port)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if !strings.Contains(out.String(), "read everything anew: changes up to 2 are lost") {
			t.Errorf("it says:\n%s", &out)
		}
	})
	deadline := time.Now().Add(time.Minute)
	for {
		conn, err := net.Dial("tcp", at)
		if err == nil {
			conn.Close()
			return "http://" + at, dir
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not listen: %v\n%s", err, &out)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// The command of the page finds the signature.
func TestCommandOfThePage(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("there is no openssl to run it")
	}
	cmd := exec.Command("sh", "-c", string(onPage(t, `(?m)^    (\(printf .*openssl dgst.*)$`)))
	cmd.Dir = t.TempDir()
	m := Message{ID: "changes_1", Attempt: 1, Body: []byte(`{"changes":[]}`)}
	if err := os.WriteFile(filepath.Join(cmd.Dir, "body.json"), m.Body, 0o600); err != nil {
		t.Fatal(err)
	}
	sent := time.Unix(1781098200, 0)
	cmd.Env = append(cmd.Environ(), "id="+m.ID, fmt.Sprintf("timestamp=%d", sent.Unix()), "secret="+secret)
	out, err := cmd.CombinedOutput()
	if want := endpoint(t, "http://a.example").sign(m, sent); err != nil || "v1,"+strings.TrimSpace(string(out)) != want {
		t.Errorf("%s, %v; want %s", out, err, want)
	}
}

// onPage finds a part of the page.
func onPage(t *testing.T, pattern string) []byte {
	t.Helper()
	page, err := os.ReadFile(operations)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(pattern).FindSubmatch(page)
	if found == nil {
		t.Fatalf("the page has no %s", pattern)
	}
	return found[1]
}
