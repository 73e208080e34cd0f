package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestWorkersTellAWebhook kills the one of two workers that posts to a webhook. The
// other goes on, and the webhook has every change, in their order.
func TestWorkersTellAWebhook(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts workers")
	}
	t.Parallel()
	s := newSite(t)
	l := s.listen()
	one, two := s.worker("one worker"), s.worker("the other worker")
	var poster string
	eventually(t, patience, "a post", func(context.Context) error {
		last, err := l.gaps()
		if err == nil && last == 0 {
			err = errNotYet
		}
		return err
	})
	eventually(t, patience, "the process that posts", func(context.Context) error {
		poster = read[string](s, `select coalesce(max(split_part(attempted_by[cardinality(attempted_by)], '_', 2)), '') from river.river_job where kind = 'webhook' and state = 'running'`)
		if poster == "" {
			return errNotYet
		}
		return nil
	})
	if poster != strconv.Itoa(one.cmd.Process.Pid) {
		one, two = two, one
	}
	one.kill()
	before := read[int64](s, `select entsoe.last_change()`)
	s.place(siteOrders)
	eventually(t, patience, "what was ordered", func(context.Context) error {
		if read[int64](s, `select entsoe.last_change()`) == before {
			return errNotYet
		}
		return nil
	})
	s.heardAll(l, one, two)
	two.terminate()
}

// listener takes what the workers of a site post, but for every fifth post.
type listener struct {
	mu      sync.Mutex
	posts   int
	numbers []int64 // of the changes that it has taken, in their order
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var post struct{ Changes []struct{ Number int64 } }
	err := json.NewDecoder(r.Body).Decode(&post)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.posts++
	if err != nil || l.posts%5 == 0 || r.Header.Get("webhook-signature") == "" {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	for _, c := range post.Changes {
		l.numbers = append(l.numbers, c.Number)
	}
}

// gaps returns the last number, and an error if one was left out before it. Any may
// come again, as the same post is sent again whose answer was lost.
func (l *listener) gaps() (last int64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range l.numbers {
		if n > last+1 {
			return last, fmt.Errorf("change %d came after %d", n, last)
		}
		last = max(last, n)
	}
	return last, nil
}

// What must stand in no line and no table.
const (
	webhookPath   = "word-in-the-path"
	webhookSecret = "secret-of-the-webhook"
)

// listen has the workers of the site post to a listener, by settings in files.
func (s *site) listen() *listener {
	s.Helper()
	l := new(listener)
	server := httptest.NewServer(l)
	s.Cleanup(server.Close)
	for name, content := range map[string]string{"CHANGES_WEBHOOK_URL_FILE": server.URL + "/" + webhookPath, "CHANGES_WEBHOOK_SECRET_FILE": webhookSecret} {
		file := filepath.Join(s.TempDir(), name)
		if err := os.WriteFile(file, []byte(content+"\n"), 0o600); err != nil {
			s.Fatal(err)
		}
		s.Settings[name] = file
	}
	return l
}

// heardAll waits until a listener has taken all changes that there are, in their order,
// and searches what the workers print and store for what is secret.
func (s *site) heardAll(l *listener, workers ...*program) {
	s.Helper()
	want := read[int64](s, `select entsoe.last_change()`)
	eventually(s.T, patience, "the changes", func(context.Context) error {
		if last, err := l.gaps(); err != nil || last < want {
			return fmt.Errorf("%d of %d changes, %v", last, want, err)
		}
		return nil
	})
	s.Logf("the webhook has taken %d changes", want)
	if want == 0 || read[int](s, `select count(*) from river.river_job where kind = 'webhook'`) != 1 {
		s.Errorf("%d changes, and not one job", want)
	}
	for _, secret := range []string{webhookPath, webhookSecret} {
		for _, w := range workers {
			if strings.Contains(w.out.String(), secret) {
				s.Errorf("%q is in the output of %s", secret, w.name)
			}
		}
		for _, table := range query(s.T, s.Config.URL, `select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('entsoe', 'river')`) {
			if n := query(s.T, s.Config.URL, `select count(*) from `+table[0].(string)+` t where t::text ~ '`+secret+`'`)[0][0].(int64); n > 0 {
				s.Errorf("%q is in %d rows of %s", secret, n, table[0])
			}
		}
	}
}
