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

// ErrorCode is a stable word for what went wrong. It is an error itself, so that
//
//	errors.Is(err, client.ErrorCode("rate_limited"))
//
// finds it in any error of this package. There are constants for the codes that no predicate, status or context error stands
// for. The others are:
//
//   - of an [*Error]: bad_request (400), not_authenticated (401), signed_out (401: the sign-in has ended, and nothing was
//     carried out), not_allowed (403), not_found (404), method_not_allowed (405), conflict (409), invalid_input (422),
//     rate_limited (429), redirect (3xx), server_error (5xx), rejected (any other);
//   - of a [*TransportError]: timeout, canceled.
type ErrorCode string

const (
	// CodeNoSuchRoute is a 404 from something that does not know the route: usually the base URL is wrong.
	CodeNoSuchRoute ErrorCode = "no_such_route"
	// CodeConnectionFailed means that there was no connection, so that nothing was sent.
	CodeConnectionFailed ErrorCode = "connection_failed"
	// CodeTLSFailed means that a side refused the TLS handshake: nothing was sent, and a repeat would not help.
	CodeTLSFailed ErrorCode = "tls_failed"
	// CodeConnectionLost means that the connection ended before the whole answer had come.
	CodeConnectionLost ErrorCode = "connection_lost"
	// CodeBadAnswer is an answer that is not JSON, or not of the contract's shape.
	CodeBadAnswer ErrorCode = "bad_answer"
	// CodeAnswerTooLarge is an answer beyond the limits in the package documentation.
	CodeAnswerTooLarge ErrorCode = "answer_too_large"
	// CodeNoToken means that no access token was available, and that nothing was sent.
	CodeNoToken ErrorCode = "no_token"

	codeNotFound    ErrorCode = "not_found"
	codeRateLimited ErrorCode = "rate_limited"
	codeSignedOut   ErrorCode = "signed_out"
	codeTimeout     ErrorCode = "timeout"
	codeCanceled    ErrorCode = "canceled"
)

// Error returns the code.
func (c ErrorCode) Error() string { return string(c) }

// Error is an answer other than 2xx. The predicates of this package, such as [IsNotFound], read it.
type Error struct {
	// Method is the request's, for example GET.
	Method string
	// Path is the request's, below the base URL.
	Path string
	// Status is the HTTP status, 300..599.
	Status int
	// Code says which kind of refusal this is.
	Code ErrorCode
	// Message is the server's message, unchanged but for the credential; it may hold control characters. Of an HTML page
	// it is the title. "" when there was none.
	Message string
	// Fields are the entries of a 422's detail list, in the server's order.
	Fields []FieldError
	// RequestID is the answer's X-Request-ID, or "".
	RequestID string
	// RetryAfter is how long the answer asks to wait (RFC 9110, 10.2.3), 1 s to 365 days; 0 when it does not say.
	RetryAfter time.Duration
	// Location is where a redirect points, as the server wrote it, or "".
	Location string
	// JSON reports whether the body was JSON: otherwise the answer came from something in front of HydraCore.
	JSON bool
}

// FieldError is one entry of FastAPI's validation detail. The value that was refused is not kept: it may be secret.
type FieldError struct {
	In      string // body, query, path, header or cookie; "" when the server does not say
	Field   string // the field's name, with indexes as in "tags[1]"; "" when the whole body is meant
	Message string // the server's message
	Type    string // for example uuid_parsing (pydantic 2) or type_error.uuid (pydantic 1)
}

// Error names the request, the status and the server's message.
func (e *Error) Error() string {
	text := cmp.Or(e.Message, strings.ToLower(http.StatusText(e.Status)), "no message")
	return fmt.Sprintf("%s %s: %s (%d)", e.Method, e.Path, text, e.Status)
}

// Is reports whether target is the error's code.
func (e *Error) Is(target error) bool { return target == e.Code }

