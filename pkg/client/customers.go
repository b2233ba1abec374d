package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/hydracore/hydractl/internal/emailaddr"
)

const (
	// MaxPerPage is the largest page that the API returns (contract: per_page 1..100).
	MaxPerPage = 100

	customersPath = "/v1/customers"
	maxCloneName  = 200 // characters of a clone's company name (contract: length <= 200)
)

// Values of [ListOptions].
const (
	SortByCreatedAt   = "created_at"
	SortByEmail       = "email"
	SortByCompanyName = "company_name"
	SortAsc           = "asc"
	SortDesc          = "desc"
)

// CustomersService is the customers API.
type CustomersService struct{ client *Client }

// ListOptions is the query of a list page. A zero value leaves the server's default; any other goes to the server as it
// is, which answers 422 to a value out of range.
type ListOptions struct {
	Page    int    // from 1, default 1
	PerPage int    // 1..100, default 20
	Search  string // the server matches it loosely against the email
	SortBy  string // a field, default SortByCreatedAt; an unknown one is a 422 or silently the default
	SortDir string // SortAsc or SortDesc, default SortDesc
}

// CreateRequest is a new customer. Every field is optional; a nil one is left out, because the API counts "" as a value.
// The server checks the formats.
type CreateRequest struct {
	CompanyName *string `json:"company_name,omitzero"`
	CountryCode *string `json:"country_code,omitzero"`
	Currency    *string `json:"currency,omitzero"`
	Email       *string `json:"email,omitzero"`
	Industry    *string `json:"industry,omitzero"`
	Locale      *string `json:"locale,omitzero"`
	Timezone    *string `json:"timezone,omitzero"`
}

// CloneRequest is a new customer that is set up like an existing one.
type CloneRequest struct {
	// CompanyName is required, 1 to 200 characters.
	CompanyName string `json:"company_name"`
	// Email is the new customer's; nil leaves it out.
	Email *string `json:"email,omitzero"`
	// CloneRules copies the source's rules too; nil leaves it to the API, whose default is true.
	CloneRules *bool `json:"clone_rules,omitzero"`
}

// List reads one page: GET /v1/customers. Errors: [*Error], [*TransportError].
func (s *CustomersService) List(ctx context.Context, o ListOptions) (*CustomerPage, error) {
	return s.list(ctx, o, false)
}

// list is List; with noWait a rate limit is an error at once.
func (s *CustomersService) list(ctx context.Context, o ListOptions, noWait bool) (*CustomerPage, error) {
	page := &CustomerPage{}
	cl := &call{method: http.MethodGet, path: customersPath, query: o.query(), limit: maxListBytes, noWait: noWait}
	cl.decode = func(r *reader, about *Response) error {
		page.Response, page.Date = about, about.Date
		return page.decode(r, s.client.config.traces.warn)
	}
	if err := s.client.do(ctx, cl); err != nil {
		return nil, err
	}
	return page, nil
}

// Get reads one customer: GET /v1/customers/{id}. The id is a UUID in any spelling; anything else is refused and not
// sent. A customer that does not exist, or belongs to another tenant, is an [*Error] for which [IsNotFound] is true.
// Other errors: [*TransportError].
func (s *CustomersService) Get(ctx context.Context, id string) (*CustomerDetail, error) {
	id, err := pathID(id)
	if err != nil {
		return nil, err
	}
	got := &CustomerDetail{}
	cl := &call{method: http.MethodGet, path: customersPath + "/" + id}
	cl.decode = func(r *reader, about *Response) error {
		if err := got.read(r); err != nil {
			return err
		}
		got.Response = about
		if answered, err := pathID(got.ID); err != nil || answered != id {
			return fmt.Errorf("the server answered with another customer, %s", got.ID)
		}
		return nil
	}
	if err := s.client.do(ctx, cl); err != nil {
		return nil, err
	}
	return got, nil
}

// Create makes a customer: POST /v1/customers. What is created stays created. An email that another customer has is an
// [*Error] for which [IsDuplicate] is true. Where [MaybeApplied] is true for the error (an [*Error] or a
// [*TransportError]), the customer may exist. Text that is not UTF-8 is refused and not sent.
func (s *CustomersService) Create(ctx context.Context, r CreateRequest) (*CreatedCustomer, error) {
	body, err := r.body()
	if err != nil {
		return nil, err
	}
	return s.post(ctx, customersPath, body, r.Email)
}

