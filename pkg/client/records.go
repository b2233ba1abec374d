package client

import (
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
func (c *Customer) UnmarshalJSON(data []byte) error {
	type fields Customer
	*c = Customer{raw: jsontext.Value(data).Clone()}
	if err := decodeObject(c.raw, (*fields)(c)); err != nil {
		return err
	}
	return checkID(c.ID)
}

// MarshalJSON writes what the server sent, unknown fields included.
func (c Customer) MarshalJSON() ([]byte, error) {
	if c.raw != nil {
		return c.raw, nil
	}
	type fields Customer
	return json.Marshal(fields(c))
}

// UnmarshalJSON reads a customer; it fails without a UUID as id, or when a known field has a value of another kind.
func (c *CustomerDetail) UnmarshalJSON(data []byte) error {
	type fields CustomerDetail
	*c = CustomerDetail{raw: jsontext.Value(data).Clone()}
	if err := decodeObject(c.raw, (*fields)(c)); err != nil {
		return err
	}
	return checkID(c.ID)
}

// MarshalJSON writes what the server sent, unknown fields included.
func (c CustomerDetail) MarshalJSON() ([]byte, error) {
	if c.raw != nil {
		return c.raw, nil
	}
	type fields CustomerDetail
	return json.Marshal(fields(c))
}

// UnmarshalJSON reads a create's answer; it fails without a UUID as id.
func (c *NewCustomer) UnmarshalJSON(data []byte) error {
	type fields NewCustomer
	*c = NewCustomer{raw: jsontext.Value(data).Clone()}
	if err := decodeObject(c.raw, (*fields)(c)); err != nil {
		return err
	}
	return checkID(c.ID)
}

// MarshalJSON writes what the server sent, unknown fields included.
func (c NewCustomer) MarshalJSON() ([]byte, error) {
	if c.raw != nil {
		return c.raw, nil
	}
	type fields NewCustomer
	return json.Marshal(fields(c))
}

func (c *CustomerDetail) decode(a answer) error { return c.UnmarshalJSON(a.body) }

func (c *NewCustomer) decode(a answer) error { return c.UnmarshalJSON(a.body) }
