package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Customer is a row of a list. Every field but ID may be null or missing on the server, which is nil here, or the zero
// [Timestamp]. json.Marshal writes these fields; RawJSON returns all that the server sent.
type Customer struct {
	ActiveSubscriptionCount  *int64    `json:"active_subscription_count"`
	CompanyName              *string   `json:"company_name"`
	CountryCode              *string   `json:"country_code"` // in no fixed format, usually ISO 3166-1 alpha-2
	CreatedAt                Timestamp `json:"created_at"`
	Currency                 *string   `json:"currency"` // in no fixed format, usually ISO 4217
	Email                    *string   `json:"email"`    // unique in the tenant, whatever the case
	ID                       string    `json:"id"`       // a UUID, as the server spells it
	InstanceCount            *int64    `json:"instance_count"`
	LatestSubscriptionStatus *string   `json:"latest_subscription_status"` // for example active
	RunningInstanceCount     *int64    `json:"running_instance_count"`
	SubscriptionCount        *int64    `json:"subscription_count"`
	Timezone                 *string   `json:"timezone"` // in no fixed format, usually an IANA name

	rawText
}

// CustomerDetail is one customer in full: the fields of [Customer] and more, under the same rules.
type CustomerDetail struct {
	Customer

	Instances        []json.RawMessage `json:"instances"` // the contract fixes no shape
	Locale           *string           `json:"locale"`    // in no fixed format, for example de-DE
	StripeCustomerID *string           `json:"stripe_customer_id"`
	Subscriptions    []json.RawMessage `json:"subscriptions"` // the contract fixes no shape
	UpdatedAt        Timestamp         `json:"updated_at"`

	Response *Response `json:"-"` // of the answer that it came with, or nil
}

// CreatedCustomer is the answer to a create or a clone. Every field but ID may be null or missing.
type CreatedCustomer struct {
	CompanyName *string   `json:"company_name"`
	CreatedAt   Timestamp `json:"created_at"`
	Email       *string   `json:"email"`
	ID          string    `json:"id"` // a UUID, as the server spells it

	Response *Response `json:"-"` // of the answer that it came with, or nil

	rawText
}

// UnmarshalJSON reads a row; it fails without a UUID as id, or when a known field has a value of another kind.
func (c *Customer) UnmarshalJSON(data []byte) error { return readAlone(data, c.read) }

// UnmarshalJSON reads a customer; it fails without a UUID as id, or when a known field has a value of another kind.
func (c *CustomerDetail) UnmarshalJSON(data []byte) error { return readAlone(data, c.read) }

// UnmarshalJSON reads a create's answer; it fails without a UUID as id, or when a known field has a value of another
// kind.
func (c *CreatedCustomer) UnmarshalJSON(data []byte) error { return readAlone(data, c.read) }

func (c *Customer) read(r *reader) error {
	*c = Customer{}
	return r.customer(&c.rawText, &c.ID, c.field)
}

func (c *CustomerDetail) read(r *reader) error {
	*c = CustomerDetail{}
	return r.customer(&c.rawText, &c.ID, c.field)
}

func (c *CreatedCustomer) read(r *reader) error {
	*c = CreatedCustomer{}
	return r.customer(&c.rawText, &c.ID, c.field)
}

// rawText is the JSON text that a record was read from.
type rawText struct{ raw string }

// RawJSON returns the JSON text that the record was read from, unknown members included; "" for a record that was not
// read. Changes to the fields do not show in it.
func (t *rawText) RawJSON() string { return t.raw }

// customer reads a record that has to have an ID.
func (r *reader) customer(text *rawText, id *string, field func(name []byte) any) (err error) {
	if text.raw, err = r.record(field); err != nil {
		return err
	}
	return checkID(*id)
}

// readAlone reads a record from a text of its own, which is copied: the caller may use it again.
func readAlone(data []byte, read func(*reader) error) error {
	return parseJSON(bytes.Clone(data), read)
}

// field returns the field with that JSON name, nil for none. The names are listed rather than found by reflection, because
// decoding bounds the speed of a listing; a test compares them with the struct tags.
func (c *Customer) field(name []byte) any {
	switch string(name) {
	case "active_subscription_count":
		return &c.ActiveSubscriptionCount
	case "company_name":
		return &c.CompanyName
	case "country_code":
		return &c.CountryCode
	case "created_at":
		return &c.CreatedAt
	case "currency":
		return &c.Currency
	case "email":
		return &c.Email
	case "id":
		return &c.ID
	case "instance_count":
		return &c.InstanceCount
	case "latest_subscription_status":
		return &c.LatestSubscriptionStatus
	case "running_instance_count":
		return &c.RunningInstanceCount
	case "subscription_count":
		return &c.SubscriptionCount
	case "timezone":
		return &c.Timezone
	}
	return nil
}

func (c *CustomerDetail) field(name []byte) any {
	switch string(name) {
	case "instances":
		return &c.Instances
	case "locale":
		return &c.Locale
	case "stripe_customer_id":
		return &c.StripeCustomerID
	case "subscriptions":
		return &c.Subscriptions
	case "updated_at":
		return &c.UpdatedAt
	}
	return c.Customer.field(name)
}

func (c *CreatedCustomer) field(name []byte) any {
	switch string(name) {
	case "company_name":
		return &c.CompanyName
	case "created_at":
		return &c.CreatedAt
	case "email":
		return &c.Email
	case "id":
		return &c.ID
	}
	return nil
}

// checkID refuses an id that names no record: missing, not a UUID, or the nil UUID.
func checkID(id string) error {
	parsed, err := parseID(id)
	switch {
	case id == "":
		return errors.New("the record has no id")
	case err != nil:
		return errors.New("the record's id is not a UUID")
	case parsed == uuid.Nil:
		return errors.New("the record's id is the nil UUID")
	}
	return nil
}

// pathID puts a UUID in its canonical spelling, the only one that enters a path.
func pathID(id string) (string, error) {
	parsed, err := parseID(strings.TrimSpace(id))
	if err != nil {
		return "", fmt.Errorf("%q is not a UUID", id)
	}
	return parsed.String(), nil
}

// parseID reads the four spellings of a UUID: plain, without dashes, in braces, and after urn:uuid:.
func parseID(id string) (uuid.UUID, error) {
	parsed, err := uuid.Parse(id)
	if len(id) == len("{}")+36 && (id[0] != '{' || id[len(id)-1] != '}') {
		err = errors.New("these are no braces") // uuid.Parse does not look
	}
	return parsed, err
}
