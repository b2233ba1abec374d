package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limits count the requests of each key in the running minute and hour of the clock. Each process counts for itself.
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

// take counts a request; wait is how long the window lasts when it is full. max 0 means no limit.
func (w *window) take(now time.Time, length time.Duration, most int64) (wait time.Duration, full bool) {
	if start := now.Truncate(length); !start.Equal(w.start) {
		w.start, w.count = start, 0
	}
	if most > 0 && w.count >= most {
		return w.start.Add(length).Sub(now), true
	}
	w.count++
	return 0, false
}

// take refuses a request over one of its key's limits with 429. A refused request does not count.
func (l *limits) take(c caller, now time.Time) error {
	if c.key == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys == nil {
		l.keys = map[int64]*usage{}
	}
	u := l.keys[c.key.no]
	if u == nil {
		u = &usage{}
		l.keys[c.key.no] = u
	}
	if wait, full := u.hour.take(now, time.Hour, c.key.perHour); full {
		return overLimit(c.key.perHour, "hour", wait)
	}
	if wait, full := u.minute.take(now, time.Minute, c.key.perMinute); full {
		u.hour.count--
		return overLimit(c.key.perMinute, "minute", wait)
	}
	return nil
}

func overLimit(most int64, unit string, wait time.Duration) error {
	seconds := int64((wait + time.Second - 1) / time.Second)
	a := detail(http.StatusTooManyRequests, fmt.Sprintf("Rate limit exceeded: %d per %s", most, unit))
	return refusal{a.with("Retry-After", strconv.FormatInt(seconds, 10))}
}
