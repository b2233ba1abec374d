package server

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/identity"
)

// limits count the requests of each key in the current minute and hour of the clock. Each process counts for itself.
type limits struct {
	mu   sync.Mutex
	keys map[int64]*usage
}

type usage struct{ minute, hour window }

// window is one minute or hour.
type window struct {
	start time.Time
	count int64
}

// take counts a request. When the window is full it returns the rest of it, else 0. limit 0 means no limit.
func (w *window) take(now time.Time, length time.Duration, limit int64) (wait time.Duration) {
	if start := now.Truncate(length); !start.Equal(w.start) {
		w.start, w.count = start, 0
	}
	if limit > 0 && w.count >= limit {
		return w.start.Add(length).Sub(now)
	}
	w.count++
	return 0
}

// take refuses a request over one of its key's limits with 429. A refused request does not count, nor does one without a key.
func (l *limits) take(key *identity.Key, now time.Time) error {
	if key == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys == nil {
		l.keys = map[int64]*usage{}
	}
	u := l.keys[key.No]
	if u == nil {
		u = &usage{}
		l.keys[key.No] = u
	}
	if wait := u.hour.take(now, time.Hour, key.LimitPerHour); wait > 0 {
		return overLimit(key.LimitPerHour, "hour", wait)
	}
	if wait := u.minute.take(now, time.Minute, key.LimitPerMin); wait > 0 {
		u.hour.count--
		return overLimit(key.LimitPerMin, "minute", wait)
	}
	return nil
}

func overLimit(limit int64, unit string, wait time.Duration) error {
	seconds := int64((wait + time.Second - 1) / time.Second)
	a := Detail(http.StatusTooManyRequests, fmt.Sprintf("Rate limit exceeded: %d per %s", limit, unit))
	return refusal{a.With("Retry-After", strconv.FormatInt(seconds, 10))}
}
