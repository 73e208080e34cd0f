package jobs

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/store"
	"entsoed/webhook"
)

// Two processes post to one webhook, which fails in many ways; one of them is stopped
// meanwhile. It has taken exactly the changes, in their order, as entsoe.changes shows
// them; nothing is posted twice at a time, and a post that failed is the same again.
func TestWebhookTellsEveryChange(t *testing.T) {
	t.Parallel()
	h := newHooks(t)
	h.receiver.setAnswer(func(n int, post told, w http.ResponseWriter) int {
		switch n % 7 {
		case 0:
			return http.StatusInternalServerError
		case 2:
			panic(http.ErrAbortHandler) // the connection is cut
		case 3:
			w.Header().Set("Location", "/elsewhere")
			return http.StatusTemporaryRedirect
		case 5:
			if len(post.Changes) > 2 {
				return http.StatusRequestEntityTooLarge
			}
		}
		return http.StatusNoContent
	})
	both := map[int]webhook.Endpoint{h.Number: h.Endpoint}
	stop := h.process("one", both)
	h.process("two", both)
	h.insertJob()
	h.insertJob() // is there already
	for i := range 6 {
		h.change(5)
		if i == 3 {
			stop()
		}
	}
	numbers, rows := h.changes(1)
	h.await("all changes", func() bool { got, _ := h.taken(); return len(got) >= len(numbers) })
	gotNumbers, gotRows := h.taken()
	if !slices.Equal(gotNumbers, numbers) {
		t.Errorf("numbers %d, want %d", gotNumbers, numbers)
	}
	if diff := cmp.Diff(rows, gotRows); diff != "" {
		t.Errorf("rows (-want, +got)\n%s", diff)
	}
	if h.receiver.anyTwice() {
		t.Error("two posts at a time")
	}
	posts := h.receiver.all()
	failed := 0 // the first is refused; of how many there are more depends on how changes fall together
	for i, post := range posts {
		if post.Attempt == 1 || i == 0 {
			continue
		}
		failed++
		if before := posts[i-1]; before.ID != post.ID && len(before.Changes) <= len(post.Changes) {
			t.Errorf("attempt %d of %s, changes %d to %d, follows %s, changes %d to %d", post.Attempt, post.ID, post.First, post.Last, before.ID, before.First, before.Last)
		}
	}
	if failed == 0 || query[int](h.scene, `select count(*)::int from river.river_job where kind = 'webhook'`) != 1 {
		t.Errorf("%d attempts failed", failed)
	}
	h.await("the cursor", func() bool {
		return h.row("cursor, failures, last_error, next_at, trying_to, failing_since") == "31 0 "
	})
	if errors := query[int](h.scene, `select coalesce(max(cardinality(errors)), 0) from river.river_job`); errors > 0 {
		t.Errorf("%d errors in the job's row", errors)
	}
}

// A webhook that fails for long has an alarm until it takes changes again, and is left
// alone for as long as it asks.
func TestWebhookFails(t *testing.T) {
	t.Parallel()
	h := newHooks(t)
	h.Pace.Alarm = 30 * time.Millisecond
	h.receiver.setAnswer(func(int, told, http.ResponseWriter) int { return http.StatusBadGateway })
	h.start()
	h.change(1)
	const open = "webhook webhook 1 does not take changes: status 502 (Bad Gateway)"
	h.await("the alarm", func() bool { return h.alarms() == open+" *" })
	if n := h.Log.Count("a webhook takes no changes"); n != 1 {
		t.Errorf("%d lines tell it", n)
	}
	h.receiver.setAnswer(func(_ int, _ told, w http.ResponseWriter) int {
		w.Header().Set("Retry-After", "3600")
		return http.StatusTooManyRequests
	})
	h.await("the hour", func() bool { return h.row("round(extract(epoch from next_at - clock_timestamp()) / 600)") == "6" })
	if got := h.row("failing_since is not null, trying_to, last_error, sent_at"); got != "t 2 status 429 (Too Many Requests)" {
		t.Error(got)
	}
	h.receiver.setAnswer(nil)
	if after := query[int64](h.scene, `select entsoe.resume_webhook($1)`, h.Number); after != 1 {
		t.Errorf("it goes on after %d", after)
	}
	h.await("the end of the alarm", func() bool {
		return h.alarms() == strings.Replace(open, "502 (Bad Gateway)", "429 (Too Many Requests)", 1)
	})
	if n := h.Log.Count("takes changes again"); n != 1 {
		t.Errorf("%d lines tell the end", n)
	}
}

