package client

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// bodyText writes the JSON object of a request, member by member: an import writes a million of them.
type bodyText struct {
	text []byte // every member with a comma before it
	err  error  // of the first text that is not UTF-8
}

// add writes a text, nothing for nil.
func (b *bodyText) add(name string, value *string) {
	if value == nil || b.err != nil {
		return
	}
	b.name(name)
	b.text, b.err = jsontext.AppendQuote(b.text, *value)
}

func (b *bodyText) name(name string) {
	b.text = append(b.text, `,"`...)
	b.text = append(b.text, name...)
	b.text = append(b.text, `":`...)
}

func (b *bodyText) object() ([]byte, error) {
	if b.err != nil {
		return nil, b.err
	}
	if len(b.text) == 0 {
		return []byte("{}"), nil
	}
	b.text[0] = '{'
	return append(b.text, '}'), nil
}

func (r CreateRequest) body() ([]byte, error) {
	b := bodyText{text: make([]byte, 0, 256)}
	b.add("company_name", r.CompanyName)
	b.add("country_code", r.CountryCode)
	b.add("currency", r.Currency)
	b.add("email", r.Email)
	b.add("industry", r.Industry)
	b.add("locale", r.Locale)
	b.add("timezone", r.Timezone)
	return b.object()
}

func (r CloneRequest) body(source string) ([]byte, error) {
	var b bodyText
	b.add("company_name", &r.CompanyName)
	b.add("email", r.Email)
	if r.CloneRules != nil {
		b.name("clone_rules")
		b.text = strconv.AppendBool(b.text, *r.CloneRules)
	}
	b.add("source_customer_id", &source)
	return b.object()
}
