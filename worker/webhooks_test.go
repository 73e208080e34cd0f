package worker

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entsoed/webhook"
)

// listener is one whom changes are posted to.
type listener struct {
	mu      sync.Mutex
	numbers []int64
	hold    bool // it does not answer
}

func (l *listener) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var post struct{ Changes []struct{ Number int64 } }
	err := json.NewDecoder(r.Body).Decode(&post)
	l.mu.Lock()
	for _, c := range post.Changes {
		l.numbers = append(l.numbers, c.Number)
	}
	hold := l.hold
	l.mu.Unlock()
	if err != nil {
		panic(err)
	}
	if hold {
		<-r.Context().Done()
	}
}

func (l *listener) count() int { return len(l.all()) }

func (l *listener) all() []int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.numbers)
}

func (l *listener) setHold(hold bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hold = hold
}

// webhooks sets the addresses of the processes that are started from now on.
func (s *scene) webhooks(addresses ...string) {
	s.Helper()
	all, err := webhook.Config{URLs: strings.Join(addresses, ","), Secret: "secret-of-the-webhook"}.Endpoints()
	if err != nil {
		s.Fatal(err)
	}
	s.Deps.Webhooks = all
}

// Two processes, one of which has a webhook in its settings, tell it of all that they
// collect. A stop does not wait for one that is silent. Its job goes when it is taken
// out of the settings, as do its alarms; when it is back, it goes on where it was.
func TestRunTellsWebhooks(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.Deps.pace = realPace()
	s.Deps.pace.Watch = 200 * time.Millisecond
	s.Deps.Collect.Items = []string{"actual_total_load"}
	l := new(listener)
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	s.run()
	s.webhooks(server.URL + "/wordinpath")
	r := s.run()
	s.await("the data", func() bool { return s.states("collect") == "completed 3" })
	s.await("the changes", func() bool {
		return l.count() > 0 && query[bool](s, `select bool_and(cursor = entsoe.last_change()) and count(*) = 1 from entsoe.webhooks`)
	})
	for i, n := range l.all() {
		if n != int64(i+1) {
			t.Fatalf("numbers %d", l.all())
		}
	}

	t.Log("a stop while it is silent")
	l.setHold(true)
	query[int64](s, `select entsoe.resume_webhook(1, 0)`)
	s.await("the post", func() bool { return l.count() > 3 })
	began := time.Now()
	r.stop()
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("the stop took %s", took)
	}

	t.Log("it is not in the settings any more")
	query[int](s, `insert into entsoe.alarms (kind, subject, cause, opened) values ('webhook', 'webhook 1', 'a test', now()) returning 1`)
	query[int](s, `update entsoe.webhooks set seen_at = seen_at - interval '2 minutes' returning 1`)
	s.await("the end of the job", func() bool { return s.states("webhook") == "" })
	if n := query[int](s, `select count(*)::int from entsoe.alarms where closed is null and kind = 'webhook'`); n != 0 {
		t.Error("the alarm is open")
	}

	t.Log("it is back")
	l.setHold(false)
	s.run()
	s.await("the changes", func() bool { return query[bool](s, `select cursor = entsoe.last_change() from entsoe.webhooks`) })
	if n := s.Log.Count("changes are posted to a webhook, signed"); n != 2 {
		t.Errorf("%d lines tell of the webhook", n)
	}
	for _, secret := range []string{"wordinpath", "secret-of-the-webhook", strings.TrimPrefix(server.URL, "http://")} {
		if s.Log.Count(secret) > 0 {
			t.Errorf("%q is in the log\n%s", secret, s.Log)
		}
	}
}
