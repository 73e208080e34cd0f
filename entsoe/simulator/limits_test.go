package simulator

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// The 401st request of any sliding minute is a ban of ten minutes; each token
// counts by itself.
func TestRequestsPerMinute(t *testing.T) {
	l := newLimiter(false)
	now := at("2026-11-22T14:00:00Z")
	l.now = func() time.Time { return now }
	for i := range 1000 { // 400 in each sliding minute, never one more
		if until := l.take("steady"); !until.IsZero() {
			t.Fatalf("request %d is banned until %s", i+1, until)
		}
		now = now.Add(150 * time.Millisecond)
	}
	if most, bans, rejected := l.counts(); most != 400 || bans != 0 || rejected != 0 {
		t.Errorf("counted at most %d a minute, %d bans, %d rejected; want 400, 0, 0", most, bans, rejected)
	}
	for i := range 400 {
		if until := l.take("hasty"); !until.IsZero() {
			t.Fatalf("request %d at once is banned", i+1)
		}
	}
	if until := l.take("hasty"); !until.Equal(now.Add(10 * time.Minute)) {
		t.Errorf("request 401 is banned until %s, want ten minutes from %s", until, now)
	}
	now = now.Add(10*time.Minute - time.Second)
	if l.take("hasty").IsZero() {
		t.Error("the ban ends early")
	}
	if !l.take("other").IsZero() {
		t.Error("the ban hits another token")
	}
	now = now.Add(time.Second)
	if !l.take("hasty").IsZero() {
		t.Error("the ban does not end")
	}
	if most, bans, rejected := l.counts(); most != 401 || bans != 1 || rejected != 2 {
		t.Errorf("counted at most %d a minute, %d bans, %d rejected; want 401, 1, 2", most, bans, rejected)
	}
}

func TestBanIsServed(t *testing.T) {
	query := "documentType=A44&contract_MarketAgreement.type=A01&in_Domain=" + nl + "&out_Domain=" + nl + "&" + period("2027-11-14T23:00:00Z", "2027-11-15T23:00:00Z")
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	free := standing("2026-11-22T14:00:00Z", Config{Seed: 1, Unlimited: true})
	for range 400 {
		ask(s, query)
		ask(free, query)
	}
	w := ask(s, query)
	if w.Code != http.StatusTooManyRequests || !strings.Contains(w.Body.String(), "<p>Requester banned until '") {
		t.Errorf("request 401: status %d, %s", w.Code, w.Body)
	}
	if w := ask(free, query); w.Code != http.StatusOK {
		t.Errorf("request 401 without limit: status %d", w.Code)
	}
	stats, freeStats := s.Stats(), free.Stats()
	if stats.Requests != 401 || stats.MaxPerMinute != 401 || stats.Bans != 1 || stats.Rejected != 1 || stats.Outcomes[outcomeBanned] != 1 {
		t.Errorf("counts are %+v", stats)
	}
	if freeStats.MaxPerMinute != 401 || freeStats.Bans != 0 || freeStats.Outcomes[outcomeNoData] != 401 || freeStats.Items["day_ahead_prices"] != 401 {
		t.Errorf("counts without limit are %+v", freeStats)
	}
}

// Measured at the platform in 2026-08: a year of prices of two auctions comes
// whole without offset, in disjoint pages of 100 with it, and past the end
// there is no data.
func TestPaging(t *testing.T) {
	query := "documentType=A44&contract_MarketAgreement.type=A01&in_Domain=" + deLU + "&out_Domain=" + deLU + "&" +
		period("2023-12-31T23:00:00Z", "2024-12-31T23:00:00Z")
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	all := readAnswer(t, ask(s, query))
	if len(all.TimeSeries) != 732 {
		t.Fatalf("without offset: %d TimeSeries, want 732", len(all.TimeSeries))
	}
	tests := []struct {
		offset string
		want   int
	}{{"0", 100}, {"100", 100}, {"700", 32}, {"732", 0}, {"4800", 0}}
	for _, test := range tests {
		page := readAnswer(t, ask(s, query+"&offset="+test.offset))
		if len(page.TimeSeries) != test.want {
			t.Errorf("offset %s: %d TimeSeries, want %d", test.offset, len(page.TimeSeries), test.want)
		}
		if test.want == 0 {
			if !strings.HasPrefix(page.Reason, "No matching data found") {
				t.Errorf("offset %s: %s", test.offset, page.Reason)
			}
			continue
		}
		if page.TimeSeries[0].MRID != "1" {
			t.Errorf("offset %s: mRID begins at %s, want 1 on each page", test.offset, page.TimeSeries[0].MRID)
		}
	}
	first, second := readAnswer(t, ask(s, query+"&offset=0")), readAnswer(t, ask(s, query+"&offset=100"))
	if last, next := first.TimeSeries[99].Periods[0].Start, second.TimeSeries[0].Periods[0].Start; last >= next {
		t.Errorf("the first page ends with %s, the second begins with %s", last, next)
	}
}

// Items that do not page refuse what is too much, with or without offset.
func TestInstances(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	border := ""
	for pair := range s.borders {
		query := "documentType=A31&auction.Type=A02&contract_MarketAgreement.Type=A01&in_Domain=" + pair[1] + "&out_Domain=" + pair[0]
		if len(readAnswer(t, ask(s, query+"&"+period("2024-01-01T23:00:00Z", "2024-01-02T23:00:00Z"))).TimeSeries) == 1 {
			border = query
			break
		}
	}
	fits := period("2024-01-01T23:00:00Z", "2024-04-09T22:00:00Z")
	if n := len(readAnswer(t, ask(s, border+"&"+fits)).TimeSeries); n != 99 {
		t.Errorf("99 days have %d TimeSeries", n)
	}
	for _, offset := range []string{"", "&offset=0"} {
		w := ask(s, border+offset+"&"+period("2023-12-31T23:00:00Z", "2024-12-31T23:00:00Z"))
		const want = "The number of instances (366) exceeds the allowed maximum (100) for data item OFFERED_TRANSFER_CAPACITIES_EXPLICIT."
		if got := readAnswer(t, w).Reason; w.Code != 400 || got != want {
			t.Errorf("a year%s: status %d, %q; want %q", offset, w.Code, got, want)
		}
	}
}
