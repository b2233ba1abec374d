package bulk

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
)

const (
	maxWaiting = 320 // rows that wait at once: more than can be journaled ahead when the server begins to fail
	maxSends   = 5   // sends of a row whose outcome was lost
)

// reconciler finishes rows that have to wait, beside those that are sent meanwhile: it finds the outcome of unconfirmed ones.
type reconciler struct {
	search   *reconcile.Reconciler
	sender   *sender
	recorder *recorder
	places   chan struct{} // held by a row that waits
	running  sync.WaitGroup
}

// start finishes a row in a goroutine of its own.
func (r *reconciler) start(ctx context.Context, j *job) {
	select {
	case r.places <- struct{}{}:
	case <-ctx.Done():
		return
	}
	r.running.Go(func() {
		defer func() { <-r.places }()
		r.finish(ctx, j)
	})
}

// finish sends a row and finds the outcome when it is unconfirmed, until the row has its state or the run ends.
func (r *reconciler) finish(ctx context.Context, j *job) {
	for j.Sends == 0 || r.absent(ctx, j) {
		if r.sender.deliver(ctx, j) != record.InDoubt {
			return
		}
	}
}

// absent reports whether an unconfirmed row was not carried out and can be sent again. Otherwise it records the outcome, unless
// the run ends first.
func (r *reconciler) absent(ctx context.Context, j *job) bool {
	found, evidence, err := r.look(ctx, j)
	switch {
	case err != nil && ctx.Err() != nil:
		return false // the next run continues
	case found.State == record.Pending && j.Sends < maxSends:
		return true
	case found.State == record.Pending:
		found = reconcile.Result{State: record.Unknown, Reason: "the outcome of every send was lost"}
	}
	r.recorder.reconciled(j, found, evidence, journal.Outcome{Status: j.Status})
	return false
}

// look looks at the customer that an answer named, or for the one that a lost answer may have been about.
func (r *reconciler) look(ctx context.Context, j *job) (found reconcile.Result, evidence string, err error) {
	if j.ID != uuid.Nil {
		found, err = r.search.Answered(ctx, j.write(), j.ID.String())
		return found, journal.ByAnswer, err
	}
	found, err = r.search.Reconcile(ctx, j.write())
	return found, journal.BySearch, err
}
