package simulator

import (
	"encoding/base64"
	"encoding/binary"

	"entsoed/entsoe/simulator/world"
)

// A document that is kept by mRID and revision has a life: it is published,
// revised several times, and perhaps cancelled or withdrawn in the end. The
// lives of an item and its areas are drawn day by day, the n-th of a day being
// the n-th outage that was first expected to begin on it. Each depends on
// nothing but the seed, the item, the areas, the day and its number.

// Bounds of a life, in seconds. They say which days must be drawn to answer for
// a window.
const (
	leadMost   = 60 * 24 * world.Hour // from the first publication to the beginning
	lengthMost = 190 * 24 * world.Hour
	shiftMost  = 12 * world.Hour // of one revision
)

// versionsMost is how often a document is published at most.
const versionsMost = 6

// version is one revision of a document, as far as all kinds have it in common.
type version struct {
	created  int64  // when it is published
	from, to int64  // of the event, whole minutes
	profile  uint64 // of the capacity that is left
	status   string // docStatus; empty: active
}

// story is the life of one document.
type story struct {
	day, n   int64
	own      uint64
	planned  bool
	count    int
	versions [versionsMost]version
}

// lives are the stories of one item and its areas.
type lives struct {
	feed    uint64
	rate    float64 // stories a day
	planned uint64  // percent that are known before they begin
}

// stories is how many stories a day has.
func (l *lives) stories(day int64) int64 {
	n := int64(l.rate)
	if world.Fraction(world.Mix(l.feed^uint64(day)*0x9e3779b97f4a7c15)) < l.rate-float64(n) {
		n++
	}
	return n
}

// tell tells the n-th story of a day.
func (l *lives) tell(day, n int64) story {
	s := story{day: day, n: n, own: world.Mix(l.feed ^ world.Mix(uint64(day)<<20|uint64(n)))}
	s.planned = s.draw(1)%100 < l.planned
	first := version{from: day*86400 + s.clock(), profile: s.draw(4)}
	first.to = first.from + s.length()
	first.created = first.from + 3*60 + int64(s.draw(5)%3100)
	if s.planned {
		ahead := world.Fraction(s.draw(5))
		first.created = first.from - 2*world.Hour - int64(ahead*ahead*float64(leadMost-3*world.Hour))
	}
	s.versions[0], s.count = first, 1
	for range [...]int{0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 4}[s.draw(6)%11] {
		s.revise()
	}
	s.end()
	return s
}

func (s *story) draw(i uint64) uint64 { return world.Mix(s.own + i) }

// clock is the time of the day at which it begins. What is planned tends to
// begin at a whole hour.
func (s *story) clock() int64 {
	if s.planned && s.draw(2)%20 < 11 {
		return int64(s.draw(2)>>8%24) * world.Hour
	}
	return int64(s.draw(2)>>8%1440) * 60
}

// length is how long it lasts: mostly hours or days, rarely half a year.
func (s *story) length() int64 {
	x, u := s.draw(3)%100, world.Fraction(s.draw(7))
	low, high := 1.0, 24.0
	switch {
	case x >= 97:
		low, high = 40*24, float64(lengthMost/world.Hour)
	case x >= 82:
		low, high = 7*24, 40*24
	case x >= 52:
		low, high = 24, 7*24
	}
	minutes := int64((low + u*(high-low)) * 60)
	if x%5 < 2 {
		minutes -= minutes % 60
	}
	return max(minutes, 15) * 60
}

// last is the newest of the versions that were published so far.
func (s *story) last() version { return s.versions[s.count-1] }

// revise tells the next version: the dates move, or the capacity changes.
func (s *story) revise() {
	v := s.last()
	h := s.draw(16 + uint64(s.count))
	u := world.Fraction(h)
	v.created += 10*60 + int64(u*u*float64(max(v.to-v.created-20*60, 0)))
	shift := (int64(h>>32%97) - 48) * shiftMost / 48 / 900 * 900
	switch {
	case h%10 < 4:
		v.to = max(v.to+shift, v.from+15*60)
	case h%10 < 6 && v.created < v.from:
		v.from += shift
		v.to += shift
	default:
		v.profile = h
	}
	s.add(v)
}

// end tells whether and how it ends before its time: planned work is
// cancelled, and a message that was wrong is withdrawn.
func (s *story) end() {
	h := s.draw(8)
	v := s.last()
	v.created += 10*60 + int64(world.Fraction(h)*float64(max(v.to-v.created-20*60, 0)))
	switch {
	case h%100 < 13 && s.planned:
		v.status = "A09"
	case h%100 >= 93:
		v.status = "A13"
	default:
		return
	}
	s.add(v)
}

func (s *story) add(v version) {
	if s.count < versionsMost {
		s.versions[s.count] = v
		s.count++
	}
}

// known is how many versions are published at an instant.
func (s *story) known(now int64) int {
	n := 0
	for n < s.count && s.versions[n].created <= now {
		n++
	}
	return n
}

// id is the mRID of a story: 22 characters, from which the day and the number
// can be read again by who knows the feed.
func (l *lives) id(s *story) string {
	x := uint64(s.day)<<20 | uint64(s.n)
	check := world.Mix(x ^ l.feed)
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], check)
	binary.BigEndian.PutUint64(b[8:], x^world.Mix(check))
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// find returns the story of an mRID, if it is one of these.
func (l *lives) find(id string) (story, bool) {
	b, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil || len(b) != 16 {
		return story{}, false
	}
	check := binary.BigEndian.Uint64(b[:8])
	x := binary.BigEndian.Uint64(b[8:]) ^ world.Mix(check)
	if world.Mix(x^l.feed) != check {
		return story{}, false
	}
	day, n := int64(x>>20), int64(x&(1<<20-1))
	if n >= l.stories(day) {
		return story{}, false
	}
	return l.tell(day, n), true
}
