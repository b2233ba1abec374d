package client_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestFindByEmail_CaseSensitiveSearch(t *testing.T) {
	t.Parallel()
	var searched []string
	s := &spy{reply: func(_ int, r *http.Request) *http.Response {
		search := r.URL.Query().Get("search")
		searched = append(searched, search)
		row := ""
		if search == "anna@example.com" {
			row = `{"id":"` + idOf(1) + `","email":"anna@example.com"}`
		}
		return response(r, 200, fmt.Sprintf(`{"customers":[%s],"page":1,"per_page":100,"total":%d,"total_pages":1}`, row, min(len(row), 1)))
	}}
	c := newClient(t, "https://api.example.com", withTransport(s))
	for email, want := range map[string]int{"Anna@Example.com": 1, "Bob@Example.com": 0, "bob@example.com": 0} {
		searched = nil
		found, err := c.Customers.FindByEmail(t.Context(), email)
		if err != nil || len(found) != want {
			t.Errorf("%q: %d found, %v", email, len(found), err)
		}
		if email == "bob@example.com" && len(searched) != 1 {
			t.Errorf("searched for %q", searched)
		}
	}
}

// Both spellings of an international domain share the local part, which is what is searched for.
func TestFindByEmail_InternationalDomain(t *testing.T) {
	t.Parallel()
	const stored = "anna@b\u00fccher.example"
	s := &spy{reply: func(_ int, r *http.Request) *http.Response {
		row, search := "", r.URL.Query().Get("search")
		if strings.Contains(stored, search) {
			row = `{"id":"` + idOf(1) + `","email":"` + stored + `"}`
		}
		return response(r, 200, fmt.Sprintf(`{"customers":[%s],"page":1,"per_page":100,"total":%d,"total_pages":1}`, row, min(len(row), 1)))
	}}
	c := newClient(t, "https://api.example.com", withTransport(s))
	for _, email := range []string{"Anna@B\u00fccher.example", "Anna@xn--bcher-kva.example"} {
		if found, err := c.Customers.FindByEmail(t.Context(), email); err != nil || len(found) != 1 {
			t.Errorf("%q: %d found, %v", email, len(found), err)
		}
	}
}
