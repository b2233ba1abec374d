package sandbox

import (
	"encoding/json"
	"mime"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/hydracore/hydractl/internal/sandbox/server"
)

// contract is api/openapi.yaml.
type contract struct{ doc *openapi3.T }

func loadContract(t *testing.T) contract {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return contract{doc}
}

// check holds an answer against what the contract says for its operation and status. Requests that are no operation of the
// contract say nothing about it.
func (c contract) check(t *testing.T, s *Server, request string, got reply) {
	t.Helper()
	method, rest, _ := strings.Cut(strings.SplitN(request, "\n", 2)[0], " ")
	target, err := url.ParseRequestURI(rest)
	if err != nil {
		return
	}
	item := c.doc.Paths.Find(pattern(target.Path))
	if item == nil || item.GetOperation(method) == nil {
		return
	}
	answers := item.GetOperation(method).Responses
	spec := answers.Status(got.status)
	if spec == nil && got.status >= 500 {
		spec = answers.Value("5XX")
	}
	if spec == nil {
		t.Errorf("%s %s: the contract knows no status %d", method, target.Path, got.status)
		return
	}
	if len(spec.Value.Content) == 0 {
		if got.body != "" {
			t.Errorf("%s %s: the contract has no body, got %q", method, target.Path, got.body)
		}
		return
	}
	kind, _, _ := mime.ParseMediaType(got.header.Get("Content-Type"))
	media := spec.Value.Content.Get(kind)
	if media == nil {
		t.Errorf("%s %s: the contract knows no %q for status %d", method, target.Path, kind, got.status)
		return
	}
	checkSchema(t, media.Schema.Value, kind, got.body)
}

func checkSchema(t *testing.T, schema *openapi3.Schema, kind, body string) {
	t.Helper()
	var value any = body
	if kind == server.TypeJSON {
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			t.Fatalf("no JSON: %v: %q", err, body)
		}
	}
	if err := schema.VisitJSON(value, openapi3.MultiErrors()); err != nil {
		t.Errorf("not as the contract says: %v\n%s", err, body)
	}
}

// pattern is the path of the contract that a path belongs to.
func pattern(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) > 3 && strings.HasPrefix(path, "/v1/customers/") && parts[3] != "" {
		parts[3] = "{customer_id}"
	}
	return strings.Join(parts, "/")
}
