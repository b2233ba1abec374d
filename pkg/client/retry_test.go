package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// outcomes are transports in memory, by what they do to every request.
func outcomes() map[string]roundTrip {
	answers := map[string]roundTrip{
		"never sent": func(r *http.Request) (*http.Response, error) {
			httptrace.ContextClientTrace(r.Context()).GetConn("api.example.com:443")
			return nil, errors.New("dial tcp: connection refused")
		},
		"lost": func(r *http.Request) (*http.Response, error) {
			trace := httptrace.ContextClientTrace(r.Context())
			trace.GetConn("api.example.com:443")
			trace.GotConn(httptrace.GotConnInfo{})
			return nil, errors.New("connection reset by peer")
		},
		"lost without a trace": func(*http.Request) (*http.Response, error) { return nil, errors.New("broken") },
		"silence": func(r *http.Request) (*http.Response, error) {
			httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"no connection in time": func(r *http.Request) (*http.Response, error) {
			httptrace.ContextClientTrace(r.Context()).GetConn("api.example.com:443")
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"HTML":     func(r *http.Request) (*http.Response, error) { return response(r, 200, "<html>"), nil },
		"cut JSON": func(r *http.Request) (*http.Response, error) { return response(r, 200, `{"customers":[`), nil },
		"too large": func(r *http.Request) (*http.Response, error) {
			return response(r, 200, string(make([]byte, 9<<20))), nil
		},
	}
	for _, status := range []int{
		301, 304, 307, 400, 401, 402, 403, 404, 405, 408, 409, 410, 415, 418, 422, 425, 429, 451, 500, 501, 502, 503, 504, 520, 527,
	} {
		answers[fmt.Sprint(status)] = func(r *http.Request) (*http.Response, error) {
			return response(r, status, `{"detail":"no"}`, "Retry-After", "1"), nil
		}
	}
	return answers
}

// repeated is how many attempts each outcome gets with four retries, other than one.
func repeated(method string) map[string]int {
	if method == http.MethodPost {
		return map[string]int{"429": 5, "never sent": 5, "no connection in time": 5}
	}
	return map[string]int{
		"429": 5, "never sent": 5, "no connection in time": 5, "lost": 5, "lost without a trace": 5, "silence": 5,
		"408": 5, "425": 5, "500": 5, "501": 5, "502": 5, "503": 5, "504": 5, "520": 5, "527": 5,
		"HTML": 3, "cut JSON": 3,
	}
}

// inDoubt are the outcomes that leave a write open.
func inDoubt() map[string]bool {
	return map[string]bool{
		"lost": true, "lost without a trace": true, "silence": true, "HTML": true, "cut JSON": true, "too large": true,
		"408": true, "425": true, "500": true, "501": true, "502": true, "503": true, "504": true, "520": true, "527": true,
	}
}

func TestRetry_Policy(t *testing.T) {
	t.Parallel()
	for name, transport := range outcomes() {
		for method, do := range readAndWrite() {
			t.Run(method+"/"+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					attempts := 0
					c := newClient(t, "https://api.example.com", withTransport(roundTrip(func(r *http.Request) (*http.Response, error) {
						attempts++
						return transport(r)
					})))
					err := do(t.Context(), c)
					if want := max(repeated(method)[name], 1); attempts != want {
						t.Errorf("%d attempts, want %d", attempts, want)
					}
					if want := method == http.MethodPost && inDoubt()[name]; client.MaybeApplied(err) != want {
						t.Errorf("MaybeApplied is %v for %v", !want, err)
					}
				})
			})
		}
	}
}

func TestRetry_BackoffDoubles(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		c := newClient(t, "https://api.example.com", client.WithMaxRetries(12), withTransport(roundTrip(func(r *http.Request) (*http.Response, error) {
			at = append(at, time.Now())
			return response(r, 500, "{}"), nil
		})))
		wantError(t, readAndWrite()[http.MethodGet](t.Context(), c), "server_error")
		if len(at) != 13 {
			t.Fatalf("%d attempts, want 13", len(at))
		}
		full := 250 * time.Millisecond
		for i := 1; i < len(at); i++ {
			if wait := at[i].Sub(at[i-1]); wait < full/2 || wait > full {
				t.Errorf("wait %d is %s, want %s to %s", i, wait, full/2, full)
			}
			full = min(2*full, 8*time.Second)
		}
	})
}

func TestRetry_MaxRetries(t *testing.T) {
	t.Parallel()
	for retries, want := range map[int]int{-1: 1, 0: 1, 1: 2, 3: 4} {
		synctest.Test(t, func(t *testing.T) {
			s := &spy{reply: func(_ int, r *http.Request) *http.Response { return response(r, 503, "") }}
			c := newClient(t, "https://api.example.com", client.WithMaxRetries(retries), withTransport(s))
			wantError(t, readAndWrite()[http.MethodGet](t.Context(), c), "server_error")
			if len(s.asked) != want {
				t.Errorf("%d attempts with %d retries, want %d", len(s.asked), retries, want)
			}
		})
	}
}

