package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"github.com/google/uuid"
)

// Customer is a row of the table.
type Customer struct {
	Tenant int64
	ID     uuid.UUID

	Email, CompanyName, CountryCode, Currency, Industry, Locale, Timezone *string

	StripeID             *string
	CreatedAt, UpdatedAt int64 // microseconds since 1970

	SubscriptionCount, ActiveSubscriptionCount, InstanceCount, RunningInstanceCount int64

	LatestSubscriptionStatus *string

	Subscriptions, Instances string // JSON arrays

	Rules      int64 // how many it has; the contract shows none of them
	ClonedFrom uuid.NullUUID
	RequestID  *string // what created it; nil for seeded ones
	Attempt    int64   // of that request
}

// Fold is the form of an email that must be unique in a tenant.
func Fold(email string) string { return strings.ToLower(email) }

// listColumns are what a list shows of a customer, and detailColumns all that is read and written of it.
const (
	listColumns = `id, email, company_name, country_code, currency, timezone, created_at, subscription_count,
	active_subscription_count, latest_subscription_status, instance_count, running_instance_count`
	detailColumns = listColumns + `, tenant, industry, locale, stripe_customer_id, updated_at, subscriptions, instances, rules`
)

// listFields are the fields of the listColumns.
func (c *Customer) listFields() []any {
	return []any{
		&c.ID, &c.Email, &c.CompanyName, &c.CountryCode, &c.Currency, &c.Timezone, &c.CreatedAt, &c.SubscriptionCount,
		&c.ActiveSubscriptionCount, &c.LatestSubscriptionStatus, &c.InstanceCount, &c.RunningInstanceCount,
	}
}

// detailFields are the fields of the detailColumns.
func (c *Customer) detailFields() []any {
	return append(c.listFields(), &c.Tenant, &c.Industry, &c.Locale, &c.StripeID, &c.UpdatedAt, &c.Subscriptions, &c.Instances, &c.Rules)
}

// seedCustomer adds one customer.
const seedCustomer = "INSERT INTO customer(" + detailColumns + `, email_fold, email_unique, committed_at, cloned_from, request_id, attempt)
	VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`

// insertCustomer adds nothing when the email is a duplicate.
const insertCustomer = seedCustomer + " ON CONFLICT(tenant, email_unique) DO NOTHING"

// insert adds one customer through a prepared statement. unique false leaves the email out of the unique index.
func insert(st *sql.Stmt, c *Customer, committedAt int64, unique bool) error {
	var folded, key, from any
	if c.Email != nil {
		folded = Fold(*c.Email)
		if unique {
			key = folded
		}
	}
	if c.ClonedFrom.Valid {
		from = c.ClonedFrom.UUID[:]
	}
	fields := append(c.detailFields(), folded, key, committedAt, from, c.RequestID, c.Attempt)
	fields[0] = c.ID[:] // a uuid.UUID would be stored as text
	done, err := st.Exec(fields...)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrDuplicate, err)
	}
	return nil
}

// Seed adds customers to a new database, whose unique index comes later: of equal emails only the first one is unique.
func Seed(tx *sql.Tx, customers func(yield func(*Customer) bool)) error {
	st, err := tx.Prepare(seedCustomer)
	if err != nil {
		return err
	}
	defer st.Close()
	seen := map[string]bool{}
	for c := range customers {
		duplicate := c.Email != nil && seen[Fold(*c.Email)]
		if err := insert(st, c, c.CreatedAt, !duplicate); err != nil {
			return err
		}
		if c.Email != nil {
			seen[Fold(*c.Email)] = true
		}
	}
	return nil
}

// Create commits one customer; unique false allows a duplicate email, which otherwise is ErrDuplicate. A single statement
// takes the write lock at once, as BEGIN IMMEDIATE does.
func (s *Store) Create(c *Customer, committedAt int64, unique bool) error {
	st, err := s.Stmt(insertCustomer)
	if err != nil {
		return err
	}
	s.write.Lock()
	defer s.write.Unlock()
	return insert(st, c, committedAt, unique)
}

// HasEmail reports whether a customer of the tenant has the email.
func (s *Store) HasEmail(tenant int64, email *string) (has bool, err error) {
	if email == nil {
		return false, nil
	}
	st, err := s.Stmt("SELECT EXISTS(SELECT 1 FROM customer WHERE tenant=? AND email_unique=?)")
	if err != nil {
		return false, err
	}
	err = st.QueryRow(tenant, Fold(*email)).Scan(&has)
	return has, err
}

// DeleteOldest removes the n oldest customers of a tenant, which the API cannot.
func (s *Store) DeleteOldest(tenant, n int64) error {
	return s.delete(`DELETE FROM customer WHERE tenant=? AND no IN
		(SELECT no FROM customer WHERE tenant=? ORDER BY created_at, no LIMIT ?)`, tenant, tenant, n)
}

// DeleteSince removes the customers that requests created after a time in microseconds.
func (s *Store) DeleteSince(at int64) error {
	return s.delete("DELETE FROM customer WHERE request_id IS NOT NULL AND committed_at>?", at)
}

// delete removes customers and makes every index load again.
func (s *Store) delete(statement string, args ...any) error {
	return s.InTx(func(tx *sql.Tx) error {
		if _, err := tx.Exec(statement, args...); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE tenant SET epoch=epoch+1")
		return err
	})
}

// Customer returns one customer of a tenant that was committed before the horizon, nil when there is none.
func (s *Store) Customer(tenant int64, id uuid.UUID, horizon int64) (*Customer, error) {
	st, err := s.Stmt("SELECT " + detailColumns + " FROM customer WHERE id=? AND tenant=? AND committed_at<=?")
	if err != nil {
		return nil, err
	}
	c := &Customer{}
	err = st.QueryRow(id[:], tenant, horizon).Scan(c.detailFields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return c, err
}

// customers reads what a list shows of the rows with these numbers, in this order.
func (s *Store) customers(numbers []int64) ([]Customer, error) {
	list, err := json.Marshal(numbers)
	if err != nil {
		return nil, err
	}
	return List(s, func(row *sql.Rows, c *Customer) error { return row.Scan(c.listFields()...) },
		"SELECT "+listColumns+" FROM (SELECT value AS number FROM json_each(?)) CROSS JOIN customer ON no=number", string(list))
}
