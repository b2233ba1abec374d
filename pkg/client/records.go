package client

import (
	"bytes"
	"encoding/json"
)

// Customer is a row of a list. Every field but ID may be null or missing on the server, which is nil here, or the zero
// [Timestamp]. json.Marshal writes these fields; RawJSON returns all that the server sent.
type Customer struct {
	ActiveSubscriptionCount  *int64    `json:"active_subscription_count"`
	CompanyName              *string   `json:"company_name"`
	CountryCode              *string   `json:"country_code"` // in no fixed format, as a rule ISO 3166-1 alpha-2
	CreatedAt                Timestamp `json:"created_at"`
	Currency                 *string   `json:"currency"` // in no fixed format, as a rule ISO 4217
	Email                    *string   `json:"email"`    // unique in the tenant, in any case of letters
	ID                       string    `json:"id"`       // a UUID, as the server spells it
	InstanceCount            *int64    `json:"instance_count"`
	LatestSubscriptionStatus *string   `json:"latest_subscription_status"` // for example active
	RunningInstanceCount     *int64    `json:"running_instance_count"`
	SubscriptionCount        *int64    `json:"subscription_count"`
	Timezone                 *string   `json:"timezone"` // in no fixed format, as a rule an IANA name

	raw string
}

// CustomerDetail is one customer in full. Its fields are those of [Customer] and more, under the same rules.
type CustomerDetail struct {
	ActiveSubscriptionCount  *int64            `json:"active_subscription_count"`
	CompanyName              *string           `json:"company_name"`
	CountryCode              *string           `json:"country_code"`
	CreatedAt                Timestamp         `json:"created_at"`
	Currency                 *string           `json:"currency"`
	Email                    *string           `json:"email"`
	ID                       string            `json:"id"` // a UUID, as the server spells it
	InstanceCount            *int64            `json:"instance_count"`
	Instances                []json.RawMessage `json:"instances"` // the contract fixes no shape
	LatestSubscriptionStatus *string           `json:"latest_subscription_status"`
	Locale                   *string           `json:"locale"` // in no fixed format, for example de-DE
	RunningInstanceCount     *int64            `json:"running_instance_count"`
	StripeCustomerID         *string           `json:"stripe_customer_id"`
	SubscriptionCount        *int64            `json:"subscription_count"`
	Subscriptions            []json.RawMessage `json:"subscriptions"` // the contract fixes no shape
	Timezone                 *string           `json:"timezone"`
	UpdatedAt                Timestamp         `json:"updated_at"`

	Response *Response `json:"-"` // of the answer that it came with, or nil

	raw string
}

// CreatedCustomer is the answer to a create or a clone. Every field but ID may be null or missing.
type CreatedCustomer struct {
	CompanyName *string   `json:"company_name"`
	CreatedAt   Timestamp `json:"created_at"`
	Email       *string   `json:"email"`
	ID          string    `json:"id"` // a UUID, as the server spells it

	Response *Response `json:"-"` // of the answer that it came with, or nil

	raw string
}

// UnmarshalJSON reads a row; it fails without a UUID as id, or when a known field has a value of another kind.
func (c *Customer) UnmarshalJSON(data []byte) error { return readAlone(data, c.read) }

// UnmarshalJSON reads a customer; it fails without a UUID as id, or when a known field has a value of another kind.
func (c *CustomerDetail) UnmarshalJSON(data []byte) error { return readAlone(data, c.read) }

// UnmarshalJSON reads a create's answer; it fails without a UUID as id, or when a known field has a value of another
// kind.
func (c *CreatedCustomer) UnmarshalJSON(data []byte) error { return readAlone(data, c.read) }

// RawJSON returns the JSON text that the record was read from, unknown members included; "" for a record that was not
// read. Changes to the fields do not show in it.
func (c *Customer) RawJSON() string { return c.raw }

// RawJSON returns the JSON text that the record was read from, unknown members included; "" for a record that was not
// read. Changes to the fields do not show in it.
func (c *CustomerDetail) RawJSON() string { return c.raw }

// RawJSON returns the JSON text that the record was read from, unknown members included; "" for a record that was not
// read. Changes to the fields do not show in it.
func (c *CreatedCustomer) RawJSON() string { return c.raw }

func (c *Customer) read(r *reader) (err error) {
	*c = Customer{}
	if c.raw, err = r.record(c.field); err != nil {
		return err
	}
	return checkID(c.ID)
}

func (c *CustomerDetail) read(r *reader) (err error) {
	*c = CustomerDetail{}
	if c.raw, err = r.record(c.field); err != nil {
		return err
	}
	return checkID(c.ID)
}

func (c *CreatedCustomer) read(r *reader) (err error) {
	*c = CreatedCustomer{}
	if c.raw, err = r.record(c.field); err != nil {
		return err
	}
	return checkID(c.ID)
}

// readAlone reads a record from a text of its own, which is copied: the caller may use it again.
func readAlone(data []byte, read func(*reader) error) error {
	r, err := newReader(bytes.Clone(data))
	if err != nil {
		return err
	}
	return read(r)
}
