package server

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// rowJSON is a customer of a list.
type rowJSON struct {
	ActiveSubscriptionCount  int64     `json:"active_subscription_count"`
	CompanyName              *string   `json:"company_name"`
	CountryCode              *string   `json:"country_code"`
	CreatedAt                string    `json:"created_at"`
	Currency                 *string   `json:"currency"`
	Email                    *string   `json:"email"`
	ID                       uuid.UUID `json:"id"`
	InstanceCount            int64     `json:"instance_count"`
	LatestSubscriptionStatus *string   `json:"latest_subscription_status"`
	RunningInstanceCount     int64     `json:"running_instance_count"`
	SubscriptionCount        int64     `json:"subscription_count"`
	Timezone                 *string   `json:"timezone"`
}

func (s Settings) row(c *store.Customer) rowJSON {
	return rowJSON{
		c.ActiveSubscriptionCount, c.CompanyName, c.CountryCode, s.date(c.CreatedAt), c.Currency, c.Email, c.ID, c.InstanceCount,
		c.LatestSubscriptionStatus, c.RunningInstanceCount, c.SubscriptionCount, c.Timezone,
	}
}

// detailJSON is a customer on its own.
type detailJSON struct {
	rowJSON
	Instances        json.RawMessage `json:"instances"`
	Locale           *string         `json:"locale"`
	StripeCustomerID *string         `json:"stripe_customer_id"`
	Subscriptions    json.RawMessage `json:"subscriptions"`
	UpdatedAt        string          `json:"updated_at"`
}

// createdJSON is the answer to create and clone.
type createdJSON struct {
	CompanyName *string   `json:"company_name"`
	CreatedAt   string    `json:"created_at"`
	Email       *string   `json:"email"`
	ID          uuid.UUID `json:"id"`
}

// pageJSON is the answer to list.
type pageJSON struct {
	Customers  []rowJSON `json:"customers"`
	Page       int64     `json:"page"`
	PerPage    int64     `json:"per_page"`
	Total      int64     `json:"total"`
	TotalPages int64     `json:"total_pages"`
}

// listCustomers is GET /v1/customers.
func (s *Server) listCustomers(r *Request) (Answer, error) {
	f := &form{}
	params := parseQuery(r.Query)
	page := f.queryInt(params, "page", 1, 1, unbounded)
	perPage := f.queryInt(params, "per_page", 20, 1, 100)
	q := store.PageQuery{Sort: store.ByCreatedAt, Horizon: r.Horizon(r.Overrides.Lag), Limit: perPage, Ties: s.ties(page)}
	f.sorting(params, &q, s.settings.is(setUnknownSort, "error"))
	q.Search, _ = params.get("search")
	if len(f.problems) > 0 {
		return f.refused()
	}
	if page == unbounded || page-1 > math.MaxInt64/perPage || strings.ContainsRune(q.Search, 0) {
		return crash(), nil // PostgreSQL takes none of them
	}
	q.Offset = (page - 1) * perPage
	if r.Overrides.Page != nil {
		r.Overrides.Page(&q)
	}
	rows, total, err := s.store.Page(r.Caller.Tenant.No, r.Caller.Tenant.Epoch, q)
	if err != nil {
		return Answer{}, err
	}
	answer := pageJSON{make([]rowJSON, len(rows)), page, perPage, total, (total + perPage - 1) / perPage}
	for i := range rows {
		answer.Customers[i] = s.settings.row(&rows[i])
	}
	if total == 0 && s.settings.is(setEmptyPages, "1") {
		answer.TotalPages = 1
	}
	return JSON(http.StatusOK, answer), nil
}

