package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

// The objects below are the examples of the API text, word for word.
const (
	listExample = `{"customers":[` + rowExample + `],"page":0,"per_page":0,"total":0,"total_pages":0}`
	rowExample  = `{"active_subscription_count":0,"company_name":"string","country_code":"string",
		"created_at":"2019-08-24T14:15:22Z","currency":"string","email":"string",
		"id":"497f6eca-6276-4993-bfeb-53cbbbba6f08","instance_count":0,"latest_subscription_status":"string",
		"running_instance_count":0,"subscription_count":0,"timezone":"string"}`
	detailExample = `{"active_subscription_count":0,"company_name":"string","country_code":"string",
		"created_at":"2019-08-24T14:15:22Z","currency":"string","email":"string",
		"id":"497f6eca-6276-4993-bfeb-53cbbbba6f08","instance_count":0,"instances":[],
		"latest_subscription_status":"string","locale":"string","running_instance_count":0,
		"stripe_customer_id":"string","subscription_count":0,"subscriptions":[],"timezone":"string",
		"updated_at":"2019-08-24T14:15:22Z"}`
	createdExample = `{"company_name":"string","created_at":"2019-08-24T14:15:22Z","email":"string",
		"id":"497f6eca-6276-4993-bfeb-53cbbbba6f08"}`
	cloneExample = `{"company_name":"string","source_customer_id":"22f9e5e1-5129-4cc7-9d8d-1248b092e05b"}`
	errorExample = `{"detail":[{"loc":["string"],"msg":"string","type":"string"}]}`
)

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// body returns the schema of an operation's JSON answer, or of its request when status is 0.
func body(t *testing.T, doc *openapi3.T, method, path string, status int) *openapi3.Schema {
	t.Helper()
	op := doc.Paths.Find(path).GetOperation(method)
	if status == 0 {
		return op.RequestBody.Value.Content.Get("application/json").Schema.Value
	}
	return op.Responses.Status(status).Value.Content.Get("application/json").Schema.Value
}

func TestContract_ExamplesFit(t *testing.T) {
	doc := load(t)
	for _, tt := range []struct {
		method, path string
		status       int
		example      string
	}{
		{http.MethodGet, customersPath, http.StatusOK, listExample},
		{http.MethodGet, customersPath, http.StatusUnprocessableEntity, errorExample},
		{http.MethodPost, customersPath, 0, `{}`},
		{http.MethodPost, customersPath, http.StatusOK, createdExample},
		{http.MethodPost, customersPath, http.StatusCreated, createdExample},
		{http.MethodPost, customersPath, http.StatusUnprocessableEntity, errorExample},
		{http.MethodGet, customerPath, http.StatusOK, detailExample},
		{http.MethodGet, customerPath, http.StatusUnprocessableEntity, errorExample},
		{http.MethodPost, clonePath, 0, cloneExample},
		{http.MethodPost, clonePath, http.StatusOK, createdExample},
		{http.MethodPost, clonePath, http.StatusCreated, createdExample},
		{http.MethodPost, clonePath, http.StatusUnprocessableEntity, errorExample},
	} {
		if err := fits(body(t, doc, tt.method, tt.path, tt.status), decode(t, tt.example)); err != nil {
			t.Errorf("%s %s, %d: %v", tt.method, tt.path, tt.status, err)
		}
	}
}

