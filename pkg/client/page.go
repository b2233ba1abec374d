package client

import (
	"errors"
	"fmt"
	"net/http"
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
	// Members are the envelope's members but the customers, as the server sent them and in its order.
	Members []Member
}

func (p *CustomerPage) decode(a answer) error {
	*p = CustomerPage{Page: -1, PerPage: -1, Total: -1, TotalPages: -1}
	p.Date, _ = http.ParseTime(a.header.Get("Date"))
	err := a.json.object(func(name []byte) error {
		if string(name) == "customers" {
			return p.decodeCustomers(a.json)
		}
		m, err := a.json.member(name)
		p.Members = append(p.Members, m)
		return err
	})
	if err == nil && p.Customers == nil {
		err = errors.New("the list has no customers")
	}
	if err != nil {
		return err
	}
	p.settle(a.warn)
	return nil
}

func (p *CustomerPage) decodeCustomers(r *reader) error {
	p.Customers = make([]Customer, 0, MaxPerPage)
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

// checkOnce refuses a page that holds an id twice: which of the two is the customer, nobody can tell.
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

// settle reads the counts. One that is none is said and left at -1: the walk goes by the rows, not by the counts.
func (p *CustomerPage) settle(warn func(string)) {
	for _, m := range p.Members {
		field := map[string]*int64{
			"page": &p.Page, "per_page": &p.PerPage, "total": &p.Total, "total_pages": &p.TotalPages,
		}[m.Name]
		if field == nil {
			continue
		}
		n, err := whole(jsontext.Value(m.Value))
		if err != nil || n < 0 {
			warn(fmt.Sprintf("the server's %s is no count (%.40s)", m.Name, m.Value))
			continue
		}
		*field = n
	}
	n := int64(len(p.Customers))
	if p.Total >= 0 && n > p.Total {
		warn(fmt.Sprintf("the server sent %d customers and says that there are %d", n, p.Total))
	}
	if p.PerPage >= 0 && n > p.PerPage {
		warn(fmt.Sprintf("the server sent %d customers and says that a page holds %d", n, p.PerPage))
	}
}
