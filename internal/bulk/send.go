package bulk

import (
	"context"
	"net/http"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

const (
	// slotLasts is how long after its slot in the rate limit, or after its line in the journal became durable, a send may
	// leave.
	slotLasts = time.Second
	// lineLasts is how long after its line was written a send may leave: a crash leaves open what may have left so late.
	lineLasts = 30 * time.Second
)

// sender brings rows to the server: each takes a slot of the rate limit, is journaled, and leaves when its line is durable.
type sender struct {
	*RunOptions

	server   *server
	stopper  *stopper
	recorder *recorder
	search   *reconcile.Reconciler
	inFlight *inFlight
	posting  chan struct{} // held during a POST
}

// post is one POST and its result.
type post struct {
	result
	sent, ended time.Time // of the attempt
}

// deliver sends a row until it has a final state, is unconfirmed, or the run ends.
func (s *sender) deliver(ctx context.Context, j *job) record.State {
	for {
		if state, again := s.try(ctx, j); !again {
			return state
		}
	}
}

// try makes one attempt to send a row. It reports whether the row was not carried out and can be sent again.
func (s *sender) try(ctx context.Context, j *job) (state record.State, again bool) {
	if j.search {
		if state, done := s.searchFirst(ctx, j); done {
			return state, false
		}
	}
	p := s.send(ctx, j)
	if p == nil {
		return j.state(), ctx.Err() == nil
	}
	if p.class == classCreated || p.class == classRefused {
		s.server.renewal.worked(p.generation)
	}
	switch p.class {
	case classCreated:
		return s.created(j, p), false
	case classRefused:
		return s.refused(ctx, j, p), false
	case classUnconfirmed:
		return s.recorder.unconfirmed(j, p), false
	case classStop:
		state = s.recorder.notDone(j, p.Outcome)
		if again = p.Status == http.StatusUnauthorized && s.server.renewal.after(ctx, p.generation); !again {
			s.stopper.stop(p.stop, p.err)
		}
	default: // not processed, not sent
		state = s.recorder.notDone(j, p.Outcome)
		again = !p.limited || s.server.pause(ctx, p.err) == nil
	}
	return state, again
}

// searchFirst looks for the customer of a row of a copied journal. It reports whether the row must not be sent.
func (s *sender) searchFirst(ctx context.Context, j *job) (record.State, bool) {
	if j.row.Key == "" {
		s.recorder.record(j, journal.Outcome{
			State: record.Unknown, Evidence: journal.BySearch,
			Text: "the journal was copied, and without an email it cannot be found out whether the row was sent from another copy",
		})
		return record.Unknown, true
	}
	found, err := s.search.FindDuplicate(ctx, j.write(), false)
	switch {
	case err != nil:
		return j.state(), true
	case found.State == record.Pending:
		j.search = false
		return record.Pending, false
	}
	var o journal.Outcome
	if began := s.Journal.ServerTime(s.Journal.Header.Created); found.State == record.Exists && found.Customer.CreatedAt.Time.After(began) {
		o.Text = "the customer was created after the import was started, perhaps from another copy of its journal"
	}
	return s.recorder.reconciled(j, found, journal.BySearch, o), true
}

// created records the customer of an answer, unless it may be another one or older than the send: then it is looked at first.
func (s *sender) created(j *job, p *post) record.State {
	c := reconcile.Create{ID: p.ID.String(), Sent: j.row.Values, Started: p.sent, Ended: p.ended, CreatedAt: p.created.CreatedAt.Time, Date: p.date}
	if s.Journal.Claimed(p.ID) || reconcile.SameCompany(j.row.Values, p.created) && s.search.Learned.Confirm(c) {
		return s.recorder.created(j, p)
	}
	return s.recorder.unconfirmed(j, p)
}

// refused finds out what a refusal means: a customer has the email, perhaps by an earlier send of this row, or the row is
// invalid.
func (s *sender) refused(ctx context.Context, j *job, p *post) record.State {
	duplicate := client.IsDuplicate(p.err)
	maybe := duplicate || reconcile.MayBeDuplicate(p.err) && !s.search.Blind() // else each such row would read the whole list
	if j.row.Key != "" && (maybe || j.Sends > 0) {
		found, err := s.search.FindDuplicate(ctx, j.write(), duplicate)
		if err != nil {
			return s.recorder.notDone(j, p.Outcome)
		}
		if found.State != record.Pending {
			return s.recorder.reconciled(j, found, journal.ByRefusal, p.Outcome)
		}
	}
	if j.Sends > 0 && duplicate {
		p.State, p.Evidence = record.Unknown, journal.ByAnswer
		p.Text = "a customer has the email, perhaps by an earlier send of this row, and no search finds it: " + p.Text
		s.recorder.record(j, p.Outcome)
		return record.Unknown
	}
	return s.recorder.rejected(j, p)
}

// send brings a row to the server once. It returns nil when the bytes did not leave.
func (s *sender) send(ctx context.Context, j *job) (p *post) {
	if j.ticket != nil { // journaled ahead
		defer s.inFlight.leave()
		return s.attempt(ctx, j, false)
	}
	trial, err := s.server.breaker.wait(ctx)
	if err != nil {
		return nil
	}
	if s.takeSlot(ctx, j) == nil {
		p = s.attempt(ctx, j, trial)
	}
	if p == nil {
		s.server.breaker.unused(trial)
	}
	return p
}

// takeSlot takes a slot of the rate limit for a send that is not journaled yet. On a slow disk the slot would be stale before
// the line is durable; attempt takes it later.
func (s *sender) takeSlot(ctx context.Context, j *job) error {
	if j.slot = (time.Time{}); s.inFlight.slowDisk() {
		return nil
	}
	err := s.server.limiter.slot(ctx)
	j.slot = time.Now()
	return err
}

// lateSlot takes the slot of a send whose line is durable.
func (s *sender) lateSlot(ctx context.Context, j *job, line time.Time) error {
	ctx, cancel := context.WithDeadline(ctx, line.Add(lineLasts))
	defer cancel()
	err := s.server.limiter.slot(ctx)
	j.slot = time.Now()
	return err
}

// journalAhead takes a row's slot and journals its send while the workers are busy with other rows, so that they need not wait
// for the disk.
func (s *sender) journalAhead(ctx context.Context, j *job) {
	if j.search || j.Sends > 0 || s.server.breaker.holds(false) || s.inFlight.enter(ctx, s.server.limiter.Pace().Interval) != nil {
		return
	}
	if s.takeSlot(ctx, j) == nil && !s.server.held() {
		s.journalSend(j)
	}
	if j.ticket == nil {
		s.inFlight.leave()
	}
}

// journalSend journals a send, without waiting until that is durable.
func (s *sender) journalSend(j *job) {
	t, err := s.Journal.Send(journal.Entry{Row: j.row.Index, Attempt: j.Attempt + 1, At: time.Now(), Key: j.key, Payload: j.payload})
	if err != nil {
		s.stopper.stop(StopJournal, err)
		return
	}
	j.ticket = t
}

// durable takes over the ticket of a row, and returns when its line became durable; ok is false when it never will be.
func (s *sender) durable(j *job) (at time.Time, ok bool) {
	t := j.ticket
	j.ticket = nil
	at, err := t.Durable()
	if err != nil {
		s.stopper.stop(StopJournal, err)
		return at, false
	}
	s.inFlight.synced(at.Sub(t.At))
	return at, true
}

// attempt sends a row once its line in the journal is durable. A send that has become stale meanwhile is withdrawn.
func (s *sender) attempt(ctx context.Context, j *job, trial bool) *post {
	s.posting <- struct{}{}
	defer func() { <-s.posting }()
	if j.ticket == nil {
		if ctx.Err() != nil || !j.slot.IsZero() && time.Since(j.slot) > slotLasts {
			return nil
		}
		if s.journalSend(j); j.ticket == nil {
			return nil
		}
	}
	line := j.ticket.At
	durable, ok := s.durable(j)
	if !ok {
		return nil
	}
	generation, err := s.server.renewal.current(ctx)
	fresh := time.Since(durable) <= slotLasts
	if fresh && err == nil && durable.Sub(j.slot) > slotLasts && !s.server.held() { // the disk took that long
		err = s.lateSlot(ctx, j, line)
	}
	began := time.Now()
	if err != nil || ctx.Err() != nil || s.server.breaker.holds(trial) || s.server.limiter.holds(began) || s.Journal.Broken() ||
		began.Sub(j.slot) > slotLasts || began.Sub(line) > lineLasts {
		s.recorder.notDone(j, journal.Outcome{})
		return nil
	}
	j.Attempt++
	made, err := s.post(context.WithoutCancel(withSlot(ctx)), &j.row.Values) // never broken off: the client limits it
	p := &post{result: classify(made, err), sent: began, ended: time.Now()}
	p.generation = generation
	s.inFlight.posted(time.Since(began))
	s.server.observe(ctx, &p.result, began, trial) // before another row takes the worker: the breaker may have to hold it
	return p
}
