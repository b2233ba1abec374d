package bulk

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/pkg/client"
)

// created records a customer. The same id for two rows means that the answers cannot be trusted.
func (r *Runner) created(j *job, v verdict) State {
	o := outcome{state: Created, status: v.outcome.status, id: v.id, evidence: byAnswer}
	if r.journal.claimed(v.id) {
		j.doubted(r.journal.serverTime(time.Now()), o.status)
		r.settled(j, outcome{state: InDoubt, status: o.status, code: "bad_answer", text: "the server gave this customer's id to another row too: " + v.id.String()})
		r.stop(StopContract, errors.New("the server gave two rows the same customer "+v.id.String()))
		return InDoubt
	}
	r.settled(j, o)
	r.errors.settled()
	return Created
}

// refused finds out what a refusal means: somebody has the email, perhaps by an earlier send of this row, or the row is
// no good.
func (r *Runner) refused(ctx context.Context, j *job, v verdict) State {
	o := v.outcome
	duplicate := client.IsDuplicate(v.err)
	if j.row.Key != "" && (duplicate || j.doubts > 0) {
		s, err := r.resolver.Holder(ctx, j.doubt(), duplicate)
		if err != nil {
			o.state, o.evidence = j.standing(), notDone
			r.settled(j, o)
			return o.state
		}
		if s.State != Pending {
			r.conclude(j, s, byRefusal, o)
			return s.State
		}
	}
	o.state, o.evidence = Rejected, byAnswer
	if j.doubts > 0 && duplicate {
		o.state, o.text = Unknown, "somebody has the email, perhaps by an earlier send of this row, and nobody can be found who has: "+o.text
	}
	r.settled(j, o)
	if o.state == Rejected && r.errors.rejected(v.signature()) {
		r.stop(StopErrors, errors.New(o.text))
	}
	return o.state
}

// settle finds out what became of a row in doubt, and sends it again when that is proven to be safe.
func (r *Runner) settle(ctx context.Context, j *job) {
	for {
		s, err := r.resolver.Settle(ctx, j.doubt())
		switch {
		case err != nil && ctx.Err() != nil:
			return // the next run goes on
		case s.State == Pending && j.doubts >= maxSends:
			s = Settlement{State: Unknown, Reason: "the outcome of every send was lost"}
			fallthrough
		case s.State != Pending:
			r.conclude(j, s, bySearch, outcome{status: j.status})
			return
		}
		if r.deliver(ctx, j) != InDoubt {
			return
		}
	}
}

// doubt is the row as the resolver wants it. A send may leave a little later than its journal line says.
func (j *job) doubt() Doubt {
	return Doubt{Sent: j.row.Values, First: j.first, Last: j.last.Add(turnLasts)}
}

// conclude records what was found.
func (r *Runner) conclude(j *job, s Settlement, evidence string, o outcome) {
	o.state, o.evidence = s.State, evidence
	if s.Reason != "" {
		o.text = s.Reason
	}
	if s.Customer != nil {
		o.id, _ = uuid.Parse(s.Customer.ID)
	}
	if s.State == Created && r.o.CloneSource != "" {
		o.text = "found by its email: whether it has the source's rules was not verified"
	}
	r.settled(j, o)
	r.errors.settled()
}

// settled records an outcome.
func (r *Runner) settled(j *job, o outcome) {
	if j.odd != "" && o.state.Terminal() {
		o.text = strings.TrimPrefix(o.text+"; an answer was odd: "+j.odd, "; ")
	}
	e := entry{row: j.row.Index, attempt: j.attempt, at: time.Now(), outcome: o}
	if err := r.journal.settled(&e); err != nil {
		r.stop(StopJournal, err)
	}
	if r.canary != nil && o.state == Created {
		r.canary[j.row.Index] = o.id
	}
}
