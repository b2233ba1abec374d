package client

import (
	"context"
	"errors"
	"strings"

	"github.com/hydracore/hydractl/internal/emailaddr"
)

// searchFor is what to search for an email: all of it, or the part that both spellings of an international domain have.
func searchFor(email string) string {
	email = strings.TrimSpace(email)
	local, domain, _ := strings.Cut(email, "@")
	international := strings.Contains(strings.ToLower(domain), "xn--") || strings.ContainsFunc(domain, func(r rune) bool { return r > 127 })
	if local != "" && international {
		return local + "@"
	}
	return email
}

// FindByEmail gives every customer whose email is the same address, newest first: none, one, or several where the
// tenant's data holds them: GET /v1/customers. The server's search is loose, so all pages of it are read and filtered.
// What was found before an error comes with the error: presence is proof however the listing went. None with an error
// (*Error, *TransportError or *IncompleteError) means that absence is not proven; with customers found, an incomplete
// listing is no error. A server may compare letters exactly, so the folded spelling is searched for too.
func (s *CustomersService) FindByEmail(ctx context.Context, email string) ([]Customer, error) {
	found, err := s.searchEmail(ctx, email, searchFor(email))
	if folded := searchFor(emailaddr.Fold(email)); err == nil && len(found) == 0 && folded != searchFor(email) {
		return s.searchEmail(ctx, email, folded)
	}
	return found, err
}

func (s *CustomersService) searchEmail(ctx context.Context, email, search string) ([]Customer, error) {
	var found []Customer
	folded := emailaddr.Fold(email)
	pager := s.Pager(ListOptions{PerPage: MaxPerPage, Search: search, SortBy: SortByCreatedAt, SortDir: SortDesc})
	pager.single = true // the caller knows best when to look again
	for c, err := range pager.All(ctx) {
		if _, incomplete := errors.AsType[*IncompleteError](err); incomplete && len(found) > 0 {
			break
		}
		if err != nil {
			return found, err
		}
		if c.Email != nil && emailaddr.Fold(*c.Email) == folded {
			found = append(found, c)
		}
	}
	return found, nil
}