func TestRetry_SuccessIsResult(t *testing.T) {
	t.Parallel()
	for method, do := range readAndWrite() {
		synctest.Test(t, func(t *testing.T) {
			waits := 0
			var attempts []client.Attempt
			trace := client.Trace{
				Wait: func(pause time.Duration, number int, cause error) {
					if waits++; number != waits+1 || !client.IsRateLimited(cause) || pause < 2*time.Second {
						t.Errorf("%s: wait %d is %s before attempt %d after %v", method, waits, pause, number, cause)
					}
				},
				Attempt: func(a client.Attempt) { attempts = append(attempts, a) },
			}
			s := &spy{reply: func(number int, r *http.Request) *http.Response {
				switch {
				case number < 3:
					return response(r, 429, `{"error":{"message":"slow down"}}`, "Retry-After", "2")
				case r.Method == http.MethodPost:
					return response(r, 201, made)
				}
				return response(r, 200, emptyPage)
			}}
			if err := do(t.Context(), newClient(t, "https://api.example.com", client.WithTrace(trace), withTransport(s))); err != nil {
				t.Fatal(err)
			}
			if waits != 2 || len(attempts) != 3 {
				t.Fatalf("%s: %d waits, %d attempts", method, waits, len(attempts))
			}
			for i, a := range attempts {
				if a.Number != i+1 || a.Method != method || (a.Err == nil) != (i == 2) || a.Sent.Get("X-Api-Key") != "(set)" {
					t.Errorf("%s: attempt %d is %+v", method, i, a)
				}
			}
			if e := wantError(t, attempts[0].Err, "rate_limited"); e.Message != "slow down" {
				t.Errorf("message %q", e.Message)
			}
		})
	}
}

func TestAttempt_Timeout(t *testing.T) {
	t.Parallel()
	silent := withTransport(outcomes()["silence"])
	for want, opts := range map[time.Duration][]client.Option{
		30 * time.Second: {silent},
		time.Second:      {silent, client.WithAttemptTimeout(time.Second)},
		time.Minute:      {client.WithHTTPClient(&http.Client{Transport: outcomes()["silence"], Timeout: time.Minute})},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			err := readAndWrite()[http.MethodPost](t.Context(), newClient(t, "https://api.example.com", opts...))
			wantTransportError(t, err, "timeout")
			if took := time.Since(start); took != want {
				t.Errorf("the attempt took %s, want %s", took, want)
			}
		})
	}
}

func TestAttempt_CancellationOrTimeout(t *testing.T) {
	t.Parallel()
	own := errors.New("the user has gone")
	for name, test := range map[string]struct {
		transport string
		end       func(context.Context) (context.Context, context.CancelFunc)
		code      client.ErrorCode
		is        error
		maybe     bool
	}{
		"canceled in flight":   {"silence", canceledAfter(time.Second, own), "canceled", context.Canceled, true},
		"deadline in flight":   {"silence", endedAfter(time.Second, own), "timeout", context.DeadlineExceeded, true},
		"canceled in a wait":   {"never sent", canceledAfter(time.Second, own), "canceled", context.Canceled, false},
		"deadline in a wait":   {"never sent", endedAfter(time.Second, own), "timeout", context.DeadlineExceeded, false},
		"canceled in dialling": {"no connection in time", canceledAfter(time.Second, own), "canceled", context.Canceled, false},
		"canceled before":      {"silence", canceledAfter(0, own), "canceled", context.Canceled, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := test.end(t.Context())
				defer cancel()
				synctest.Wait()
				start := time.Now()
				err := readAndWrite()[http.MethodPost](ctx, newClient(t, "https://api.example.com",
					client.WithMaxRetries(99), withTransport(outcomes()[test.transport])))
				te := wantTransportError(t, err, test.code)
				if te.MaybeApplied != test.maybe {
					t.Errorf("MaybeApplied is %v", te.MaybeApplied)
				}
				if !errors.Is(err, test.is) || !errors.Is(err, own) {
					t.Errorf("%v is not both %v and %v", err, test.is, own)
				}
				if took := time.Since(start); took > time.Second {
					t.Errorf("the call took %s", took)
				}
			})
		})
	}
}

func canceledAfter(d time.Duration, cause error) func(context.Context) (context.Context, context.CancelFunc) {
	return func(parent context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancelCause(parent)
		timer := time.AfterFunc(d, func() { cancel(cause) })
		return ctx, func() { timer.Stop(); cancel(nil) }
	}
}

func endedAfter(d time.Duration, cause error) func(context.Context) (context.Context, context.CancelFunc) {
	return func(parent context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeoutCause(parent, d, cause)
	}
}
