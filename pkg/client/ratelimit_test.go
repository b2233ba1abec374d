package client_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/hydracore/hydractl/pkg/client"
)

// jitter is what a wait for a rate limit may be longer than asked.
const jitter = 250 * time.Millisecond

// The clock of a synctest bubble starts at midnight; the tests begin 20 s later.
func TestRetryAfter_Forms(t *testing.T) {
	t.Parallel()
	date := func(s string) string { return "Sat, 01 Jan 2000 " + s + " GMT" }
	const rest = 40 * time.Second // of the minute
	for name, test := range map[string]struct {
		retryAfter, date string
		want             time.Duration // -1: returned at once
	}{
		"0":                           {"0", "", time.Second},
		"-5":                          {"-5", "", time.Second},
		"seconds":                     {"7", "", 7 * time.Second},
		"seconds with blanks":         {" 7 ", "", 7 * time.Second},
		"a fraction":                  {"7.5", "", 7500 * time.Millisecond},
		"an hour":                     {"3600", "", time.Hour},
		"over an hour":                {"3601", "", -1},
		"a day":                       {"86400", "", -1},
		"more than fits":              {"99999999999999999999999999", "", -1},
		"a date by the own clock":     {date("00:01:20"), "", time.Minute},
		"a date by the answer's":      {date("09:00:30"), date("09:00:00"), 30 * time.Second},
		"a date, the answer's broken": {date("00:01:20"), "yesterday", time.Minute},
		"a past date":                 {date("08:00:00"), date("09:00:00"), time.Second},
		"a date in RFC 850":           {"Saturday, 01-Jan-00 09:00:30 GMT", date("09:00:00"), 30 * time.Second},
		"a date far ahead":            {"Sat, 01 Jan 2050 00:00:00 GMT", date("09:00:00"), -1},
		"none":                        {"", "", rest},
		"garbage":                     {"soon", "", rest},
		"numbers that are none":       {"1.2.3", "", rest},
		"dashes":                      {"--5", "", rest},
		"NaN":                         {"NaN", "", rest},
		"infinity":                    {"Inf", "", rest},
		"hexadecimal":                 {"0x10", "", rest},
		"an exponent":                 {"1e1", "", rest},
	} {
		for method, do := range readAndWrite() {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					time.Sleep(20 * time.Second)
					s := &spy{reply: func(_ int, r *http.Request) *http.Response {
						return response(r, 429, `{"detail":"Too Many Requests"}`, "Retry-After", test.retryAfter, "Date", test.date)
					}}
					start := time.Now()
					err := do(t.Context(), newClient(t, "https://api.example.com", client.WithMaxRetries(1), withTransport(s)))
					wantError(t, err, "rate_limited")
					if !client.IsRateLimited(err) || client.MaybeApplied(err) {
						t.Errorf("IsRateLimited %v, MaybeApplied %v", client.IsRateLimited(err), client.MaybeApplied(err))
					}
					waited, attempts := time.Since(start), 2
					if test.want < 0 {
						attempts = 1
					}
					if len(s.asked) != attempts {
						t.Errorf("%d attempts, want %d", len(s.asked), attempts)
					}
					if want := max(test.want, 0); waited < want || waited > want+jitter {
						t.Errorf("waited %s, want %s and at most %s more", waited, want, jitter)
					}
				})
			})
		}
	}
}

// A 503 is waited out as a 429 is when it says for how long; otherwise the usual pause applies.
func TestRetryAfter_Of503(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		retryAfter string
		least      time.Duration
		attempts   int
		opts       []client.Option
	}{
		"seconds":           {"7", 7 * time.Second, 2, nil},
		"a date":            {"Sat, 01 Jan 2000 00:00:40 GMT", 40 * time.Second, 2, nil},
		"none":              {"", 125 * time.Millisecond, 2, nil},
		"beyond the budget": {"7", 0, 1, []client.Option{client.WithWaitBudget(6 * time.Second)}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &spy{reply: func(_ int, r *http.Request) *http.Response {
				return response(r, 503, `{"detail":"maintenance"}`, "Retry-After", test.retryAfter)
			}}
			start := time.Now()
			c := newClient(t, "https://api.example.com", append(test.opts, client.WithMaxRetries(1), withTransport(s))...)
			_, err := c.Customers.List(t.Context(), client.ListOptions{})
			wantError(t, err, "server_error")
			if waited := time.Since(start); waited < test.least || waited > test.least+jitter || len(s.asked) != test.attempts {
				t.Errorf("%s: waited %s, %d attempts", name, waited, len(s.asked))
			}
			s.asked = nil
			if err := create(t.Context(), c); !client.MaybeApplied(err) || len(s.asked) != 1 {
				t.Errorf("%s: a write: %v, %d attempts", name, err, len(s.asked))
			}
		})
	}
}

