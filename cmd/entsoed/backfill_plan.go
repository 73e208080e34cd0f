package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"entsoed/entsoe"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/queue"
)

// plannedBackfill is what a backfill would take, as --dry-run prints it.
type plannedBackfill struct {
	Items            []jobs.ItemPlan `json:"items"`
	From             time.Time       `json:"from"`
	To               time.Time       `json:"to"`
	Mode             string          `json:"mode"`
	Feeds            int             `json:"feeds"`          // that have something to do
	FeedsComplete    int             `json:"feeds_complete"` // that have not
	FeedsSilent      int             `json:"feeds_silent"`   // of the former those that never had data
	Requests         int             `json:"requests"`       // exact, or of items that page the least
	RequestsExpected int             `json:"requests_expected"`
	Revisions        *int            `json:"requests_revisions"` // more, for earlier revisions of outages: an estimate; null: nothing is known
	Exact            bool            `json:"exact"`
	PerMinute        int             `json:"per_minute"` // the budget of all lanes
	Share            float64         `json:"share"`      // of the lane of backfills
	Before           float64         `json:"before"`     // requests a minute of the lanes that go before it, in the last hour
	Ahead            int             `json:"ahead"`      // jobs of those lanes that wait, and are sent first
	Queued           int             `json:"queued"`     // requests of others in its lane, which are sent in turn with its own
	Seconds          *float64        `json:"seconds"`    // for the expected requests and all of those; null: the lane has no share
	Points           int64           `json:"points"`

	documents bool // outages are among the items
}

// planBackfill prints what an order would take.
func planBackfill(ctx context.Context, env environment, db *store.DB, o store.BackfillOrder, now time.Time, asJSON bool) error {
	plan, err := jobs.PlanBackfill(ctx, db, o, now)
	if err != nil {
		return orderFailure(err)
	}
	lanes, perMinute, err := db.Lanes(ctx, now)
	if err != nil {
		return err
	}
	before, err := queue.Before(ctx, db)
	if err != nil {
		return err
	}
	ahead, err := queue.Ahead(ctx, db)
	if err != nil {
		return err
	}
	p := newPlannedBackfill(plan, lanes, perMinute, before, ahead)
	p.Mode = string(o.Mode)
	if asJSON {
		return printJSON(env.Stdout, p)
	}
	return p.print(env)
}

func newPlannedBackfill(plan jobs.BackfillPlan, lanes []store.LaneUse, perMinute int, before []int, ahead int) plannedBackfill {
	p := plannedBackfill{
		Items: plan.Items, From: plan.Span.From, To: plan.Span.To, Feeds: plan.Feeds, FeedsComplete: plan.Complete, FeedsSilent: plan.Silent,
		Requests: plan.Requests, RequestsExpected: plan.Expected, Exact: true, PerMinute: perMinute, Points: int64(math.Round(plan.Points)),
		Revisions: plan.Revisions, Ahead: ahead,
	}
	for _, i := range plan.Items {
		p.Exact = p.Exact && !i.Paged
		item, _ := entsoe.ItemByName(i.Item)
		p.documents = p.documents || shown(item.Shape).Documents
	}
	for _, l := range lanes {
		if l.Lane == store.LaneBackfill {
			p.Share = l.Share
			break
		}
		p.Before += float64(l.LastHour) / 60
	}
	own := p.all()
	for _, left := range before {
		p.Queued += min(left, own) // they take turns
	}
	if rate := min(float64(perMinute)*p.Share, float64(perMinute)-p.Before); rate > 0 {
		seconds := float64(own+p.Queued)/rate*60 + float64(ahead)/float64(perMinute)*60
		p.Seconds = &seconds
	}
	return p
}

// all is how many requests are to be expected.
func (p plannedBackfill) all() int {
	if p.Revisions == nil {
		return p.RequestsExpected
	}
	return p.RequestsExpected + *p.Revisions
}

func (p plannedBackfill) print(env environment) error {
	rows := make([][]string, len(p.Items))
	for i, item := range p.Items {
		requests := grouped(int64(item.Requests))
		if item.Paged {
			requests = "at least " + requests
		}
		rows[i] = []string{item.Item, grouped(int64(item.Feeds)), requests, grouped(int64(math.Round(item.Points)))}
	}
	if len(rows) > 0 {
		if err := table(env.Stdout, []string{"ITEM", "FEEDS", "REQUESTS", "POINTS EXPECTED"}, rows); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout)
	}
	return details(env.Stdout, [][2]string{
		{"span", instant(&p.From) + " to " + instant(&p.To) + ", mode " + p.Mode},
		{"feeds", p.feeds()}, {"requests", p.requests()}, {"time", p.time()}, {"points", "about " + grouped(p.Points)},
	})
}

func (p plannedBackfill) feeds() string {
	text := grouped(int64(p.Feeds))
	if p.FeedsSilent > 0 {
		text += ", " + grouped(int64(p.FeedsSilent)) + " of them never had data and come last"
	}
	if p.FeedsComplete > 0 {
		text += "; of " + grouped(int64(p.FeedsComplete)) + " nothing is missing"
	}
	return text
}

func (p plannedBackfill) requests() string {
	var text string
	switch {
	case p.Exact:
		return grouped(int64(p.Requests))
	case p.RequestsExpected > p.Requests:
		text = fmt.Sprintf("at least %s, about %s are to be expected: some answers come in pages", grouped(int64(p.Requests)), grouped(int64(p.RequestsExpected)))
	default:
		text = fmt.Sprintf("at least %s; more where answers come in pages", grouped(int64(p.Requests)))
	}
	switch {
	case p.documents && p.Revisions != nil:
		text += fmt.Sprintf("; and about %s for earlier revisions of outages, which is an estimate from those in the database", grouped(int64(*p.Revisions)))
	case p.documents:
		text += "; and one for each outage of which only the latest revision comes"
	}
	return text
}

// time tells how long it takes, and from what that follows.
func (p plannedBackfill) time() string {
	budget := fmt.Sprintf("%d requests a minute, of which backfills may use %.0f %%", p.PerMinute, 100*p.Share)
	if p.Before >= 0.5 {
		budget += fmt.Sprintf(", less the %.0f a minute that the lanes before theirs took in the last hour", p.Before)
	}
	if p.Ahead > 0 {
		budget += fmt.Sprintf("; after %s of the lanes before it", count(p.Ahead, "request"))
	}
	if p.Queued > 0 {
		budget += fmt.Sprintf("; with %s of others in its lane, which are sent in turn with its own", count(p.Queued, "request"))
	}
	if p.Seconds == nil {
		return "for ever: " + budget
	}
	return "about " + durationText(time.Duration(*p.Seconds*float64(time.Second))) + ", at " + budget
}

// durationText writes a length of time for people: "3 s", "25 min", "5.0 h", "3.1 days".
func durationText(d time.Duration) string {
	switch {
	case d < 100*time.Second:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 100*time.Minute:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.1f h", d.Hours())
	}
	return fmt.Sprintf("%.1f days", d.Hours()/24)
}

// grouped writes a number with its thousands apart: "1,234,567".
func grouped(n int64) string {
	text := fmt.Sprint(n)
	var b strings.Builder
	for i, digit := range text {
		if i > 0 && (len(text)-i)%3 == 0 && text[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}
