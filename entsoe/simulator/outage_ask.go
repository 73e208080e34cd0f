package simulator

import (
	"slices"
	"time"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// revision is one version of one document as an answer holds it.
type revision struct {
	q       *question
	subject *subject
	id      string
	number  int // revisionNumber
	story   story
	version
}

// told returns the papers of the documents that the question asks for: by mRID
// all versions, else the newest of each.
func (q *question) told(s *subject) []paper {
	if id := q.params[paramMRID]; id != "" {
		one, ok := s.lives.find(id)
		if !ok {
			return nil
		}
		return q.every(s, one)
	}
	now := q.now.Unix()
	life := q.lifetime()
	first, last := q.days()
	var papers []paper
	for day := max(first, life.From.Unix()/86400); day <= last && day*86400 < life.To.Unix(); day++ {
		for n := range s.lives.stories(day) {
			one := s.lives.tell(day, n)
			known := one.known(now)
			if known == 0 || !q.takes(s, &one, one.versions[known-1]) {
				continue
			}
			papers = append(papers, q.revision(s, one, known))
		}
	}
	return papers
}

func (q *question) revision(s *subject, one story, number int) *revision {
	return &revision{q: q, subject: s, id: s.lives.id(&one), number: number, story: one, version: one.versions[number-1]}
}

// every returns all versions of a document up to now, if one of them lies in
// the asked period: its dates may have moved.
func (q *question) every(s *subject, one story) []paper {
	var papers []paper
	known := one.versions[:one.known(q.now.Unix())]
	if !slices.ContainsFunc(known, q.overlaps) {
		return nil
	}
	for i, v := range known {
		if q.changed(v) && q.wants(paramStatus, s.statusOf(v)) {
			papers = append(papers, q.revision(s, one, i+1))
		}
	}
	return papers
}

// changed reports whether a version was published in the asked time of
// changes, if one is asked.
func (q *question) changed(v version) bool {
	return q.updated.From.IsZero() || q.updated.Contains(time.Unix(v.created, 0))
}

// days are those on which a document can begin that belongs to the answer.
func (q *question) days() (first, last int64) {
	if !q.updated.From.IsZero() {
		return (q.updated.From.Unix()-lengthMost-3*24*world.Hour)/86400 - 1, (q.updated.To.Unix()+leadMost)/86400 + 1
	}
	return (q.asked.From.Unix()-lengthMost-3*24*world.Hour)/86400 - 1, (q.asked.To.Unix()+3*24*world.Hour)/86400 + 1
}

// takes reports whether the newest version of a document belongs to the
// answer. Withdrawn ones must be asked for.
func (q *question) takes(s *subject, one *story, v version) bool {
	if asked := q.params[paramStatus]; asked != "" && asked != s.statusOf(v) || asked == "" && v.status == "A13" {
		return false
	}
	return q.changed(v) && q.overlaps(v) && q.wants(paramBusiness, s.businessOf(one)) && s.concerns(q, one)
}

// overlaps reports whether a version lies in the asked period, if one is asked.
func (q *question) overlaps(v version) bool {
	return q.asked.From.IsZero() || v.from < q.asked.To.Unix() && v.to > q.asked.From.Unix()
}

func (r *revision) instances() int     { return 1 }
func (r *revision) cut(_, _ int) paper { return r }

func (r *revision) extent() timeseries.Window {
	return timeseries.Window{From: time.Unix(r.from, 0).UTC(), To: time.Unix(r.to, 0).UTC()}
}

func (r *revision) write(w *writer) { r.subject.write(r, w) }
