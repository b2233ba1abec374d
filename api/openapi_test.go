package api_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

const (
	customersPath = "/v1/customers"
	customerPath  = "/v1/customers/{customer_id}"
	clonePath     = "/v1/customers/{customer_id}/clone"
	contextPath   = "/v1/mcp/api-key-context"
)

func load(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func schema(t *testing.T, doc *openapi3.T, name string) *openapi3.Schema {
	t.Helper()
	ref := doc.Components.Schemas[name]
	if ref == nil {
		t.Fatalf("no schema %s", name)
	}
	return ref.Value
}

// fits checks a JSON value the way a strict reader would, ids included.
func fits(s *openapi3.Schema, value any) error {
	return s.VisitJSON(value, openapi3.EnableFormatValidation(),
		openapi3.WithStringFormatValidator("uuid", openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForUUIDOfRFC9562)))
}

// properties merges the properties of a schema and of the schemas it is all of.
func properties(s *openapi3.Schema) openapi3.Schemas {
	all := maps.Clone(s.Properties)
	if all == nil {
		all = openapi3.Schemas{}
	}
	for _, part := range s.AllOf {
		maps.Copy(all, properties(part.Value))
	}
	return all
}

func TestDocument_ValidWithItsExamples(t *testing.T) {
	if err := load(t).Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
}

func TestDocument_OperationsTakeCredentials(t *testing.T) {
	either := openapi3.SecurityRequirements{{"bearer": []string{}}, {"apiKey": []string{}}}
	keyOnly := openapi3.SecurityRequirements{{"apiKey": []string{}}}
	none := openapi3.SecurityRequirements{}
	doc := load(t)
	for _, tt := range []struct {
		method, path string
		want         openapi3.SecurityRequirements
	}{
		{http.MethodGet, customersPath, either},
		{http.MethodPost, customersPath, either},
		{http.MethodGet, customerPath, either},
		{http.MethodPost, clonePath, either},
		{http.MethodGet, contextPath, keyOnly},
		{http.MethodPost, "/auth/login", none},
		{http.MethodPost, "/auth/refresh", none},
		{http.MethodPost, "/auth/logout", none},
	} {
		got := doc.Security
		if own := doc.Paths.Find(tt.path).GetOperation(tt.method).Security; own != nil {
			got = *own
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.method, tt.path, diff)
		}
	}
	key := doc.Components.SecuritySchemes["apiKey"].Value
	if key.Type != "apiKey" || key.In != "header" || key.Name != "X-Api-Key" {
		t.Errorf("apiKey is %s %s %s, want the header X-Api-Key", key.Type, key.In, key.Name)
	}
	if bearer := doc.Components.SecuritySchemes["bearer"].Value; bearer.Type != "http" || bearer.Scheme != "bearer" {
		t.Errorf("bearer is %s %s, want http bearer", bearer.Type, bearer.Scheme)
	}
}

func TestDocument_OperationsDeclareStatuses(t *testing.T) {
	doc := load(t)
	read := []string{"200", "400", "401", "403", "404", "405", "422", "429", "5XX"}
	write := []string{"200", "201", "400", "401", "403", "404", "405", "409", "422", "429", "5XX"}
	for _, tt := range []struct {
		method, path string
		want         []string
	}{
		{http.MethodGet, customersPath, read},
		{http.MethodPost, customersPath, write},
		{http.MethodGet, customerPath, read},
		{http.MethodPost, clonePath, write},
		{http.MethodGet, contextPath, []string{"200", "401", "403", "404", "405", "429", "5XX"}},
		{http.MethodPost, "/auth/login", read},
		{http.MethodPost, "/auth/refresh", read},
		{http.MethodPost, "/auth/logout", []string{"200", "204", "400", "401", "403", "404", "405", "422", "429", "5XX"}},
	} {
		got := slices.Sorted(maps.Keys(doc.Paths.Find(tt.path).GetOperation(tt.method).Responses.Map()))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.method, tt.path, diff)
		}
	}
}

func TestDocument_OptionalFieldMayBeNullOrMissing(t *testing.T) {
	doc := load(t)
	id := "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	whole := map[string]map[string]any{
		"CustomerPage":          {"customers": []any{}, "page": 1.0, "per_page": 20.0, "total": 0.0, "total_pages": 0.0},
		"Customer":              {"id": id},
		"CustomerDetail":        {"id": id},
		"CreatedCustomer":       {"id": id},
		"CreateCustomerRequest": {},
		"CloneCustomerRequest":  {"company_name": "Acme", "source_customer_id": id},
		"APIKeyContext":         {"api_key_id": id, "tenant_id": id, "scopes": []any{}},
		"LoginRequest":          {"email": "a@example.com", "password": "secret"},
		"RefreshTokenRequest":   {"refresh_token": "r"},
		"Tokens":                {"access_token": "a", "refresh_token": "r", "expires_in": 1800.0, "token_type": "bearer"},
		"Error":                 {"detail": "Not Found"},
		"ValidationErrorItem":   {"loc": []any{"body", 1.0}, "msg": "m", "type": "t"},
	}
	for name, required := range whole {
		s := schema(t, doc, name)
		if err := fits(s, required); err != nil {
			t.Errorf("%s without its optional fields: %v", name, err)
		}
		for field := range properties(s) {
			nulled := maps.Clone(required)
			nulled[field] = nil
			_, needed := required[field]
			wantNull := !needed && (name != "CloneCustomerRequest" || field != "clone_rules")
			if err := fits(s, nulled); (err == nil) != wantNull {
				t.Errorf("%s with %s null: %v, want accepted %t", name, field, err, wantNull)
			}
			missing := maps.Clone(required)
			delete(missing, field)
			if err := fits(s, missing); (err == nil) == needed {
				t.Errorf("%s without %s: %v, want accepted %t", name, field, err, !needed)
			}
		}
		extended := maps.Clone(required)
		extended["added_later"] = map[string]any{"any": "thing"}
		if err := fits(s, extended); err != nil {
			t.Errorf("%s with a field of a later version: %v", name, err)
		}
	}
}
