package client_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/hydracore/hydractl/pkg/client"
)

// contract is the document that client and server are each held against.
func contract(t *testing.T) (*openapi3.T, routers.Router) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// everyRequest calls each method with each option, and returns the operation that it should be.
func everyRequest() map[string]map[string]func(context.Context, *client.Client) error {
	list := func(o client.ListOptions) func(context.Context, *client.Client) error {
		return func(ctx context.Context, c *client.Client) error {
			_, err := c.Customers.List(ctx, o)
			return err
		}
	}
	create := func(r client.CreateRequest) func(context.Context, *client.Client) error {
		return func(ctx context.Context, c *client.Client) error {
			_, err := c.Customers.Create(ctx, r)
			return err
		}
	}
	clone := func(source string, r client.CloneRequest) func(context.Context, *client.Client) error {
		return func(ctx context.Context, c *client.Client) error {
			_, err := c.Customers.Clone(ctx, source, r)
			return err
		}
	}
	get := func(id string) func(context.Context, *client.Client) error {
		return func(ctx context.Context, c *client.Client) error {
			_, err := c.Customers.Get(ctx, id)
			return err
		}
	}
	return map[string]map[string]func(context.Context, *client.Client) error{
		"listCustomers": {
			"nothing": list(client.ListOptions{}), "page": list(client.ListOptions{Page: 1}), "last": list(client.ListOptions{Page: 1 << 30}),
			"per page": list(client.ListOptions{PerPage: 1}), "most": list(client.ListOptions{PerPage: client.MaxPerPage}),
			"search": list(client.ListOptions{Search: "a+b@exämple.com & co=1%_\\"}), "sort": list(client.ListOptions{SortBy: "email", SortDir: "asc"}),
			"all": list(client.ListOptions{Page: 2, PerPage: 3, Search: "x", SortBy: "created_at", SortDir: "desc"}),
			"walk": func(ctx context.Context, c *client.Client) error {
				for _, err := range c.Customers.All(ctx, client.ListOptions{}) {
					if err != nil {
						return err
					}
				}
				return nil
			},
			"find": func(ctx context.Context, c *client.Client) error {
				_, err := c.Customers.FindByEmail(ctx, "a@example.com")
				return err
			},
		},
		"createCustomer": {
			"nothing": create(client.CreateRequest{}),
			"empty":   create(client.CreateRequest{CompanyName: new(""), Email: new("")}),
			"all": create(client.CreateRequest{
				CompanyName: new("Foo, \"Inc.\" <&>\u2028"), CountryCode: new("DE"), Currency: new("EUR"), Email: new("a@example.com"),
				Industry: new("x"), Locale: new("de-DE"), Timezone: new("Europe/Berlin"),
			}),
		},
		"getCustomer": {
			"plain": get(someID), "no dashes": get(strings.ReplaceAll(someID, "-", "")), "braces": get("{" + someID + "}"),
			"urn": get("urn:uuid:" + someID), "capitals": get(strings.ToUpper(someID)), "blanks": get(" " + someID + "\n"),
		},
		"cloneCustomer": {
			"least":    clone(someID, client.CloneRequest{CompanyName: "F"}),
			"most":     clone("{"+someID+"}", client.CloneRequest{CompanyName: strings.Repeat("ü", 200), Email: new("a@example.com")}),
			"no rules": clone(someID, client.CloneRequest{CompanyName: "Foo, Inc.", CloneRules: new(false)}),
			"rules":    clone(someID, client.CloneRequest{CompanyName: "Foo, Inc.", CloneRules: new(true)}),
		},
		"getAPIKeyContext": {"context": func(ctx context.Context, c *client.Client) error {
			_, err := c.Auth.KeyContext(ctx)
			return err
		}},
		"login": {"login": func(ctx context.Context, c *client.Client) error {
			_, err := c.Auth.Login(ctx, "ann+1@example.com", "pass \"word\" ü")
			return err
		}},
		"refresh": {"refresh": func(ctx context.Context, c *client.Client) error {
			_, err := c.Auth.Refresh(ctx, "refresh-token-0")
			return err
		}},
		"logout": {"logout": func(ctx context.Context, c *client.Client) error {
			return c.Auth.Logout(ctx, "refresh-token-0")
		}},
	}
}

