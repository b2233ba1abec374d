package client_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestError_MessagesOfEveryShape(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	for name, test := range map[string]struct {
		status int
		kind   string
		body   string
		want   client.Error // Method, Path, Status and Code aside
		code   client.ErrorCode
	}{
		"string":        {401, json, `{"detail":"Not authenticated"}`, client.Error{Message: "Not authenticated", JSON: true}, "not_authenticated"},
		"missing scope": {403, json, `{"detail":"Missing scope: customers:read"}`, client.Error{Message: "Missing scope: customers:read", JSON: true}, "not_allowed"},
		"no route":      {404, json, `{"detail":"Not Found"}`, client.Error{Message: "Not Found", JSON: true}, "no_such_route"},
		"no customer":   {404, json, `{"detail":"Customer not found"}`, client.Error{Message: "Customer not found", JSON: true}, "not_found"},
		"404 of a proxy": {404, "text/html", `<html><head><TITLE>404
			Not Found</TITLE>`, client.Error{Message: "an HTML page titled 404 Not Found"}, "no_such_route"},
		"method":     {405, json, `{"detail":"Method Not Allowed"}`, client.Error{Message: "Method Not Allowed", JSON: true}, "method_not_allowed"},
		"crash":      {500, "text/plain", "Internal Server Error", client.Error{Message: "Internal Server Error"}, "server_error"},
		"a firewall": {403, "text/html", "<h1>\x1b[31mBlocked</h1>", client.Error{Message: "<h1>\x1b[31mBlocked</h1>"}, "not_allowed"},
		"pydantic 2": {
			422, json, `{"detail":[{"type":"missing","loc":["body","email"],"msg":"Field required","input":{"password":"x"},"url":"https://e","ctx":{"a":1}}]}`,
			client.Error{Message: "email: Field required", JSON: true, Fields: []client.FieldError{
				{In: "body", Field: "email", Message: "Field required", Type: "missing"},
			}},
			"invalid_input",
		},
		"pydantic 1": {
			422, json, `{"detail":[{"loc":["path","customer_id"],"msg":"value is not a valid uuid","type":"type_error.uuid"}]}`,
			client.Error{Message: "customer_id: value is not a valid uuid", JSON: true, Fields: []client.FieldError{
				{In: "path", Field: "customer_id", Message: "value is not a valid uuid", Type: "type_error.uuid"},
			}},
			"invalid_input",
		},
		"places of all kinds": {
			422, json, `{"detail":[{"loc":["body","tags",1,"name"],"msg":"a","type":"t"},{"loc":["body",1],"msg":"JSON decode error","type":"json_invalid"},` +
				`{"loc":["query"],"msg":"b","type":"t"},{"loc":[],"msg":"c","type":"t"},{"loc":["cookie","sid"],"msg":"d"},{"loc":null,"msg":"e"},{"loc":"email","msg":"f"},{"loc":["email"],"msg":{"message":"g"}}]}`,
			client.Error{Message: "8 fields were refused", JSON: true, Fields: []client.FieldError{
				{In: "body", Field: "tags[1].name", Message: "a", Type: "t"},
				{In: "body", Field: "[1]", Message: "JSON decode error", Type: "json_invalid"},
				{In: "query", Message: "b", Type: "t"},
				{Message: "c", Type: "t"},
				{In: "cookie", Field: "sid", Message: "d"},
				{Message: "e"},
				{Field: "email", Message: "f"},
				{Field: "email", Message: "g"},
			}},
			"invalid_input",
		},
		"list of strings": {400, json, `{"detail":["one"]}`, client.Error{Message: "one", JSON: true, Fields: []client.FieldError{{Message: "one"}}}, "bad_request"},
		"an entry without words": {
			422, json, `{"detail":[{"loc":["body","password"],"input":"hunter2"}]}`,
			client.Error{JSON: true, Fields: []client.FieldError{{}}},
			"invalid_input",
		},
		"empty list":       {422, json, `{"detail":[]}`, client.Error{JSON: true, Fields: []client.FieldError{}}, "invalid_input"},
		"empty object":     {422, json, `{"detail":{}}`, client.Error{JSON: true}, "invalid_input"},
		"null":             {422, json, `{"detail":null}`, client.Error{JSON: true}, "invalid_input"},
		"no detail":        {409, json, `{}`, client.Error{JSON: true}, "conflict"},
		"object":           {400, json, `{"detail":{"code":"E1","message":"bad zone"}}`, client.Error{Message: "bad zone", JSON: true}, "bad_request"},
		"unknown object":   {400, json, `{"detail":{"code":"E1"}}`, client.Error{Message: `{"code":"E1"}`, JSON: true}, "bad_request"},
		"number":           {400, json, `{"detail":7}`, client.Error{Message: "7", JSON: true}, "bad_request"},
		"error":            {429, json, `{"error":"rate limit"}`, client.Error{Message: "rate limit", JSON: true}, "rate_limited"},
		"error object":     {429, json, `{"error":{"message":"rate limit","code":429}}`, client.Error{Message: "rate limit", JSON: true}, "rate_limited"},
		"message":          {410, json, `{"message":"gone"}`, client.Error{Message: "gone", JSON: true}, "rejected"},
		"bare string":      {402, json, `"pay first"`, client.Error{Message: "pay first", JSON: true}, "rejected"},
		"bare list":        {418, json, `["tea"]`, client.Error{Message: `["tea"]`, JSON: true}, "rejected"},
		"byte order mark":  {451, json, "\ufeff" + `{"detail":"no"}`, client.Error{Message: "no", JSON: true}, "rejected"},
		"no body":          {503, "", "", client.Error{}, "server_error"},
		"bad UTF-8":        {502, "text/plain", "caf\xe9", client.Error{Message: "caf?"}, "server_error"},
		"a long page":      {502, "text/plain", strings.Repeat("é", 400), client.Error{Message: strings.Repeat("é", 150) + "..."}, "server_error"},
		"a cut page":       {502, "text/plain", "x" + strings.Repeat("é", 400), client.Error{Message: "x" + strings.Repeat("é", 149) + "?..."}, "server_error"},
		"title never ends": {502, "text/html", "<title>oops", client.Error{Message: "<title>oops"}, "server_error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := serveWire(t, sendAndClose(whole(test.status, test.kind, test.body)))
			_, err := newClient(t, w.url, client.WithMaxRetries(0)).Customers.Get(t.Context(), someID)
			got := wantError(t, err, test.code)
			want := test.want
			want.Method, want.Path, want.Status, want.Code = "GET", "/v1/customers/"+someID, test.status, test.code
			if diff := cmp.Diff(&want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestError_ThousandsOfFields(t *testing.T) {
	t.Parallel()
	items := strings.TrimSuffix(strings.Repeat(`{"loc":["body","email"],"msg":"bad","type":"value_error"},`, 10_000), ",")
	w := serveWire(t, sendAndClose(whole(422, "application/json", `{"detail":[`+items+`]}`)))
	_, err := newClient(t, w.url).Customers.Create(t.Context(), client.CreateRequest{})
	if e := wantError(t, err, "invalid_input"); len(e.Fields) != 10_000 || e.Message != "10000 fields were refused" {
		t.Errorf("%d fields, message %q", len(e.Fields), e.Message)
	}
}

func TestError_RequestID(t *testing.T) {
	t.Parallel()
	for status, text := range map[int]string{500: "{}", 200: "nonsense"} {
		w := serveWire(t, sendAndClose(fmt.Sprintf("HTTP/1.1 %d X\r\nX-Request-ID: r-42\r\n\r\n%s", status, text)))
		_, err := newClient(t, w.url, client.WithMaxRetries(0)).Customers.Get(t.Context(), someID)
		var id string
		if e, ok := errors.AsType[*client.Error](err); ok {
			id = e.RequestID
		} else if te, ok := errors.AsType[*client.TransportError](err); ok {
			id = te.RequestID
		}
		if id != "r-42" {
			t.Errorf("status %d: request id %q", status, id)
		}
	}
}

func TestIsDuplicate(t *testing.T) {
	t.Parallel()
	field := func(message, kind string) *client.Error {
		return &client.Error{Status: 422, Fields: []client.FieldError{{Message: message, Type: kind}}}
	}
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"409":                      {&client.Error{Status: 409}, true},
		"400 already":              {&client.Error{Status: 400, Message: "Email ALREADY registered"}, true},
		"400 exists":               {&client.Error{Status: 400, Message: "A customer with this email exists"}, true},
		"400 in use":               {&client.Error{Status: 400, Message: "email in use"}, true},
		"422 taken in a field":     {field("email is taken", "value_error"), true},
		"422 by its type":          {field("no", "value_error.duplicate"), true},
		"wrapped":                  {fmt.Errorf("row 5: %w", &client.Error{Status: 409}), true},
		"422 of another kind":      {field("field required", "missing"), false},
		"a source that is no more": {&client.Error{Status: 400, Message: "source customer does not exist"}, false},
		"404 already":              {&client.Error{Status: 404, Message: "already deleted"}, false},
		"500 duplicate key":        {&client.Error{Status: 500, Message: "duplicate key"}, false},
		"a lost answer":            {&client.TransportError{Err: errors.New("already closed")}, false},
		"nil":                      {nil, false},
	} {
		if got := client.IsDuplicate(test.err); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestPredicates_WrappedErrors(t *testing.T) {
	t.Parallel()
	wrap := func(err error) error { return fmt.Errorf("line 3: %w", errors.Join(errors.New("other"), err)) }
	for name, ok := range map[string]bool{
		"not found":    client.IsNotFound(wrap(&client.Error{Code: "not_found"})),
		"unauthorized": client.IsUnauthorized(wrap(&client.Error{Status: 401})) && !client.IsUnauthorized(wrap(&client.Error{Status: 403})),
		"forbidden":    client.IsForbidden(wrap(&client.Error{Status: 403})) && !client.IsForbidden(wrap(&client.Error{Status: 401})),
		"invalid": client.IsInvalid(wrap(&client.Error{Status: 400})) && client.IsInvalid(wrap(&client.Error{Status: 422})) &&
			!client.IsInvalid(wrap(&client.Error{Status: 409})),
		"code":         errors.Is(wrap(&client.Error{Code: "conflict"}), client.ErrorCode("conflict")),
		"lost code":    errors.Is(wrap(&client.TransportError{Code: client.CodeConnectionLost}), client.CodeConnectionLost),
		"another code": !errors.Is(wrap(&client.TransportError{Code: client.CodeConnectionLost}), client.CodeTLSFailed),
		"rate limited": client.IsRateLimited(wrap(&client.Error{Code: "rate_limited"})),
		"5xx":          client.MaybeApplied(wrap(&client.Error{Method: "POST", Status: 500})),
		"lost":         client.MaybeApplied(wrap(&client.TransportError{MaybeApplied: true})),
		"read":         !client.MaybeApplied(wrap(&client.Error{Method: "GET", Status: 500})),
		"no route":     !client.IsNotFound(wrap(&client.Error{Code: "no_such_route"})),
		"nil":          !client.MaybeApplied(nil) && !client.IsNotFound(nil) && !client.IsRateLimited(nil),
		"foreign":      !client.MaybeApplied(errors.New("x")),
	} {
		if !ok {
			t.Error(name)
		}
	}
}

func TestError_Text(t *testing.T) {
	t.Parallel()
	many := &client.IncompleteError{Reasons: []string{"a", "b", "c", "d", "e", "f", "g"}}
	for want, err := range map[string]error{
		"POST /v1/customers: taken (409)":                          &client.Error{Method: "POST", Path: "/v1/customers", Message: "taken", Status: 409},
		"GET /v1/customers: service unavailable (503)":             &client.Error{Method: "GET", Path: "/v1/customers", Status: 503},
		"GET /v1/customers: no message (599)":                      &client.Error{Method: "GET", Path: "/v1/customers", Status: 599},
		"GET /v1/customers: refused":                               &client.TransportError{Method: "GET", Path: "/v1/customers", Err: errors.New("refused")},
		"the listing may be incomplete: a; b; c; d; e; and 2 more": many,
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err.Error(), want)
		}
	}
	if len(many.Reasons) != 7 || many.Reasons[5] != "f" {
		t.Errorf("Error changed the reasons: %q", many.Reasons)
	}
}
