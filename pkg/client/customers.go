package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/hydracore/hydractl/internal/emailaddr"
)

const (
	// MaxPerPage is the largest page that the API gives (contract: per_page 1..100).
	MaxPerPage = 100
	// MaxCloneName is the longest company name that a clone takes, in characters (contract: length <= 200).
	MaxCloneName = 200

	customersPath = "/v1/customers"
)

// CustomersService is the customers API.
type CustomersService struct{ client *Client }

// ListOptions is the query of a list page. A zero value leaves the server's default; any other goes to the server as it
// is, which answers 422 to what is out of range.
type ListOptions struct {
	Page    int    // from 1, default 1
	PerPage int    // 1..100, default 20
	Search  string // the server matches it loosely against the email
	SortBy  string // a field, default created_at; an unknown one is a 422 or silently the default
	SortDir string // asc or desc, default desc
}

// CreateRequest is a new customer. Every field is optional; a nil one is left out, since the API counts "" as a value.
// Formats are the server's business.
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
	// CloneRules takes the source's rules along; nil leaves it to the API, whose default is true.
	CloneRules *bool `json:"clone_rules,omitzero"`
}

// List reads one page: GET /v1/customers. Errors: [*Error], [*TransportError].
func (s *CustomersService) List(ctx context.Context, o ListOptions) (*CustomerPage, error) {
	return s.list(ctx, o, false)
}

// list is List; with impatient a rate limit is not waited for.
func (s *CustomersService) list(ctx context.Context, o ListOptions, impatient bool) (*CustomerPage, error) {
	page := &CustomerPage{}
	cl := call{
		method: http.MethodGet, path: customersPath, query: o.query(), limit: maxListBytes, decode: page.decode, impatient: impatient,
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
	cl := call{method: http.MethodGet, path: customersPath + "/" + id, limit: maxBodyBytes, decode: func(a answer) error {
		if err := got.read(a.json); err != nil {
			return err
		}
		if answered, err := pathID(got.ID); err != nil || answered != id {
			return fmt.Errorf("the server answered with another customer, %s", got.ID)
		}
		return nil
	}}
	if err := s.client.do(ctx, cl); err != nil {
		return nil, err
	}
	return got, nil
}

// Create makes a customer: POST /v1/customers. What is created stays created. A taken email is an [*Error] for which
// [IsDuplicate] is true. Where [MaybeApplied] is true for the error (an [*Error] or a [*TransportError]), the customer
// may exist. Text that is not UTF-8 is refused and not sent.
func (s *CustomersService) Create(ctx context.Context, r CreateRequest) (*CreatedCustomer, error) {
	body, err := r.body()
	if err != nil {
		return nil, err
	}
	return s.post(ctx, customersPath, body, r.Email)
}

// Clone makes a customer with the rules of the one named by sourceID: POST /v1/customers/{id}/clone. The API wants
// the source twice, in the path and in the body; both are written from sourceID, a UUID in any spelling. Errors as of
// [CustomersService.Create]; a source that does not exist is one for which [IsNotFound] is true.
func (s *CustomersService) Clone(ctx context.Context, sourceID string, r CloneRequest) (*CreatedCustomer, error) {
	path, body, err := cloneCall(sourceID, r)
	if err != nil {
		return nil, err
	}
	return s.post(ctx, path, body, r.Email)
}

func cloneCall(sourceID string, r CloneRequest) (path string, body []byte, err error) {
	id, err := pathID(sourceID)
	if err != nil {
		return "", nil, err
	}
	if n := len([]rune(r.CompanyName)); n == 0 || n > MaxCloneName {
		return "", nil, fmt.Errorf("a clone's company name has %d characters; 1 to %d are allowed", n, MaxCloneName)
	}
	body, err = r.body(id)
	return customersPath + "/" + id + "/clone", body, err
}

// ErrOtherEmail is in the error of a write whose answer is about a customer with another email than was sent.
var ErrOtherEmail = errors.New("it is about another email than was sent")

// UnexpectedAnswerError is in the error of a write whose 2xx answer names a customer and cannot be used otherwise: its email
// is another one ([ErrOtherEmail]), or a field has no valid value. The customer probably exists: look at it with
// [CustomersService.Get] instead of sending the write again.
type UnexpectedAnswerError struct {
	ID    string  // of the customer, a UUID
	Email *string // in the answer, as far as it could be read
	Err   error
}

// Error names the customer.
func (e *UnexpectedAnswerError) Error() string {
	if e.Email != nil && errors.Is(e.Err, ErrOtherEmail) {
		return fmt.Sprintf("%v: %q, of customer %s", e.Err, *e.Email, e.ID)
	}
	return fmt.Sprintf("%v, of customer %s", e.Err, e.ID)
}

// Unwrap returns the cause.
func (e *UnexpectedAnswerError) Unwrap() error { return e.Err }

// post sends a write and believes its answer only when the answer is about this write.
func (s *CustomersService) post(ctx context.Context, path string, body []byte, email *string) (*CreatedCustomer, error) {
	made := &CreatedCustomer{}
	cl := call{method: http.MethodPost, path: path, body: body, limit: maxBodyBytes, decode: func(a answer) error {
		start := *a.json
		if err := made.read(a.json); err != nil {
			return unexpectedAnswer(&start, err)
		}
		made.status = a.status
		if email != nil && made.Email != nil && !emailaddr.Same(*email, *made.Email) {
			return &UnexpectedAnswerError{ID: made.ID, Email: made.Email, Err: ErrOtherEmail}
		}
		return nil
	}}
	if err := s.client.do(ctx, cl); err != nil {
		return nil, err
	}
	return made, nil
}

// unexpectedAnswer adds the customer to the error of an answer, if the answer names one.
func unexpectedAnswer(r *reader, cause error) error {
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
	return &UnexpectedAnswerError{ID: id, Err: cause}
}

// DescribeCreate gives the request that Create would send, and sends nothing. It fails where Create would not send.
func (s *CustomersService) DescribeCreate(r CreateRequest) (*Request, error) {
	body, err := r.body()
	if err != nil {
		return nil, err
	}
	return s.client.describe(call{method: http.MethodPost, path: customersPath, body: body}), nil
}

// DescribeClone gives the request that Clone would send, and sends nothing. It fails where Clone would not send.
func (s *CustomersService) DescribeClone(sourceID string, r CloneRequest) (*Request, error) {
	path, body, err := cloneCall(sourceID, r)
	if err != nil {
		return nil, err
	}
	return s.client.describe(call{method: http.MethodPost, path: path, body: body}), nil
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
