package bulk

import (
	"context"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

// send brings one attempt to the server; at is its time by the server's clock. It is false when the run ends before
// the bytes leave.
func (r *Runner) send(ctx context.Context, j *job) (v verdict, at time.Time, sent bool) {
	if r.claim(j) {
		v, at, sent = r.attempt(ctx, j, false)
		r.ahead.leave()
	}
	for !sent && ctx.Err() == nil {
		if r.held() {
			r.withdraw()
		}
		trial, err := r.breaker.wait(ctx)
		if err != nil {
			break
		}
		if r.o.Pacer.take(ctx) == nil {
			v, at, sent = r.attempt(ctx, j, trial)
		}
		if !sent {
			r.breaker.unused(trial)
		}
	}
	return v, at, sent
}

// bookAhead takes a row's turn and puts its send into the journal while the workers are busy with others, so that they need
// not wait for the disk.
func (r *Runner) bookAhead(ctx context.Context, j *job) {
	if j.doubts > 0 || r.breaker.holds(false) || r.ahead.enter(ctx) != nil {
		return
	}
	if r.o.Pacer.take(ctx) == nil && !r.held() {
		r.book(j)
	}
	if !j.booked {
		r.ahead.leave()
		return
	}
	r.queue <- struct{}{}
	defer func() { <-r.queue }()
	r.queued[j] = struct{}{}
}

// held tells that nothing that is booked may leave now.
func (r *Runner) held() bool { return r.breaker.holds(false) || r.o.Pacer.holds(time.Now()) }

// claim tells that a row is still booked, and takes it out of those that can be withdrawn.
func (r *Runner) claim(j *job) bool {
	r.queue <- struct{}{}
	defer func() { <-r.queue }()
	delete(r.queued, j)
	return j.booked
}

// withdraw takes back what is booked and has no worker yet: during a pause or an outage its lines would stay open.
// Nobody can claim, and so book again, before the outcome is in the journal.
func (r *Runner) withdraw() {
	r.queue <- struct{}{}
	defer func() { <-r.queue }()
	for j := range r.queued {
		delete(r.queued, j)
		if r.landed(j) {
			r.settled(j, journal.Outcome{State: j.standing(), Evidence: journal.NotDone})
		}
		r.ahead.leave()
	}
}

// book puts a send into the journal, without waiting until it is durable.
func (r *Runner) book(j *job) {
	e := journal.Entry{Row: j.row.Index, Attempt: j.attempt + 1, At: time.Now(), Key: j.key, Payload: j.payload}
	line, err := r.journal.Send(&e)
	if err != nil {
		r.stop(StopJournal, err)
		return
	}
	j.line, j.booked = line, true
}

// landed books a send unless that was done ahead, and returns when it is durable.
func (r *Runner) landed(j *job) bool {
	if !j.booked {
		r.book(j)
	}
	if !j.booked {
		return false
	}
	j.booked = false
	took, err := r.journal.Landed(&j.line)
	if err != nil {
		r.stop(StopJournal, err)
		return false
	}
	r.ahead.synced(took)
	return true
}

// attempt sends a row whose turn has come, once its line in the journal is durable. A send that has become stale meanwhile
// is taken back.
func (r *Runner) attempt(ctx context.Context, j *job, trial bool) (v verdict, at time.Time, sent bool) {
	turn := time.Now()
	if j.booked {
		turn = j.line.At
	}
	r.workers <- struct{}{}
	defer func() { <-r.workers }()
	if !j.booked && (ctx.Err() != nil || time.Since(turn) > turnLasts) || !r.landed(j) {
		return v, at, false
	}
	generation := r.renewal.current() // waits while a credential is renewed
	began := time.Now()
	if ctx.Err() != nil || r.breaker.holds(trial) || r.o.Pacer.holds(began) || r.journal.Broken() || began.Sub(turn) > turnLasts {
		r.settled(j, journal.Outcome{State: j.standing(), Evidence: journal.NotDone})
		return v, at, false
	}
	j.attempt++
	v = r.post(context.WithoutCancel(ctx), j)
	v.generation = generation
	r.ahead.posted(time.Since(began))
	r.watch(&v, began, trial) // before another may take the place: the breaker may have to hold it
	return v, r.journal.ServerTime(j.line.At), true
}

// post is the POST itself. It is never broken off: the client bounds it.
func (r *Runner) post(ctx context.Context, j *job) verdict {
	ctx = withTurn(ctx)
	values := j.row.Values
	request := values.Request()
	if r.o.CloneSource == "" {
		return judge(r.o.API.Create(ctx, request))
	}
	clone := client.CloneRequest{CompanyName: values[record.CompanyName], Email: request.Email}
	if r.o.NoRules {
		rules := false
		clone.CloneRules = &rules
	}
	return judge(r.o.API.Clone(ctx, r.o.CloneSource, clone))
}
