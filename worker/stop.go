package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"entsoed/store/queue"
)

// A stop takes less than 20 s, whatever hangs: each part of it has its time here,
// and what takes longer is left behind. compose and the like kill after
// 30 s; cmd/entsoed ends the process after 20.
const (
	softStop   = 8 * time.Second  // for running jobs to end by themselves
	jobsStop   = 13 * time.Second // until jobs that were then cancelled, and the queue, have ended
	retireStop = time.Second      // to take the process out of the living ones
	besideStop = time.Second      // for what goes on beside the jobs
	httpStop   = time.Second      // for answers under way
	// closing the connections takes up to 2 s more (store.DB.Close)
)

// errUnfinished says that jobs still ran when the time of the stop was over.
var errUnfinished = errors.New("some jobs did not end in time: other processes, or the next start, take them over")

// stop asks the running jobs to end, hands back those that do not, and takes
// the process out of the living ones. What hangs beyond all bounds is left to
// the other processes, which notice the missing heartbeat; that is an error.
func (p *process) stop(stopClient func()) error {
	began := time.Now()
	p.Log.Info("stopping: running jobs are finished or handed back")
	p.started.Store(false)
	close(p.stopping)
	stopClient()
	ended := endsWithin(jobsStop, func() { <-p.client.Stopped() })
	ctx, cancel := context.WithTimeout(context.Background(), retireStop)
	defer cancel()
	if !ended {
		if err := queue.UnmarkReading(ctx, p.control, p.id); err != nil { // a stop is no death
			return errors.Join(errUnfinished, err)
		}
		return errUnfinished
	}
	if err := queue.Retire(ctx, p.control, p.id); err != nil {
		p.Log.Warn("this process could not be taken out of the living ones", "error", err)
	}
	p.Log.Info("stopped", "took", time.Since(began).Round(time.Millisecond))
	return nil
}

// close closes all connections at the same time, for each pool may take its
// time.
func (p *process) close() {
	var all sync.WaitGroup
	for _, db := range p.pools() {
		all.Go(db.Close)
	}
	all.Wait()
}

// endsWithin calls f and reports whether it returned in time. What did not goes
// on, until the process ends.
func endsWithin(d time.Duration, f func()) bool {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f()
	}()
	timeout := time.NewTimer(d)
	defer timeout.Stop()
	select {
	case <-ended:
		return true
	case <-timeout.C:
		return false
	}
}