// Objects are open, so that a misspelt property would go unnoticed by the examples alone.
func TestContract_SchemaFields(t *testing.T) {
	doc := load(t)
	words := func(text string) []string { return slices.Sorted(slices.Values(strings.Fields(text))) }
	for name, want := range map[string][]string{
		"CustomerPage":          slices.Sorted(maps.Keys(decode(t, listExample))),
		"Customer":              slices.Sorted(maps.Keys(decode(t, rowExample))),
		"CustomerDetail":        slices.Sorted(maps.Keys(decode(t, detailExample))),
		"CreatedCustomer":       slices.Sorted(maps.Keys(decode(t, createdExample))),
		"CreateCustomerRequest": words("company_name country_code currency email industry locale timezone"),
		"CloneCustomerRequest":  words("clone_rules company_name email source_customer_id"),
		"APIKeyContext": words("api_key_id customer_id hash_version needs_reissue rate_limit_per_hour " +
			"rate_limit_per_minute scopes tenant_id user_id"),
		"LoginRequest":        words("email password"),
		"RefreshTokenRequest": words("refresh_token"),
		"Tokens":              words("access_token email_verified expires_in refresh_token token_type"),
		"ValidationErrorItem": words("ctx input loc msg type url"),
	} {
		got := slices.Sorted(maps.Keys(properties(schema(t, doc, name))))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestContract_ListParameters(t *testing.T) {
	doc := load(t)
	parameters := doc.Paths.Find(customersPath).Get.Parameters
	if len(parameters) != 5 {
		t.Errorf("%d parameters, want 5", len(parameters))
	}
	for _, tt := range []struct {
		name              string
		preset            any
		accepted, refused []any
	}{
		{"page", 1.0, []any{1.0, 1e6}, []any{0.0, -1.0, 1.5, "1"}},
		{"per_page", 20.0, []any{1.0, 100.0}, []any{0.0, 101.0}},
		{"search", "", []any{"", "a+b@example.com"}, []any{1.0}},
		{"sort_by", "created_at", []any{"email"}, []any{1.0}},
		{"sort_dir", "desc", []any{"asc", "desc"}, []any{"up", ""}},
	} {
		p := parameters.GetByInAndName("query", tt.name)
		if p == nil {
			t.Errorf("no query parameter %s", tt.name)
			continue
		}
		if diff := cmp.Diff(tt.preset, p.Schema.Value.Default); diff != "" || p.Required {
			t.Errorf("%s: required %t, default (-want +got):\n%s", tt.name, p.Required, diff)
		}
		checkValues(t, tt.name, p.Schema.Value, tt.accepted, tt.refused)
	}
}

func TestContract_FieldRanges(t *testing.T) {
	doc := load(t)
	id := decode(t, createdExample)["id"]
	clone := func(field string, value any) any {
		request := decode(t, cloneExample)
		request[field] = value
		return request
	}
	created := func(at any) any { return map[string]any{"id": id, "created_at": at} }
	checkValues(t, "clone", schema(t, doc, "CloneCustomerRequest"),
		[]any{clone("company_name", strings.Repeat("ä", 200)), clone("clone_rules", false)},
		[]any{
			clone("company_name", strings.Repeat("a", 201)),
			clone("clone_rules", nil),
			clone("source_customer_id", "steve"),
		})
	checkValues(t, "created_at", schema(t, doc, "CreatedCustomer"),
		[]any{
			created("2019-08-24T14:15:22Z"), created("2019-08-24T14:15:22.123456+00:00"),
			created("2019-08-24T14:15:22"), created(nil),
		},
		[]any{created(1566656122.0)})
	checkValues(t, "id", schema(t, doc, "CreatedCustomer"), []any{map[string]any{"id": id}},
		[]any{map[string]any{"id": "497f6eca"}, map[string]any{"id": 7.0}, map[string]any{}})
	if preset := schema(t, doc, "CloneCustomerRequest").Properties["clone_rules"].Value.Default; preset != true {
		t.Errorf("clone_rules defaults to %v, want true", preset)
	}
}

func TestContract_ErrorIsTextOrListOfFields(t *testing.T) {
	doc := load(t)
	text := decode(t, `{"detail":"Customer with this email already exists"}`)
	list := decode(t, `{"detail":[{"loc":["body",1,"email"],"msg":"m","type":"t",
		"ctx":{"error":{}},"input":{"password":"p"},"url":"https://example.com/v/missing"}]}`)
	for _, status := range []int{http.StatusBadRequest, http.StatusConflict, http.StatusUnprocessableEntity} {
		checkValues(t, http.StatusText(status), body(t, doc, http.MethodPost, customersPath, status),
			[]any{text, list}, []any{map[string]any{}, map[string]any{"detail": 7.0}})
	}
	checkValues(t, "a read that is not valid", body(t, doc, http.MethodGet, customersPath, http.StatusUnprocessableEntity),
		[]any{list}, []any{text})
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusTooManyRequests} {
		checkValues(t, http.StatusText(status), body(t, doc, http.MethodGet, customersPath, status), []any{text}, []any{list})
	}
}

func checkValues(t *testing.T, name string, s *openapi3.Schema, accepted, refused []any) {
	t.Helper()
	for _, value := range accepted {
		if err := fits(s, value); err != nil {
			t.Errorf("%s: %v is refused: %v", name, value, err)
		}
	}
	for _, value := range refused {
		if fits(s, value) == nil {
			t.Errorf("%s: %v is accepted", name, value)
		}
	}
}