// sorting reads sort_by and sort_dir; unknown values are the default, or a 422 if so configured.
func (f *form) sorting(params query, q *store.PageQuery, strict bool) {
	q.Desc = true
	if name, given := params.get("sort_by"); given {
		field, known := store.SortFieldOf(name)
		if known {
			q.Sort = field
		} else if strict {
			f.addLimit("literal_error", "Input should be %v", "expected",
				"'created_at', 'email', 'company_name', 'country_code', 'currency' or 'timezone'", name, "query", "sort_by")
		}
	}
	if dir, given := params.get("sort_dir"); given {
		q.Desc = dir != "asc"
		if strict && dir != "asc" && dir != "desc" {
			f.addLimit("literal_error", "Input should be %v", "expected", "'asc' or 'desc'", dir, "query", "sort_dir")
		}
	}
}

// ties picks an order for rows with equal keys.
func (s *Server) ties(page int64) uint64 {
	switch s.settings[setTies] {
	case "none":
		return s.lists.Add(1)<<20 | 1
	case "page":
		return uint64(page)<<20 | 1
	}
	return 0
}

// getCustomer is GET /v1/customers/{customer_id}.
func (s *Server) getCustomer(r *Request) (Answer, error) {
	f := &form{}
	id := f.parseUUID(r.pathID, "path", "customer_id")
	if len(f.problems) > 0 {
		return f.refused()
	}
	c, err := s.store.Customer(r.Caller.Tenant.No, id, r.Horizon(r.Overrides.Lag))
	if err != nil {
		return Answer{}, err
	}
	if c == nil {
		return Detail(http.StatusNotFound, "Customer not found"), nil
	}
	return JSON(http.StatusOK, detailJSON{
		s.settings.row(c), json.RawMessage(c.Instances), c.Locale, c.StripeID, json.RawMessage(c.Subscriptions), s.settings.date(c.UpdatedAt),
	}), nil
}

// createCustomer is POST /v1/customers.
func (s *Server) createCustomer(r *Request) (Answer, error) {
	f := &form{}
	c := r.newCustomer()
	if o := f.object(r.body); o != nil {
		c.CompanyName = f.optText(o, "company_name")
		c.CountryCode = f.optText(o, "country_code")
		c.Currency = f.optText(o, "currency")
		c.Email = f.optText(o, "email")
		c.Industry = f.optText(o, "industry")
		c.Locale = f.optText(o, "locale")
		c.Timezone = f.optText(o, "timezone")
	}
	if len(f.problems) > 0 {
		return f.refused()
	}
	return s.commit(r, c)
}

// cloneCustomer is POST /v1/customers/{customer_id}/clone.
func (s *Server) cloneCustomer(r *Request) (Answer, error) {
	f := &form{}
	from := f.parseUUID(r.pathID, "path", "customer_id")
	c := r.newCustomer()
	var rules bool
	if o := f.object(r.body); o != nil {
		rules = f.flag(o, "clone_rules", true)
		name := f.text(o, "company_name", 200)
		c.CompanyName = &name
		c.Email = f.optText(o, "email")
		source := f.uuid(o, "source_customer_id")
		if len(f.problems) == 0 && source != from {
			return Detail(http.StatusBadRequest, "source_customer_id does not match the customer in the path"), nil
		}
	}
	if len(f.problems) > 0 {
		return f.refused()
	}
	source, err := s.store.Customer(r.Caller.Tenant.No, from, math.MaxInt64)
	if err != nil {
		return Answer{}, err
	}
	if source == nil {
		return Detail(http.StatusNotFound, "Source customer not found"), nil
	}
	c.ClonedFrom = uuid.NullUUID{UUID: source.ID, Valid: true}
	c.CountryCode, c.Currency, c.Industry = source.CountryCode, source.Currency, source.Industry
	c.Locale, c.Timezone = source.Locale, source.Timezone
	if rules {
		c.Rules = source.Rules
	}
	return s.commit(r, c)
}

// newCustomer has no subscriptions and no instances yet.
func (r *Request) newCustomer() *store.Customer {
	now := r.Now.UnixMicro()
	return &store.Customer{
		Tenant: r.Caller.Tenant.No, ID: uuid.New(), CreatedAt: now, UpdatedAt: now, Subscriptions: "[]", Instances: "[]",
		RequestID: &r.ID, Attempt: r.Attempt,
	}
}
