package sandbox

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// exchange is one request on its way to its answer, with the faults that hit it.
type exchange struct {
	s        *Server
	w        http.ResponseWriter
	http     *http.Request
	r        *request
	a        answer
	answered bool // a fault took the place of the operation
	deliver  func(*exchange)
	hits     []*Fault
	started  time.Time
}

// serve reads one request, decides on it, and sends the answer. A client that leaves after its request is complete changes
// nothing: the work is done all the same, as under uvicorn.
func (s *Server) serve(w http.ResponseWriter, hr *http.Request) {
	if !s.work.enter() {
		return
	}
	defer s.work.leave()
	now := s.now().UTC()
	x := &exchange{s: s, w: w, http: hr, deliver: (*exchange).send, started: now}
	x.r = &request{
		id: s.requestID(), method: hr.Method, path: hr.URL.Path, query: hr.URL.RawQuery, host: hr.Host, header: hr.Header, now: now,
	}
	s.trace.begin(now)
	defer s.trace.end()
	if err := x.read(); err != nil {
		x.unreadable(err)
		return
	}
	x.finish()
}

// finish does what was asked and answers. What happened is on record before the client knows it.
func (x *exchange) finish() {
	x.run(before)
	if !x.answered {
		x.a = x.s.answer(x.r)
	}
	if x.a.status != 0 { // else the connection is to be cut
		x.run(afterward)
	}
	x.s.trace.record(x.seen())
	x.deliver(x)
}

// read takes the request in. Faults are drawn when all but its last byte is there, so that one of them can cut it off in the
// middle; the last byte of a JSON object says nothing new.
func (x *exchange) read() error {
	body := http.MaxBytesReader(x.w, x.http.Body, maxBody)
	first := max(0, x.http.ContentLength-1)
	var err error
	if x.r.raw, err = io.ReadAll(io.LimitReader(body, first)); err != nil {
		return err
	}
	x.draw()
	x.run(reading)
	if x.answered {
		return errCutOff
	}
	rest, err := io.ReadAll(body)
	x.r.raw = append(x.r.raw, rest...)
	return err
}

// errCutOff ends a request that a fault cut off.
var errCutOff = errors.New("cut off")

// unreadable ends a request that did not come completely: a fault cut it off, it was too large, or the client went away.
func (x *exchange) unreadable(err error) {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		x.a = detail(http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	case !errors.Is(err, errCutOff):
		x.deliver = (*exchange).drop
	}
	x.s.trace.record(x.seen())
	x.deliver(x)
}

// draw counts the attempt and picks the faults.
func (x *exchange) draw() {
	content := contentOf(x.r)
	x.r.attempt = x.s.attempts.count(content)
	for _, f := range x.s.faults() {
		if f.hits(x.r, content) {
			x.hits = append(x.hits, f)
		}
	}
}

func (x *exchange) run(at stage) {
	for _, f := range x.hits {
		if f.kind.at == at {
			f.kind.apply(x, f)
		}
	}
}

// reply answers in place of the operation.
func (x *exchange) reply(a answer) { x.a, x.answered = a, true }