// body writes the request as JSON. An import sends thousands; by way of reflection each would take ten times as long.
func (r *CreateRequest) body() ([]byte, error) {
	text := append(make([]byte, 0, 256), '{')
	for _, field := range [...]struct {
		name  string
		value *string
	}{
		{"company_name", r.CompanyName},
		{"country_code", r.CountryCode},
		{"currency", r.Currency},
		{"email", r.Email},
		{"industry", r.Industry},
		{"locale", r.Locale},
		{"timezone", r.Timezone},
	} {
		if field.value == nil {
			continue
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = append(append(append(text, '"'), field.name...), `":`...)
		var err error
		if text, err = jsontext.AppendQuote(text, *field.value); err != nil {
			return nil, err
		}
	}
	return append(text, '}'), nil
}

// Clone makes a customer with the rules of the one named by sourceID: POST /v1/customers/{id}/clone. The API requires
// the source twice, in the path and in the body; both are written from sourceID, a UUID in any spelling. Errors as of
// [CustomersService.Create]; a source that does not exist is one for which [IsNotFound] is true.
func (s *CustomersService) Clone(ctx context.Context, sourceID string, r CloneRequest) (*CreatedCustomer, error) {
	id, err := pathID(sourceID)
	if err != nil {
		return nil, err
	}
	if n := len([]rune(r.CompanyName)); n == 0 || n > maxCloneName {
		return nil, fmt.Errorf("a clone's company name has %d characters; 1 to %d are allowed", n, maxCloneName)
	}
	request := &struct {
		CloneRequest

		Source string `json:"source_customer_id"`
	}{r, id}
	body, err := jsonv2.Marshal(request)
	if err != nil {
		return nil, err
	}
	return s.post(ctx, customersPath+"/"+id+"/clone", body, r.Email)
}

// post sends a write and accepts its answer only when it is about this write.
func (s *CustomersService) post(ctx context.Context, path string, body []byte, email *string) (*CreatedCustomer, error) {
	made := &CreatedCustomer{}
	cl := &call{method: http.MethodPost, path: path, body: body}
	cl.decode = func(r *reader, about *Response) error {
		start := *r
		if err := made.read(r); err != nil {
			return unusableCustomer(&start, err)
		}
		made.Response = about
		if email != nil && made.Email != nil && !emailaddr.Same(*email, *made.Email) {
			return &otherCustomer{made, fmt.Errorf("it is about another email than was sent: %q, of customer %s", *made.Email, made.ID)}
		}
		return nil
	}
	err := s.client.do(ctx, cl)
	if other, ok := errors.AsType[*otherCustomer](err); ok {
		te, _ := errors.AsType[*TransportError](err)
		te.Created = other.made
	}
	if err != nil {
		return nil, err
	}
	return made, nil
}

// otherCustomer is a 2xx answer to a write that names a customer and cannot be used otherwise.
type otherCustomer struct {
	made  *CreatedCustomer
	cause error
}

func (e *otherCustomer) Error() string { return e.cause.Error() }

// unusableCustomer adds the customer to the error of an answer that cannot be read, if the answer names one.
func unusableCustomer(r *reader, cause error) error {
	id := ""
	_, err := r.record(func(name []byte) any {
		if string(name) == "id" {
			return &id
		}
		return nil
	})
	if err != nil || checkID(id) != nil {
		return cause
	}
	return &otherCustomer{&CreatedCustomer{ID: id}, fmt.Errorf("%w, of customer %s", cause, id)}
}

// FindByEmail returns every customer whose email is the same address, newest first: none, one, or several where the
// tenant's data holds them: GET /v1/customers. The server's search is loose, so all pages of it are read and filtered.
// What was found before an error comes with the error: a customer that was found exists, however the listing went. None with an error
// (*Error, *TransportError or *IncompleteError) means that absence is not proven; with customers found, an incomplete
// listing is no error. A server may compare letters exactly, so the folded spelling is searched for too.
func (s *CustomersService) FindByEmail(ctx context.Context, email string) (found []Customer, err error) {
	for _, search := range emailaddr.Searches(email) {
		if found, err = s.searchEmail(ctx, email, search); err != nil || len(found) > 0 {
			break
		}
	}
	return found, err
}

func (s *CustomersService) searchEmail(ctx context.Context, email, search string) ([]Customer, error) {
	var found []Customer
	folded := emailaddr.Fold(email)
	pager := s.Pager(ListOptions{PerPage: MaxPerPage, Search: search, SortBy: SortByCreatedAt, SortDir: SortDesc})
	pager.lookup = true
	for c, err := range pager.All(ctx) {
		if _, incomplete := errors.AsType[*IncompleteError](err); incomplete && len(found) > 0 {
			break
		}
		if err != nil {
			return found, err
		}
		if c.Email != nil && emailaddr.Fold(*c.Email) == folded {
			found = append(found, c)
		}
	}
	return found, nil
}

func (o ListOptions) query() url.Values {
	q := url.Values{}
	if o.Page != 0 {
		q.Set("page", strconv.Itoa(o.Page))
	}
	if o.PerPage != 0 {
		q.Set("per_page", strconv.Itoa(o.PerPage))
	}
	for name, value := range map[string]string{"search": o.Search, "sort_by": o.SortBy, "sort_dir": o.SortDir} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}
