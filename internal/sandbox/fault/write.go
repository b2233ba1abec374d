package fault

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/server"
	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// writeKind makes a kind that changes how a create or clone works.
func writeKind(name, help string, apply func(*server.Exchange, *Fault), params ...Param) Kind {
	return Kind{
		Name: name, Help: help, Params: params, method: http.MethodPost, path: writePath, at: server.Before, apply: apply,
	}
}

func writeKinds() []Kind {
	return []Kind{
		writeKind("late_commit", "answers at once, or loses the answer, and commits only later", lateCommit,
			milliseconds("500"), choice("answer", "what the client gets at once", "created", "drop", "504", "hang")),
		writeKind("lost_commit", "answers that the customer is created, and forgets it",
			func(x *server.Exchange, _ *Fault) { x.Request.Overrides.LoseCommit = true }),
		writeKind("unique_off", "accepts a second customer with the same email",
			func(x *server.Exchange, _ *Fault) { x.Request.Overrides.UniqueOff = true }),
		writeKind("duplicate_500", "answers a duplicate with 500, as a race on the unique index ends",
			func(x *server.Exchange, _ *Fault) { x.Request.Overrides.DuplicateCrash = true }),
		writeKind("fold_email", "stores a simplified address and answers with it",
			func(x *server.Exchange, f *Fault) {
				x.Request.Overrides.FoldEmail = func(email string) string { return foldEmail(email, f.args["form"]) }
			}, choice("form", "what is removed: the +tag, capitals, the dots before the @, or all of them", "tag", "case", "dots", "all")),
	}
}

// lateCommit commits after the answer: created, none, a gateway timeout, or none until the client leaves.
func lateCommit(x *server.Exchange, f *Fault) {
	x.Request.Overrides.CommitDelay = f.milliseconds()
	switch f.args["answer"] {
	case "drop":
		x.Deliver = (*server.Exchange).Drop
	case "504":
		x.Deliver = func(x *server.Exchange) { x.Answer = failure(http.StatusGatewayTimeout, "html"); x.Send() }
	case "hang":
		x.Deliver = func(x *server.Exchange) {
			select {
			case <-x.Server.Closing():
			case <-x.HTTP.Context().Done():
			}
			x.Drop()
		}
	}
}

// foldEmail is an address as a server stores it that treats ann+tag@example.com as ann@example.com.
func foldEmail(email, form string) string {
	local, domain, found := strings.Cut(email, "@")
	if !found {
		return email
	}
	if form == "tag" || form == "all" {
		local, _, _ = strings.Cut(local, "+")
	}
	if form == "dots" || form == "all" {
		local = strings.ReplaceAll(local, ".", "")
	}
	folded := local + "@" + domain
	if form == "case" || form == "all" {
		folded = strings.ToLower(folded)
	}
	return folded
}

// operatorKinds are other operators of the same tenant at the same time.
func operatorKinds() []Kind {
	params := []Param{
		choice("data", "its other fields: different, or the same as in the request", "different", "same"),
		choice("email", "its email: the same, a longer one that a search for the same also finds, or none", "same", "similar", "none"),
	}
	before := writeKind("rival_before", "another operator creates a customer before the request is handled", rivalCreate, params...)
	after := writeKind("rival_after", "another operator creates a customer after the request was handled or dropped, and before it is answered",
		rivalCreate, params...)
	after.at = server.Done
	return []Kind{before, after}
}

// rivalCreate creates a customer as another operator does. A duplicate email is refused unless unique_off hits, too.
func rivalCreate(x *server.Exchange, f *Fault) {
	var sent struct {
		CompanyName *string `json:"company_name"`
		CountryCode *string `json:"country_code"`
		Currency    *string `json:"currency"`
		Email       *string `json:"email"`
		Industry    *string `json:"industry"`
		Locale      *string `json:"locale"`
		Timezone    *string `json:"timezone"`
	}
	_ = json.Unmarshal(x.Request.Raw, &sent) // an invalid body has no fields
	c := otherCustomer(x, "", "Other Operator Ltd")
	if c == nil {
		return
	}
	country, currency := "FR", "EUR"
	c.CountryCode, c.Currency, c.Email = &country, &currency, sent.Email
	if f.args["data"] == "same" {
		c.CompanyName, c.CountryCode, c.Currency = sent.CompanyName, sent.CountryCode, sent.Currency
		c.Industry, c.Locale, c.Timezone = sent.Industry, sent.Locale, sent.Timezone
	}
	switch {
	case f.args["email"] == "none":
		c.Email = nil
	case f.args["email"] == "similar" && sent.Email != nil:
		similar := "x" + *sent.Email
		c.Email = &similar
	}
	err := x.Server.Store().Create(c, x.Server.Now().UnixMicro(), !x.Request.Overrides.UniqueOff)
	if !errors.Is(err, store.ErrDuplicate) {
		check(x, err)
	}
}

// serverKinds act on the server as a whole.
func serverKinds() []Kind {
	params := []Param{milliseconds("200"), count("lose", "0", "milliseconds of creates that are forgotten")}
	before := cut("restart", "closes all connections at once and listens again after a while; the request is not handled",
		server.Before, restart, params...)
	after := afterCommit(delivery("restart_after_commit", "the same, after the request is handled and before it is answered",
		restart, params...))
	before.limit, after.limit = 1, 1
	step := writeKind("clock_step", "the server's clock steps before the request is handled", func(x *server.Exchange, f *Fault) {
		by := time.Duration(f.number("s")) * time.Second
		if f.args["direction"] == "back" {
			by = -by
		}
		x.Server.StepClock(by)
		x.Request.Now = x.Server.Now()
	}, count("s", "3600", "seconds"), choice("direction", "where to", "back", "ahead"))
	step.limit = 1
	return []Kind{before, after, step}
}

// restart forgets the last creates if it must, closes every connection, and listens again.
func restart(x *server.Exchange, f *Fault) {
	if lose := f.number("lose"); lose > 0 {
		check(x, x.Server.Store().DeleteSince(x.Server.Now().UnixMicro()-lose*1000))
	}
	x.Server.Restart(f.milliseconds())
	x.Drop()
}
