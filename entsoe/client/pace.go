package client

import (
	"fmt"
	"io"
	"time"

	"entsoed/entsoe/document"
)

// pace measures how long the platform takes for one exchange, and ends the
// exchange when that is too long or when bytes come too slowly. Only waiting for
// the platform counts, not what the caller does between two reads: decoding, or
// waiting for memory.
type pace struct {
	from    io.Reader // the body, once the head has come
	end     func(error)
	elapsed func() time.Time

	limit, left time.Duration // of the platform's time, and what is left of it
	head, body  time.Duration // until the head was there, and since then

	interval time.Duration // of the least speed
	least    int64         // bytes that must come in it
	since    time.Duration // of the platform's time since the interval began
	came     int64         // bytes since then
}

// slowness is why an exchange was ended: the platform took too long.
type slowness struct{ words string }

func (s *slowness) Error() string { return s.words }

// newPace returns the pace of an exchange that end ends.
func (c *Client) newPace(connecting time.Duration, end func(error)) *pace {
	return &pace{
		end: end, elapsed: c.elapsed, limit: c.Timeout, left: c.Timeout, head: connecting,
		interval: c.SlowAfter, least: int64(float64(c.LeastSpeed) * c.SlowAfter.Seconds()),
	}
}

// late is the reason when all of the time is used up.
func (p *pace) late() *slowness {
	return &slowness{fmt.Sprintf("no complete answer within %s", p.limit)}
}

// slow is the reason when fewer bytes came than must.
func (p *pace) slow() *slowness {
	return &slowness{fmt.Sprintf("the answer drips: less than %s in %s", document.Size(p.least), p.interval)}
}

// wait lets the platform do something, and tells how long that took.
func (p *pace) wait(limit time.Duration, why *slowness, something func()) time.Duration {
	timer := time.AfterFunc(limit, func() { p.end(why) })
	began := p.elapsed()
	something()
	took := p.elapsed().Sub(began)
	timer.Stop()
	p.left -= took
	return took
}

// waitForHead is wait for everything before the body.
func (p *pace) waitForHead(something func()) {
	p.head += p.wait(p.left, p.late(), something)
}

// Read reads from the body. A stalled read ends when the interval does in which
// too little came, even if no byte ever comes.
func (p *pace) Read(b []byte) (n int, err error) {
	limit, why := p.left, p.late()
	untilSlow := p.interval - p.since
	if p.came >= p.least {
		untilSlow += p.interval // this one is good already
	}
	if p.least > 0 && untilSlow < limit {
		limit, why = untilSlow, p.slow()
	}
	took := p.wait(limit, why, func() { n, err = p.from.Read(b) })
	p.body += took
	p.since += took
	p.came += int64(n)
	if p.since < p.interval {
		return n, err
	}
	if p.came < p.least && err == nil {
		err = p.slow()
		p.end(err)
	}
	p.since, p.came = 0, 0
	return n, err
}
