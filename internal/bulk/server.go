package bulk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/pkg/client"
)

const (
	maxReads          = 20 // failures in a row of one read
	readDelay         = time.Second
	unexpectedAnswers = 3 // in a row stop the run
)

// server is the API as a run uses it: behind the circuit breaker, the rate limiter and the renewal of the credential. Its
// reads wait while the server fails, pause with everything else after a 429, and are repeated; their errors are those of the
// context, or about the request itself.
type server struct {
	reconcile.API
	limiter    *RateLimiter
	breaker    *breaker
	renewal    renewal
	stopper    *stopper
	probes     sync.WaitGroup
	unexpected atomic.Int32 // answers in a row that are not HydraCore's
}

// List reads a page.
func (s *server) List(ctx context.Context, o client.ListOptions) (*client.CustomerPage, error) {
	return retryRead(ctx, s, func() (*client.CustomerPage, error) { return s.API.List(ctx, o) })
}

// FindByEmail reads the customers with an email.
func (s *server) FindByEmail(ctx context.Context, email string) ([]client.Customer, error) {
	return retryRead(ctx, s, func() ([]client.Customer, error) { return s.API.FindByEmail(ctx, email) })
}

// Get reads a customer. A missing one is an error for which [client.IsNotFound] is true, and no failure of the read.
func (s *server) Get(ctx context.Context, id string) (*client.CustomerDetail, error) {
	var missing error
	customer, err := retryRead(ctx, s, func() (*client.CustomerDetail, error) {
		customer, err := s.API.Get(ctx, id)
		if client.IsNotFound(err) {
			missing, err = err, nil
		}
		return customer, err
	})
	return customer, cmp.Or(err, missing)
}

// retryRead reads until there is an answer that a repeat would not change.
func retryRead[T any](ctx context.Context, s *server, request func() (T, error)) (got T, err error) {
	for failed := 0; ; {
		if err := s.breaker.waitRead(ctx); err != nil {
			return got, err
		}
		generation, err := s.renewal.current(ctx)
		if err != nil {
			return got, err
		}
		began := time.Now()
		got, err = request()
		switch {
		case err == nil:
			s.renewal.worked(generation)
			return got, nil
		case ctx.Err() != nil:
			return got, context.Cause(ctx)
		case client.IsRateLimited(err):
			if err := s.pause(ctx, err); err != nil {
				return got, err
			}
		case !isTemporary(err):
			if client.IsUnauthorized(err) && s.renewal.after(ctx, generation) {
				continue
			}
			s.stopRead(err)
			return got, err
		default:
			s.act(ctx, s.breaker.failure(began))
			if failed++; failed == maxReads {
				s.stopper.stop(StopServer, err)
				return got, err
			}
			if err := reconcile.Sleep(ctx, readDelay); err != nil {
				return got, err
			}
		}
	}
}

// isTemporary reports whether a repeat may help.
func isTemporary(err error) bool {
	if e, ok := errors.AsType[*client.TransportError](err); ok {
		return e.Code != client.CodeTLSFailed
	}
	e, ok := errors.AsType[*client.Error](err)
	return ok && (e.Status >= 500 || e.Status == http.StatusRequestTimeout || e.Status == http.StatusTooEarly || e.Status == http.StatusTooManyRequests)
}

// stopRead stops the run when a read is refused in a way that every read will be.
func (s *server) stopRead(err error) {
	if e, ok := errors.AsType[*client.TransportError](err); ok {
		s.stopper.stop(StopServer, e)
		return
	}
	if e, ok := errors.AsType[*client.Error](err); ok {
		if reason := classifyAnswer(e).stop; reason != "" {
			s.stopper.stop(reason, e)
		}
	}
}

// observe records the result of a POST that began at that time.
func (s *server) observe(ctx context.Context, r *result, began time.Time, trial bool) {
	switch {
	case r.class == classUnconfirmed && r.ID == uuid.Nil, r.class == classNotSent:
		s.act(ctx, s.breaker.failure(began))
	case r.class == classNotProcessed:
		s.breaker.unused(trial)
	default:
		s.breaker.success()
	}
	if !r.unexpected {
		s.unexpected.Store(0)
	} else if s.unexpected.Add(1) >= unexpectedAnswers {
		s.stopper.stop(StopContract, errors.New("the server's answers to writes are not HydraCore's: "+r.Text))
	}
}

// act does what the breaker asks for.
func (s *server) act(ctx context.Context, action breakerAction) {
	switch action {
	case startProbe:
		s.probes.Go(func() { s.probe(ctx) })
	case giveUp:
		s.stopper.stop(StopOutage, errors.New("the server has been failing since "+s.breaker.outage().since.UTC().Format(time.RFC3339)))
	}
}

// probe asks once whether the breaker can let a write through, and waits for the answer no longer than the outage may last.
func (s *server) probe(ctx context.Context) {
	o := s.breaker.outage()
	if reconcile.Sleep(ctx, o.delay) != nil {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, max(o.left-o.delay, minProbeLength))
	defer cancel()
	err := s.API.Probe(bounded)
	if ctx.Err() == nil {
		s.act(ctx, s.breaker.probed(err == nil || !isTemporary(err)))
	}
}

// pause stops every request after a 429.
func (s *server) pause(ctx context.Context, cause error) error {
	asked := time.Duration(0)
	if e, ok := errors.AsType[*client.Error](cause); ok {
		asked = e.RetryAfter
	}
	err := s.limiter.Pause(ctx, asked)
	if err != nil {
		s.stopper.stop(StopRateLimit, errors.Join(err, cause))
	}
	return err
}

// held reports whether no journaled row can leave now.
func (s *server) held() bool { return s.breaker.holds(false) || s.limiter.holds(time.Now()) }
