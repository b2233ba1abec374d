package server

import (
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/identity"
)

// Stage is when a fault acts.
type Stage int

// The stages.
const (
	Reading Stage = iota // the request has arrived but for its last byte
	Before               // before the operation: the fault may answer in its place, or change how it works
	After                // the operation is done and committed; the answer is not sent yet
	Done                 // the same, also when a fault has dropped the request
)

// Fault changes how the requests that it hits are handled.
type Fault interface {
	String() string // the specification
	Name() string   // the kind
	Hits(r *Request) bool
	Stage() Stage
	Apply(x *Exchange)
}

// Exchange is one request on its way to its answer, with the faults that hit it.
type Exchange struct {
	Server  *Server
	Request *Request
	HTTP    *http.Request
	Answer  Answer
	Deliver func(*Exchange) // sends the answer; faults replace it

	w        http.ResponseWriter
	answered bool // by a fault, in place of the operation
	hits     []Fault
	started  time.Time
}

// serve reads one request, decides on it, and sends the answer. A client that leaves after its request is complete changes
// nothing: the work is done all the same, as under uvicorn.
func (s *Server) serve(w http.ResponseWriter, hr *http.Request) {
	if !s.work.enter() {
		return
	}
	defer s.work.wg.Done()
	now := s.Now()
	x := &Exchange{Server: s, HTTP: hr, Deliver: (*Exchange).Send, w: w, started: now}
	x.Request = &Request{
		ID: s.requestID(), Method: hr.Method, Path: hr.URL.Path, Query: hr.URL.RawQuery, Now: now, host: hr.Host, header: hr.Header,
	}
	s.audit.begin(now)
	defer s.audit.end()
	if err := x.read(); err != nil {
		x.unreadable(err)
		return
	}
	x.finish()
}

// finish does what was asked and answers. What happened is recorded before the client knows it.
func (x *Exchange) finish() {
	x.apply(Before)
	if !x.answered {
		x.Answer = x.Server.answer(x.Request)
	}
	if x.Answer.Status != 0 { // else the connection is to be cut
		x.apply(After)
	}
	x.apply(Done)
	x.Server.audit.record(x.seen())
	x.Deliver(x)
}

// maxBody is more than any request of the API needs.
const maxBody = 16 << 20

// read reads the request. Faults are drawn when all but its last byte has arrived, so that one of them can cut it off in the
// middle; the last byte of a JSON object adds nothing.
func (x *Exchange) read() error {
	body := http.MaxBytesReader(x.w, x.HTTP.Body, maxBody)
	first := max(0, x.HTTP.ContentLength-1)
	var err error
	if x.Request.Raw, err = io.ReadAll(io.LimitReader(body, first)); err != nil {
		return err
	}
	x.draw()
	x.apply(Reading)
	if x.answered {
		return errCutOff
	}
	rest, err := io.ReadAll(body)
	x.Request.Raw = append(x.Request.Raw, rest...)
	return err
}

// errCutOff ends a request that a fault cut off.
var errCutOff = errors.New("cut off")

// unreadable ends a request that did not arrive completely: a fault cut it off, it was too large, or the client left.
func (x *Exchange) unreadable(err error) {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		x.Answer = Detail(http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	case !errors.Is(err, errCutOff):
		x.Deliver = (*Exchange).Drop
	}
	x.Server.audit.record(x.seen())
	x.Deliver(x)
}

// draw counts the attempt and picks the faults.
func (x *Exchange) draw() {
	x.Request.Content = x.Request.content()
	x.Request.Attempt = x.Server.attempts.count(x.Request.Content)
	for _, f := range x.Server.Faults() {
		if f.Hits(x.Request) {
			x.hits = append(x.hits, f)
		}
	}
}

func (x *Exchange) apply(at Stage) {
	for _, f := range x.hits {
		if f.Stage() == at {
			f.Apply(x)
		}
	}
}

// Reply answers in place of the operation. An answer without a status is a connection to be cut.
func (x *Exchange) Reply(a Answer) { x.Answer, x.answered = a, true }

// Caller authenticates the request, for faults that act before the operation does.
func (x *Exchange) Caller() (identity.Caller, error) {
	var err error
	if x.Request.Caller.Tenant.No == 0 {
		err = x.Server.authenticate(x.Request)
	}
	return x.Request.Caller, err
}

// Send writes the answer. Errors of writing mean that the client has left.
func (x *Exchange) Send() {
	x.SendHead()
	_, _ = x.w.Write(x.Answer.Body)
	_ = http.NewResponseController(x.w).Flush() // before the request counts as done, see Close
}

// SendHead writes the status and the headers, and returns the writer of the body.
func (x *Exchange) SendHead() http.ResponseWriter {
	h := x.w.Header()
	maps.Copy(h, x.Answer.Header)
	h.Set("Server", "uvicorn")
	h.Set("X-Request-Id", x.Request.ID)
	h.Set("Date", x.Server.Now().Format(http.TimeFormat))
	h["Content-Type"] = nil // no guessing
	if x.Answer.Type != "" {
		h.Set("Content-Type", x.Answer.Type)
	}
	if x.Answer.Status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(x.Answer.Body)))
	}
	x.w.WriteHeader(x.Answer.Status)
	return x.w
}

// Conn takes the connection away from the HTTP server; nil when it is gone already.
func (x *Exchange) Conn() net.Conn {
	c, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		return nil
	}
	return c
}

// Drop closes the connection without an answer.
func (x *Exchange) Drop() {
	if c := x.Conn(); c != nil {
		_ = c.Close()
	}
}
