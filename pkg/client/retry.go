package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	backoffBase  = 250 * time.Millisecond
	backoffCap   = 8 * time.Second
	minRateWait  = time.Second
	maxRateWait  = 365 * 24 * time.Hour
	badAnswerMax = 3 // attempts at a read that brings something other than HydraCore's JSON
)

// do attempts a call until it succeeds, fails for good, or the next wait would be beyond what the caller allows.
func (c *Client) do(ctx context.Context, cl *call) error {
	if err := c.preview(cl); err != nil {
		return unsentError(ctx, cl, err)
	}
	budget, retries := c.config.waitBudget, c.config.retries
	for number := 1; ; number++ {
		if err := c.ready(ctx, cl); err != nil {
			return err
		}
		renewed, err := c.renew(ctx, cl, c.attempt(ctx, cl, number))
		if renewed {
			retries++
			continue
		}
		if err == nil || ctx.Err() != nil || number > retries || !repeatable(cl, number, err) {
			return err
		}
		wait := backoff(number)
		if asksToWait(err) {
			asked := askedWait(err, time.Now())
			wait = asked + rand.N(backoffBase) // jitter, so that many clients do not come back at once
			if budget -= asked; budget < 0 || beyondDeadline(ctx, wait) || cl.noWait {
				return err
			}
		}
		c.config.traces.wait(wait, number+1, err)
		if sleep(ctx, wait) != nil {
			return unsentError(ctx, cl, err)
		}
	}
}

// ready waits until the call's next attempt may leave, and gets its token. Nothing more is sent when it fails.
func (c *Client) ready(ctx context.Context, cl *call) error {
	err := ctx.Err()
	if err == nil && c.config.limiter != nil {
		err = c.config.limiter.Wait(ctx)
	}
	if err != nil {
		return unsentError(ctx, cl, err)
	}
	return c.sign(ctx, cl)
}

// waitAsked waits as long as limited, an answer that came at that time to a call that left the wait to its caller, asks
// for. It returns limited when the wait is longer than the caller allows.
func (c *Client) waitAsked(ctx context.Context, limited error, at time.Time) error {
	asked := askedWait(limited, at)
	wait := time.Until(at.Add(asked)) + rand.N(backoffBase)
	if asked > c.config.waitBudget || beyondDeadline(ctx, wait) {
		return limited
	}
	c.config.traces.wait(max(wait, 0), 2, limited)
	if sleep(ctx, wait) != nil {
		return unsentError(ctx, &call{method: http.MethodGet, path: customersPath}, limited)
	}
	return nil
}

// repeatable is the whole policy. A write is repeated only when it is proven that it was not carried out.
func repeatable(cl *call, number int, err error) bool {
	if e, ok := errors.AsType[*Error](err); ok {
		switch {
		case e.Status == http.StatusTooManyRequests:
			return true
		case cl.isWrite():
			return false
		}
		return e.Status >= 500 || e.Status == http.StatusRequestTimeout || e.Status == http.StatusTooEarly
	}
	te, ok := errors.AsType[*TransportError](err)
	if !ok || te.MaybeApplied {
		return false
	}
	if pe, ok := errors.AsType[*proxyError](err); ok && pe.status == http.StatusProxyAuthRequired {
		return false
	}
	switch te.Code {
	case CodeTLSFailed, CodeAnswerTooLarge, codeCanceled:
		return false
	case CodeBadAnswer:
		return !cl.isWrite() && number < badAnswerMax
	}
	return true
}

// backoff doubles from 250 ms to 8 s, each time with half of it left to chance.
func backoff(number int) time.Duration {
	d := min(backoffBase<<min(number-1, 10), backoffCap)
	return d/2 + rand.N(d/2+1)
}

// asksToWait reports whether an answer says when to come back: a 429, and a 503 that has a Retry-After.
func asksToWait(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable && e.RetryAfter > 0)
}

// askedWait is the pause that an answer asks for; of a 429 without a usable Retry-After, until the next full minute.
func askedWait(err error, now time.Time) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok && e.RetryAfter > 0 {
		return e.RetryAfter
	}
	return max(now.Truncate(time.Minute).Add(time.Minute).Sub(now), minRateWait)
}

// retryAfter reads Retry-After (RFC 9110, 10.2.3) as seconds, or as a date against the answer's own Date, since the
// two clocks may differ. At least one second; 0 when there is none that can be read.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if strings.Trim(value, "+-.0123456789") == "" { // ParseFloat would take NaN and 0x1p9 too
		seconds, err := strconv.ParseFloat(value, 64)
		if errors.Is(err, strconv.ErrSyntax) {
			return 0
		}
		seconds = min(max(seconds, minRateWait.Seconds()), maxRateWait.Seconds())
		return time.Duration(seconds * float64(time.Second))
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(until.Sub(now), minRateWait), maxRateWait)
}

func beyondDeadline(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < wait
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
