package bulk

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/pkg/client"
)

const (
	maxReads  = 20 // failures in a row of one read
	readDelay = time.Second
)

// guarded is the API for the reconciler: reads wait while the server is in trouble, pause with everything else after a
// 429, and are repeated. Their errors are those of the context, or about the request itself.
type guarded struct {
	run *Runner
	reconcile.API
}

// List reads a page.
func (g guarded) List(ctx context.Context, o client.ListOptions) (page *client.CustomerPage, err error) {
	err = g.run.read(ctx, func() error {
		page, err = g.API.List(ctx, o)
		return err
	})
	return page, err
}

// FindByEmail reads the customers with an email.
func (g guarded) FindByEmail(ctx context.Context, email string) (found []client.Customer, err error) {
	err = g.run.read(ctx, func() error {
		found, err = g.API.FindByEmail(ctx, email)
		return err
	})
	return found, err
}

// Get reads a customer. One that is not there is an error for which [client.IsNotFound] is true, as it is of an answer.
func (g guarded) Get(ctx context.Context, id string) (made *client.CustomerDetail, err error) {
	var missing error
	err = g.run.read(ctx, func() error {
		made, err = g.API.Get(ctx, id)
		if missing = nil; client.IsNotFound(err) {
			missing, err = err, nil
		}
		return err
	})
	if err == nil {
		err = missing
	}
	return made, err
}

func (r *Runner) read(ctx context.Context, ask func() error) error {
	for failed := 0; ; {
		if err := r.breaker.waitRead(ctx); err != nil {
			return err
		}
		generation, began := r.renewal.current(), time.Now()
		err := ask()
		switch {
		case err == nil:
			r.renewal.worked(generation)
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case client.IsRateLimited(err):
			if err := r.pause(ctx, err); err != nil {
				return err
			}
		case !troubled(err):
			if status(err) == http.StatusUnauthorized && r.renewal.after(ctx, generation) {
				continue
			}
			r.stopRead(err)
			return err
		default:
			r.breaker.failure(began)
			if failed++; failed == maxReads {
				r.stop(StopServer, err)
				return err
			}
			if err := reconcile.Sleep(ctx, readDelay); err != nil {
				return err
			}
		}
	}
}

// troubled tells that a repeat may help.
func troubled(err error) bool {
	if e, ok := errors.AsType[*client.TransportError](err); ok {
		return e.Code != "tls_failed"
	}
	s := status(err)
	return s >= 500 || s == http.StatusRequestTimeout || s == http.StatusTooEarly || s == http.StatusTooManyRequests
}

// status is the HTTP status of an answer other than 2xx, else 0.
func status(err error) int {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return e.Status
	}
	return 0
}

// stopRead ends the run when a read is refused in a way that every read will be.
func (r *Runner) stopRead(err error) {
	if e, ok := errors.AsType[*client.TransportError](err); ok {
		r.stop(StopServer, e)
		return
	}
	if e, ok := errors.AsType[*client.Error](err); ok {
		if v := judgeAnswer(e); v.stop != "" {
			r.stop(v.stop, e)
		}
	}
}
