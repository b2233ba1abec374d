package fault

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/sandbox/server"
	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// queryKind makes a kind that changes which customers a list returns.
func queryKind(name, help string, change func(q *store.PageQuery, f *Fault, r *server.Request), params ...Param) Kind {
	return Kind{
		Name: name, Help: help, Params: params, method: http.MethodGet, path: listPath, at: server.Before,
		apply: func(x *server.Exchange, f *Fault) {
			earlier := x.Request.Overrides.Page
			x.Request.Overrides.Page = func(q *store.PageQuery) {
				if earlier != nil {
					earlier(q)
				}
				change(q, f, x.Request)
			}
		},
	}
}

// pageKind makes a kind that changes the answer to a list.
func pageKind(name, help string, change func(page map[string]any, f *Fault, r *server.Request), params ...Param) Kind {
	return Kind{
		Name: name, Help: help, Params: params, method: http.MethodGet, path: listPath, at: server.After,
		apply: func(x *server.Exchange, f *Fault) {
			if x.Answer.Status == http.StatusOK {
				edit(&x.Answer, func(o map[string]any) { change(o, f, x.Request) })
			}
		},
	}
}

func listKinds() []Kind {
	n := count("n", "1", "how many")
	return []Kind{
		queryKind("repeat_page", "every page is the first one", func(q *store.PageQuery, _ *Fault, _ *server.Request) { q.Offset = 0 }),
		queryKind("overlap_pages", "a page begins with the last rows of the one before",
			func(q *store.PageQuery, f *Fault, _ *server.Request) { q.Offset = max(0, q.Offset-f.number("n")) }, n),
		queryKind("skip_rows", "a page leaves out the rows at its start",
			func(q *store.PageQuery, f *Fault, _ *server.Request) { q.Offset += f.number("n") }, n),
		queryKind("extra_rows", "more rows than per_page",
			func(q *store.PageQuery, f *Fault, _ *server.Request) { q.Limit += f.number("n") }, n),
		queryKind("empty_page", "a page without rows", func(q *store.PageQuery, _ *Fault, _ *server.Request) { q.Limit = 0 }),
		queryKind("short_page", "a page that is shorter than it could be",
			func(q *store.PageQuery, f *Fault, _ *server.Request) { q.Limit = max(0, q.Limit-f.number("n")) }, n),
		queryKind("random_ties", "rows with equal keys in a different order every time",
			func(q *store.PageQuery, _ *Fault, _ *server.Request) { q.Ties = rand.Uint64() | 1 }),
		pageKind("reorder_page", "the rows of a page in another order", func(o map[string]any, _ *Fault, r *server.Request) {
			if list, is := o["customers"].([]any); is {
				g := rand.New(rand.NewPCG(r.Content, uint64(r.Attempt)))
				g.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			}
		}),
		pageKind("lying_total", "a wrong total", func(o map[string]any, f *Fault, r *server.Request) {
			replace(o, "total", wrongTotal(o["total"], f.args["value"], r.Attempt))
		}, choice("value", "which", "zero", "negative", "huge", "less", "more", "text", "null")),
		pageKind("lying_pages", "a wrong total_pages", func(o map[string]any, f *Fault, r *server.Request) {
			replace(o, "total_pages", wrongTotal(o["total_pages"], f.args["value"], r.Attempt))
		}, choice("value", "which", "one", "zero", "negative", "huge", "less", "more", "text", "null")),
		pageKind("wrong_echo", "page and per_page are not the requested ones", func(o map[string]any, _ *Fault, _ *server.Request) {
			replace(o, "page", 1)
			replace(o, "per_page", 20)
		}),
		pageKind("null_list", "null in place of the rows", func(o map[string]any, _ *Fault, _ *server.Request) { replace(o, "customers", nil) }),
		{
			Name: "insert_between_pages", Help: "after a page, new customers appear",
			Params: []Param{n, count("age", "0", "seconds by which their created_at lies back")},
			method: http.MethodGet, path: listPath, at: server.After, apply: insertCustomers,
		},
		{
			Name: "delete_between_pages", Help: "after a page, the oldest customers are gone", Params: []Param{n},
			method: http.MethodGet, path: listPath, at: server.After, apply: func(x *server.Exchange, f *Fault) {
				check(x, x.Server.Store().DeleteOldest(x.Request.Caller.Tenant.No, f.number("n")))
			},
		},
		{
			Name: "read_lag", Help: "reads do not see what was written in the last moments", Params: []Param{milliseconds("2000")},
			method: http.MethodGet, path: writePath, at: server.Before,
			apply: func(x *server.Exchange, f *Fault) { x.Request.Overrides.Lag = f.milliseconds() },
		},
	}
}

// searchKinds change what a search finds; lists without a search and lookups by ID are as they should be.
func searchKinds() []Kind {
	return []Kind{
		queryKind("search_ignored", "search finds every customer", func(q *store.PageQuery, _ *Fault, _ *server.Request) { q.Search = "" }),
		queryKind("search_exact", "search finds whole addresses only", func(q *store.PageQuery, _ *Fault, _ *server.Request) {
			q.Exact = q.Search != ""
		}),
		queryKind("search_cased", "search is case-sensitive", func(q *store.PageQuery, _ *Fault, _ *server.Request) { q.Cased = true }),
		queryKind("search_blind", "search finds nothing", func(q *store.PageQuery, _ *Fault, _ *server.Request) {
			if q.Search != "" {
				q.Horizon = math.MinInt64
			}
		}),
		queryKind("search_lag", "search does not find what was written in the last moments; lists and lookups do",
			func(q *store.PageQuery, f *Fault, r *server.Request) {
				if q.Search != "" {
					q.Horizon = r.Horizon(f.milliseconds())
				}
			}, milliseconds("2000")),
	}
}

// insertCustomers makes customers appear that the client did not create.
func insertCustomers(x *server.Exchange, f *Fault) {
	for range f.number("n") {
		c := otherCustomer(x, fmt.Sprintf("between-%s@example.com", uuid.New()), "Between Pages Ltd")
		if c == nil {
			return
		}
		c.CreatedAt -= f.number("age") * 1e6
		check(x, x.Server.Store().Create(c, x.Server.Now().UnixMicro(), true))
	}
}

// otherCustomer is a customer that a fault creates in the tenant of the caller; nil when the credential is invalid.
func otherCustomer(x *server.Exchange, email, company string) *store.Customer {
	caller, err := x.Caller()
	if err != nil {
		return nil
	}
	by, now := store.FaultRequest, x.Server.Now().UnixMicro()
	return &store.Customer{
		Tenant: caller.Tenant.No, ID: uuid.New(), Email: &email, CompanyName: &company, CreatedAt: now, UpdatedAt: now,
		Subscriptions: "[]", Instances: "[]", RequestID: &by,
	}
}

func check(x *server.Exchange, err error) {
	if err != nil {
		x.Server.ReportError(fmt.Errorf("fault at request %s: %w", x.Request.ID, err))
	}
}

func wrongTotal(actual any, value string, attempt int64) any {
	number, _ := actual.(json.Number)
	total, _ := number.Int64()
	switch value {
	case "one":
		return 1
	case "zero":
		return 0
	case "negative":
		return -1
	case "huge":
		return json.Number("1" + strconv.Itoa(math.MaxInt64) + "0")
	case "less":
		return max(0, total-attempt)
	case "more":
		return total + 100
	case "text":
		return number.String()
	}
	return nil
}
