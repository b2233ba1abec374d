package sandbox

import (
	"strings"
	"testing"
)

// field is the 422 of one field of a body.
func field(kind, name, msg, rest string) string {
	return `422 {"detail":[{"type":"` + kind + `","loc":["body","` + name + `"],"msg":"` + msg + `",` + rest + `}]}`
}

// notJSON is the 422 of a body that is not JSON.
const notJSON = `422 {"detail":[{"type":"json_invalid","loc":["body",*],"msg":"JSON decode error","input":{},"ctx":{"error":"*"}}]}`

func TestCreate_Bodies(t *testing.T) {
	t.Parallel()
	const (
		create  = "POST /v1/customers\n\n"
		noBody  = `422 {"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`
		notDict = `422 {"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":`
		noParse = `400 {"detail":"There was an error parsing the body"}`
	)
	s := start(t, Options{})
	runRaw(t, s, []rawCase{
		{"nothing but an object", create + `{}`, `201 {"company_name":null,"created_at":"*Z","email":null,"id":"*"}`},
		{"no body", "POST /v1/customers", noBody},
		{"empty body", create, noBody},
		{"null", create + `null`, noBody},
		{"list", create + `[]`, notDict + `[]}]}`},
		{"list of objects", create + `[{"email":"a@example.com"}]`, notDict + `[{"email":"a@example.com"}]}]}`},
		{"text", create + `"x"`, notDict + `"x"}]}`},
		{"number", create + `7`, notDict + `7}]}`},
		{"true", create + `true`, notDict + `true}]}`},
		{"fraction", create + `1.5`, notDict + `1.5}]}`},
		{"unclosed object", create + `{`, notJSON},
		{"bare word", create + `{bad`, notJSON},
		{"single quotes", create + `{'email':1}`, notJSON},
		{"no colon", create + `{"email" "x"}`, notJSON},
		{"no comma", create + `{"a":1 "b":2}`, notJSON},
		{"trailing comma", create + `{"a":1,}`, notJSON},
		{"no value", create + `{"a":}`, notJSON},
		{"open string", create + `{"a":"x`, notJSON},
		{"line end in a string", create + "{\"a\":\"x\ny\"}", notJSON},
		{"bad escape", create + `{"a":"\x"}`, notJSON},
		{"bad unicode escape", create + `{"a":"\u12"}`, notJSON},
		{"second value", create + `{}{}`, notJSON},
		{"only blanks", create + `  `, notJSON},
		{"comment", create + `{} // x`, notJSON},
		{"form", "POST /v1/customers\nContent-Type: application/x-www-form-urlencoded\n\nemail=a", notDict + `"email=a"}]}`},
		{"plain text", "POST /v1/customers\nContent-Type: text/plain\n\n{}", notDict + `"{}"}]}`},
		{"no content type", "POST /v1/customers\n-Content-Type\n\n{}", `201 *`},
		{"content type with charset", "POST /v1/customers\nContent-Type: application/json; charset=utf-8\n\n{}", `201 *`},
		{"content type in capitals", "POST /v1/customers\nContent-Type: APPLICATION/JSON\n\n{}", `201 *`},
		{"content type ending in +json", "POST /v1/customers\nContent-Type: application/vnd.api+json\n\n{}", `201 *`},
		{"invalid UTF-8", create + "{\"a\":\"\xff\"}", noParse},
	})
}

