package sandbox

import (
	"context"
	"fmt"
	"time"
)

// Truth is what is so, whatever the faults made clients believe. Its JSON form is what the control port answers.
type Truth struct {
	Customers []TrueCustomer `json:"customers"` // of every tenant, in the order of their commits
	Requests  RequestCounts  `json:"requests"`
	Recent    []SeenRequest  `json:"recent"` // the last 1,000 requests, oldest first
}

// TrueCustomer is a customer and where it came from.
type TrueCustomer struct {
	Tenant      string    `json:"tenant"` // its id
	ID          string    `json:"id"`
	Email       *string   `json:"email"`
	CompanyName *string   `json:"company_name"`
	Industry    *string   `json:"industry"` // the API takes it and never shows it
	Rules       int64     `json:"rules"`    // how many; the API never shows them
	ClonedFrom  string    `json:"cloned_from,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	CommittedAt time.Time `json:"committed_at"` // later than created_at when the commit was delayed
	RequestID   string    `json:"request_id"`   // what created it; "" when seeded, "fault" when a fault made it
	Attempt     int64     `json:"attempt"`      // of that request, counted from 1
}

// RequestCounts count the requests of this server since its start.
type RequestCounts struct {
	Total         int64       `json:"total"`
	ByPath        []PathCount `json:"by_path"`
	MostAtOnce    int         `json:"most_at_once"` // largest number of requests under way
	BusiestSecond Busiest     `json:"busiest_second"`
	BusiestMinute Busiest     `json:"busiest_minute"`
}

// PathCount counts equal requests. Status is the one that was decided on, even when a fault kept it from the client; 0 when
// the request was cut off before.
type PathCount struct {
	Method   string `json:"method"`
	Path     string `json:"path"` // the pattern, for example /v1/customers/{customer_id}; "other" for unknown ones
	Key      string `json:"key"`  // start and end of the API key, "bearer", or ""
	Status   int    `json:"status"`
	Requests int64  `json:"requests"`
}

// Busiest is a second or a minute of the clock.
type Busiest struct {
	Start    time.Time `json:"start"`
	Requests int64     `json:"requests"`
}

// SeenRequest is one request as it came. Credentials are masked, and bodies of /auth as a whole.
type SeenRequest struct {
	ID           string              `json:"id"`      // as in X-Request-Id of the answer
	Attempt      int64               `json:"attempt"` // how often this content has come
	Time         time.Time           `json:"time"`
	Method       string              `json:"method"`
	Target       string              `json:"target"` // path and query as they were sent
	Route        string              `json:"route"`
	Protocol     string              `json:"protocol"`
	Header       map[string][]string `json:"header"`
	Key          string              `json:"key"`
	Body         string              `json:"body"` // at most 64 KiB of it
	Status       int                 `json:"status"`
	Faults       []string            `json:"faults,omitempty"` // the kinds that hit it
	Milliseconds int64               `json:"milliseconds"`     // until its answer was ready
}

// Truth reads all customers of all tenants and what this server has counted since its start.
func (s *Server) Truth(ctx context.Context) (Truth, error) {
	var t Truth
	t.Requests, t.Recent = s.trace.snapshot()
	rows, err := s.store.db.QueryContext(ctx, `SELECT t.id, c.id, c.email, c.company_name, c.industry, c.rules, c.cloned_from,
		c.created_at, c.committed_at, coalesce(c.request_id, ''), c.attempt FROM customer c JOIN tenant t ON t.no=c.tenant ORDER BY c.no`)
	if err != nil {
		return t, fmt.Errorf("sandbox: ground truth: %w", err)
	}
	defer rows.Close()
	t.Customers = []TrueCustomer{}
	for rows.Next() {
		var c TrueCustomer
		var tenant, id, from []byte
		var created, committed int64
		if err := rows.Scan(&tenant, &id, &c.Email, &c.CompanyName, &c.Industry, &c.Rules, &from, &created, &committed,
			&c.RequestID, &c.Attempt); err != nil {
			return t, fmt.Errorf("sandbox: ground truth: %w", err)
		}
		c.Tenant, c.ID, c.ClonedFrom = idText(tenant), idText(id), idText(from)
		c.CreatedAt, c.CommittedAt = time.UnixMicro(created).UTC(), time.UnixMicro(committed).UTC()
		t.Customers = append(t.Customers, c)
	}
	return t, rows.Err()
}

// idText is "" for NULL.
func idText(raw []byte) string {
	if len(raw) != len(uuid{}) {
		return ""
	}
	return uuid(raw).String()
}
