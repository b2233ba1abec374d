package client

import (
	"crypto/tls"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// Trace watches a client at work. Each function may be nil; they are called in the goroutine of the call that they are
// about, so from several when several calls run at once.
type Trace struct {
	// Call is called once for each call, before its first attempt, with *** for the credential. An error ends the call with
	// nothing sent: a [*TransportError] whose cause it is. What this package itself sends to sign in and out is not shown.
	Call func(*Request) error
	// Attempt is called after each attempt.
	Attempt func(Attempt)
	// Wait is called before a pause, with the number of the attempt to come and the *Error or *TransportError of the last.
	Wait func(pause time.Duration, number int, cause error)
	// Warning is called for an answer that is usable but unexpected, with one sentence about it.
	Warning func(string)
}

// Attempt is one request and its outcome. The times of parts are 0 for a part that did not happen or did not end.
type Attempt struct {
	Method   string
	URL      string        // with the query, which may hold an email, never with credentials
	Number   int           // 1 for the first
	Status   int           // 0 when no answer came
	Duration time.Duration // from dial to the last byte
	DNS      time.Duration
	Connect  time.Duration        // TCP, the first connection that stood
	TLSTime  time.Duration        // the TLS handshake
	Wait     time.Duration        // from the request's last byte to the answer's first
	Read     time.Duration        // from the answer's first byte to its last
	Reused   bool                 // the connection was open already
	Bytes    int                  // of the body, decoded
	Sent     http.Header          // only what can hold no secret; a credential is named as "(set)"
	Received http.Header          // only what can hold no secret
	TLS      *tls.ConnectionState // of the answer's connection, nil without TLS or an answer
	Err      error                // an *Error or a *TransportError, nil for success
}

// visibleHeaders keeps the headers that can hold no secret. An allow-list, because a deny-list misses the next one.
func visibleHeaders(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h { // net/http has made the names canonical
		switch name {
		case "Accept", "Accept-Encoding", "Content-Type", "Content-Length", "Content-Encoding", "User-Agent", "Date",
			"Server", "Retry-After", "X-Request-Id", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset",
			"Location", "Allow", "Via":
			out[name] = values
		case "X-Api-Key", "Authorization":
			out[name] = []string{"(set)"}
		}
	}
	return out
}

func (t Trace) wait(pause time.Duration, number int, cause error) {
	if t.Wait != nil {
		t.Wait(pause, number, cause)
	}
}

func (t Trace) warn(text string) {
	if t.Warning != nil {
		t.Warning(text)
	}
}

// and returns a trace that calls t and then u. A function that neither has stays nil, and costs nothing.
func (t Trace) and(u Trace) Trace {
	both := Trace{Call: t.Call, Attempt: then(t.Attempt, u.Attempt), Wait: t.Wait, Warning: then(t.Warning, u.Warning)}
	if t.Call == nil {
		both.Call = u.Call
	} else if u.Call != nil {
		both.Call = func(r *Request) error {
			if err := t.Call(r); err != nil {
				return err
			}
			return u.Call(r)
		}
	}
	if t.Wait == nil {
		both.Wait = u.Wait
	} else if u.Wait != nil {
		both.Wait = func(pause time.Duration, number int, cause error) {
			t.Wait(pause, number, cause)
			u.Wait(pause, number, cause)
		}
	}
	return both
}

func then[T any](first, second func(T)) func(T) {
	switch {
	case first == nil:
		return second
	case second == nil:
		return first
	}
	return func(v T) { first(v); second(v) }
}

// stopwatch records when the parts of an attempt began and ended. Its hooks run in net/http's goroutines, of which one
// may outlive the attempt.
type stopwatch struct {
	mu     sync.Mutex
	at     [marks]time.Time
	reused bool
}

const (
	dnsStart = iota
	dnsDone
	connectStart
	connectDone
	tlsStart
	tlsDone
	wrote
	firstByte
	marks
)

// mark keeps the first time of each mark.
func (s *stopwatch) mark(m int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at[m].IsZero() {
		s.at[m] = time.Now()
	}
}

// watch adds the stopwatch to the hooks.
func (s *stopwatch) watch(t *httptrace.ClientTrace) {
	got, done := t.GotConn, t.TLSHandshakeDone
	t.DNSStart = func(httptrace.DNSStartInfo) { s.mark(dnsStart) }
	t.DNSDone = func(httptrace.DNSDoneInfo) { s.mark(dnsDone) }
	t.ConnectStart = func(string, string) { s.mark(connectStart) }
	t.ConnectDone = func(_, _ string, err error) {
		if err == nil {
			s.mark(connectDone)
		}
	}
	t.TLSHandshakeStart = func() { s.mark(tlsStart) }
	t.TLSHandshakeDone = func(state tls.ConnectionState, err error) {
		s.mark(tlsDone)
		done(state, err)
	}
	t.GotConn = func(info httptrace.GotConnInfo) {
		s.mu.Lock()
		s.reused = info.Reused
		s.mu.Unlock()
		got(info)
	}
	t.WroteRequest = func(httptrace.WroteRequestInfo) { s.mark(wrote) }
	t.GotFirstResponseByte = func() { s.mark(firstByte) }
}

// read writes the times of the attempt's parts into its record; end is when the attempt was over.
func (s *stopwatch) read(a *Attempt, end time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	between := func(from, to time.Time) time.Duration {
		if from.IsZero() || to.IsZero() {
			return 0
		}
		return max(to.Sub(from), 0)
	}
	a.DNS = between(s.at[dnsStart], s.at[dnsDone])
	a.Connect = between(s.at[connectStart], s.at[connectDone])
	a.TLSTime = between(s.at[tlsStart], s.at[tlsDone])
	a.Wait = between(s.at[wrote], s.at[firstByte])
	a.Read = between(s.at[firstByte], end)
	a.Reused = s.reused
}
