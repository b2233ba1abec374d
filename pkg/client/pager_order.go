package client

import (
	"cmp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// orderCheck compares the order in which customers come with the one that was asked for. It knows the fields that the API
// sorts by; any other order counts as kept. Of text it accepts the order of any collation: by bytes, without case, and
// without case, accents and punctuation.
type orderCheck struct {
	field      string
	descending bool
	broken     [collations]bool // a page was not in order
}

const collations = 3

func newOrderCheck(o ListOptions) orderCheck {
	return orderCheck{field: cmp.Or(o.SortBy, SortByCreatedAt), descending: cmp.Or(o.SortDir, SortDesc) == SortDesc}
}

// oldestFirst reports whether the order is the one in which a list can be read completely.
func (c *orderCheck) oldestFirst() bool { return c.field == SortByCreatedAt && !c.descending }

// sorted reports whether every page so far was in order.
func (c *orderCheck) sorted() bool { return c.broken != [collations]bool{true, true, true} }

// observe checks the customers of one page, which one query has sorted.
func (c *orderCheck) observe(page []Customer) {
	previous, found := [collations]string{}, false
	newest := time.Time{}
	for i := range page {
		if c.field == SortByCreatedAt {
			at := page[i].CreatedAt.Time
			if !at.IsZero() && !newest.IsZero() && c.wrong(at.Compare(newest)) {
				c.broken = [collations]bool{true, true, true}
			}
			if !at.IsZero() {
				newest = at
			}
			continue
		}
		text := c.text(&page[i])
		if text == nil {
			continue
		}
		keys := collate(*text)
		for k := range keys {
			c.broken[k] = c.broken[k] || found && c.wrong(strings.Compare(keys[k], previous[k]))
		}
		previous, found = keys, true
	}
}

// wrong reports whether a customer that compares like this with the one before it is out of order.
func (c *orderCheck) wrong(sign int) bool {
	return sign < 0 && !c.descending || sign > 0 && c.descending
}

func (c *orderCheck) text(of *Customer) *string {
	switch c.field {
	case SortByEmail:
		return of.Email
	case SortByCompanyName:
		return of.CompanyName
	}
	return nil
}

// collate returns the keys by which the collations compare a text.
func collate(text string) [collations]string {
	folded := strings.ToLower(text)
	letters := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(folded))
	return [collations]string{text, folded, letters}
}

// Sorted reports whether the customers are in the order of the options that the page was asked for with, as far as this
// package knows it: by created_at, email or company_name. Text may be in the order of any usual collation.
func (p *CustomerPage) Sorted(o ListOptions) bool {
	c := newOrderCheck(o)
	c.observe(p.Customers)
	return c.sorted()
}
