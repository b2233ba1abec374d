package bulk

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/pkg/client"
)

// shownFields is how many fields of a refusal are listed one by one.
const shownFields = 5

// classification is what the outcome of one POST means.
type classification int

const (
	classCreated      classification = iota // the customer exists
	classRefused                            // this row was refused
	classNotProcessed                       // the request was not carried out; it can be sent again
	classNotSent                            // the request did not even leave
	classUnconfirmed                        // it may have been carried out, or may yet be; with a reason, the run stops
	classStop                               // it was not carried out, and no row will be: the run stops
)

// result is what is known after one POST.
type result struct {
	class           classification
	journal.Outcome // status, code, ID and text
	stop            StopReason
	created         *client.CreatedCustomer // of classCreated
	date            time.Time               // of an answer that names a customer
	unexpected      bool                    // a 2xx answer that is not HydraCore's
	limited         bool                    // a 429
	generation      int                     // of the credential that the request was sent with
	err             error
}

// classify returns what the outcome of a POST means (the table is in the design of imports).
func classify(made *client.CreatedCustomer, err error) result {
	if err == nil {
		return classifyCreated(made)
	}
	if e, ok := errors.AsType[*client.Error](err); ok {
		r := classifyAnswer(e)
		r.err = e
		r.Outcome = journal.Outcome{Status: e.Status, Code: string(e.Code), Text: describe(e)}
		return r
	}
	r := result{class: classNotSent, err: err, Outcome: journal.Outcome{Code: "not_sendable", Text: err.Error()}}
	e, ok := errors.AsType[*client.TransportError](err)
	if !ok {
		r.class = classRefused // by this side: the request cannot be made
		return r
	}
	r.Outcome = journal.Outcome{Status: e.Status, Code: string(e.Code), Text: e.Err.Error()}
	switch {
	case e.MaybeApplied:
		r.class = classUnconfirmed
		r.unexpected = e.Status >= 200 && e.Status < 300 && (e.Code == client.CodeBadAnswer || e.Code == client.CodeAnswerTooLarge)
		r.namedCustomer(e.Created)
	case e.Code == client.CodeTLSFailed:
		r.class, r.stop = classStop, StopServer
	}
	return r
}

// namedCustomer takes the customer from an answer that cannot be used otherwise: it is looked at, and nothing is sent again.
func (r *result) namedCustomer(made *client.CreatedCustomer) {
	if made == nil {
		return
	}
	if named := classifyCreated(made); named.class == classCreated {
		r.ID, r.unexpected = named.ID, false
	}
	if made.Email != nil {
		r.Code = journal.OtherEmail
	}
}

func classifyCreated(made *client.CreatedCustomer) result {
	id, err := uuid.Parse(made.ID)
	if err != nil || id == uuid.Nil {
		return result{class: classUnconfirmed, unexpected: true, Outcome: journal.Outcome{Code: "bad_answer", Text: "the answer names no customer"}}
	}
	answer := cmp.Or(made.Response, &client.Response{}) // a customer may not have come with one
	return result{class: classCreated, created: made, date: answer.Date, Outcome: journal.Outcome{Status: answer.Status, ID: id}}
}

func classifyAnswer(e *client.Error) result {
	switch {
	case client.MaybeApplied(e):
		return result{class: classUnconfirmed}
	case e.Status < 400: // and perhaps carried out first, as a web form is before it redirects
		return result{class: classUnconfirmed, stop: StopRedirect}
	}
	if e.Code == "not_found" && strings.HasSuffix(e.Path, "/clone") {
		return result{class: classStop, stop: StopNoSource}
	}
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return result{class: classStop, stop: StopAuth}
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType:
		return result{class: classStop, stop: StopAddress}
	case http.StatusProxyAuthRequired:
		return result{class: classStop, stop: StopServer}
	case http.StatusTooManyRequests:
		return result{class: classNotProcessed, limited: true}
	}
	return result{class: classRefused}
}

// describe returns the server's message about a refusal, up to five fields by name.
func describe(e *client.Error) string {
	if len(e.Fields) < 2 {
		return e.Message
	}
	var parts []string
	for i, f := range e.Fields {
		if i == shownFields {
			parts = append(parts, fmt.Sprintf("and %d more", len(e.Fields)-shownFields))
			break
		}
		parts = append(parts, strings.TrimPrefix(f.Field+": "+f.Message, ": "))
	}
	return strings.Join(parts, "; ")
}

// signature distinguishes refusals of different kinds: it leaves out what varies from row to row, the value itself.
func (r *result) signature() string {
	e, ok := errors.AsType[*client.Error](r.err)
	if !ok || len(e.Fields) == 0 {
		return r.Code + " " + r.Text
	}
	sign := r.Code
	for _, f := range e.Fields[:min(len(e.Fields), shownFields)] {
		sign += " " + f.Field + ":" + f.Type
	}
	return sign
}
