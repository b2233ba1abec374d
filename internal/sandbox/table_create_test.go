package sandbox

import (
	"strings"
	"testing"
)

// field is the 422 of one field of a body.
func field(kind, name, msg, rest string) string {
	return `422 {"detail":[{"type":"` + kind + `","loc":["body","` + name + `"],"msg":"` + msg + `",` + rest + `}]}`
}

// notJSONAt is the 422 of a body that is no JSON.
func notJSONAt(pos, words string) string {
	return `422 {"detail":[{"type":"json_invalid","loc":["body",` + pos + `],"msg":"JSON decode error","input":{},"ctx":{"error":"` + words + `"}}]}`
}

func TestCreateReadsBodiesAsFastAPIDoes(t *testing.T) {
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
		{"float is echoed as Python writes it", create + `1e16`, notDict + `1e+16}]}`},
		{"NaN cannot be echoed", create + `NaN`, "500 Internal Server Error"},
		{"unclosed object", create + `{`, notJSONAt("1", "Expecting property name enclosed in double quotes")},
		{"bare word", create + `{bad`, notJSONAt("1", "Expecting property name enclosed in double quotes")},
		{"single quotes", create + `{'email':1}`, notJSONAt("1", "Expecting property name enclosed in double quotes")},
		{"no colon", create + `{"email" "x"}`, notJSONAt("9", "Expecting ':' delimiter")},
		{"no comma", create + `{"a":1 "b":2}`, notJSONAt("7", "Expecting ',' delimiter")},
		{"trailing comma", create + `{"a":1,}`, notJSONAt("7", "Expecting property name enclosed in double quotes")},
		{"no value", create + `{"a":}`, notJSONAt("5", "Expecting value")},
		{"open string", create + `{"a":"x`, notJSONAt("5", "Unterminated string starting at")},
		{"line end in a string", create + "{\"a\":\"x\ny\"}", notJSONAt("7", "Invalid control character at")},
		{"bad escape", create + `{"a":"\x"}`, notJSONAt("6", `Invalid \\escape`)},
		{"bad unicode escape", create + `{"a":"\u12"}`, notJSONAt("7", `Invalid \\uXXXX escape`)},
		{"place counts letters, not bytes", create + `{"ä":"ö",x}`, notJSONAt("9", "Expecting property name enclosed in double quotes")},
		{"second value", create + `{}{}`, notJSONAt("2", "Extra data")},
		{"only blanks", create + `  `, notJSONAt("2", "Expecting value")},
		{"comment", create + `{} // x`, notJSONAt("3", "Extra data")},
		{"form", "POST /v1/customers\nContent-Type: application/x-www-form-urlencoded\n\nemail=a", notDict + `"email=a"}]}`},
		{"plain text", "POST /v1/customers\nContent-Type: text/plain\n\n{}", notDict + `"{}"}]}`},
		{"no content type", "POST /v1/customers\n-Content-Type\n\n{}", `201 *`},
		{"content type with charset", "POST /v1/customers\nContent-Type: application/json; charset=utf-8\n\n{}", `201 *`},
		{"content type in capitals", "POST /v1/customers\nContent-Type: APPLICATION/JSON\n\n{}", `201 *`},
		{"content type ending in +json", "POST /v1/customers\nContent-Type: application/vnd.api+json\n\n{}", `201 *`},
		{"invalid UTF-8", create + "{\"a\":\"\xff\"}", noParse},
		{"UTF-16 is read", create + "\xff\xfe{\x00}\x00", "201 *"},
		{"byte order mark is read", create + "\xef\xbb\xbf{}", "201 *"},
		{"too deep", create + strings.Repeat("[", 2000), noParse},
	})
}

