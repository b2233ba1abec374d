package bulk

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

// recorder brings the outcomes of rows into the journal.
type recorder struct {
	*RunOptions

	stopper *stopper
	errors  errorCount
}

// record writes an outcome.
func (r *recorder) record(j *job, o journal.Outcome) {
	if j.Unexpected != "" && o.State.Terminal() {
		o.Text = strings.TrimPrefix(o.Text+"; an answer was unexpected: "+j.Unexpected, "; ")
	}
	if err := r.Journal.Record(j.row.Index, j.Attempt, o); err != nil {
		r.stopper.stop(StopJournal, err)
	}
}

// exists records a row whose customer was there before.
func (r *recorder) exists(j *job, o journal.Outcome, differ []Difference) {
	r.record(j, existsOutcome(o, differ))
	r.errors.succeeded()
	if r.StopOnExisting {
		r.stopper.stop(StopExisting, fmt.Errorf("line %d: customer %s has the email %s", j.row.Line, o.ID, j.row.Key))
	}
}

// notDone records that a send was not carried out.
func (r *recorder) notDone(j *job, o journal.Outcome) record.State {
	o.State, o.Evidence = j.state(), journal.NotDone
	r.record(j, o)
	return o.State
}

// created records a customer. The same ID for two rows means that the answers cannot be relied on.
func (r *recorder) created(j *job, p *post) record.State {
	if !r.Journal.Claim(p.ID) {
		j.unanswered(p)
		j.ID = p.ID
		r.record(j, journal.Outcome{
			State: record.InDoubt, Status: p.Status, ID: p.ID, Code: "bad_answer",
			Text: "the server gave this customer's ID to another row too: " + p.ID.String(),
		})
		r.stopper.stop(StopContract, errors.New("the server gave two rows the same customer "+p.ID.String()))
		return record.InDoubt
	}
	r.record(j, journal.Outcome{State: record.Created, Status: p.Status, ID: p.ID, Evidence: journal.ByAnswer})
	r.errors.succeeded()
	return record.Created
}

// unconfirmed records a send whose outcome is unknown.
func (r *recorder) unconfirmed(j *job, p *post) record.State {
	j.unanswered(p)
	if p.ID != uuid.Nil {
		j.ID, j.date = p.ID, p.date
	}
	if p.Code == journal.OtherEmail {
		j.Unexpected = p.Text
		if r.Warn != nil {
			r.Warn(j.row, p.Text)
		}
	}
	o := p.Outcome
	o.State = record.InDoubt
	r.record(j, o)
	if p.stop != "" {
		r.stopper.stop(p.stop, p.err)
	}
	return record.InDoubt
}

// rejected records a refusal of the row.
func (r *recorder) rejected(j *job, p *post) record.State {
	o := p.Outcome
	o.State, o.Evidence = record.Rejected, journal.ByAnswer
	r.record(j, o)
	if r.errors.rejected(p.signature()) {
		r.stopper.stop(StopErrors, errors.New(o.Text))
	}
	return record.Rejected
}

// claim takes a customer for a row. Several rows that are reconciled at once may have found the same.
func (r *recorder) claim(c *client.Customer) bool {
	id, err := uuid.Parse(c.ID)
	return err == nil && r.Journal.Claim(id)
}

// reconciled records what a search found; o is the answer that preceded it.
func (r *recorder) reconciled(j *job, found reconcile.Result, evidence string, o journal.Outcome) record.State {
	if found.State == record.Created && !r.claim(found.Customer) {
		found = reconcile.Result{State: record.Unknown, Customer: found.Customer, Reason: "another row has the customer that was found"}
	}
	o.State, o.Evidence = found.State, evidence
	if found.Reason != "" {
		o.Text = found.Reason
	}
	if found.Warning != "" {
		o.Text, j.Unexpected = found.Warning, ""
	}
	if found.Customer != nil {
		o.ID, _ = uuid.Parse(found.Customer.ID)
	}
	if found.State == record.Exists && found.Customer != nil && found.Reason == "" {
		differ := differences(&j.row.Values, packFields(found.Customer))
		if len(differ) > 0 && r.Differs != nil {
			r.Differs(DifferingRow{j.row.Line, j.row.Key, found.Customer.ID, differ})
		}
		r.exists(j, o, differ)
		return found.State
	}
	if found.State == record.Created && r.CloneSource != "" && evidence != journal.ByAnswer {
		o.Text = "found by a search: whether it has the source's rules was not verified"
	}
	r.record(j, o)
	r.errors.succeeded()
	return found.State
}
