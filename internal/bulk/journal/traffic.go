package journal

import "time"

const (
	minuteWindow = 61   // seconds that a minute can touch
	hourWindow   = 3601 // seconds that an hour can touch
)

// Traffic counts the requests of the last hour by the second. The zero value is empty.
type Traffic struct {
	counts [hourWindow]uint32
	Latest int64 // the newest second, in Unix time
	hour   int   // sum of counts
}

// Add counts a request. One that is older than an hour is ignored.
func (w *Traffic) Add(at time.Time) {
	second := at.Unix()
	w.advance(second)
	if second > w.Latest-hourWindow {
		w.counts[bucket(second)]++
		w.hour++
	}
}

// advance forgets what is older than an hour at that second.
func (w *Traffic) advance(second int64) {
	if second-w.Latest >= hourWindow {
		w.counts, w.hour, w.Latest = [hourWindow]uint32{}, 0, second
		return
	}
	for w.Latest < second {
		w.Latest++
		w.hour -= int(w.counts[bucket(w.Latest)])
		w.counts[bucket(w.Latest)] = 0
	}
}

// Wait says how long a request at that time must wait until it is within the limits; 0 stands for no limit.
func (w *Traffic) Wait(now time.Time, perMinute, perHour int) time.Duration {
	w.advance(now.Unix())
	d := w.excess(now, minuteWindow, perMinute)
	if perHour > 0 && w.hour >= perHour {
		d = max(d, w.excess(now, hourWindow, perHour))
	}
	return d
}

// excess is the time until the last so many seconds hold fewer requests than the limit.
func (w *Traffic) excess(now time.Time, seconds int64, limit int) time.Duration {
	if limit <= 0 {
		return 0
	}
	second, sum := w.Latest, 0
	for ; second > w.Latest-seconds; second-- {
		if sum += int(w.counts[bucket(second)]); sum >= limit {
			return time.Unix(second+seconds, 0).Sub(now)
		}
	}
	return 0
}

// bucket returns the place of a second in the counts, be it before 1970.
func bucket(second int64) int64 { return (second%hourWindow + hourWindow) % hourWindow }