func TestCreate_Fields(t *testing.T) {
	t.Parallel()
	const (
		create  = "POST /v1/customers\n\n"
		noText  = "Input should be a valid string"
		noParse = `400 {"detail":"There was an error parsing the body"}`
	)
	s := start(t, Options{})
	runRaw(t, s, []rawCase{
		{"email as a number", create + `{"email":5}`, field("string_type", "email", noText, `"input":5`)},
		{"email as an object", create + `{"email":{"a":[1.5,0,null]}}`, field("string_type", "email", noText, `"input":{"a":[1.5,0,null]}`)},
		{"email as false", create + `{"email":false}`, field("string_type", "email", noText, `"input":false`)},
		{
			"every field wrong", create + `{"timezone":1,"email":2,"company_name":3,"country_code":4,"currency":5,"industry":6,"locale":7}`,
			`422 {"detail":[{*"company_name"*},{*"country_code"*},{*"currency"*},{*"email"*},{*"industry"*},{*"locale"*},{*"timezone"*}]}`,
		},
		{"the last of two equal keys counts", create + `{"email":1,"email":"twice@example.com"}`, `201 {*"email":"twice@example.com",*`},
		{"unknown fields are dropped", create + `{"shoe_size":44,"id":"x"}`, `201 *`},
		{"null in every field", create + `{"company_name":null,"email":null,"industry":null,"locale":null}`, `201 *`},
		{"email is not checked", create + `{"email":"not an address"}`, `201 {*"email":"not an address",*`},
		{"email is not trimmed", create + `{"email":" a@example.com "}`, `201 {*"email":" a@example.com ",*`},
		{"long company name", create + `{"company_name":"` + strings.Repeat("x", 5000) + `"}`, `201 *`},
		{"unicode comes back unescaped", create + `{"company_name":"\ud83d\ude80 Söhne <&> \u2028"}`, "201 {\"company_name\":\"🚀 Söhne <&> \\u2028\",*"},
		{"control characters come back escaped", create + `{"company_name":"a\u0001\t\n\u007f\"\\"}`, "201 {\"company_name\":\"a\\u0001\\t\\n\x7f\\\"\\\\\",*"},
		{"NUL", create + `{"company_name":"a\u0000b"}`, "500 Internal Server Error"},
		{"lone surrogate", create + `{"company_name":"\ud800"}`, "500 Internal Server Error"},
		{"malformed body comes before credentials", "POST /v1/customers\n-X-Api-Key\n\n{", notJSON},
		{"invalid UTF-8 comes before credentials", "POST /v1/customers\n-X-Api-Key\n\n\"\xff\"", noParse},
		{"credentials come before the fields", "POST /v1/customers\n-X-Api-Key\n\n{\"email\":5}", noCredential},
		{"credentials come before a missing body", "POST /v1/customers\n-X-Api-Key", noCredential},
		{"empty email is a value", create + `{"email":""}`, `201 {*"email":"",*`},
		{"the second empty email", create + `{"email":""}`, `409 {"detail":"A customer with this email already exists"}`},
		{"an email", create + `{"email":"Straße@Example.com"}`, `201 {*"email":"Straße@Example.com",*`},
		{"the same in other capitals", create + `{"email":"STRAße@example.COM"}`, `409 *`},
		{"the same with a blank", create + `{"email":"straße@example.com "}`, `201 *`},
		{"a chunked body", "POST /v1/customers\nTransfer-Encoding: chunked\n-Content-Length\n\n2\r\n{}\r\n0\r\n\r\n", "201 *"},
	})
}

func TestGet_IDs(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Seed: 5})
	id := firstID(t, s)
	bare := strings.ReplaceAll(id, "-", "")
	get := func(id string) string { return "GET /v1/customers/" + id }
	bad := func(input string) string {
		return `422 {"detail":[{"type":"uuid_parsing","loc":["path","customer_id"],"msg":"Input should be a valid UUID, *","input":"` +
			input + `","ctx":{"error":"*"}}]}`
	}
	runRaw(t, s, []rawCase{
		{"id", get(id), `200 {*"id":"` + id + `"*"instances":[*],*"subscriptions":[*],*"updated_at":"*Z"}`},
		{"without dashes", get(bare), `200 {*"id":"` + id + `"*`},
		{"in capitals", get(strings.ToUpper(id)), `200 {*"id":"` + id + `"*`},
		{"in braces", get("%7B" + id + "%7D"), `200 {*"id":"` + id + `"*`},
		{"as urn", get("urn:uuid:" + id), `200 {*"id":"` + id + `"*`},
		{"bare in braces", get("%7B" + bare + "%7D"), bad("{" + bare + "}")},
		{"unknown", get("00000000-0000-4000-8000-000000000000"), `404 {"detail":"Customer not found"}`},
		{"nil", get("00000000-0000-0000-0000-000000000000"), `404 {"detail":"Customer not found"}`},
		{"word", get("unknown"), bad("unknown")},
		{"email", get("a@example.com"), bad("a@example.com")},
		{"letter beyond ASCII", get("%C3%A9"), bad("é")},
		{"blank", get("%20" + id), bad(" " + id)},
		{"too short", get("123"), bad("123")},
		{"four groups", get("1-2-3-4"), bad("1-2-3-4")},
		{"short group", get("1234567-1234-1234-1234-123456789012"), bad("1234567-1234-1234-1234-123456789012")},
		{"long last group", get(id + "0"), bad(id + "0")},
		{"dots", get(".."), bad("..")},
		{"query is ignored", get(id) + "?page=0", "200 *"},
		{"credentials come before the id", get("unknown") + "\n-X-Api-Key", noCredential},
	})
}

// firstID is the id of the newest customer.
func firstID(t *testing.T, s *Server) string {
	t.Helper()
	_, after, found := strings.Cut(raw(t, s, "GET /v1/customers?per_page=1").body, `"id":"`)
	if !found {
		t.Fatal("no customer")
	}
	return after[:36]
}
