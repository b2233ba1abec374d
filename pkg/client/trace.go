package client

import (
	"crypto/tls"
	"net/http"
	"time"
)

// Trace watches a client at work. Each function may be nil; they are called in the goroutine of the call that they are
// about, so from several when several calls run at once.
type Trace struct {
	// Attempt is called after each attempt.
	Attempt func(Attempt)
	// Wait is called before the client sleeps until it tries again.
	Wait func(Wait)
	// Warning is called for an answer that is usable but odd, with one sentence about it.
	Warning func(string)
}

// Attempt is one request with what came of it.
type Attempt struct {
	Method   string
	URL      string               // with the query, which may hold an email, never with credentials
	Number   int                  // 1 for the first
	Status   int                  // 0 when no answer came
	Duration time.Duration        // from dial to the last byte
	Timing   Timing               // what took how long
	Bytes    int                  // of the body, decoded
	Sent     http.Header          // only what can hold no secret; a credential is named as "(set)"
	Received http.Header          // only what can hold no secret
	TLS      *tls.ConnectionState // of the answer's connection, nil without TLS or an answer
	Err      error                // an *Error or a *TransportError, nil for success
}

// Wait is a pause before an attempt.
type Wait struct {
	For    time.Duration
	Number int   // of the attempt to come
	Cause  error // what the last attempt failed with, an *Error or a *TransportError
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

func (t Trace) wait(w Wait) {
	if t.Wait != nil {
		t.Wait(w)
	}
}

func (t Trace) warn(text string) {
	if t.Warning != nil {
		t.Warning(text)
	}
}
