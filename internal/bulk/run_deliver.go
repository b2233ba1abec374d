package bulk

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

// handle brings a row to its state. A serial one is settled before the next is begun; otherwise a row in doubt is left to a
// goroutine of its own, since it has to wait.
func (r *Runner) handle(ctx context.Context, j *job, serial bool) {
	if j.doubts == 0 && r.deliver(ctx, j) != record.InDoubt {
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
func (r *Runner) deliver(ctx context.Context, j *job) record.State {
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
			j.doubted(at, v.outcome.Status)
			if v.outcome.Code == journal.OtherEmail {
				r.warn(j, v.outcome.Text)
			}
			v.outcome.State = record.InDoubt
			r.settled(j, v.outcome)
			if v.stop != "" {
				r.stop(v.stop, v.err)
			}
			return record.InDoubt
		case provesWrongWay:
			v.outcome.State, v.outcome.Evidence = j.standing(), journal.NotDone
			r.settled(j, v.outcome)
			if v.outcome.Status != http.StatusUnauthorized || !r.renewal.after(ctx, v.generation) {
				r.stop(v.stop, v.err)
				return j.standing()
			}
		default: // not done, not sent
			v.outcome.State, v.outcome.Evidence = j.standing(), journal.NotDone
			r.settled(j, v.outcome)
			if v.limited && r.pause(ctx, v.err) != nil {
				return j.standing()
			}
		}
	}
}

// watch tells the breaker what a send has come to, and counts the answers that are none of HydraCore's.
func (r *Runner) watch(v *verdict, began time.Time, trial bool) {
	switch v.proof {
	case provesNothing, provesNotSent:
		r.breaker.failure(began)
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
		r.stop(StopContract, errors.New("the server answers writes with something that is not HydraCore's: "+v.outcome.Text))
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
