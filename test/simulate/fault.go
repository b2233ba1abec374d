package simulate

import (
	"errors"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

// WriteFault is what happens to one write.
type WriteFault struct {
	Kind  FaultKind
	Delay time.Duration // of the commit
	After time.Duration // of the answer
	Retry time.Duration // Retry-After
	// Before and Beside are customers that another operator creates: just before the write, and just after it.
	Before, Beside []record.Values
	// Step is by how much the server's clock is set forward just before the write.
	Step time.Duration
}

// FaultKind is how a write ends.
type FaultKind int

// The ways in which a write can end.
const (
	FaultNone          FaultKind = iota
	FaultNeverSent               // no connection
	FaultLost                    // the answer is lost, nothing is carried out
	FaultLostCommitted           // the answer is lost, the customer is created
	Fault500                     // 500, nothing is carried out
	Fault500Committed            // 500, the customer is created
	FaultPage                    // 200 with a page in HTML, nothing is carried out
	FaultPageCommitted           // 200 with a page in HTML, the customer is created
	Fault429                     // not processed
	Fault422                     // refused
	Fault409                     // refused as a duplicate
	Fault401                     // not processed
	Fault403                     // not processed
	Fault404                     // not processed
	Fault307                     // redirected, nothing is carried out
	Fault307Committed            // redirected, and the customer is created
	FaultKinds                   // number of the above
)

// commits reports whether the customer is created.
func (k FaultKind) commits() bool {
	switch k {
	case FaultNone, FaultLostCommitted, Fault500Committed, FaultPageCommitted, Fault307Committed:
		return true
	}
	return false
}

// err returns the error of the call, nil for none.
func (f WriteFault) err() error {
	switch f.Kind {
	case FaultNeverSent:
		return Lost(false, "connection_failed")
	case FaultLost, FaultLostCommitted:
		return Lost(true, "connection_lost")
	case Fault500, Fault500Committed:
		return Refusal(500, "server_error", "Internal Server Error")
	case FaultPage, FaultPageCommitted:
		return &client.TransportError{Method: "POST", Code: "bad_answer", Status: 200, MaybeApplied: true, Err: errors.New("HTML")}
	case Fault429:
		return &client.Error{Method: "POST", Status: 429, Code: "rate_limited", RetryAfter: f.Retry, JSON: true}
	case Fault422:
		const message = "country_code: not a country"
		return &client.Error{
			Method: "POST", Path: "/v1/customers", Status: 422, Code: "invalid_input", Message: message, JSON: true,
			Fields: []client.FieldError{{In: "body", Field: "country_code", Message: message}},
		}
	case Fault409:
		return Refusal(409, "conflict", "Customer with this email already exists")
	case Fault401:
		return Refusal(401, "not_authenticated", "Invalid API key")
	case Fault403:
		return Refusal(403, "not_allowed", "Missing scope")
	case Fault404:
		return Refusal(404, "no_such_route", "Not Found")
	case Fault307, Fault307Committed:
		return &client.Error{Method: "POST", Status: 307, Code: "redirect", Location: "https://example.org/"}
	}
	return nil
}

// Lost is the error of a write without a usable answer; applied says whether it may have been carried out.
func Lost(applied bool, code client.ErrorCode) error {
	return &client.TransportError{Method: "POST", Path: "/v1/customers", Code: code, MaybeApplied: applied, Err: errors.New(string(code))}
}

// Refusal is the error of an answer other than 2xx.
func Refusal(status int, code client.ErrorCode, message string) error {
	return &client.Error{Method: "POST", Path: "/v1/customers", Status: status, Code: code, Message: message, JSON: true}
}
