package sandbox

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"
)

// errDuplicate says that the tenant has a customer with this email, however its letters are cased.
var errDuplicate = errors.New("duplicate email")

// seedCustomer adds a customer before there are indexes.
const seedCustomer = `INSERT INTO customer(
	tenant, id, email, email_fold, email_unique, company_name, country_code, currency, industry, locale, timezone,
	stripe_customer_id, created_at, updated_at, committed_at, subscription_count, active_subscription_count,
	latest_subscription_status, instance_count, running_instance_count, subscriptions, instances, rules, cloned_from,
	request_id, attempt)
VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`

// insertCustomer adds nothing when the email is taken.
const insertCustomer = seedCustomer + " ON CONFLICT(tenant, email_unique) DO NOTHING"

// insert adds one customer through prepared seedCustomer or insertCustomer. unique false leaves the email out of the unique index.
func insert(st *sql.Stmt, c *customer, committedAt int64, unique bool) error {
	var folded, key any
	if c.email != nil {
		folded = fold(*c.email)
		if unique {
			key = folded
		}
	}
	var from any
	if c.clonedFrom != nil {
		from = c.clonedFrom[:]
	}
	done, err := st.Exec(c.tenant, c.id[:], c.email, folded, key, c.companyName, c.countryCode, c.currency, c.industry,
		c.locale, c.timezone, c.stripeID, c.createdAt, c.updatedAt, committedAt, c.subscriptionCount,
		c.activeSubscriptionCount, c.latestSubscriptionStatus, c.instanceCount, c.runningInstanceCount, c.subscriptions,
		c.instances, c.rules, from, c.requestID, c.attempt)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(errDuplicate, err)
	}
	return nil
}

// create commits one customer, or answers errDuplicate. A single statement takes the write lock at once, as BEGIN IMMEDIATE.
func (s *store) create(c *customer, committedAt int64, unique bool) error {
	st, err := s.stmt(insertCustomer)
	if err != nil {
		return err
	}
	s.write.Lock()
	defer s.write.Unlock()
	return insert(st, c, committedAt, unique)
}

const detailColumns = `no, tenant, id, email, company_name, country_code, currency, industry, locale, timezone,
	stripe_customer_id, created_at, updated_at, subscription_count, active_subscription_count,
	latest_subscription_status, instance_count, running_instance_count, subscriptions, instances, rules`

func (c *customer) scan(row interface{ Scan(dest ...any) error }) error {
	var raw []byte
	err := row.Scan(&c.no, &c.tenant, &raw, &c.email, &c.companyName, &c.countryCode, &c.currency, &c.industry, &c.locale,
		&c.timezone, &c.stripeID, &c.createdAt, &c.updatedAt, &c.subscriptionCount, &c.activeSubscriptionCount,
		&c.latestSubscriptionStatus, &c.instanceCount, &c.runningInstanceCount, &c.subscriptions, &c.instances, &c.rules)
	if err == nil {
		copy(c.id[:], raw)
	}
	return err
}

// customer finds one customer of a tenant that was committed before the horizon; nil when there is none.
func (s *store) customer(tenant int64, id uuid, horizon int64) (*customer, error) {
	st, err := s.stmt("SELECT " + detailColumns + " FROM customer WHERE id=? AND tenant=? AND committed_at<=?")
	if err != nil {
		return nil, err
	}
	c := &customer{}
	err = c.scan(st.QueryRow(id[:], tenant, horizon))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return c, err
}

const rowColumns = `id, email, company_name, country_code, currency, timezone, created_at, subscription_count,
	active_subscription_count, latest_subscription_status, instance_count, running_instance_count`

// scanRow reads what a list shows.
func (c *customer) scanRow(row *sql.Rows) error {
	var raw sql.RawBytes
	err := row.Scan(&raw, &c.email, &c.companyName, &c.countryCode, &c.currency, &c.timezone, &c.createdAt,
		&c.subscriptionCount, &c.activeSubscriptionCount, &c.latestSubscriptionStatus, &c.instanceCount, &c.runningInstanceCount)
	copy(c.id[:], raw)
	return err
}

// customers reads the rows with these numbers, in this order.
func (s *store) customers(numbers []int64) ([]*customer, error) {
	st, err := s.stmt("SELECT " + rowColumns + " FROM (SELECT value AS wanted FROM json_each(?)) CROSS JOIN customer ON no=wanted")
	if err != nil {
		return nil, err
	}
	rows, err := st.Query(numberList(numbers))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := make([]*customer, 0, len(numbers))
	for rows.Next() {
		c := &customer{}
		if err := c.scanRow(rows); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

func numberList(numbers []int64) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.FormatInt(n, 10)
	}
	return "[" + strings.Join(words, ",") + "]"
}
