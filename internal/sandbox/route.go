package sandbox

import (
	"net/http"
	"strings"
)

// route is one operation of the API.
type route struct {
	method string
	path   string // "*" stands for one part that is not empty
	body   bool   // takes a JSON body
	need   need
	handle func(*Server, *request) (answer, error)
}

// routes are tried in this order, as in Starlette.
func routes() []route {
	return []route{
		{"GET", "/v1/customers", false, need{scope: "customers:read"}, (*Server).listCustomers},
		{"POST", "/v1/customers", true, need{scope: "customers:write"}, (*Server).createCustomer},
		{"GET", "/v1/customers/*", false, need{scope: "customers:read"}, (*Server).getCustomer},
		{"POST", "/v1/customers/*/clone", true, need{scope: "customers:write"}, (*Server).cloneCustomer},
		{"POST", "/auth/login", true, need{anyone: true}, (*Server).login},
		{"POST", "/auth/refresh", true, need{anyone: true}, (*Server).refresh},
		{"POST", "/auth/logout", true, need{anyone: true}, (*Server).logout},
		{"GET", "/auth/me", false, need{member: true}, (*Server).me},
		{"GET", "/v1/mcp/api-key-context", false, need{keyOnly: true}, (*Server).keyContext},
	}
}

// match tells whether the path fits, and what stands for "*".
func (t route) match(path string) (star string, fits bool) {
	before, after, wild := strings.Cut(t.path, "*")
	if !wild {
		return "", path == t.path
	}
	rest, found := strings.CutPrefix(path, before)
	star, ended := strings.CutSuffix(rest, after)
	return star, found && ended && star != "" && !strings.Contains(star, "/")
}

// find picks the route, or the answer that Starlette gives when there is none: 405 from the first route with that path, a
// redirect when a slash at the end is all that is wrong, else 404.
func find(table []route, r *request) (route, error) {
	var other *route
	for i, t := range table {
		star, fits := t.match(r.path)
		switch {
		case fits && t.method == r.method:
			r.pathID = star
			return t, nil
		case fits && other == nil:
			other = &table[i]
		}
	}
	if other != nil {
		return route{}, refusal{detail(http.StatusMethodNotAllowed, "Method Not Allowed").with("Allow", other.method)}
	}
	if to, redirects := slashRedirect(table, r); redirects {
		return route{}, refusal{answer{status: http.StatusTemporaryRedirect}.with("Location", to)}
	}
	return route{}, refusal{notFound()}
}

// slashRedirect is Starlette's redirect_slashes: an absolute URL, whatever the method, and before authentication.
func slashRedirect(table []route, r *request) (to string, redirects bool) {
	path := r.path + "/"
	if strings.HasSuffix(r.path, "/") {
		path = strings.TrimRight(r.path, "/")
	}
	for _, t := range table {
		if _, fits := t.match(path); fits {
			to = "http://" + r.host + escapePath(path)
			if r.query != "" {
				to += "?" + r.query
			}
			return to, true
		}
	}
	return "", false
}