// A webhook that is gone is left alone, with an alarm, until somebody has it go on,
// from wherever.
func TestWebhookGone(t *testing.T) {
	t.Parallel()
	h := newHooks(t)
	h.receiver.setAnswer(func(int, told, http.ResponseWriter) int { return http.StatusGone })
	h.start()
	h.change(3)
	h.await("the alarm", func() bool {
		return h.alarms() == "webhook webhook 1 wants no changes any more: status 410 (Gone) *"
	})
	h.await("the end of the job", func() bool {
		return query[string](h.scene, `select string_agg(state::text, ' ') from river.river_job where kind = 'webhook'`) == "completed"
	})
	if got := h.row("parked_at is not null, next_at, cursor"); got != "t 1" {
		t.Error(got)
	}
	posts := len(h.receiver.all())
	h.insertJob()
	h.await("its end", func() bool {
		return query[int](h.scene, `select count(*)::int from river.river_job where kind = 'webhook' and state = 'completed'`) == 2
	})
	if n := len(h.receiver.all()); n != posts {
		t.Errorf("%d posts to what is parked", n-posts)
	}
	h.receiver.setAnswer(nil)
	if after := query[int64](h.scene, `select entsoe.resume_webhook($1, 0)`, h.Number); after != 0 {
		t.Errorf("it goes on after %d", after)
	}
	h.insertJob()
	h.await("all changes", func() bool { got, _ := h.taken(); return len(got) == 4 })
	if got, _ := h.taken(); !slices.Equal(got, []int64{1, 2, 3, 4}) {
		t.Errorf("%d", got)
	}
	for _, wrong := range []string{`select entsoe.resume_webhook(99)`, `select entsoe.resume_webhook(1, 99)`} {
		if _, err := h.DB.Pool.Exec(t.Context(), wrong); err == nil {
			t.Errorf("%s: no error", wrong)
		}
	}
}

// Changes that were deleted before they were taken are told as lost, and an alarm is
// open until those that are kept are taken.
func TestWebhookLosesChanges(t *testing.T) {
	t.Parallel()
	h := newHooks(t)
	h.change(5)
	if _, err := h.DB.DropChanges(t.Context(), noon.AddDate(10, 0, 0), time.Second); err != nil {
		t.Fatal(err)
	}
	h.change(2)
	h.receiver.setAnswer(func(_ int, post told, _ http.ResponseWriter) int {
		if post.Type == typeChanges && h.alarms() != "lost changes webhook 1 the changes 2 to 6 are no longer kept *" {
			t.Errorf("while they are posted: %s", h.alarms())
		}
		return http.StatusOK
	})
	h.start()
	h.await("what is kept", func() bool { got, _ := h.taken(); return len(got) == 2 })
	posts := h.receiver.all()
	if len(posts) != 2 || posts[0].Type != typeLost || posts[0].First != 2 || posts[0].Last != 6 || len(posts[0].Changes) > 0 {
		t.Errorf("%+v", posts)
	}
	if got, _ := h.taken(); !slices.Equal(got, []int64{7, 8}) {
		t.Errorf("%d", got)
	}
	h.await("the end of the alarm", func() bool { return h.alarms() == "lost changes webhook 1 the changes 2 to 6 are no longer kept" })

	t.Log("an earlier state of the changes is restored")
	h.receiver.setAnswer(nil)
	query[int64](h.scene, `update entsoe.webhooks set cursor = 100 returning cursor`)
	h.await("the posts", func() bool { return len(h.receiver.all()) == 4 })
	posts = h.receiver.all()[2:]
	if posts[0].Type != typeLost || posts[0].First != 101 || posts[0].Last != 6 || posts[1].First != 7 || posts[1].Last != 8 {
		t.Errorf("%+v", posts)
	}
	h.await("the end of its alarm", func() bool { return !strings.HasSuffix(h.alarms(), "*") && h.Log.Count("told anew") == 1 })
}

