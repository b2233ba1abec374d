package client

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Error is an answer other than 2xx. [IsNotFound], [IsRateLimited], [IsDuplicate] and [MaybeApplied] read it.
type Error struct {
	// Method is the request's, for example GET.
	Method string
	// Path is the request's, below the base URL.
	Path string
	// Status is the HTTP status, 300..599.
	Status int
	// Code is a stable word for the kind of refusal: bad_request (400), not_authenticated (401), signed_out (401: there is
	// no token to be had any more, and nothing was carried out), not_allowed (403),
	// not_found (404), no_such_route (404 from something that does not know the route), method_not_allowed (405),
	// conflict (409), invalid_input (422), rate_limited (429), redirect (3xx), server_error (5xx) or rejected.
	Code string
	// Message is what the server said, unchanged but for the credential; it may hold control characters. Of a page in
	// HTML it is the title. "" when there were no words.
	Message string
	// Fields are the entries of a 422's detail list, in the server's order.
	Fields []FieldError
	// RequestID is the answer's X-Request-ID, or "".
	RequestID string
	// RetryAfter is how long the answer asks to wait (RFC 9110, 10.2.3), 1 s to 365 days; 0 when it does not say.
	RetryAfter time.Duration
	// Location is where a redirect points, as the server wrote it, or "".
	Location string
	// JSON tells that the body was JSON: without it the answer came from something in front of HydraCore.
	JSON bool
}

// FieldError is one entry of FastAPI's validation detail. The value that was refused is not kept: it may be secret.
type FieldError struct {
	In      string // body, query, path, header or cookie; "" when the server does not say
	Field   string // the field's name, with indexes as in "tags[1]"; "" when the whole body is meant
	Message string // the server's words
	Type    string // for example uuid_parsing (pydantic 2) or type_error.uuid (pydantic 1)
}

// Error says what was asked, the status and the server's words.
func (e *Error) Error() string {
	text := cmp.Or(e.Message, strings.ToLower(http.StatusText(e.Status)), "no words")
	return fmt.Sprintf("%s %s: %s (%d)", e.Method, e.Path, text, e.Status)
}

// code is the word for the status.
func (e *Error) code() string {
	switch {
	case e.Status < 400:
		return "redirect"
	case e.Status == http.StatusNotFound && (!e.JSON || e.Message == "Not Found" || e.Path == customersPath):
		return "no_such_route" // FastAPI's own 404, or one of a collection; a missing record has words of its own
	case e.Status >= 500:
		return "server_error"
	}
	switch e.Status {
	case http.StatusBadRequest:
		return "bad_request"
	case http.StatusUnauthorized:
		return "not_authenticated"
	case http.StatusForbidden:
		return "not_allowed"
	case http.StatusNotFound:
		return "not_found"
	case http.StatusMethodNotAllowed:
		return "method_not_allowed"
	case http.StatusConflict:
		return "conflict"
	case http.StatusUnprocessableEntity:
		return "invalid_input"
	case http.StatusTooManyRequests:
		return "rate_limited"
	}
	return "rejected"
}

// maybeApplied is true for the answers to a write that do not prove a refusal: 408, 425 and every 5xx. (A race on
// a unique index, too, ends in FastAPI's 500.)
func (e *Error) maybeApplied() bool {
	if e.Method == http.MethodGet || isSignIn(e.Path) {
		return false
	}
	return e.Status >= 500 || e.Status == http.StatusRequestTimeout || e.Status == http.StatusTooEarly
}

// TransportError means that no trustworthy answer came.
type TransportError struct {
	// Method is the request's, for example POST.
	Method string
	// Path is the request's, below the base URL.
	Path string
	// Code is a stable word: connection_failed (never sent), tls_failed (never sent, and not to be repeated), timeout,
	// connection_lost, bad_answer (not JSON, or not of the contract's shape), answer_too_large, canceled, or no_token (none
	// could be had for now, and nothing was sent).
	Code string
	// Status is that of the answer that could not be used, 0 when there was none.
	Status int
	// MaybeApplied tells that the request was a write that the server may have carried out.
	MaybeApplied bool
	// RequestID is the answer's X-Request-ID, or "".
	RequestID string
	// Err is the cause. Its text may hold the server's words, control characters included.
	Err error
}

// Error says what was asked and what went wrong.
func (e *TransportError) Error() string { return fmt.Sprintf("%s %s: %v", e.Method, e.Path, e.Err) }

// Unwrap gives the cause. When the caller's context has ended it is both the context's error and its cause.
func (e *TransportError) Unwrap() error { return e.Err }

// IncompleteError ends a listing that brought rows but cannot be shown to be complete.
type IncompleteError struct {
	Rows    int      // rows that were handed out
	Total   int64    // the server's last total, -1 when it gave none
	Reasons []string // what was seen, in the order in which it was seen
}

// maxReasons is how many reasons an IncompleteError spells out.
const maxReasons = 5

// Error names what was seen first.
func (e *IncompleteError) Error() string {
	reasons := e.Reasons
	if more := len(reasons) - maxReasons; more > 0 {
		reasons = append(slices.Clone(reasons[:maxReasons]), fmt.Sprintf("and %d more", more))
	}
	return "the listing may be incomplete: " + strings.Join(reasons, "; ")
}

// MaybeApplied tells that err leaves the outcome of a write open: look before repeating it. It is false for a read, and
// for a write that was never sent or that the server refused.
func MaybeApplied(err error) bool {
	if te, ok := errors.AsType[*TransportError](err); ok {
		return te.MaybeApplied
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.maybeApplied()
	}
	return false
}

// IsNotFound tells that the server knows the route but not the record, or not for this tenant.
func IsNotFound(err error) bool { return hasCode(err, "not_found") }

// IsRateLimited tells that err is a 429; the request was not carried out.
func IsRateLimited(err error) bool { return hasCode(err, "rate_limited") }

// IsDuplicate tells that a refusal reads like one for an email that is taken: 409, or words to that effect. Only a
// look at the record itself proves it.
func IsDuplicate(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Status < 400 || e.Status >= 500 {
		return false
	}
	if e.Status == http.StatusConflict {
		return true
	}
	if e.Status != http.StatusBadRequest && e.Status != http.StatusUnprocessableEntity {
		return false
	}
	said := e.Message
	for _, f := range e.Fields {
		said += " " + f.Message + " " + f.Type
	}
	return saysOneOf(said, "already", "exists", "existing", "duplicate", "taken", "unique", "in use")
}

// SaysTaken tells that a refusal's own words are that the email is taken: IsDuplicate where nobody with it can be found.
func SaysTaken(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || !IsDuplicate(err) {
		return false
	}
	said := e.Message
	if len(e.Fields) > 0 {
		said = ""
	}
	for _, f := range e.Fields {
		if f.Field == "email" || f.Field == "" {
			said += " " + f.Field + " " + f.Message
		}
	}
	return saysOneOf(said, "email", "e-mail", "customer") &&
		saysOneOf(said, "exists", "duplicate", "taken", "unique", "in use", "registered")
}

func saysOneOf(text string, words ...string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

func hasCode(err error, code string) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == code
}
