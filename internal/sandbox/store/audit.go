package store

import (
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// AuditedCustomer is a customer and its origin.
type AuditedCustomer struct {
	Tenant      string    `json:"tenant"` // its id
	ID          string    `json:"id"`
	Email       *string   `json:"email"`
	CompanyName *string   `json:"company_name"`
	Industry    *string   `json:"industry"` // the API takes it and never shows it
	Rules       int64     `json:"rules"`    // how many; the API never shows them
	ClonedFrom  string    `json:"cloned_from,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	CommittedAt time.Time `json:"committed_at"` // later than created_at when the commit was delayed
	RequestID   string    `json:"request_id"`   // what created it; "" when seeded, FaultRequest when a fault did
	Attempt     int64     `json:"attempt"`      // of that request, counted from 1
}

// FaultRequest is the request ID of customers that a fault created.
const FaultRequest = "fault"

// Audit reads the customers of every tenant in the order of their commits.
func (s *Store) Audit() ([]AuditedCustomer, error) {
	list, err := List(s, scanAudited, `SELECT t.id, c.id, c.email, c.company_name, c.industry, c.rules, c.cloned_from,
		c.created_at, c.committed_at, coalesce(c.request_id, ''), c.attempt FROM customer c JOIN tenant t ON t.no=c.tenant ORDER BY c.no`)
	if err != nil {
		return nil, fmt.Errorf("sandbox: audit snapshot: %w", err)
	}
	return list, nil
}

func scanAudited(row *sql.Rows, c *AuditedCustomer) error {
	var tenant, id uuid.UUID
	var from uuid.NullUUID
	var created, committed int64
	err := row.Scan(&tenant, &id, &c.Email, &c.CompanyName, &c.Industry, &c.Rules, &from, &created, &committed, &c.RequestID, &c.Attempt)
	c.Tenant, c.ID = tenant.String(), id.String()
	if from.Valid {
		c.ClonedFrom = from.UUID.String()
	}
	c.CreatedAt, c.CommittedAt = time.UnixMicro(created).UTC(), time.UnixMicro(committed).UTC()
	return err
}
