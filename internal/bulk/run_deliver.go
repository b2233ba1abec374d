package bulk

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// What proves a state, in the journal.
const (
	byAnswer  = "answer"   // the answer to the send
	byRefusal = "refusal"  // the answer, and a look for the customer
	bySearch  = "search"   // a look for the customer
	byEarlier = "earlier"  // the import that this one continues
	byUser    = "user"     // the user's word
	notDone   = "not_done" // the send was not carried out
)

// handle brings a row to its state. A serial one is settled before the next is begun; otherwise a row in doubt is left to a
// goroutine of its own, since it has to wait.
func (r *Runner) handle(ctx context.Context, j *job, serial bool) {
	if j.doubts == 0 && r.deliver(ctx, j) != InDoubt {
		return
	}
	if serial {
		r.settle(ctx, j)
		return
	}
	select {
	case r.doubts <- struct{}{}:
	case <-ctx.Done():
		return
	}
	r.settling.Go(func() {
		defer func() { <-r.doubts }()
		r.settle(ctx, j)
	})
}

// deliver sends a row until it has a final state, is in doubt, or the run ends.
func (r *Runner) deliver(ctx context.Context, j *job) State {
	for {
		v, at, sent := r.send(ctx, j)
		if !sent {
			return j.standing()
		}
		if v.proof == provesCreated || v.proof == provesRefused {
			r.renewal.worked(v.generation)
		}
		switch v.proof {
		case provesCreated:
			return r.created(j, v)
		case provesRefused:
			return r.refused(ctx, j, v)
		case provesNothing:
			j.doubted(at, v.outcome.status)
			if v.outcome.code == otherEmail {
				r.warn(j, v.outcome.text)
			}
			v.outcome.state = InDoubt
			r.settled(j, v.outcome)
			if v.stop != "" {
				r.stop(v.stop, v.err)
			}
			return InDoubt
		case provesWrongWay:
			v.outcome.state, v.outcome.evidence = j.standing(), notDone
			r.settled(j, v.outcome)
			if v.outcome.status != http.StatusUnauthorized || !r.renewal.after(ctx, v.generation) {
				r.stop(v.stop, v.err)
				return j.standing()
			}
		default: // not done, not sent
			v.outcome.state, v.outcome.evidence = j.standing(), notDone
			r.settled(j, v.outcome)
			if v.limited && r.pause(ctx, v.err) != nil {
				return j.standing()
			}
		}
	}
}

// send brings one attempt to the server; at is its time by the server's clock. It is false when the run ends before
// the bytes leave.
func (r *Runner) send(ctx context.Context, j *job) (v verdict, at time.Time, sent bool) {
	for ctx.Err() == nil {
		if r.ahead.enter(ctx) != nil {
			break
		}
		trial, err := r.breaker.wait(ctx)
		if err == nil {
			v, at, sent = r.attempt(ctx, j, trial)
			if !sent {
				r.breaker.unused(trial)
			}
		}
		r.ahead.leave()
		if sent {
			return v, at, true
		}
	}
	return v, at, false
}

// attempt takes its turn, puts the send into the journal, and sends once that is durable. A send that has become stale
// meanwhile is taken back.
func (r *Runner) attempt(ctx context.Context, j *job, trial bool) (v verdict, at time.Time, sent bool) {
	if r.o.Pacer.take(ctx) != nil {
		return v, at, false
	}
	began := time.Now()
	e := entry{row: j.row.Index, attempt: j.attempt + 1, at: began, key: j.key, payload: j.payload}
	if err := r.journal.sent(&e); err != nil {
		r.stop(StopJournal, err)
		return v, at, false
	}
	r.ahead.synced(time.Since(began))
	r.workers <- struct{}{}
	defer func() { <-r.workers }()
	if ctx.Err() != nil || r.breaker.holds(trial) || r.journal.broken() || time.Since(began) > turnLasts {
		r.settled(j, outcome{state: j.standing(), evidence: notDone})
		return v, at, false
	}
	j.attempt++
	posting, generation := time.Now(), r.renewal.current()
	v = r.post(context.WithoutCancel(ctx), j)
	v.generation = generation
	r.ahead.posted(time.Since(posting))
	r.watch(&v, trial) // before another may take the place: the breaker may have to hold it
	return v, r.journal.serverTime(began), true
}

// post is the POST itself. It is never broken off: the client bounds it.
func (r *Runner) post(ctx context.Context, j *job) verdict {
	ctx = withTurn(ctx)
	values := j.row.Values
	request := values.Request()
	if r.o.CloneSource == "" {
		return judge(r.o.API.Create(ctx, request))
	}
	clone := client.CloneRequest{CompanyName: values[CompanyName], Email: request.Email}
	if r.o.NoRules {
		rules := false
		clone.CloneRules = &rules
	}
	return judge(r.o.API.Clone(ctx, r.o.CloneSource, clone))
}

// watch tells the breaker what a send has come to, and counts the answers that are none of HydraCore's.
func (r *Runner) watch(v *verdict, trial bool) {
	switch v.proof {
	case provesNothing, provesNotSent:
		r.breaker.failure()
	case provesNotDone:
		r.breaker.unused(trial)
	default:
		r.breaker.success()
	}
	r.mu.Lock()
	r.odd++
	if !v.odd {
		r.odd = 0
	}
	odd := r.odd
	r.mu.Unlock()
	if odd >= oddAnswers {
		r.stop(StopContract, errors.New("the server answers writes with something that is not HydraCore's: "+v.outcome.text))
	}
}

// warn tells at once of an answer about another email. It stays with the row, whatever becomes of it.
func (r *Runner) warn(j *job, text string) {
	j.odd = text
	if r.o.Warn != nil {
		r.o.Warn(j.row, text)
	}
}

// pause stops everything after a 429.
func (r *Runner) pause(ctx context.Context, cause error) error {
	asked := time.Duration(0)
	if e, ok := errors.AsType[*client.Error](cause); ok {
		asked = e.RetryAfter
	}
	err := r.o.Pacer.Pause(ctx, asked)
	if err != nil {
		r.stop(StopRateLimit, errors.Join(err, cause))
	}
	return err
}