func TestCreateReadsFieldsAsPydantic2Does(t *testing.T) {
	const (
		create  = "POST /v1/customers\n\n"
		noText  = "Input should be a valid string"
		noParse = `400 {"detail":"There was an error parsing the body"}`
	)
	s := start(t, Options{})
	runRaw(t, s, []rawCase{
		{"email as a number", create + `{"email":5}`, field("string_type", "email", noText, `"input":5`)},
		{"email as an object", create + `{"email":{"a":[1.0,-0,null]}}`, field("string_type", "email", noText, `"input":{"a":[1.0,0,null]}`)},
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
		{"unicode comes back unescaped", create + `{"company_name":"\ud83d\ude80 Söhne <&> \u2028"}`, "201 {\"company_name\":\"🚀 Söhne <&> \u2028\",*"},
		{"control characters come back escaped", create + `{"company_name":"a\u0001\t\n\u007f\"\\"}`, "201 {\"company_name\":\"a\\u0001\\t\\n\x7f\\\"\\\\\",*"},
		{"NUL", create + `{"company_name":"a\u0000b"}`, "500 Internal Server Error"},
		{"lone surrogate", create + `{"company_name":"\ud800"}`, "500 Internal Server Error"},
		{"malformed body comes before credentials", "POST /v1/customers\n-X-Api-Key\n\n{", notJSONAt("1", "Expecting property name enclosed in double quotes")},
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

func TestGetAndCloneReadIDsAsPydantic2Does(t *testing.T) {
	s := start(t, Options{Seed: 5})
	id := firstID(t, s)
	bare := strings.ReplaceAll(id, "-", "")
	get := func(id string) string { return "GET /v1/customers/" + id }
	bad := func(input, why string) string {
		return `422 {"detail":[{"type":"uuid_parsing","loc":["path","customer_id"],"msg":"Input should be a valid UUID, ` + why +
			`","input":"` + input + `","ctx":{"error":"` + why + `"}}]}`
	}
	const character = "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `"
	runRaw(t, s, []rawCase{
		{"id", get(id), `200 {*"id":"` + id + `"*"instances":[*],*"subscriptions":[*],*"updated_at":"*Z"}`},
		{"without dashes", get(bare), `200 {*"id":"` + id + `"*`},
		{"in capitals", get(strings.ToUpper(id)), `200 {*"id":"` + id + `"*`},
		{"in braces", get("%7B" + id + "%7D"), `200 {*"id":"` + id + `"*`},
		{"as urn", get("urn:uuid:" + id), `200 {*"id":"` + id + `"*`},
		{"bare in braces", get("%7B" + bare + "%7D"), bad("{"+bare+"}", "invalid group count: expected 5, found 1")},
		{"urn in capitals", get("URN:UUID:" + id), bad("URN:UUID:"+id, character+"U` at 1")},
		{"unknown", get("00000000-0000-4000-8000-000000000000"), `404 {"detail":"Customer not found"}`},
		{"nil", get("00000000-0000-0000-0000-000000000000"), `404 {"detail":"Customer not found"}`},
		{"word", get("nobody"), bad("nobody", character+"n` at 1")},
		{"email", get("a@example.com"), bad("a@example.com", character+"@` at 2")},
		{"letter beyond ASCII", get("%C3%A9"), bad("é", character+"é` at 1")},
		{"blank", get("%20" + id), bad(" "+id, character+" ` at 1")},
		{"too short", get("123"), bad("123", "invalid length: expected length 32 for simple format, found 3")},
		{"four groups", get("1-2-3-4"), bad("1-2-3-4", "invalid group count: expected 5, found 4")},
		{"short group", get("1234567-1234-1234-1234-123456789012"), bad("1234567-1234-1234-1234-123456789012", "invalid group length in group 0: expected 8, found 7")},
		{"long last group", get(id + "0"), bad(id+"0", "invalid group length in group 4: expected 12, found 13")},
		{"dots", get(".."), bad("..", character+".` at 1")},
		{"query is ignored", get(id) + "?page=0", "200 *"},
		{"credentials come before the id", get("nobody") + "\n-X-Api-Key", noCredential},
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
