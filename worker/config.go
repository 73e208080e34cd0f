package worker

import (
	"fmt"
	"time"

	"entsoed/jobs"
)

// Config holds the settings of the running process.
type Config struct {
	// Concurrency is how many jobs of each lane (live, revision, backfill) one
	// process works at a time. The platform may take 30 s an answer; the budget
	// of requests is then only used up with 200 requests in flight. 1 to 1000.
	Concurrency int `env:"WORKER_CONCURRENCY, default=200"`
	// SchedulerEnabled says whether this process may enqueue the periodic jobs.
	// One process at a time does, the others stand by; with false it only works
	// jobs, and some other process must have it enabled.
	SchedulerEnabled bool `env:"SCHEDULER_ENABLED, default=true"`
	// KeepFast is for how long values finer than a minute are kept, such as 180d:
	// the aFRR prices of one area are 16 million a year. At least 90d, because
	// values are read again for 60 days; 0 keeps them for ever.
	KeepFast jobs.Duration `env:"KEEP_FAST, default=0"`
	// KeepFetches is for how long the record of a request is kept in entsoe.fetches,
	// beyond which only the last ones of each feed stay: with all items they take
	// 18 GB a year. At least 7d; 0 keeps them for ever.
	KeepFetches jobs.Duration `env:"KEEP_FETCHES, default=90d"`
	// KeepChanges is for how long entsoe.changes tells of a commit that changed data,
	// and so how long one who reads them may be away. At least 1d; 0 keeps them for
	// ever.
	KeepChanges jobs.Duration `env:"KEEP_CHANGES, default=30d"`
	// HTTPAddr is where /healthz and /readyz are served, as host:port. By default
	// only this machine can reach it.
	HTTPAddr string `env:"HTTP_ADDR, default=127.0.0.1:8090"`
}

const (
	mostConcurrency = 1000
	leastKept       = 90 * 24 * time.Hour
	leastFetches    = 7 * 24 * time.Hour
	leastChanges    = 24 * time.Hour
)

// Check refuses settings that cannot be worked with, by the name of the
// variable.
func (c Config) Check() error {
	if c.Concurrency < 1 || c.Concurrency > mostConcurrency {
		return fmt.Errorf("WORKER_CONCURRENCY is %d: must be 1 to %d", c.Concurrency, mostConcurrency)
	}
	if keep := time.Duration(c.KeepFast); keep != 0 && keep < leastKept {
		return fmt.Errorf("KEEP_FAST is %s: must be 0, for ever, or at least 90d", c.KeepFast)
	}
	if keep := time.Duration(c.KeepFetches); keep != 0 && keep < leastFetches {
		return fmt.Errorf("KEEP_FETCHES is %s: must be 0, for ever, or at least 7d", c.KeepFetches)
	}
	if keep := time.Duration(c.KeepChanges); keep != 0 && keep < leastChanges {
		return fmt.Errorf("KEEP_CHANGES is %s: must be 0, for ever, or at least 1d", c.KeepChanges)
	}
	return nil
}