// A process that does not have the webhook in its settings leaves it to others.
func TestWebhookOfOthers(t *testing.T) {
	t.Parallel()
	h := newHooks(t)
	h.process("stranger", nil)
	h.insertJob()
	h.change(1)
	h.await("a snooze", func() bool {
		return query[bool](h.scene, `select metadata ? 'snoozes' from river.river_job where kind = 'webhook'`)
	})
	h.process("one", map[int]webhook.Endpoint{h.Number: h.Endpoint})
	h.await("the change", func() bool { got, _ := h.taken(); return len(got) == 1 })
}

// A stop hands the job back, also while the receiver is silent.
func TestWebhookStops(t *testing.T) {
	t.Parallel()
	h := newHooks(t)
	arrived, release := make(chan struct{}, 10), make(chan struct{})
	h.receiver.setAnswer(func(int, told, http.ResponseWriter) int {
		arrived <- struct{}{}
		<-release
		return http.StatusOK
	})
	t.Cleanup(func() { close(release) })
	stop := h.start()
	h.change(1)
	<-arrived
	began := time.Now()
	stop()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the stop took %s", took)
	}
	if got := query[string](h.scene, `select concat_ws(' ', state, attempt, cardinality(errors)) from river.river_job where kind = 'webhook'`); got != "available 0" {
		t.Errorf("the job is left %s", got)
	}
	if got := h.row("cursor, failures"); got != "1 0" {
		t.Errorf("the webhook is left at %s", got)
	}
}

func TestWebhookBatch(t *testing.T) {
	origin := Origin{Source: "platform", Installation: "1"}
	rows := func(sizes ...int) (all []store.Change) {
		for i, size := range sizes {
			all = append(all, store.Change{Number: int64(i + 8), Row: json.RawMessage(`"` + strings.Repeat("x", size-2) + `"`)})
		}
		return all
	}
	for _, test := range []struct {
		name        string
		changes     []store.Change
		trying      int64
		first, last int64
		count       int
	}{
		{"none", nil, 0, 0, 0, 0},
		{"all", rows(10, 10, 10), 0, 8, 10, 3},
		{"those that failed", rows(10, 10, 10), 9, 8, 9, 2},
		{"one at least", rows(10, 10, 10), 3, 8, 8, 1},
		{"those that fit", rows(mostBytes/2, mostBytes/2-10, 100), 0, 8, 9, 2},
		{"too large a one", rows(2*mostBytes, 10), 0, 8, 8, 1},
	} {
		b := origin.batch(test.changes, test.trying)
		if b.First != test.first || b.Last != test.last || b.Count != test.count || b.Empty() != (test.count == 0) {
			t.Errorf("%s: %d to %d, %d changes", test.name, b.First, b.Last, b.Count)
		}
		if test.count > 0 && !json.Valid(b.Body) {
			t.Errorf("%s: %.100s", test.name, b.Body)
		}
	}
	one := origin.batch(rows(10, 10), 0)
	first, again := one.message(store.Webhook{Number: 1}), one.message(store.Webhook{Number: 1, Failures: 3})
	if first.ID != again.ID || first.Attempt != 1 || again.Attempt != 4 {
		t.Errorf("%+v, then %+v", first, again)
	}
	if other := one.message(store.Webhook{Number: 2}); other.ID == first.ID {
		t.Error("two webhooks have the same id")
	}
}

func TestWebhookWaits(t *testing.T) {
	pace := (&Webhooks{}).pace()
	about := func(got, want time.Duration) bool { return got >= want*8/10 && got <= want*12/10 }
	for failures, want := range []time.Duration{1, 2, 4, 8, 16} {
		if got := pace.wait(failures, 0); !about(got, want*time.Second) {
			t.Errorf("after %d failures %s", failures, got)
		}
	}
	if got := pace.wait(1000, 0); !about(got, 15*time.Minute) {
		t.Errorf("after 1000 failures %s", got)
	}
	for asked, want := range map[time.Duration]time.Duration{time.Minute: time.Minute, time.Hour * 1000: 24 * time.Hour, time.Millisecond: time.Second} {
		if got := pace.wait(3, asked); got != want {
			t.Errorf("asked for %s: %s", asked, got)
		}
	}
}
