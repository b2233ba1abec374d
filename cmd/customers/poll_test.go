package customers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/pkg/client"
)

func TestPoll_EndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 25*time.Second, cli.ErrTimeout)
		defer cancel()
		began := time.Now()
		err := poll(ctx, 10*time.Second, func() (bool, error) { return false, nil }, nil)
		if !errors.Is(err, cli.ErrTimeout) || time.Since(began) != 25*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestPoll_KeepsInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, at := time.Now(), []time.Duration{}
		answers := []error{
			nil, &client.TransportError{Code: "connection_failed"},
			&client.Error{Status: http.StatusTooManyRequests, RetryAfter: time.Minute}, nil,
		}
		err := poll(t.Context(), 10*time.Second, func() (bool, error) {
			at = append(at, time.Since(began))
			return len(at) == len(answers), answers[len(at)-1]
		}, func(error) error { return nil })
		if got := fmt.Sprint(at); err != nil || got != "[0s 10s 20s 1m20s]" {
			t.Errorf("looks at %s, %v", got, err)
		}
	})
}

const someID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
