package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"entsoed/store"
	"entsoed/store/queue"
)

// followBackfill tells what came of an order and, with --wait, how it goes.
func followBackfill(cmd *cobra.Command, env environment, db *store.DB, started store.Enqueued, flags startFlags) error {
	if !flags.JSON {
		fmt.Fprintf(env.Stdout, "%s (%s)\n", started.Message, count(started.Feeds, "feed"))
	}
	if flags.Wait && started.Backfill != nil && started.State != "done" {
		last, err := awaitBackfill(cmd.Context(), env, db, *started.Backfill)
		if err != nil {
			return err
		}
		return ended(env, last, flags.JSON)
	}
	if flags.JSON {
		return printJSON(env.Stdout, started)
	}
	if started.Inserted {
		fmt.Fprintf(env.Stdout, "`entsoed backfill show %d` tells how it goes\n", *started.Backfill)
		return warnWithoutWorker(cmd.Context(), env, db)
	}
	return nil
}

// warnWithoutWorker says so when nobody is there to do it.
func warnWithoutWorker(ctx context.Context, env environment, db *store.DB) error {
	living, err := queue.LivingWorkers(ctx, db)
	if err == nil && living == 0 {
		fmt.Fprintln(env.Stderr, "no worker is running: the backfill begins when one is (`entsoed worker`, `docker compose up worker`)")
	}
	return err
}

const (
	followEvery = 500 * time.Millisecond
	lineEvery   = 10 * time.Second // where there is no terminal to draw on
)

// awaitBackfill shows the progress of a backfill until it has ended, and returns
// how it stood last.
func awaitBackfill(ctx context.Context, env environment, db *store.DB, id int64) (store.BackfillStatus, error) {
	if err := warnWithoutWorker(ctx, env, db); err != nil {
		return store.BackfillStatus{}, err
	}
	p := newMeter(env)
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		found, err := db.Backfills(ctx, id)
		if err == nil && len(found) == 0 {
			err = noSuchBackfill(id)
		}
		if ctx.Err() != nil {
			return store.BackfillStatus{}, withHint(errors.New("interrupted; the backfill goes on"), "`entsoed backfill pause %d` pauses it", id)
		}
		if err != nil {
			return store.BackfillStatus{}, err
		}
		p.show(found[0])
		if over(found[0]) {
			p.end()
			return found[0], nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// over reports whether nothing more is to be expected of a backfill by itself.
func over(b store.BackfillStatus) bool {
	return b.FinishedAt != nil || strings.HasPrefix(b.State, "stopped")
}

// ended prints what a backfill has done. It is an error if it did not do all.
func ended(env environment, b store.BackfillStatus, asJSON bool) error {
	if asJSON {
		if err := printJSON(env.Stdout, b); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(env.Stdout, "backfill %d is %s: %s, %s points\n", b.ID, b.State, count(int(b.Sent), "request"), grouped(b.Points))
	}
	switch {
	case b.State == "cancelled":
		return fmt.Errorf("backfill %d was cancelled", b.ID)
	case b.FinishedAt == nil:
		return withHint(fmt.Errorf("backfill %d is %s", b.ID, b.State), "`entsoed backfill resume %d` hands them out again", b.ID)
	case b.Failed > 0:
		return withHint(fmt.Errorf("%s of delivery time could not be read", durationText(b.Failed)),
			"`entsoed coverage ITEM --area A` tells where and why; --mode failed tries it again")
	case b.Faults > 0:
		return withHint(fmt.Errorf("%s in its answers: what cannot be right was left out, the rest is stored", count(int(b.Faults), "fault")),
			"`entsoed coverage ITEM --area A` tells where and why; they are asked for again by themselves")
	}
	return nil
}

// meter shows how a backfill goes: as a bar on a terminal, else by a line now
// and then.
type meter struct {
	env     environment
	bar     *progressbar.ProgressBar // nil: no terminal
	printed time.Time                // the last line
}

func newMeter(env environment) *meter {
	p := &meter{env: env}
	if isTerminal(env.Stderr) {
		p.bar = progressbar.NewOptions(1000, progressbar.OptionSetWriter(env.Stderr), progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false), progressbar.OptionClearOnFinish())
	}
	return p
}

// show tells how the backfill stands.
func (p *meter) show(b store.BackfillStatus) {
	text := standing(b)
	if p.bar != nil {
		p.bar.Describe(text)
		done := 0.0
		if b.Progress != nil {
			done = *b.Progress
		}
		p.bar.Set(int(1000 * done)) //nolint:errcheck // a terminal that is gone is nobody to tell
		return
	}
	if time.Since(p.printed) >= lineEvery {
		p.printed = time.Now()
		fmt.Fprintln(p.env.Stderr, text)
	}
}

func (p *meter) end() {
	if p.bar != nil {
		p.bar.Finish() //nolint:errcheck // likewise
	}
}

// standing says in a line how a backfill stands: requests, rate and time left, or
// why it waits. The rate is that of the requests that it has sent: what others
// have read for it is done, and was not sent.
func standing(b store.BackfillStatus) string {
	if b.Requests == nil {
		return fmt.Sprintf("backfill %d is being planned", b.ID)
	}
	text := fmt.Sprintf("backfill %d: %s of %s requests", b.ID, grouped(*b.Requests-*b.RequestsLeft), grouped(*b.Requests))
	if b.Stopped > 0 {
		text += fmt.Sprintf(", %s cancelled", count(int(b.Stopped), "window"))
	}
	if b.Faults > 0 {
		text += ", " + count(int(b.Faults), "fault")
	}
	switch {
	case b.State == "paused":
		return text + ", paused"
	case b.Waiting != nil:
		return text + ", waiting: " + waiting(b)
	case b.PerMinute == nil:
		return text
	}
	text += fmt.Sprintf(", %.0f a minute", *b.PerMinute)
	if b.ETA != nil {
		text += fmt.Sprintf(", %s left", durationText(time.Until(*b.ETA)))
	}
	return text
}

// waiting says why a backfill sends no requests: "banned until 2026-11-28T12:34Z".
func waiting(b store.BackfillStatus) string {
	if b.WaitingUntil == nil {
		return *b.Waiting
	}
	return *b.Waiting + " until " + instant(b.WaitingUntil)
}