// code returns the code for the status.
func (e *Error) code() ErrorCode {
	switch {
	case e.Status < 400:
		return "redirect"
	case e.Status == http.StatusNotFound && (!e.JSON || e.Message == "Not Found" || e.Path == customersPath):
		return CodeNoSuchRoute // FastAPI's own 404, or one of a collection; a missing record has its own message
	case e.Status >= 500:
		return "server_error"
	}
	return cmp.Or(map[int]ErrorCode{
		http.StatusBadRequest: "bad_request", http.StatusUnauthorized: "not_authenticated", http.StatusForbidden: "not_allowed",
		http.StatusNotFound: codeNotFound, http.StatusMethodNotAllowed: "method_not_allowed", http.StatusConflict: "conflict",
		http.StatusUnprocessableEntity: "invalid_input", http.StatusTooManyRequests: codeRateLimited,
	}[e.Status], "rejected")
}

// maybeApplied reports whether the answer to a write does not prove a refusal: 408, 425 and every 5xx. (A race on
// a unique index, too, ends in FastAPI's 500.)
func (e *Error) maybeApplied() bool {
	cl := call{method: e.Method, path: e.Path}
	return cl.isWrite() && (e.Status >= 500 || e.Status == http.StatusRequestTimeout || e.Status == http.StatusTooEarly)
}

// TransportError means that no trustworthy answer came.
type TransportError struct {
	// Method is the request's, for example POST.
	Method string
	// Path is the request's, below the base URL.
	Path string
	// Code says what went wrong.
	Code ErrorCode
	// Status is that of the answer that could not be used, or a proxy's when it refused the connection; 0 for none.
	Status int
	// MaybeApplied reports whether the request was a write that the server may have carried out.
	MaybeApplied bool
	// Created is the customer that a 2xx answer to a write names although its email is not the one that was sent, or its
	// record cannot be read; then only the ID is set. Look at it with [CustomersService.Get] instead of sending the write again.
	Created *CreatedCustomer
	// RequestID is the answer's X-Request-ID, or "".
	RequestID string
	// Err is the cause. Its text may hold the server's message, control characters included.
	Err error
}

// Error names the request and what went wrong.
func (e *TransportError) Error() string { return fmt.Sprintf("%s %s: %v", e.Method, e.Path, e.Err) }

// Is reports whether target is the error's code.
func (e *TransportError) Is(target error) bool { return target == e.Code }

// Unwrap returns the cause. When the caller's context has ended it is both the context's error and its cause.
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

// MaybeApplied reports whether err leaves the outcome of a write open: look before repeating it. It is false for a read,
// and for a write that was never sent or that the server refused.
func MaybeApplied(err error) bool {
	if te, ok := errors.AsType[*TransportError](err); ok {
		return te.MaybeApplied
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.maybeApplied()
	}
	return false
}

// IsUnauthorized reports whether err is a 401: the credential is missing, wrong or expired.
func IsUnauthorized(err error) bool { return hasStatus(err, http.StatusUnauthorized) }

// IsForbidden reports whether err is a 403: the credential may not do this.
func IsForbidden(err error) bool { return hasStatus(err, http.StatusForbidden) }

// IsInvalid reports whether err is a refusal of the request's values: 400 or 422. [Error.Fields] names them.
func IsInvalid(err error) bool {
	return hasStatus(err, http.StatusBadRequest) || hasStatus(err, http.StatusUnprocessableEntity)
}

// IsNotFound reports whether the server knows the route but not the record, or not for this tenant.
func IsNotFound(err error) bool { return errors.Is(err, codeNotFound) }

// IsRateLimited reports whether err is a 429; the request was not carried out.
func IsRateLimited(err error) bool { return errors.Is(err, codeRateLimited) }

// IsDuplicate reports whether a refusal reads like one for an email that another customer has: a 409, or a message to
// that effect. Only a look at the record itself proves it.
func IsDuplicate(err error) bool {
	if !IsInvalid(err) {
		return hasStatus(err, http.StatusConflict)
	}
	e, _ := errors.AsType[*Error](err)
	return saysDuplicate(e.Message) || slices.ContainsFunc(e.Fields, func(f FieldError) bool { return saysDuplicate(f.Message) || saysDuplicate(f.Type) })
}

func saysDuplicate(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc([]string{"already", "exists", "existing", "duplicate", "taken", "unique", "in use"},
		func(word string) bool { return strings.Contains(text, word) })
}

func hasStatus(err error, status int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == status
}
