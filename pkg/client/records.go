package client

import (
	"bytes"
	stdjson "encoding/json"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Customer is a row of a list. Every field may be null on the server, which is nil here; ID never is. Fields that
// this package does not know survive in the JSON form.
type Customer struct {
	ActiveSubscriptionCount  *int64    `json:"active_subscription_count"`
	CompanyName              *string   `json:"company_name"`
	CountryCode              *string   `json:"country_code"`
	CreatedAt                Timestamp `json:"created_at"`
	Currency                 *string   `json:"currency"`
	Email                    *string   `json:"email"`
	ID                       string    `json:"id"` // a UUID
	InstanceCount            *int64    `json:"instance_count"`
	LatestSubscriptionStatus *string   `json:"latest_subscription_status"`
	RunningInstanceCount     *int64    `json:"running_instance_count"`
	SubscriptionCount        *int64    `json:"subscription_count"`
	Timezone                 *string   `json:"timezone"`

	raw jsontext.Value
}

// CustomerDetail is one customer in full.
type CustomerDetail struct {
	ActiveSubscriptionCount  *int64               `json:"active_subscription_count"`
	CompanyName              *string              `json:"company_name"`
	CountryCode              *string              `json:"country_code"`
	CreatedAt                Timestamp            `json:"created_at"`
	Currency                 *string              `json:"currency"`
	Email                    *string              `json:"email"`
	ID                       string               `json:"id"` // a UUID
	InstanceCount            *int64               `json:"instance_count"`
	Instances                []stdjson.RawMessage `json:"instances"` // the contract fixes no shape
	LatestSubscriptionStatus *string              `json:"latest_subscription_status"`
	Locale                   *string              `json:"locale"`
	RunningInstanceCount     *int64               `json:"running_instance_count"`
	StripeCustomerID         *string              `json:"stripe_customer_id"`
	SubscriptionCount        *int64               `json:"subscription_count"`
	Subscriptions            []stdjson.RawMessage `json:"subscriptions"` // the contract fixes no shape
	Timezone                 *string              `json:"timezone"`
	UpdatedAt                Timestamp            `json:"updated_at"`

	raw jsontext.Value
}

// NewCustomer is the answer to a create or a clone.
type NewCustomer struct {
	CompanyName *string   `json:"company_name"`
	CreatedAt   Timestamp `json:"created_at"`
	Email       *string   `json:"email"`
	ID          string    `json:"id"` // a UUID

	raw jsontext.Value
}

// UnmarshalJSON reads a row; it fails without a UUID as id, or when a known field has a value of another kind.
func (c *Customer) UnmarshalJSON(data []byte) error { return readAlone(data, c.read) }

// UnmarshalJSON reads a customer; it fails without a UUID as id, or when a known field has a value of another kind.
func (c *CustomerDetail) UnmarshalJSON(data []byte) error { return readAlone(data, c.read) }

// UnmarshalJSON reads a create's answer; it fails without a UUID as id, or when a known field has a value of another
// kind.
func (c *NewCustomer) UnmarshalJSON(data []byte) error { return readAlone(data, c.read) }

// MarshalJSON writes what the server sent, byte for byte, unknown fields included; later changes to the fields do not
// show in it. A record that no server sent is written from its fields.
func (c Customer) MarshalJSON() ([]byte, error) {
	type fields Customer
	return marshal(c.raw, fields(c))
}

// MarshalJSON writes what the server sent, byte for byte, unknown fields included; later changes to the fields do not
// show in it. A record that no server sent is written from its fields.
func (c CustomerDetail) MarshalJSON() ([]byte, error) {
	type fields CustomerDetail
	return marshal(c.raw, fields(c))
}

// MarshalJSON writes what the server sent, byte for byte, unknown fields included; later changes to the fields do not
// show in it. A record that no server sent is written from its fields.
func (c NewCustomer) MarshalJSON() ([]byte, error) {
	type fields NewCustomer
	return marshal(c.raw, fields(c))
}

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

func (c *NewCustomer) read(r *reader) (err error) {
	*c = NewCustomer{}
	if c.raw, err = r.record(c.field); err != nil {
		return err
	}
	return checkID(c.ID)
}

// readAlone reads a record from a text of its own, which is copied: the caller may use it again.
func readAlone(data []byte, read func(*reader) error) error {
	r := newReader(bytes.Clone(data))
	if err := read(r); err != nil {
		return err
	}
	return r.end()
}

func marshal(raw jsontext.Value, fields any) ([]byte, error) {
	if raw != nil {
		return bytes.Clone(raw), nil
	}
	return json.Marshal(fields)
}
