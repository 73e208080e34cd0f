package simulator

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The tools over HTTP: faults and holds in, state out, release.
func TestTools(t *testing.T) {
	s, url := served(t, Config{Seed: 1})
	call := func(method, path, body string) (int, string) {
		t.Helper()
		request, err := http.NewRequest(method, url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(text)
	}
	if status, body := call("POST", "/faults", `{"faults":[{"kind":"delay","value":"1ms","next":2}],"holds":[{"point":"before","area":"`+nl+`"}]}`); status != 200 || !strings.Contains(body, `"value": "1ms"`) {
		t.Errorf("POST /faults: %d %s", status, body)
	}
	done := make(chan string)
	go func() {
		_, body, _ := get(url, loadOfADay)
		done <- body
	}()
	if _, err := s.AwaitHeld(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, body := call("GET", "/faults", ""); !strings.Contains(body, `"point": "before"`) || !strings.Contains(body, nl) || !strings.Contains(body, `"next": 1`) {
		t.Errorf("GET /faults: %s", body)
	}
	if _, body := call("POST", "/release", ""); !strings.Contains(body, `"released": 1`) {
		t.Errorf("POST /release: %s", body)
	}
	if body := <-done; !strings.Contains(body, "</GL_MarketDocument>") {
		t.Errorf("the released request got %.200s", body)
	}
	if status, body := call("POST", "/faults", `{"faults":[{"kind":"explode"}]}`); status != 400 || !strings.Contains(body, "unknown fault") {
		t.Errorf("a wrong fault: %d %s", status, body)
	}
	if status, _ := call("POST", "/faults", `{"fault":[]}`); status != 400 {
		t.Errorf("a wrong field: %d", status)
	}
	if _, body := call("DELETE", "/faults", ""); strings.Contains(body, "delay") {
		t.Errorf("DELETE /faults: %s", body)
	}
	if _, body := call("GET", "/stats", ""); !strings.Contains(body, `"max_per_minute": 1`) || !strings.Contains(body, `"requests": 1`) {
		t.Errorf("GET /stats: %s", body)
	}
}

// A request that is held in the middle has half of its body on the wire; one
// that is not let go goes on by itself.
func TestHoldInTheMiddleOfTheBody(t *testing.T) {
	s, url := served(t, Config{Seed: 1, Faults: []Fault{{Kind: FaultGzip, Value: "off"}}})
	if err := s.Hold(Hold{Point: HoldBody, Item: "actual_total_load"}); err != nil {
		t.Fatal(err)
	}
	response, err := http.Get(url + "/api?securityToken=any&" + loadOfADay)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	half := make([]byte, 2000)
	if _, err := io.ReadFull(response.Body, half); err != nil {
		t.Fatal(err)
	}
	held, err := s.AwaitHeld(t.Context(), 1)
	if err != nil || len(held) != 1 || held[0].Point != HoldBody || held[0].Item != "actual_total_load" {
		t.Errorf("held are %+v", held)
	}
	if n := s.Release(held[0].ID); n != 1 {
		t.Errorf("%d released", n)
	}
	rest, err := io.ReadAll(response.Body)
	if err != nil || !strings.HasSuffix(string(rest), "</GL_MarketDocument>") {
		t.Errorf("the rest: %v, %.100q", err, rest)
	}
	if err := s.Hold(Hold{Point: HoldBefore, Seconds: 0.01}); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if _, body, err := get(url, loadOfADay); err != nil || len(body) < 2000 || time.Since(begun) < 10*time.Millisecond {
		t.Errorf("a hold of 10 ms: %v, %d bytes after %s", err, len(body), time.Since(begun))
	}
	if err := s.Hold(Hold{Point: "after"}); err == nil {
		t.Error("a hold at an unknown point is accepted")
	}
}

// A client that goes away ends its hold.
func TestHoldEndsWithTheClient(t *testing.T) {
	s, url := served(t, Config{Seed: 1})
	if err := s.Hold(Hold{Point: HoldBefore}); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: 20 * time.Millisecond}
	if _, err := client.Get(url + "/api?securityToken=any&" + loadOfADay); err == nil {
		t.Error("the held request was answered")
	}
	deadline := time.Now().Add(5 * time.Second)
	for s.Stats().InFlight > 0 && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	if stats := s.Stats(); stats.InFlight != 0 || stats.Outcomes[outcomeAborted] != 1 || len(s.Held()) != 0 {
		t.Errorf("after the client went away: %+v, held %v", stats, s.Held())
	}
}