func TestRetryAfter_NextMinuteAtLeastASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(59*time.Second + 900*time.Millisecond)
		start := time.Now()
		s := &spy{reply: func(_ int, r *http.Request) *http.Response { return response(r, 429, "") }}
		err := readAndWrite()[http.MethodPost](t.Context(), newClient(t, "https://api.example.com", client.WithMaxRetries(1), withTransport(s)))
		wantError(t, err, "rate_limited")
		if waited := time.Since(start); waited < time.Second || waited > time.Second+jitter {
			t.Errorf("waited %s", waited)
		}
	})
}

func TestRetryAfter_BeyondBudgetOrDeadline(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		asked    string
		opts     []client.Option
		deadline time.Duration
		attempts int
		waited   time.Duration
	}{
		"beyond the budget":             {"1501", []client.Option{client.WithWaitBudget(25 * time.Minute)}, 0, 1, 0},
		"within the budget":             {"1500", []client.Option{client.WithWaitBudget(25 * time.Minute)}, 0, 2, 25 * time.Minute},
		"the waits add up":              {"1500", nil, 0, 3, 50 * time.Minute},
		"no budget":                     {"1", []client.Option{client.WithWaitBudget(0)}, 0, 1, 0},
		"beyond the deadline":           {"30", nil, 30 * time.Second, 1, 0},
		"the second beyond the dealine": {"30", nil, time.Minute, 2, 30 * time.Second},
		"within the deadline":           {"30", []client.Option{client.WithMaxRetries(1)}, time.Minute, 2, 30 * time.Second},
	} {
		for method, do := range readAndWrite() {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					ctx := t.Context()
					if test.deadline > 0 {
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, test.deadline)
						defer cancel()
					}
					s := &spy{reply: func(_ int, r *http.Request) *http.Response {
						return response(r, 429, "{}", "Retry-After", test.asked)
					}}
					start := time.Now()
					err := do(ctx, newClient(t, "https://api.example.com", append(test.opts, withTransport(s))...))
					e := wantError(t, err, "rate_limited")
					if e.RetryAfter < time.Second {
						t.Errorf("RetryAfter %s", e.RetryAfter)
					}
					if len(s.asked) != test.attempts {
						t.Errorf("%d attempts, want %d", len(s.asked), test.attempts)
					}
					if waited := time.Since(start); waited < test.waited || waited > test.waited+3*jitter {
						t.Errorf("waited %s, want %s", waited, test.waited)
					}
				})
			})
		}
	}
}

// countingLimiter lets through as many attempts as it holds.
type countingLimiter struct {
	left  int
	calls int
}

var errSpent = errors.New("the limiter is spent")

func (l *countingLimiter) Wait(context.Context) error {
	l.calls++
	if l.left--; l.left < 0 {
		return errSpent
	}
	return nil
}

func TestLimiter_EveryAttempt(t *testing.T) {
	t.Parallel()
	for method, do := range readAndWrite() {
		synctest.Test(t, func(t *testing.T) {
			l := &countingLimiter{left: 2}
			s := &spy{reply: func(_ int, r *http.Request) *http.Response { return response(r, 429, "{}", "Retry-After", "1") }}
			err := do(t.Context(), newClient(t, "https://api.example.com", client.WithLimiter(l), withTransport(s)))
			te := wantTransportError(t, err, "canceled")
			if te.MaybeApplied || !errors.Is(err, errSpent) {
				t.Errorf("%s: %+v", method, te)
			}
			if l.calls != 3 || len(s.asked) != 2 {
				t.Errorf("%s: %d calls of the limiter, %d attempts", method, l.calls, len(s.asked))
			}
		})
	}
}

func TestLimiter_XTimeRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &spy{reply: func(_ int, r *http.Request) *http.Response { return response(r, 200, emptyPage) }}
		c := newClient(t, "https://api.example.com", client.WithLimiter(rate.NewLimiter(1, 1)), withTransport(s))
		start := time.Now()
		for range 5 {
			if _, err := c.Customers.List(t.Context(), client.ListOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("5 requests at 1 a second took %s", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		_, err := c.Customers.Create(ctx, client.CreateRequest{})
		if te := wantTransportError(t, err, "timeout"); te.MaybeApplied {
			t.Errorf("a write that never left counts as possibly applied: %v", err)
		}
		if len(s.asked) != 5 {
			t.Errorf("%d requests", len(s.asked))
		}
	})
}
