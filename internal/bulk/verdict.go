package bulk

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/pkg/client"
)

// maxFields is how many fields of a refusal are told one by one.
const maxFields = 5

// proof is what the outcome of one POST proves.
type proof int

const (
	provesCreated  proof = iota // the customer is there
	provesRefused               // this row was refused
	provesNotDone               // the request was not carried out; it may be sent again
	provesNotSent               // the request did not even leave
	provesNothing               // it may have been carried out, or may yet be; with a reason, the run stops
	provesWrongWay              // it was not carried out, and no row will be: the run stops
)

// verdict is what is known after one POST.
type verdict struct {
	proof
	ID      uuid.UUID       // of provesCreated
	outcome journal.Outcome // status, code and text, for the journal
	stop    StopReason
	odd     bool // a 2xx answer that is none of HydraCore's
	limited bool // a 429
	// generation names the credential that the request was sent with.
	generation int
	err        error
}

// judge says what the outcome of a POST proves (the table is in the design of imports).
func judge(made *client.CreatedCustomer, err error) verdict {
	if err == nil {
		return judgeMade(made)
	}
	if e, ok := errors.AsType[*client.Error](err); ok {
		v := judgeAnswer(e)
		v.err = e
		v.outcome = journal.Outcome{Status: e.Status, Code: string(e.Code), Text: said(e)}
		return v
	}
	v := verdict{proof: provesNotSent, err: err, outcome: journal.Outcome{Code: "not_sendable", Text: err.Error()}}
	if e, ok := errors.AsType[*client.TransportError](err); ok {
		v.outcome = journal.Outcome{Status: e.Status, Code: string(e.Code), Text: e.Err.Error()}
		switch {
		case e.MaybeApplied:
			v.proof = provesNothing
			v.odd = e.Status >= 200 && e.Status < 300 && (e.Code == "bad_answer" || e.Code == "answer_too_large")
			if e.Created != nil {
				v.outcome.Code = journal.OtherEmail
			}
		case e.Code == "tls_failed":
			v.proof, v.stop = provesWrongWay, StopServer
		}
		return v
	}
	v.proof = provesRefused // by this side: the request cannot be made
	return v
}

func judgeMade(made *client.CreatedCustomer) verdict {
	id, err := uuid.Parse(made.ID)
	if err != nil || id == uuid.Nil {
		return verdict{proof: provesNothing, odd: true, outcome: journal.Outcome{Code: "bad_answer", Text: "the answer names no customer"}}
	}
	return verdict{proof: provesCreated, ID: id, outcome: journal.Outcome{Status: statusOf(made)}}
}

// statusOf returns the HTTP status of the answer, 0 for a customer that did not come with one.
func statusOf(made *client.CreatedCustomer) int {
	if made.Response == nil {
		return 0
	}
	return made.Response.Status
}

func judgeAnswer(e *client.Error) verdict {
	switch {
	case client.MaybeApplied(e):
		return verdict{proof: provesNothing}
	case e.Status < 400: // and perhaps carried out first, as a form on the web is before it redirects
		return verdict{proof: provesNothing, stop: StopRedirect}
	}
	if e.Code == "not_found" && strings.HasSuffix(e.Path, "/clone") {
		return verdict{proof: provesWrongWay, stop: StopNoSource}
	}
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return verdict{proof: provesWrongWay, stop: StopAuth}
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType:
		return verdict{proof: provesWrongWay, stop: StopAddress}
	case http.StatusProxyAuthRequired:
		return verdict{proof: provesWrongWay, stop: StopServer}
	case http.StatusTooManyRequests:
		return verdict{proof: provesNotDone, limited: true}
	}
	return verdict{proof: provesRefused}
}

// said is what the server has to say about a refusal, up to five fields by name.
func said(e *client.Error) string {
	if len(e.Fields) < 2 {
		return e.Message
	}
	var parts []string
	for i, f := range e.Fields {
		if i == maxFields {
			parts = append(parts, fmt.Sprintf("and %d more", len(e.Fields)-maxFields))
			break
		}
		parts = append(parts, strings.TrimPrefix(f.Field+": "+f.Message, ": "))
	}
	return strings.Join(parts, "; ")
}

// signature tells equal refusals from different ones: what varies from row to row, the value itself, is left out.
func (v *verdict) signature() string {
	e, ok := errors.AsType[*client.Error](v.err)
	if !ok || len(e.Fields) == 0 {
		return v.outcome.Code + " " + v.outcome.Text
	}
	sign := v.outcome.Code
	for _, f := range e.Fields[:min(len(e.Fields), maxFields)] {
		sign += " " + f.Field + ":" + f.Type
	}
	return sign
}
