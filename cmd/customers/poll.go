package customers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// poll calls look at once and then every interval, until it is done or fails permanently, or ctx ends. A temporary error is
// passed to trouble, whose error ends the loop.
func poll(ctx context.Context, interval time.Duration, look func() (done bool, err error), trouble func(error) error) error {
	for {
		done, err := look()
		switch {
		case done && err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && !mayPass(err):
			return err
		}
		pause := interval
		if err != nil {
			if err := trouble(err); err != nil {
				return err
			}
			if pause = max(pause, retryAfter(err)); pause > interval && beyond(ctx, pause) {
				return err // do not start a wait that cannot fit
			}
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// mayPass reports whether an error of a read is temporary: a failure of the server or the network, but not a refusal.
func mayPass(err error) bool {
	if e, ok := errors.AsType[*client.Error](err); ok {
		switch e.Status {
		case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
			return true
		}
		return e.Status >= http.StatusInternalServerError
	}
	e, ok := errors.AsType[*client.TransportError](err)
	return ok && e.Code != "tls_failed" && e.Code != "answer_too_large"
}

// retryAfter returns the wait that the server asks for, 0 for none.
func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

func beyond(ctx context.Context, pause time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < pause
}
