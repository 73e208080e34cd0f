package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// ChannelAPI is the channel of the platform's interface, as entsoe.breakers has it.
const ChannelAPI = "api"

// When a breaker opens, and how often a channel is then probed.
const (
	breakerFailures  = 10               // in a row
	breakerFeeds     = 3                // over which they are
	firstProbe       = time.Minute      // after it opened; then twice as long each time
	longestProbe     = 15 * time.Minute // between two probes
	personsProbe     = time.Minute      // between any probe and one that a person waits for
	probeOfAny       = 30 * time.Second // for which a probe is left to feeds that were good lately
	goodLately       = "24 hours"       // before the breaker opened
	breakerClockStep = longestProbe     // farther ahead no probe is: the clock was set back
)

// Breaker is the circuit breaker of a channel: it is open while the channel is
// away. All times are by the workers' clock.
type Breaker struct {
	Channel   string    `json:"channel"`
	Opened    time.Time `json:"away_since,omitzero"` // zero: it is closed
	NextProbe time.Time `json:"next_probe,omitzero"` // zero: it is closed
	LastProbe time.Time `json:"last_probe,omitzero"` // zero: none since it opened
	Failures  int       `json:"failures"`            // in a row
	Cause     string    `json:"cause,omitempty"`     // of its opening

	epoch int
	feeds []int64
}

// Open reports whether only probes may be sent.
func (b Breaker) Open() bool { return !b.Opened.IsZero() }

// failed returns the breaker after a failure of a feed, sent while it was closed.
func (b Breaker) failed(feed int64, cause string, now time.Time) Breaker {
	b.Failures++
	if len(b.feeds) < breakerFeeds && !slices.Contains(b.feeds, feed) {
		b.feeds = append(slices.Clone(b.feeds), feed)
	}
	if b.Failures >= breakerFailures && len(b.feeds) >= breakerFeeds {
		b.epoch++
		b.Opened, b.Cause, b.NextProbe, b.LastProbe = now, cause, now.Add(firstProbe), time.Time{}
	}
	return b
}

// Breakers returns the breakers of all channels.
func (db *DB) Breakers(ctx context.Context) ([]Breaker, error) {
	rows, err := db.Pool.Query(ctx, breakerColumns+` order by channel`)
	var all []Breaker
	if err == nil {
		all, err = pgx.CollectRows(rows, scanBreaker)
	}
	if err != nil {
		return nil, fmt.Errorf("circuit breakers: %w", err)
	}
	return all, nil
}

const breakerColumns = `
select channel, opened, next_probe, probed, failures, coalesce(cause, ''), epoch, feeds
from entsoe.breakers`

func scanBreaker(row pgx.CollectableRow) (b Breaker, err error) {
	var opened, next, last *time.Time
	err = row.Scan(&b.Channel, &opened, &next, &last, &b.Failures, &b.Cause, &b.epoch, &b.feeds)
	for to, from := range map[*time.Time]*time.Time{&b.Opened: opened, &b.NextProbe: next, &b.LastProbe: last} {
		if from != nil {
			*to = *from
		}
	}
	return b, err
}

// ProbeRequest asks whether a request may be sent to a channel.
type ProbeRequest struct {
	Channel string
	Feed    int64
	Person  bool // waits for the answer
	Now     time.Time
}

// Pass is the leave to send one request to a channel. Whoever has it must tell
// what came of it, by BreakerFailed, BreakerAnswered or ReturnProbe.
type Pass struct {
	ProbeRequest
	Probe bool // the channel is away, and this request finds out whether it still is
	epoch int
}

// PassBreaker gives a pass to any request while the breaker of its channel is
// closed, and to one at a time when a probe is due. To everybody else it returns
// the open breaker; until is when it is worth asking again.
//
// A probe is left for half a minute to feeds whose answers were good on the day
// before the breaker opened. Taking it sets the time of the next one, so a
// process that is killed while it probes holds up nobody.
func (db *DB) PassBreaker(ctx context.Context, r ProbeRequest) (pass Pass, away Breaker, until time.Time, err error) {
	rows, err := db.Pool.Query(ctx, breakerColumns+` where channel = $1`, r.Channel)
	if err == nil {
		away, err = pgx.CollectExactlyOneRow(rows, scanBreaker)
	}
	if err != nil {
		return pass, away, until, fmt.Errorf("circuit breaker of %s: %w", r.Channel, err)
	}
	pass = Pass{ProbeRequest: r, epoch: away.epoch}
	if !away.Open() {
		return pass, away, until, nil
	}
	if pass.Probe, err = db.claimProbe(ctx, r, away.epoch); err != nil {
		return pass, away, until, fmt.Errorf("claim the probe of %s: %w", r.Channel, err)
	}
	return pass, away, away.again(r), nil
}

