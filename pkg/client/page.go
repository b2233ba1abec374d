package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// CustomerPage is one page of a list.
type CustomerPage struct {
	// Customers are the rows in the server's order; empty, never nil.
	Customers []Customer
	// Page is the page's number as the server echoes it, from 1; -1 when it sends no count.
	Page int64
	// PerPage is the page size as the server echoes it; -1 when it sends no count.
	PerPage int64
	// Total is how many customers match, over all pages; -1 when the server sends no count.
	Total int64
	// TotalPages is a hint only: servers have been seen to get it wrong. -1 when the server sends no count.
	TotalPages int64
	// Date is the server's clock, to the second; zero when it sent none.
	Date time.Time
	// Envelope is the page's JSON object without its customers: every other member as the server sent it, in its order.
	Envelope json.RawMessage
	// Response is what the answer says about itself.
	Response *Response
}

// decode reads a page; warn is called for what is usable but unexpected.
func (p *CustomerPage) decode(r *reader, warn func(string)) error {
	p.Page, p.PerPage, p.Total, p.TotalPages = -1, -1, -1, -1
	p.Envelope = json.RawMessage{'{'}
	err := r.object(func(name []byte) error {
		if string(name) == "customers" {
			return p.decodeCustomers(r)
		}
		value, err := r.value()
		if field := p.count(name); field != nil {
			if n, err := whole(value); err == nil && n >= 0 {
				*field = n
			} else { // the walk goes by the rows, not by the counts
				warn(fmt.Sprintf("the server's %s is no count (%.40s)", name, value))
			}
		}
		if len(p.Envelope) > 1 {
			p.Envelope = append(p.Envelope, ',')
		}
		p.Envelope, _ = jsontext.AppendQuote(p.Envelope, name)
		p.Envelope = append(append(p.Envelope, ':'), value...)
		return err
	})
	if err != nil {
		return err
	}
	if p.Customers == nil {
		return errors.New("the list has no customers")
	}
	p.Envelope = append(p.Envelope, '}')
	n := int64(len(p.Customers))
	if p.Total >= 0 && n > p.Total {
		warn(fmt.Sprintf("the server sent %d customers but reports a total of %d", n, p.Total))
	}
	if p.PerPage >= 0 && n > p.PerPage {
		warn(fmt.Sprintf("the server sent %d customers but reports pages of %d", n, p.PerPage))
	}
	return nil
}

// count returns the field that the envelope's number of that name belongs in, nil for any other name.
func (p *CustomerPage) count(name []byte) *int64 {
	switch string(name) {
	case "page":
		return &p.Page
	case "per_page":
		return &p.PerPage
	case "total":
		return &p.Total
	case "total_pages":
		return &p.TotalPages
	}
	return nil
}

func (p *CustomerPage) decodeCustomers(r *reader) error {
	p.Customers = make([]Customer, 0, MaxPerPage)
	r.recent = make([]string, 64)
	err := r.list(func() error {
		p.Customers = append(p.Customers, Customer{})
		if err := p.Customers[len(p.Customers)-1].read(r); err != nil {
			return fmt.Errorf("item %d: %w", len(p.Customers)-1, err)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("customers: %w", err)
	}
	return p.checkOnce()
}

// checkOnce refuses a page that holds an id twice: it is not known which of the two is the customer.
func (p *CustomerPage) checkOnce() error {
	var likely [64]uint64 // a bit for every id, which few share
	for i := range p.Customers {
		id, sum := p.Customers[i].ID, uint(0)
		for _, b := range []byte(id) {
			sum = sum*31 + uint(b)
		}
		word, bit := sum%64, uint64(1)<<(sum/64%64)
		same := func(c Customer) bool { return c.ID == id }
		if likely[word]&bit != 0 && slices.ContainsFunc(p.Customers[:i], same) {
			return fmt.Errorf("two of the customers have the id %s", id)
		}
		likely[word] |= bit
	}
	return nil
}
