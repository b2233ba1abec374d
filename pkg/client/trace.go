package client

import (
	"crypto/tls"
	"net/http"
	"slices"
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

// traces are those of a client, in the order in which they were given.
type traces []Trace

func (ts traces) call(r *Request) error {
	for _, t := range ts {
		if t.Call != nil {
			if err := t.Call(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// watched reports whether an attempt is worth recording.
func (ts traces) watched() bool {
	return slices.ContainsFunc(ts, func(t Trace) bool { return t.Attempt != nil })
}

func (ts traces) attempt(a Attempt) {
	for _, t := range ts {
		if t.Attempt != nil {
			t.Attempt(a)
		}
	}
}

func (ts traces) wait(pause time.Duration, number int, cause error) {
	for _, t := range ts {
		if t.Wait != nil {
			t.Wait(pause, number, cause)
		}
	}
}

func (ts traces) warn(text string) {
	for _, t := range ts {
		if t.Warning != nil {
			t.Warning(text)
		}
	}
}
