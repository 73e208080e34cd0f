package schema

import (
	"log/slog"
	"time"
)

// progressEvery is how often a migration that moves points says how far it is.
const progressEvery = 15 * time.Second

// progress tells how far points have been moved.
type progress struct {
	log          *slog.Logger
	parts, done  int
	bytes, ready int64 // uncompressed, in the old form
	rows         int64
	start, told  time.Time
}

func (m *migration) newProgress() *progress {
	log := m.opts.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &progress{log: log, start: time.Now(), told: time.Now()}
}

func (p *progress) expect(parts []part) {
	p.parts += len(parts)
	for _, part := range parts {
		p.bytes += part.bytes
	}
}

func (p *progress) begin() {
	p.log.Info("points are moved to their new form; nobody can read or collect until that is done, and it may be interrupted and run again",
		"parts", p.parts, "megabytes", p.bytes>>20)
}

func (p *progress) moved(done part, rows int64) {
	p.done++
	p.ready += done.bytes
	p.rows += rows
	if p.done == p.parts || time.Since(p.told) < progressEvery {
		return
	}
	p.told = time.Now()
	share := float64(p.ready) / float64(max(p.bytes, 1))
	left := time.Duration(float64(time.Since(p.start)) * (1 - share) / max(share, 1e-6))
	p.log.Info("points are being moved", "part", p.done, "of", p.parts, "points", p.rows,
		"percent", int(100*share), "left", left.Round(time.Second))
}

func (p *progress) end() {
	p.log.Info("points were moved", "points", p.rows, "took", time.Since(p.start).Round(time.Second))
}
