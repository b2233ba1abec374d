package bulk

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

// created records a customer. The same id for two rows means that the answers cannot be trusted.
func (r *Runner) created(j *job, v verdict) record.State {
	o := journal.Outcome{State: record.Created, Status: v.outcome.Status, ID: v.ID, Evidence: journal.ByAnswer}
	if r.journal.Claimed(v.ID) {
		j.doubted(r.journal.ServerTime(time.Now()), o.Status)
		r.settled(j, journal.Outcome{State: record.InDoubt, Status: o.Status, Code: "bad_answer", Text: "the server gave this customer's id to another row too: " + v.ID.String()})
		r.stop(StopContract, errors.New("the server gave two rows the same customer "+v.ID.String()))
		return record.InDoubt
	}
	r.settled(j, o)
	r.errors.settled()
	return record.Created
}

// refused finds out what a refusal means: somebody has the email, perhaps by an earlier send of this row, or the row is
// no good.
func (r *Runner) refused(ctx context.Context, j *job, v verdict) record.State {
	o := v.outcome
	duplicate := client.IsDuplicate(v.err)
	if j.row.Key != "" && (duplicate || j.doubts > 0) {
		s, err := r.reconciler.FindDuplicate(ctx, j.doubt(), duplicate)
		if err != nil {
			o.State, o.Evidence = j.standing(), journal.NotDone
			r.settled(j, o)
			return o.State
		}
		if s.State != record.Pending {
			r.conclude(j, s, journal.ByRefusal, o)
			return s.State
		}
	}
	o.State, o.Evidence = record.Rejected, journal.ByAnswer
	if j.doubts > 0 && duplicate {
		o.State, o.Text = record.Unknown, "somebody has the email, perhaps by an earlier send of this row, and nobody can be found who has: "+o.Text
	}
	r.settled(j, o)
	if o.State == record.Rejected && r.errors.rejected(v.signature()) {
		r.stop(StopErrors, errors.New(o.Text))
	}
	return o.State
}

// settle finds out what became of a row in doubt, and sends it again when that is proven to be safe.
func (r *Runner) settle(ctx context.Context, j *job) {
	for {
		s, err := r.reconciler.Reconcile(ctx, j.doubt())
		switch {
		case err != nil && ctx.Err() != nil:
			return // the next run goes on
		case s.State == record.Pending && j.doubts >= maxSends:
			s = reconcile.Result{State: record.Unknown, Reason: "the outcome of every send was lost"}
			fallthrough
		case s.State != record.Pending:
			r.conclude(j, s, journal.BySearch, journal.Outcome{Status: j.status})
			return
		}
		if r.deliver(ctx, j) != record.InDoubt {
			return
		}
	}
}

// doubt is the row as the reconciler wants it. A send may leave a little later than its journal line says.
func (j *job) doubt() reconcile.Write {
	return reconcile.Write{Sent: j.row.Values, First: j.first, Last: j.last.Add(turnLasts)}
}

// conclude records what was found.
func (r *Runner) conclude(j *job, s reconcile.Result, evidence string, o journal.Outcome) {
	o.State, o.Evidence = s.State, evidence
	if s.Reason != "" {
		o.Text = s.Reason
	}
	if s.Customer != nil {
		o.ID, _ = uuid.Parse(s.Customer.ID)
	}
	if s.State == record.Created && r.o.CloneSource != "" {
		o.Text = "found by its email: whether it has the source's rules was not verified"
	}
	r.settled(j, o)
	r.errors.settled()
}

// settled records an outcome.
func (r *Runner) settled(j *job, o journal.Outcome) {
	if j.odd != "" && o.State.Terminal() {
		o.Text = strings.TrimPrefix(o.Text+"; an answer was odd: "+j.odd, "; ")
	}
	e := journal.Entry{Row: j.row.Index, Attempt: j.attempt, At: time.Now(), Outcome: o}
	if err := r.journal.Settled(&e); err != nil {
		r.stop(StopJournal, err)
	}
	if r.canary != nil && o.State == record.Created {
		r.canary[j.row.Index] = o.ID
	}
}