// claimProbe takes the probe of an open breaker if it is due.
func (db *DB) claimProbe(ctx context.Context, r ProbeRequest, epoch int) (bool, error) {
	tag, err := db.Pool.Exec(ctx, `
update entsoe.breakers b
set probed = @now,
  wait = case when @person then b.wait else least(2 * b.wait, @longest) end,
  next_probe = case when @person then b.next_probe else @now::timestamptz + least(2 * b.wait, @longest) end
where b.channel = @channel and b.epoch = @epoch and b.opened is not null
  and case
    when @person then b.probed is null or b.probed <= @now::timestamptz - @persons::interval or b.probed > @now
    when b.next_probe > @now::timestamptz + @longest::interval then true  -- the clock was set back
    when b.next_probe <= @now::timestamptz - @any::interval then true
    when b.next_probe > @now then false
    else exists (
      select from entsoe.fetches f
      where f.feed_id = @feed and f.at < b.opened and f.at > b.opened - @lately::interval and f.outcome in ('data', 'empty'))
  end`, pgx.NamedArgs{
		"channel": r.Channel, "epoch": epoch, "feed": r.Feed, "person": r.Person, "now": r.Now,
		"longest": longestProbe, "persons": personsProbe, "any": probeOfAny, "lately": goodLately,
	})
	return err == nil && tag.RowsAffected() == 1, err
}

// again is when a request that got no probe asks for one again.
func (b Breaker) again(r ProbeRequest) time.Time {
	switch {
	case r.Person && b.LastProbe.After(r.Now.Add(-personsProbe)) && !b.LastProbe.After(r.Now):
		return b.LastProbe.Add(personsProbe)
	case b.NextProbe.After(r.Now) && !b.NextProbe.After(r.Now.Add(breakerClockStep)):
		return b.NextProbe
	}
	return r.Now.Add(probeOfAny) // somebody else has it, or it is left to another feed
}

// BreakerFailed tells the breaker that a request found the channel away. It
// returns the breaker as it is now, and whether this failure opened it: then the
// alarm is open as well.
func (db *DB) BreakerFailed(ctx context.Context, p Pass, cause string, now time.Time) (b Breaker, opened bool, err error) {
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, breakerColumns+` where channel = $1 for update`, p.Channel)
		if err != nil {
			return err
		}
		before, err := pgx.CollectExactlyOneRow(rows, scanBreaker)
		if err != nil || before.Open() || before.epoch != p.epoch {
			b = before
			return err
		}
		b = before.failed(p.Feed, cause, now)
		opened = b.Open()
		return writeFailure(ctx, tx, b)
	})
	if err != nil {
		return b, false, fmt.Errorf("tell the circuit breaker of %s of a failure: %w", p.Channel, err)
	}
	return b, opened, nil
}

func writeFailure(ctx context.Context, tx pgx.Tx, b Breaker) error {
	if !b.Open() {
		_, err := tx.Exec(ctx, `
update entsoe.breakers set failures = $2, feeds = $3
where channel = $1`, b.Channel, b.Failures, b.feeds)
		return err
	}
	_, err := tx.Exec(ctx, `
update entsoe.breakers
set failures = @failures, feeds = @feeds, epoch = @epoch, opened = @opened, cause = @cause,
  next_probe = @next_probe, probed = null, wait = @wait
where channel = @channel`, pgx.NamedArgs{
		"channel": b.Channel, "failures": b.Failures, "feeds": b.feeds, "epoch": b.epoch, "opened": b.Opened, "cause": b.Cause,
		"next_probe": b.NextProbe, "wait": firstProbe,
	})
	if err == nil {
		_, err = OpenAlarm(ctx, tx, Alarm{Kind: AlarmPlatform, Subject: b.Channel, Cause: b.Cause}, b.Opened)
	}
	return err
}

// BreakerAnswered tells the breaker that a request was answered in another way
// than by a failure, whatever the answer was. It reports whether that closed the
// breaker: then the alarm is closed as well. While all goes well it writes
// nothing.
func (db *DB) BreakerAnswered(ctx context.Context, p Pass, now time.Time) (closed bool, err error) {
	var n int
	err = db.Pool.QueryRow(ctx, `
with answered as (
  update entsoe.breakers b
  set failures = 0, feeds = '{}', opened = null, next_probe = null, probed = null, cause = null,
    epoch = b.epoch + (b.opened is not null)::integer
  where b.channel = $1 and b.epoch = $2 and (b.failures > 0 or b.opened is not null)
  returning b.channel
), over as (
  update entsoe.alarms a
  set closed = greatest($3, a.opened)
  from answered
  where $4 and a.kind = $5 and a.subject = answered.channel and a.closed is null
)
select count(*) from answered`, p.Channel, p.epoch, now, p.Probe, AlarmPlatform).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("tell the circuit breaker of %s of an answer: %w", p.Channel, err)
	}
	return n > 0 && p.Probe, nil
}

// ReturnProbe gives back a probe that was not sent. Of any other pass it is told
// in vain.
func (db *DB) ReturnProbe(ctx context.Context, p Pass, now time.Time) error {
	if !p.Probe {
		return nil
	}
	_, err := db.Pool.Exec(ctx, `
update entsoe.breakers
set probed = null, next_probe = case when $4 then next_probe else least(next_probe, $3) end
where channel = $1 and epoch = $2 and opened is not null`, p.Channel, p.epoch, now, p.Person)
	if err != nil {
		return fmt.Errorf("give back the probe of %s: %w", p.Channel, err)
	}
	return nil
}
