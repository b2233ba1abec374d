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
	maxUnconfirmed = 256 // rows that are reconciled at once
	maxSends       = 5   // sends of a row whose outcome was lost
)

// reconciler finds the outcome of unconfirmed rows, beside the rows that are sent meanwhile.
type reconciler struct {
	search  *reconcile.Reconciler
	sender  *sender
	rows    *recorder
	places  chan struct{} // held by a row that is reconciled
	running sync.WaitGroup
}

// start reconciles a row in a goroutine of its own, since that has to wait.
func (r *reconciler) start(ctx context.Context, j *job) {
	select {
	case r.places <- struct{}{}:
	case <-ctx.Done():
		return
	}
	r.running.Go(func() {
		defer func() { <-r.places }()
		r.reconcile(ctx, j)
	})
}

// reconcile finds the outcome of an unconfirmed row, and sends it again when that is safe.
func (r *reconciler) reconcile(ctx context.Context, j *job) {
	for {
		found, evidence, err := r.look(ctx, j)
		switch {
		case err != nil && ctx.Err() != nil:
			return // the next run continues
		case found.State == record.Pending && j.Sends >= maxSends:
			found = reconcile.Result{State: record.Unknown, Reason: "the outcome of every send was lost"}
			fallthrough
		case found.State != record.Pending:
			r.rows.reconciled(j, found, evidence, journal.Outcome{Status: j.Status})
			return
		}
		if r.sender.deliver(ctx, j) != record.InDoubt {
			return
		}
	}
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
