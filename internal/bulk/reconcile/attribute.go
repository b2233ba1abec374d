package reconcile

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/jsonobject"
	"github.com/hydracore/hydractl/pkg/client"
)

// attribute tells whose a customer with the email is: Created for this write's, Exists for somebody else's, Unknown
// when what the server tells of it cannot be compared with what was sent; reason says why.
func (r *Reconciler) attribute(ctx context.Context, d Write, c *client.Customer) (state record.State, reason string, err error) {
	if r.another(d, c) {
		return record.Exists, "", nil
	}
	early := c.CreatedAt.Time.Before(d.First.Add(-ClockTolerance))
	switch {
	case c.CreatedAt.Time.IsZero() || early && !r.ClockKnown:
		return record.Unknown, "its creation time does not tell whose it is", nil
	case early:
		return record.Exists, "", nil
	}
	switch likely, err := r.likeness(ctx, d.Sent, c); {
	case err != nil:
		return record.Pending, "", err
	case likely == untoldFields:
		return record.Unknown, "the server does not tell all of its fields, so whose it is cannot be known", nil
	case likely == otherFields:
		return record.Exists, "", nil
	}
	return record.Created, "", nil
}

// another tells a customer that cannot be this write's.
func (r *Reconciler) another(d Write, c *client.Customer) bool {
	id, err := uuid.Parse(c.ID)
	return err != nil || r.claimed(id) || compare(d.Sent, listedFields(c)) == otherFields
}

// likeness compares a customer with what was sent, and asks for its details where the list leaves a field out.
func (r *Reconciler) likeness(ctx context.Context, sent record.Values, c *client.Customer) (likeness, error) {
	listed := compare(sent, listedFields(c))
	if listed != untoldFields {
		return listed, nil
	}
	detail, err := r.API.Get(ctx, c.ID)
	if client.IsNotFound(err) {
		return untoldFields, nil // reads lag behind each other
	}
	if err != nil {
		return untoldFields, err
	}
	return compareDetail(sent, detail)
}

// likeness is how a customer compares with what was sent.
type likeness int

const (
	sameFields   likeness = iota
	untoldFields          // none is another, but not every field is told
	otherFields
)

func listedFields(c *client.Customer) map[int]*string {
	return map[int]*string{record.CompanyName: c.CompanyName, record.CountryCode: c.CountryCode, record.Currency: c.Currency, record.Timezone: c.Timezone}
}

// compareDetail tells a field that is null, and so is not what was sent, from one that the server leaves out.
func compareDetail(sent record.Values, d *client.CustomerDetail) (likeness, error) {
	members, err := jsonobject.Members([]byte(d.RawJSON()))
	if err != nil {
		return untoldFields, err
	}
	empty := ""
	told := map[int]*string{record.CompanyName: d.CompanyName, record.CountryCode: d.CountryCode, record.Currency: d.Currency, record.Locale: d.Locale, record.Timezone: d.Timezone}
	for i, value := range told {
		name := record.Fields()[i].Name
		if value == nil && slices.ContainsFunc(members, func(m jsonobject.Member) bool { return m.Name == name }) {
			told[i] = &empty
		}
	}
	return compare(sent, told), nil
}

// compare holds the fields that a server tells, nil for one that it does not, against what was sent. Servers trim, and
// change the case of codes.
func compare(sent record.Values, told map[int]*string) likeness {
	found := sameFields
	for i, got := range told {
		switch {
		case sent[i] == "":
		case got == nil:
			found = untoldFields
		case !SameText(sent[i], *got):
			return otherFields
		}
	}
	return found
}
