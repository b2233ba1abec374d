package bulk

import "time"

const (
	maxStepEvery   = 15 * time.Second // between two steps of the increase, at most
	meaningfulLoad = 20               // requests from which on the first 429 says something about the limit
	firstRate      = 60               // requests per minute after a first 429 that says nothing
	perPause       = 5                // requests in the time of a pause that are tried at least
)

// adaptiveRate finds the rate that a server admits by its 429 (AIMD: additive increase, multiplicative decrease). Rates are in
// requests per minute; an interval is the time between two requests, 0 as long as there is no rate.
type adaptiveRate struct {
	ceiling   float64 // the rate of the last 429
	step      float64 // of the increase
	stepEvery time.Duration
	raised    time.Time // the last step
	counted   int       // requests since counting, to measure the rate of a 429
	counting  time.Time // since the start or the last pause
}

func (r *adaptiveRate) count(now time.Time) {
	if r.counted++; r.counted == 1 {
		r.counting = now
	}
}

// increase raises the rate: by equal steps up to the rate of the last 429. Beyond it the limit has changed, or was never
// known, and each step is twice the one before.
func (r *adaptiveRate) increase(interval time.Duration, now time.Time) time.Duration {
	if interval == 0 || now.Sub(r.raised) < r.stepEvery {
		return interval
	}
	r.raised = now
	rate := perMinute(interval) + r.step
	if rate >= r.ceiling {
		r.step *= 2
	}
	return spaced(rate)
}

// decrease halves the rate at which requests were admitted, pause included: that many the server admits in that time. At
// least a few requests for each such pause are admitted.
func (r *adaptiveRate) decrease(interval time.Duration, now time.Time, pause time.Duration) time.Duration {
	over := pause
	if r.counted > 0 {
		over += now.Sub(r.counting)
	}
	rate := float64(max(r.counted, 1)) / over.Minutes()
	if interval > 0 {
		rate = min(rate, perMinute(interval))
	}
	r.ceiling = rate
	rate = max(rate/2, perPause/pause.Minutes())
	if interval == 0 && r.counted < meaningfulLoad { // other clients have used the limit up
		rate = max(rate, firstRate)
	}
	r.step = max(rate/10, 1)
	r.stepEvery = min(pause, maxStepEvery)
	r.raised, r.counted = now.Add(pause), 0
	return spaced(rate)
}

func perMinute(interval time.Duration) float64 { return float64(time.Minute) / float64(interval) }

func spaced(rate float64) time.Duration { return time.Duration(float64(time.Minute) / rate) }
