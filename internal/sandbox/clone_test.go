package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

func TestClone_Fields(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Seed: 5})
	id := firstID(t, s)
	clone := func(path, format string, a ...any) string {
		return "POST /v1/customers/" + path + "/clone\n\n" + fmt.Sprintf(format, a...)
	}
	good := fmt.Sprintf(`"company_name":"New Plumber","source_customer_id":%q`, id)
	noBool := field("bool_type", "clone_rules", "Input should be a valid boolean", `"input":*`)
	runRaw(t, s, []rawCase{
		{"required fields", clone(id, "{%s}", good), `201 {"company_name":"New Plumber","created_at":"*Z","email":null,"id":"*"}`},
		{"all fields", clone(id, `{%s,"email":"new@example.com","clone_rules":false}`, good), `201 {*"email":"new@example.com",*`},
		{"email in use", clone(id, `{%s,"email":"NEW@example.com"}`, good), `409 {"detail":"A customer with this email already exists"}`},
		{"another spelling in the path", clone(strings.ReplaceAll(id, "-", ""), "{%s}", good), "201 *"},
		{"another spelling in the body", clone(id, `{"company_name":"x","source_customer_id":"{%s}"}`, id), "201 *"},
		{"nothing", clone(id, "{}"), `422 {"detail":[{"type":"missing","loc":["body","company_name"],"msg":"Field required","input":{}},{"type":"missing","loc":["body","source_customer_id"],*}]}`},
		{"no body", "POST /v1/customers/" + id + "/clone", `422 {"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`},
		{"list", clone(id, "[]"), `422 {"detail":[{"type":"model_attributes_type","loc":["body"],*`},
		{"no source", clone(id, `{"company_name":"x"}`), field("missing", "source_customer_id", "Field required", `"input":{"company_name":"x"}`)},
		{"null name", clone(id, `{"company_name":null,"source_customer_id":%q}`, id), field("string_type", "company_name", "Input should be a valid string", `"input":null`)},
		{"empty name", clone(id, `{"company_name":"","source_customer_id":%q}`, id), "201 *"},
		{"200 letters", clone(id, `{"company_name":%q,"source_customer_id":%q}`, strings.Repeat("é", 200), id), "201 *"},
		{
			"201 letters", clone(id, `{"company_name":%q,"source_customer_id":%q}`, strings.Repeat("é", 201), id),
			field("string_too_long", "company_name", "String should have at most 200 characters", `"input":"é*","ctx":{"max_length":200}`),
		},
		{"source is no UUID", clone(id, `{"company_name":"x","source_customer_id":"x"}`), field("uuid_parsing", "source_customer_id", "Input should be a valid UUID, *", `"input":"x","ctx":*`)},
		{"source is a number", clone(id, `{"company_name":"x","source_customer_id":5}`), field("uuid_type", "source_customer_id", "UUID input should be a string, bytes or UUID object", `"input":5`)},
		{"source is null", clone(id, `{"company_name":"x","source_customer_id":null}`), field("uuid_type", "source_customer_id", "UUID input should be a string, bytes or UUID object", `"input":null`)},
		{"source and path differ", clone(id, `{"company_name":"x","source_customer_id":"00000000-0000-4000-8000-000000000000"}`), `400 {"detail":"*"}`},
		{"unknown source", clone("00000000-0000-4000-8000-000000000000", `{"company_name":"x","source_customer_id":"00000000-0000-4000-8000-000000000000"}`), `404 {"detail":"*"}`},
		{"path and body wrong", clone("x", `{"source_customer_id":"x"}`), `422 {"detail":[{*"loc":["path","customer_id"]*},{*"loc":["body","company_name"]*},{*"loc":["body","source_customer_id"]*}]}`},
		{"rules null", clone(id, `{%s,"clone_rules":null}`, good), field("bool_type", "clone_rules", "Input should be a valid boolean", `"input":null`)},
		{"rules in a list", clone(id, `{%s,"clone_rules":[]}`, good), field("bool_type", "clone_rules", "Input should be a valid boolean", `"input":[]`)},
		{"rules as yes", clone(id, `{%s,"clone_rules":"Yes"}`, good), "201 *"},
		{"rules as off", clone(id, `{%s,"clone_rules":"off"}`, good), "201 *"},
		{"rules as 0", clone(id, `{%s,"clone_rules":0}`, good), "201 *"},
		{"rules as 1.0", clone(id, `{%s,"clone_rules":1.0}`, good), "201 *"},
		{"rules as 2", clone(id, `{%s,"clone_rules":2}`, good), noBool},
		{"rules as a word", clone(id, `{%s,"clone_rules":"maybe"}`, good), noBool},
		{"rules as an empty text", clone(id, `{%s,"clone_rules":""}`, good), noBool},
		{"NUL in the name", clone(id, `{"company_name":"a\u0000","source_customer_id":%q}`, id), "500 Internal Server Error"},
		{"malformed body comes before the path", clone("x", "{"), notJSON},
		{"credentials come before the path", "POST /v1/customers/x/clone\n-X-Api-Key\n\n{}", noCredential},
	})
}

func TestClone_CopiesSetupAndRules(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Seed: 5})
	id := firstID(t, s)
	for _, rules := range []string{"true", "false"} {
		raw(t, s, fmt.Sprintf("POST /v1/customers/%s/clone\n\n"+`{"company_name":"copy","source_customer_id":%q,"clone_rules":%s}`, id, id, rules))
	}
	snapshot := snapshotOf(t, s)
	source, with, without := snapshot.Customers[4], snapshot.Customers[5], snapshot.Customers[6]
	if source.ID != id || with.ClonedFrom != id || with.Rules != source.Rules || without.Rules != 0 || source.Rules == 0 {
		t.Errorf("source %+v, with rules %+v, without %+v", source, with, without)
	}
	detail := raw(t, s, "GET /v1/customers/"+id).body
	copied := raw(t, s, "GET /v1/customers/"+with.ID).body
	for _, key := range []string{"country_code", "currency", "locale", "timezone"} {
		if a, b := jsonField(detail, key), jsonField(copied, key); a != b {
			t.Errorf("%s: source has %s, clone %s", key, a, b)
		}
	}
	if jsonField(copied, "subscription_count") != "0" || !strings.Contains(copied, `"instances":[]`) {
		t.Errorf("the clone has bought something: %s", copied)
	}
}

// jsonField cuts a simple value out of a JSON text.
func jsonField(body, key string) string {
	_, after, _ := strings.Cut(body, `"`+key+`":`)
	value, _, _ := strings.Cut(after, ",")
	return strings.TrimSuffix(value, "}")
}

func snapshotOf(t *testing.T, s *Server) Snapshot {
	t.Helper()
	snapshot, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}
