package server

import (
	"net/http"
	"net/url"
	"strings"
)

// route is one operation of the API.
type route struct {
	method string
	path   string // "*" stands for one segment that is not empty
	body   bool   // takes a JSON body
	needs  access
	handle func(*Server, *Request) (Answer, error)
}

// routeTable is tried in this order, as in Starlette.
func routeTable(s Settings) []route {
	table := []route{
		{"GET", "/v1/customers", false, access{scope: "customers:read"}, (*Server).listCustomers},
		{"POST", "/v1/customers", true, access{scope: "customers:write"}, (*Server).createCustomer},
		{"GET", "/v1/customers/*", false, access{scope: "customers:read"}, (*Server).getCustomer},
		{"POST", "/v1/customers/*/clone", true, access{scope: "customers:write"}, (*Server).cloneCustomer},
		{"POST", "/auth/login", true, access{public: true}, (*Server).login},
		{"POST", "/auth/refresh", true, access{public: true}, (*Server).refresh},
		{"POST", "/auth/logout", true, access{public: true}, (*Server).logout},
	}
	if s.is(setKeyContext, "absent") {
		return table
	}
	return append(table,
		route{"GET", "/auth/me", false, access{memberOnly: true}, (*Server).me},
		route{"GET", "/v1/mcp/api-key-context", false, access{keyOnly: true}, (*Server).keyContext})
}

// match reports whether the path fits, and what stands for "*".
func (t route) match(path string) (star string, fits bool) {
	before, after, wild := strings.Cut(t.path, "*")
	if !wild {
		return "", path == t.path
	}
	rest, found := strings.CutPrefix(path, before)
	star, ended := strings.CutSuffix(rest, after)
	return star, found && ended && star != "" && !strings.Contains(star, "/")
}

// findRoute picks the route, or the answer that Starlette gives when there is none: 405 from the first route with that path, a
// redirect when a slash at the end is all that is wrong, else 404.
func findRoute(table []route, r *Request) (route, error) {
	var other *route
	for i, t := range table {
		star, fits := t.match(r.Path)
		switch {
		case fits && t.method == r.Method:
			r.pathID = star
			return t, nil
		case fits && other == nil:
			other = &table[i]
		}
	}
	if other != nil {
		return route{}, refusal{Detail(http.StatusMethodNotAllowed, "Method Not Allowed").With("Allow", other.method)}
	}
	if to, redirects := slashRedirect(table, r); redirects {
		return route{}, refusal{Answer{Status: http.StatusTemporaryRedirect}.With("Location", to)}
	}
	return route{}, refuse(http.StatusNotFound, "Not Found")
}

// slashRedirect is Starlette's redirect_slashes: an absolute URL, whatever the method, and before authentication.
func slashRedirect(table []route, r *Request) (to string, redirects bool) {
	path := r.Path + "/"
	if strings.HasSuffix(r.Path, "/") {
		path = strings.TrimRight(r.Path, "/")
	}
	for _, t := range table {
		if _, fits := t.match(path); fits {
			return (&url.URL{Scheme: "http", Host: r.host, Path: path, RawQuery: r.Query}).String(), true
		}
	}
	return "", false
}

// routeOf is the pattern of the route, "other" when there is none.
func routeOf(table []route, path string) string {
	for _, t := range table {
		if _, fits := t.match(path); fits {
			return strings.ReplaceAll(t.path, "*", "{customer_id}")
		}
	}
	return "other"
}
