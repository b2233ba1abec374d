package simulate

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sort"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/pkg/client"
)

// List returns a page of the customers, the newest first.
func (s *Server) List(ctx context.Context, o client.ListOptions) (*client.CustomerPage, error) {
	visible, err := s.read(ctx, s.Lag)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	size := cmp.Or(s.PageSize, max(o.PerPage, 1))
	page := &client.CustomerPage{Total: int64(visible), Date: time.Now().Add(s.skew).Truncate(time.Second)}
	rows := s.Customers[:visible]
	if s.stepped {
		rows = slices.Clone(rows)
		slices.SortStableFunc(rows, func(a, b Customer) int { return a.createdAt().Compare(b.createdAt()) })
	}
	newest := visible - max(o.Page-1, 0)*size
	for i := newest - 1; i >= 0 && i >= newest-size; i-- {
		page.Customers = append(page.Customers, listed(&rows[i]))
	}
	if s.OnList != nil {
		s.OnList(page)
	}
	return page, nil
}

// FindByEmail returns the customers with an email.
func (s *Server) FindByEmail(ctx context.Context, email string) ([]client.Customer, error) {
	if s.OnFind != nil {
		return s.OnFind(email)
	}
	visible, err := s.read(ctx, max(s.Lag, s.SearchLag))
	if err != nil || s.SearchBlind {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []client.Customer
	for _, i := range s.ByEmail[emailaddr.Fold(email)] {
		if i < visible {
			found = append(found, listed(&s.Customers[i]))
		}
	}
	return found, nil
}

// Get returns a customer by its ID.
func (s *Server) Get(ctx context.Context, id string) (*client.CustomerDetail, error) {
	visible, err := s.read(ctx, s.Lag)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.Customers[:visible] {
		if c.ID.String() == id {
			return detail(&c)
		}
	}
	return nil, &client.Error{Method: "GET", Path: "/v1/customers/" + id, Status: 404, Code: "not_found", Message: "Customer not found", JSON: true}
}

// Probe reads as little as possible.
func (s *Server) Probe(ctx context.Context) error {
	_, err := s.read(ctx, s.Lag)
	return err
}

// read counts a read and returns how many customers it shows.
func (s *Server) read(ctx context.Context, lag time.Duration) (visible int, err error) {
	if s.Pacer != nil {
		if err := s.Pacer.Wait(ctx); err != nil {
			return 0, Lost(false, "canceled")
		}
	}
	if s.Crash.point("in a read") {
		return 0, Lost(false, "canceled")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Reads++
	if s.ReadFail != nil {
		if err := s.ReadFail(s.Reads); err != nil {
			return 0, err
		}
	}
	now := time.Now()
	s.Requests = append(s.Requests, now)
	s.carryOut(now)
	return sort.Search(len(s.Customers), func(i int) bool { return s.Customers[i].At.After(now.Add(-lag)) }), nil
}

// createdAt is the creation time as the server reports it; zero when At is.
func (c *Customer) createdAt() time.Time {
	if c.At.IsZero() {
		return c.At
	}
	return c.At.Add(c.Skew).UTC()
}

func (c *Customer) field(i int) *string {
	if c.Values[i] == "" {
		return nil
	}
	return &c.Values[i]
}

// listed is a customer as lists show it.
func listed(c *Customer) client.Customer {
	at := c.createdAt()
	return client.Customer{
		ID: c.ID.String(), CompanyName: c.field(record.CompanyName), Email: c.field(record.Email), CountryCode: c.field(record.CountryCode),
		Currency: c.field(record.Currency), Timezone: c.field(record.Timezone),
		CreatedAt: client.Timestamp{Time: at, Raw: at.Format(time.RFC3339Nano)},
	}
}

// detail is a customer as it is shown alone: with its locale, and never with its industry.
func detail(c *Customer) (*client.CustomerDetail, error) {
	d := &client.CustomerDetail{}
	text, err := json.Marshal(map[string]any{
		"id": c.ID, "company_name": c.field(record.CompanyName), "email": c.field(record.Email), "country_code": c.field(record.CountryCode),
		"currency": c.field(record.Currency), "locale": c.field(record.Locale), "timezone": c.field(record.Timezone),
		"created_at": c.createdAt().Format(time.RFC3339Nano),
	})
	if err != nil {
		return nil, err
	}
	return d, d.UnmarshalJSON(text)
}
