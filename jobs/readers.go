package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"entsoed/store"
	"entsoed/store/queue"
)

// Readers are the jobs of a process that read, decode or save an answer. Each is
// noted in the database before it begins, so that a death of the process shows who
// may have caused it. From then on such a suspect reads alone: if the process dies
// again, it did it. The others wait in the meantime, though not for long. Nil lets
// all read, and notes nothing.
type Readers struct {
	DB       *store.DB
	ClientID string

	suspects turns // one at a time

	mu      sync.Mutex
	reading int           // jobs
	shut    bool          // nobody may begin
	changed chan struct{} // closed when one of them changes; nil: nobody waits
}

const (
	quietWithin = 5 * time.Second  // that nobody may begin because a suspect waits for those who read
	quietRest   = 5 * time.Second  // in which others may, before the next try
	quietTries  = 6                // then the suspect is put off
	aloneFor    = 45 * time.Second // that a suspect reads alone, before others may begin again
	unmarkWait  = 5 * time.Second
)

// errNotAlone says that a job could not read alone.
var errNotAlone = errors.New("its process died while it was reading, so it has to read alone, and others were reading all the time")

// begin waits until a job may read, and notes that it does. If there is no error,
// end must be called. A suspect reads alone.
func (r *Readers) begin(ctx context.Context, what queue.Reading, suspect bool) (end func(), err error) {
	if r == nil {
		return func() {}, nil
	}
	if suspect {
		return r.beginAlone(ctx, what)
	}
	if err := r.until(ctx, func() bool { return !r.shut }); err != nil {
		return nil, err
	}
	if err := queue.MarkReading(ctx, r.DB, r.ClientID, what); err != nil {
		r.update(func() { r.reading-- })
		return nil, err
	}
	return func() {
		r.unmark(what.Job)
		r.update(func() { r.reading-- })
	}, nil
}

// beginAlone waits for its turn among the suspects, and until nobody reads.
func (r *Readers) beginAlone(ctx context.Context, what queue.Reading) (end func(), err error) {
	if err := r.suspects.enter(ctx, waiter{job: what.Job}, nil); err != nil {
		return nil, err
	}
	if err := r.quiet(ctx); err != nil {
		r.suspects.leave()
		return nil, err
	}
	over := func() {
		r.update(func() { r.reading, r.shut = r.reading-1, false })
		r.suspects.leave()
	}
	what.Alone = true
	if err := queue.MarkReading(ctx, r.DB, r.ClientID, what); err != nil {
		over()
		return nil, err
	}
	stop := r.letInLater(what)
	return func() {
		stop()
		r.unmark(what.Job)
		over()
	}, nil
}

// quiet shuts the others out and waits until none of them reads. What takes long
// must not hold up all others: they may begin again between two tries.
func (r *Readers) quiet(ctx context.Context) error {
	for range quietTries {
		r.update(func() { r.shut = true })
		within, cancel := context.WithTimeout(ctx, quietWithin)
		err := r.until(within, func() bool { return r.reading == 0 })
		cancel()
		if err == nil {
			return nil
		}
		r.update(func() { r.shut = false })
		select {
		case <-time.After(quietRest):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errNotAlone
}

// letInLater lets others read beside a suspect that takes long. That is noted
// before, for it may then not be the suspect of which the process dies.
func (r *Readers) letInLater(what queue.Reading) (stop func()) {
	var mu sync.Mutex
	over := false
	timer := time.AfterFunc(aloneFor, func() {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), unmarkWait)
		defer cancel()
		what.Alone = false
		if queue.MarkReading(ctx, r.DB, r.ClientID, what) == nil {
			r.update(func() { r.shut = false })
		}
	})
	return func() {
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
	}
}

// unmark takes note that a job has read, also when it was told to end. Should that
// fail, the job is a suspect if the process dies before it reads again.
func (r *Readers) unmark(job int64) {
	ctx, cancel := context.WithTimeout(context.Background(), unmarkWait)
	defer cancel()
	_ = queue.UnmarkReading(ctx, r.DB, r.ClientID, job)
}

// until waits until a job may begin, and counts it as one that reads.
func (r *Readers) until(ctx context.Context, may func() bool) error {
	for {
		r.mu.Lock()
		if may() {
			r.reading++
			r.mu.Unlock()
			return nil
		}
		if r.changed == nil {
			r.changed = make(chan struct{})
		}
		changed := r.changed
		r.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// update changes what is known of those who read, and wakes those who wait.
func (r *Readers) update(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}
