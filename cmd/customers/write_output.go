package customers

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/jsonobject"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// createdRecord is the answer to a create, plus whether this command made the customer.
type createdRecord struct {
	client.CreatedCustomer

	created bool
}

// RawJSON is the API's answer with one member more.
func (r createdRecord) RawJSON() string {
	answer := []byte(r.CreatedCustomer.RawJSON())
	if len(answer) == 0 { // found by a search
		answer, _ = jsonobject.Encode(r.CreatedCustomer)
	}
	raw, _ := setMember(answer, "created", r.created) // it is an object: the client has read it
	return string(raw)
}

// setMember adds a member at the end of a JSON object and leaves everything else as it is.
func setMember(record []byte, name string, value any) ([]byte, error) {
	members, err := jsonobject.Members(record)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	members = slices.DeleteFunc(members, func(m jsonobject.Member) bool { return m.Name == name })
	return jsonobject.Object(append(members, jsonobject.Member{Name: name, Value: text}))
}

func createdColumns() []output.Column[createdRecord] {
	type column = output.Column[createdRecord]
	return []column{
		{Name: "id", Value: func(r createdRecord) any { return r.ID }},
		{Name: "email", Value: func(r createdRecord) any { return r.Email }},
		{Name: "company_name", Title: "COMPANY", Value: func(r createdRecord) any { return r.CompanyName }},
		{Name: "created_at", Value: func(r createdRecord) any { return shownTime(r.CreatedAt) }},
		{Name: "created", Sets: output.CSV, Value: func(r createdRecord) any { return r.created }},
	}
}

func createdDetail(r createdRecord) []output.Section {
	return []output.Section{{Rows: []output.Field{
		{Label: "ID", Value: r.ID},
		{Label: "Email", Value: r.Email},
		{Label: "Company", Value: r.CompanyName},
		{Label: "Created", Value: shownTime(r.CreatedAt)},
	}}}
}

// dryRun is what --dry-run prints: the request, and what it would meet.
type dryRun struct {
	Method   string            `json:"method"`
	URL      string            `json:"url"`
	Headers  map[string]string `json:"headers"` // the credential's value is not shown
	Body     json.RawMessage   `json:"body"`
	Would    string            `json:"would"`    // create, exists or reject
	Existing json.RawMessage   `json:"existing"` // the customer that has the email

	existing *client.Customer
}

func (w write) runDry(ctx context.Context) error {
	printer, err := output.New(w.session.Output, dryRunColumns())
	if err != nil {
		return err
	}
	request, err := w.request(ctx)
	if err != nil {
		return err
	}
	d := dryRun{Method: request.Method, URL: request.URL, Headers: cli.Flat(request.Header), Body: request.Body, Would: "create"}
	if d.existing, err = w.find(ctx); err != nil {
		return err
	}
	if d.existing != nil {
		d.Existing = json.RawMessage(d.existing.RawJSON())
		d.Would = "reject"
		if w.ifNotExists {
			d.Would = "exists"
		}
	}
	w.session.Status.Note("Dry run: nothing was sent that writes.")
	return printer.Item(w.app.Out, d, dryRunDetail)
}

func dryRunColumns() []output.Column[dryRun] {
	type column = output.Column[dryRun]
	return []column{
		{Name: "method", Value: func(d dryRun) any { return d.Method }},
		{Name: "url", Value: func(d dryRun) any { return d.URL }},
		{Name: "body", Value: func(d dryRun) any { return string(d.Body) }},
		{Name: "would", Value: func(d dryRun) any { return d.Would }},
		{Name: "existing_id", Sets: output.CSV, Value: func(d dryRun) any { return d.existingID() }},
	}
}

func (d dryRun) existingID() any {
	if d.existing == nil {
		return nil
	}
	return d.existing.ID
}

func dryRunDetail(d dryRun) []output.Section {
	return []output.Section{{Rows: []output.Field{
		{Label: "Request", Value: d.Method + " " + d.URL},
		{Label: "Body", Value: string(d.Body)},
		{Label: "Would", Value: d.Would},
		{Label: "Existing customer", Value: d.existingID()},
	}}}
}
