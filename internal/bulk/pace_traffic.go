package bulk

import "time"

const (
	minuteWindow = 61   // seconds that a minute can touch
	hourWindow   = 3601 // seconds that an hour can touch
)

// traffic counts the requests of the last hour by the second. The zero value is empty.
type traffic struct {
	counts [hourWindow]uint32
	latest int64 // the newest second, in Unix time
	hour   int   // sum of counts
}

// add counts a request. One that is older than an hour is ignored.
func (w *traffic) add(at time.Time) {
	second := at.Unix()
	w.advance(second)
	if second > w.latest-hourWindow {
		w.counts[bucket(second)]++
		w.hour++
	}
}

// advance forgets what is older than an hour at that second.
func (w *traffic) advance(second int64) {
	if second-w.latest >= hourWindow {
		w.counts, w.hour, w.latest = [hourWindow]uint32{}, 0, second
		return
	}
	for w.latest < second {
		w.latest++
		w.hour -= int(w.counts[bucket(w.latest)])
		w.counts[bucket(w.latest)] = 0
	}
}

// wait says how long a request at that time must wait until it is within the limits; 0 stands for no limit.
func (w *traffic) wait(now time.Time, perMinute, perHour int) time.Duration {
	w.advance(now.Unix())
	d := w.excess(now, minuteWindow, perMinute)
	if perHour > 0 && w.hour >= perHour {
		d = max(d, w.excess(now, hourWindow, perHour))
	}
	return d
}

// excess is the time until the last so many seconds hold fewer requests than the limit.
func (w *traffic) excess(now time.Time, seconds int64, limit int) time.Duration {
	if limit <= 0 {
		return 0
	}
	second, sum := w.latest, 0
	for ; second > w.latest-seconds; second-- {
		if sum += int(w.counts[bucket(second)]); sum >= limit {
			return time.Unix(second+seconds, 0).Sub(now)
		}
	}
	return 0
}

func bucket(second int64) int64 {
	i := second % hourWindow
	if i < 0 {
		i += hourWindow
	}
	return i
}
