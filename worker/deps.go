package worker

import (
	"log/slog"
	"time"

	"entsoed/entsoe/client"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/webhook"
)

// Deps is all that the running process works with.
type Deps struct {
	Worker  Config
	Collect jobs.Config
	Store   store.Config
	Source  store.Source
	Client  *client.Client
	// Schema is the newest that this program knows.
	Schema store.SchemaVersion
	// Webhooks are whom changes are posted to, in the order of the setting.
	Webhooks []webhook.Endpoint
	// PerMinute is the budget of requests of all processes on the database.
	PerMinute int

	// Now is the clock of delivery and publication times, time.Now unless a
	// simulation has another; Speed is its seconds per real second, 1 if zero.
	Now   func() time.Time
	Speed float64

	Log *slog.Logger

	shifted bool // Now was given
	pace    pace // realPace unless a test has another
}

// withDefaults fills in the real clock and gives the client the same one.
func (d Deps) withDefaults() Deps {
	d.shifted = d.Now != nil
	if !d.shifted {
		d.Now = time.Now
	}
	if d.Speed == 0 {
		d.Speed = 1
	}
	if d.pace == (pace{}) {
		d.pace = realPace()
	}
	d.Client.Now = d.Now
	return d
}