func TestContract_Requests(t *testing.T) {
	t.Parallel()
	_, router := contract(t)
	credentials := map[string]client.Option{"key": client.WithAPIKey(testKey), "token": client.WithAccessToken("token-0123456789")}
	for operation, calls := range everyRequest() {
		for name, do := range calls {
			for kind, credential := range credentials {
				if operation == "getAPIKeyContext" && kind == "token" {
					continue // the contract gives it to API keys only
				}
				t.Run(operation+"/"+name+"/"+kind, func(t *testing.T) {
					t.Parallel()
					s := &spy{reply: func(_ int, r *http.Request) *http.Response { return validAnswer(t, router, r, operation) }}
					c, err := client.New("https://api.hydracore.io", credential, withTransport(s))
					if err != nil {
						t.Fatal(err)
					}
					if err := do(t.Context(), c); err != nil {
						t.Error(err)
					}
					if len(s.asked) != 1 {
						t.Errorf("%d requests", len(s.asked))
					}
				})
			}
		}
	}
}

// validAnswer checks a request against the contract and gives the contract's own example.
func validAnswer(t *testing.T, router routers.Router, r *http.Request, operation string) *http.Response {
	t.Helper()
	route, params, err := router.FindRoute(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	if route.Operation.OperationID != operation {
		t.Errorf("%s %s is %s, want %s", r.Method, r.URL, route.Operation.OperationID, operation)
	}
	checkParameters(t, route, r)
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: checkCredential},
	}
	if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
		t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
	switch operation {
	case "listCustomers":
		return response(r, 200, `{"customers":[],"page":1,"per_page":`+cmp.Or(r.URL.Query().Get("per_page"), "20")+`,"total":0,"total_pages":1}`)
	case "getAPIKeyContext":
		return response(r, 200, `{"api_key_id":"`+someID+`","tenant_id":"`+otherID+`","scopes":["customers:read"]}`)
	case "login", "refresh":
		return response(r, 200, `{"access_token":"a","refresh_token":"r","expires_in":1800,"token_type":"bearer"}`)
	case "logout":
		return response(r, 204, "")
	case "getCustomer":
		return response(r, 200, `{"id":"`+someID+`"}`)
	}
	return response(r, 201, made)
}

// checkParameters refuses a query parameter or a body's member that the contract does not have.
func checkParameters(t *testing.T, route *routers.Route, r *http.Request) {
	t.Helper()
	for name, values := range r.URL.Query() {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil || len(values) != 1 {
			t.Errorf("query parameter %s=%q", name, values)
		}
	}
	if route.Operation.RequestBody == nil {
		if r.Body != nil && r.Body != http.NoBody {
			t.Error("a body that the contract does not have")
		}
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil {
		t.Fatal(err)
	}
	properties := route.Operation.RequestBody.Value.Content.Get("application/json").Schema.Value.Properties
	for name, value := range members {
		if properties[name] == nil || value == nil {
			t.Errorf("the body holds %s=%v", name, value)
		}
	}
}

// checkCredential expects exactly the header of the scheme.
func checkCredential(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	h := in.RequestValidationInput.Request.Header
	key, bearer := h.Get("X-Api-Key"), h.Get("Authorization")
	ok := in.SecuritySchemeName == "apiKey" && key == testKey && bearer == "" ||
		in.SecuritySchemeName == "bearer" && bearer == "Bearer token-0123456789" && key == ""
	if !ok {
		return fmt.Errorf("not the credential of %s", in.SecuritySchemeName)
	}
	return nil
}
