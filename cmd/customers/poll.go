package customers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// poll looks at once and then every interval, until a look is done or fails for good, or ctx ends. A failure that may
// pass goes to trouble, and the next look follows unless trouble makes an end.
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
				return err // a wait that is announced and does not fit is not begun
			}
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// mayPass tells the failures of a read after which the next one may succeed: the server's and the network's own. A
// refusal stays one.
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

// retryAfter is how long a refusal asks to wait, 0 when it does not.
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
