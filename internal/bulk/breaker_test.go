package bulk

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// manualBreaker is a breaker whose probes are answered by the test.
type manualBreaker struct {
	*breaker
	probes int
	over   time.Time
}

func newManualBreaker(maxOutage time.Duration) *manualBreaker {
	return &manualBreaker{breaker: newBreaker(maxOutage)}
}

func (f *manualBreaker) fail(began time.Time) { f.act(f.failure(began)) }

func (f *manualBreaker) answerProbe(ok bool) { f.act(f.probed(ok)) }

func (f *manualBreaker) act(a breakerAction) {
	switch a {
	case startProbe:
		f.probes++
	case giveUp:
		f.over = f.outage().since
	}
}

// lets reports whether a write is let through now.
func (f *manualBreaker) lets(t *testing.T) (through, trial bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	trial, err := f.wait(ctx)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	return err == nil, trial
}

func TestBreaker_OpensAfterFailures(t *testing.T) {
	t.Parallel()
	for outcomes, opens := range map[string]bool{
		"xxxx": false, "xxxxx": true, "xxxx.xxxx": false, "....xxxxx": true,
		"x.x.x.x.x.x.x.x.x.x.": true, "x.x.x.x.x.x.x.x.x.": false, "x..x..x..x..x..x..x..x..x..x..x..x..": false,
		"xx.xx.xx.xx.xx": true,
	} {
		t.Run(outcomes, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				f := newManualBreaker(time.Hour)
				for _, o := range outcomes {
					if o == 'x' {
						f.fail(time.Now())
					} else {
						f.success()
					}
				}
				if through, _ := f.lets(t); through == opens || f.probes > 1 {
					t.Errorf("a write is let through: %v, after %d probes", through, f.probes)
				}
			})
		})
	}
}

func TestBreaker_OneTrialAfterAProbe(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := newManualBreaker(time.Hour)
		for range failuresInRow {
			f.fail(time.Now())
		}
		f.answerProbe(true)
		if through, trial := f.lets(t); !through || !trial {
			t.Fatalf("the first write: %v, %v", through, trial)
		}
		if through, _ := f.lets(t); through {
			t.Error("a second write is let through beside the first")
		}
		if f.holds(true) || !f.holds(false) {
			t.Error("the wrong write is held")
		}
		f.unused(true)
		if through, trial := f.lets(t); !through || !trial {
			t.Error("the trial that was given back is lost")
		}
		f.success()
		for range 3 {
			if through, trial := f.lets(t); !through || trial {
				t.Error("the breaker is not closed after a success")
			}
		}
	})
}

func TestBreaker_ProbesComeLaterAndLater(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := newManualBreaker(10 * time.Minute)
		for range failuresInRow {
			f.fail(time.Now())
		}
		opened := time.Now()
		want := time.Second
		for f.over.IsZero() {
			o := f.outage()
			if o.delay != min(want, o.left) || !o.since.Equal(opened) {
				t.Fatalf("the next probe comes after %v, want %v", o.delay, want)
			}
			want = min(2*want, time.Minute)
			time.Sleep(o.delay)
			f.answerProbe(false)
		}
		if d := time.Since(opened); d != 10*time.Minute {
			t.Errorf("gave up after %v", d)
		}
	})
}

// The trouble began when the first of the failed requests left, not when the last of them was given up.
func TestBreaker_OutageBeginsWithTheFirstFailure(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := newManualBreaker(20 * time.Second)
		f.success()
		began := time.Now()
		time.Sleep(time.Minute)
		for range failuresInRow {
			f.fail(began)
		}
		if !f.over.Equal(began) || f.probes > 0 {
			t.Errorf("over since %v, %d probes", f.over, f.probes)
		}
	})
}

func TestBreaker_FailedTrialOpensItAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := newManualBreaker(time.Hour)
		for range failuresInRow {
			f.fail(time.Now())
		}
		f.answerProbe(true)
		f.lets(t)
		f.fail(time.Now())
		if through, _ := f.lets(t); through || f.probes != 2 {
			t.Errorf("a write is let through: %v, %d probes", through, f.probes)
		}
	})
}

func TestBreaker_ReadsWaitWhileItIsOpen(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := newManualBreaker(time.Hour)
		for range failuresInRow {
			f.fail(time.Now())
		}
		read := make(chan error)
		go func() { read <- f.waitRead(t.Context()) }()
		synctest.Wait()
		select {
		case <-read:
			t.Error("a read was let through")
		default:
		}
		f.answerProbe(true)
		if err := <-read; err != nil {
			t.Error(err)
		}
	})
}
