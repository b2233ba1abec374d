package reconcile

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/jsonobject"
	"github.com/hydracore/hydractl/pkg/client"
)

// fields are a customer's fields as the server reports them: nil for one that it does not report, "" for null. The email is
// not among them, and no answer holds the industry.
type fields [record.FieldCount]*string

// listedFields are those of a row of a list, in which null is taken as not reported.
func listedFields(c *client.Customer) fields {
	return fields{record.CompanyName: c.CompanyName, record.CountryCode: c.CountryCode, record.Currency: c.Currency, record.Timezone: c.Timezone}
}

// detailFields distinguishes a field that is null, and so is not what was sent, from one that is not reported.
func detailFields(d *client.CustomerDetail) (fields, error) {
	members, err := jsonobject.Members([]byte(d.RawJSON()))
	if err != nil {
		return fields{}, err
	}
	f := fields{record.CompanyName: d.CompanyName, record.CountryCode: d.CountryCode, record.Currency: d.Currency, record.Locale: d.Locale, record.Timezone: d.Timezone}
	empty := ""
	for _, i := range distinguishing() {
		name := record.Fields()[i].Name
		if f[i] == nil && slices.ContainsFunc(members, func(m jsonobject.Member) bool { return m.Name == name }) {
			f[i] = &empty
		}
	}
	return f, nil
}

// distinguishing returns the fields that tell one customer from another.
func distinguishing() [5]int {
	return [...]int{record.CompanyName, record.CountryCode, record.Currency, record.Locale, record.Timezone}
}

// comparison is how a customer's fields compare with what was sent.
type comparison struct {
	different  string // the first field that has another value, "" for none
	unreported string // the first field that was sent and is not reported, "" for none
	equal      int    // fields that were sent and are equal
}

// compare compares the fields that were sent.
func (f *fields) compare(sent *record.Values) comparison {
	var c comparison
	for _, i := range distinguishing() {
		name := record.Label(i)
		switch got := f[i]; {
		case sent[i] == "":
		case got == nil:
			c.unreported = name
		case SameText(sent[i], *got):
			c.equal++
		case c.different == "":
			c.different = name
		}
	}
	return c
}

// enough reports whether a customer without an email can be recognized by these fields: two at least, one of them the
// company.
func enough(sent *record.Values) bool {
	n := 0
	for _, i := range distinguishing() {
		if sent[i] != "" {
			n++
		}
	}
	return n >= 2 && sent[record.CompanyName] != ""
}

// SameText reports whether a server's value is what was sent: servers trim, and change the case of codes.
func SameText(sent, got string) bool {
	return sent == got || strings.EqualFold(norm.NFC.String(strings.TrimSpace(sent)), norm.NFC.String(strings.TrimSpace(got)))
}

// SameCompany reports whether an answer to a write is about the company that was sent, as far as both have one.
func SameCompany(sent record.Values, made *client.CreatedCustomer) bool {
	return sent[record.CompanyName] == "" || made.CompanyName == nil || SameText(sent[record.CompanyName], *made.CompanyName)
}

// text is a value or "".
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
