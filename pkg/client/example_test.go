package client_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"golang.org/x/time/rate"

	"github.com/hydracore/hydractl/pkg/client"
)

func ExampleNew() {
	c, err := client.New("https://api.hydracore.io",
		client.WithAPIKey("hc_test_0123456789abcdef"),
		client.WithAttemptTimeout(10*time.Second),
		client.WithLimiter(rate.NewLimiter(rate.Every(time.Second), 1)), // one request a second
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	fmt.Println(c.BaseURL())
	// Output: https://api.hydracore.io
}

func ExampleCustomersService_List() {
	c, done := exampleClient()
	defer done()
	page, err := c.Customers.List(context.Background(), client.ListOptions{PerPage: 2, SortBy: client.SortByEmail, SortDir: client.SortAsc})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, customer := range page.Customers {
		fmt.Println(*customer.Email)
	}
	fmt.Println(page.Total, "in all")
	// Output:
	// ann@example.com
	// bob@example.com
	// 3 in all
}

func ExampleCustomersService_All() {
	c, done := exampleClient()
	defer done()
	for customer, err := range c.Customers.All(context.Background(), client.ListOptions{PerPage: 2}) {
		if incomplete, ok := errors.AsType[*client.IncompleteError](err); ok {
			fmt.Println("customers came or went meanwhile:", incomplete.Reasons)
			break
		}
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(customer.ID, *customer.Email)
	}
	// Output:
	// 10000000-0000-4000-8000-000000000001 ann@example.com
	// 10000000-0000-4000-8000-000000000002 bob@example.com
	// 10000000-0000-4000-8000-000000000003 cy@example.com
}

func ExampleCustomersService_Get() {
	c, done := exampleClient()
	defer done()
	customer, err := c.Customers.Get(context.Background(), "10000000-0000-4000-8000-000000000001")
	if client.IsNotFound(err) {
		fmt.Println("no such customer")
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(*customer.Email, customer.CreatedAt.Time.Format(time.DateOnly), len(customer.Instances))

	_, err = c.Customers.Get(context.Background(), "10000000-0000-4000-8000-00000000000f")
	fmt.Println(client.IsNotFound(err), err)
	// Output:
	// ann@example.com 2024-03-01 2
	// true GET /v1/customers/10000000-0000-4000-8000-00000000000f: Customer not found (404)
}

// A write that may have been carried out is not repeated. What to do then is the caller's choice; looking first is safe.
func ExampleCustomersService_Create() {
	c, done := exampleClient()
	defer done()
	ctx := context.Background()
	for _, email := range []string{"dee@example.com", "ann@example.com", "lost@example.com"} {
		made, err := c.Customers.Create(ctx, client.CreateRequest{Email: &email})
		switch {
		case err == nil:
			fmt.Println(email, "created as", made.ID)
		case client.MaybeApplied(err):
			fmt.Println(email, "may have been created:", err)
			found, err := c.Customers.FindByEmail(ctx, email)
			fmt.Println(email, "was found", len(found), "times,", err)
		case client.IsDuplicate(err):
			fmt.Println(email, "exists already")
		default:
			fmt.Println(email, "was not created:", err)
		}
	}
	// Output:
	// dee@example.com created as 10000000-0000-4000-8000-000000000004
	// ann@example.com exists already
	// lost@example.com may have been created: POST /v1/customers: Internal Server Error (500)
	// lost@example.com was found 0 times, <nil>
}

func ExampleCustomersService_Clone() {
	c, done := exampleClient()
	defer done()
	email := "dee@example.com"
	made, err := c.Customers.Clone(context.Background(), "10000000-0000-4000-8000-000000000001", client.CloneRequest{
		CompanyName: "Dee's Plumbing", Email: &email,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(made.ID, *made.Email)
	// Output: 10000000-0000-4000-8000-000000000004 dee@example.com
}

func ExampleAuthService_KeyContext() {
	c, done := exampleClient()
	defer done()
	key, err := c.Auth.KeyContext(context.Background())
	if err != nil {
		fmt.Println("this deployment does not report it:", err)
		return
	}
	fmt.Println(key.Scopes, *key.RateLimitPerMinute, "requests a minute")
	// Output: [customers:read customers:write] 60 requests a minute
}

func ExampleWithTrace() {
	c, done := exampleClient(client.WithTrace(client.Trace{
		Attempt: func(a client.Attempt) { fmt.Println(a.Method, a.Status, a.Sent.Get("X-Api-Key")) },
	}))
	defer done()
	_, _ = c.Customers.List(context.Background(), client.ListOptions{})
	// Output: GET 200 (set)
}

// memoryStore keeps the tokens of a sign-in for one process. A store that processes share locks and writes a file.
type memoryStore struct {
	lock   chan struct{}
	tokens client.Tokens
}

func (s *memoryStore) Lock(ctx context.Context) (unlock func(), err error) {
	select {
	case s.lock <- struct{}{}:
		return func() { <-s.lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *memoryStore) Load(context.Context) (client.Tokens, error) { return s.tokens, nil }

func (s *memoryStore) Save(_ context.Context, t client.Tokens) error {
	s.tokens = t
	return nil
}

func ExampleSession() {
	server := httptest.NewServer(exampleAPI())
	defer server.Close()
	ctx := context.Background()
	signIn, err := client.New(server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer signIn.Close()
	tokens, err := signIn.Auth.Login(ctx, "ann@example.com", "correct horse battery staple")
	if err != nil {
		fmt.Println(err)
		return
	}
	session := signIn.Auth.NewSession(&memoryStore{lock: make(chan struct{}, 1), tokens: tokens}, tokens)
	defer func() { _ = session.Wait(ctx) }() // a renewal that is under way stores its tokens
	c, err := client.New(server.URL, client.WithTokenSource(session))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	customer, err := c.Customers.Get(ctx, "10000000-0000-4000-8000-000000000001")
	fmt.Println(*customer.Email, err)
	// Output: ann@example.com <nil>
}

// Do reaches endpoints that the package has no method for, under the same rules.
func ExampleClient_Do() {
	c, done := exampleClient()
	defer done()
	answer, err := c.Do(context.Background(), client.Request{Method: http.MethodGet, Path: "/v1/mcp/api-key-context"})
	if err != nil {
		fmt.Println(err)
		return
	}
	var context struct {
		TenantID string `json:"tenant_id"`
	}
	err = json.Unmarshal(answer.Body, &context)
	fmt.Println(answer.Status, context.TenantID, err)
	// Output: 200 t <nil>
}

// A transport brings a proxy, or certificate authorities of one's own.
func ExampleWithHTTPClient() {
	proxy, err := url.Parse("http://proxy.example.com:3128")
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := client.New("https://api.hydracore.io",
		client.WithAPIKey("hc_test_0123456789abcdef"),
		client.WithHTTPClient(&http.Client{
			Transport: &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool()}},
			Timeout:   10 * time.Second, // of one attempt
		}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	fmt.Println(c.BaseURL())
	// Output: https://api.hydracore.io
}

// In a test of one's own code a server in memory stands for HydraCore. This one loses the answer to a create.
func Example_fakeServer() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"customers":[],"page":1,"per_page":100,"total":0,"total_pages":0}`)
	}))
	defer server.Close()
	c, err := client.New(server.URL, client.WithMaxRetries(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	email := "ann@example.com"
	_, err = c.Customers.Create(context.Background(), client.CreateRequest{Email: &email})
	fmt.Println(client.MaybeApplied(err), errors.Is(err, client.CodeConnectionLost))
	found, err := c.Customers.FindByEmail(context.Background(), email)
	fmt.Println(len(found), err)
	// Output:
	// true true
	// 0 <nil>
}

// exampleClient is a client of a small HydraCore.
func exampleClient(opts ...client.Option) (*client.Client, func()) {
	server := httptest.NewServer(exampleAPI())
	c, err := client.New(server.URL, append(opts, client.WithAPIKey("hc_test_0123456789abcdef"))...)
	if err != nil {
		panic(err)
	}
	return c, func() { c.Close(); server.Close() }
}

func exampleAPI() http.Handler {
	const id = "10000000-0000-4000-8000-00000000000"
	row := func(n, email string) string { return `{"id":"` + id + n + `","email":"` + email + `@example.com"}` }
	say := func(w http.ResponseWriter, status int, body string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/customers", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.FormValue("search") != "":
			say(w, 200, `{"customers":[],"page":1,"per_page":100,"total":0,"total_pages":0}`)
		case r.FormValue("page") == "2":
			say(w, 200, `{"customers":[`+row("3", "cy")+`],"page":2,"per_page":2,"total":3,"total_pages":2}`)
		default:
			say(w, 200, `{"customers":[`+row("1", "ann")+","+row("2", "bob")+`],"page":1,"per_page":2,"total":3,"total_pages":2}`)
		}
	})
	mux.HandleFunc("GET /v1/customers/{id}", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("id") != id+"1" {
			say(w, 404, `{"detail":"Customer not found"}`)
			return
		}
		say(w, 200, `{"id":"`+id+`1","email":"ann@example.com","created_at":"2024-03-01T10:00:00","instances":[{},{}]}`)
	})
	create := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case bytes.Contains(body, []byte("lost@")):
			http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		case bytes.Contains(body, []byte("ann@")):
			say(w, 409, `{"detail":"Email already exists"}`)
		default:
			say(w, 201, row("4", "dee"))
		}
	}
	mux.HandleFunc("POST /v1/customers", create)
	mux.HandleFunc("POST /v1/customers/{id}/clone", create)
	mux.HandleFunc("POST /auth/login", func(w http.ResponseWriter, _ *http.Request) {
		say(w, 200, `{"access_token":"a.b.c","refresh_token":"d.e.f","token_type":"bearer","expires_in":1800}`)
	})
	mux.HandleFunc("GET /v1/mcp/api-key-context", func(w http.ResponseWriter, _ *http.Request) {
		say(w, 200, `{"api_key_id":"k","tenant_id":"t","scopes":["customers:read","customers:write"],"rate_limit_per_minute":60}`)
	})
	return mux
}
