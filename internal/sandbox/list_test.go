package sandbox

import "testing"

// param is the 422 of one query parameter.
func param(kind, name, msg, rest string) string {
	return `422 {"detail":[{"type":"` + kind + `","loc":["query","` + name + `"],"msg":"` + msg + `",` + rest + `}]}`
}

func TestList_Parameters(t *testing.T) {
	t.Parallel()
	const (
		notInt = "Input should be a valid integer, unable to parse string as an integer"
		low    = "Input should be greater than or equal to 1"
		high   = "Input should be less than or equal to 100"
		none   = `200 {"customers":[],"page":*,"per_page":20,"total":30,"total_pages":2}`
	)
	s := start(t, Options{Seed: 30})
	runRaw(t, s, []rawCase{
		{"no parameters", "GET /v1/customers", `200 {"customers":[*],"page":1,"per_page":20,"total":30,"total_pages":2}`},
		{"second page", "GET /v1/customers?page=2", `200 {"customers":[*],"page":2,"per_page":20,"total":30,"total_pages":2}`},
		{"page after the last", "GET /v1/customers?page=3", none},
		{"page far away", "GET /v1/customers?page=461168601842738790", none},
		{"page beyond a bigint offset", "GET /v1/customers?page=461168601842738792", "500 Internal Server Error"},
		{"page beyond a bigint", "GET /v1/customers?page=99999999999999999999", "500 Internal Server Error"},
		{"page 0", "GET /v1/customers?page=0", param("greater_than_equal", "page", low, `"input":"0","ctx":{"ge":1}`)},
		{"negative page", "GET /v1/customers?page=-1", param("greater_than_equal", "page", low, `"input":"-1","ctx":{"ge":1}`)},
		{"word for page", "GET /v1/customers?page=two", param("int_parsing", "page", notInt, `"input":"two"`)},
		{"empty page", "GET /v1/customers?page=", param("int_parsing", "page", notInt, `"input":""`)},
		{"page without a value", "GET /v1/customers?page", param("int_parsing", "page", notInt, `"input":""`)},
		{"fraction of a page", "GET /v1/customers?page=1.5", param("int_parsing", "page", notInt, `"input":"1.5"`)},
		{"exponent", "GET /v1/customers?page=1e1", param("int_parsing", "page", notInt, `"input":"1e1"`)},
		{"hexadecimal", "GET /v1/customers?page=0x1", param("int_parsing", "page", notInt, `"input":"0x1"`)},
		{"plus sign", "GET /v1/customers?page=%2B1", "200 " + listAnswer},
		{"blanks around", "GET /v1/customers?page=+1+", "200 " + listAnswer},
		{"leading zeros", "GET /v1/customers?page=001", "200 " + listAnswer},
		{"underscore at the end", "GET /v1/customers?page=1_", param("int_parsing", "page", notInt, `"input":"1_"`)},
		{"other digits", "GET /v1/customers?page=%D9%A1", param("int_parsing", "page", notInt, `"input":"١"`)},
		{"null", "GET /v1/customers?page=null", param("int_parsing", "page", notInt, `"input":"null"`)},
		{"per_page 0", "GET /v1/customers?per_page=0", param("greater_than_equal", "per_page", low, `"input":"0","ctx":{"ge":1}`)},
		{"per_page 1", "GET /v1/customers?per_page=1", `200 {"customers":[{*}],"page":1,"per_page":1,"total":30,"total_pages":30}`},
		{"per_page 100", "GET /v1/customers?per_page=100", `200 {"customers":[*],"page":1,"per_page":100,"total":30,"total_pages":1}`},
		{"per_page 101", "GET /v1/customers?per_page=101", param("less_than_equal", "per_page", high, `"input":"101","ctx":{"le":100}`)},
		{"both wrong", "GET /v1/customers?page=0&per_page=x", `422 {"detail":[{*"page"*},{*"per_page"*}]}`},
		{"the last of two counts", "GET /v1/customers?page=x&page=2", `200 {"customers":[*],"page":2,*`},
		{"the last of two is wrong", "GET /v1/customers?page=2&page=x", param("int_parsing", "page", notInt, `"input":"x"`)},
		{"unknown parameter", "GET /v1/customers?per_page=1&limit=5", "200 " + listAnswer},
		{"capitals in a parameter", "GET /v1/customers?PAGE=0", "200 " + listAnswer},
		{"bad UTF-8 in a value", "GET /v1/customers?search=%FF", `200 {"customers":[],"page":1,"per_page":20,"total":0,"total_pages":0}`},
		{"NUL in search", "GET /v1/customers?search=a%00b", "500 Internal Server Error"},
		{"empty search", "GET /v1/customers?search=&per_page=1", `200 {"customers":[*],"page":1,"per_page":1,"total":30,"total_pages":30}`},
		{"search without a hit", "GET /v1/customers?search=unknown", `200 {"customers":[],"page":1,"per_page":20,"total":0,"total_pages":0}`},
		{"percent in search is itself", "GET /v1/customers?search=%25", `200 {"customers":[],*"total":0,*`},
		{"underscore in search is itself", "GET /v1/customers?search=_&per_page=100", `200 {"customers":[*_*],*"total":3,*`},
		{"backslash in search is itself", "GET /v1/customers?search=%5C", `200 {"customers":[],*"total":0,*`},
		{"search is case-insensitive", "GET /v1/customers?search=EXAMPLE.c&per_page=1", `200 {"customers":[{*}],*`},
		{"unknown sort_by is the default", "GET /v1/customers?sort_by=shoe_size&per_page=1", "200 " + listAnswer},
		{"empty sort_by is the default", "GET /v1/customers?sort_by=&per_page=1", "200 " + listAnswer},
		{"unknown sort_dir is the default", "GET /v1/customers?sort_dir=up&per_page=1", "200 " + listAnswer},
		{"sort_dir in capitals is the default", "GET /v1/customers?sort_dir=ASC&per_page=1", "200 " + listAnswer},
	})
}

func TestList_Credentials(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Seed: 3})
	runRaw(t, s, []rawCase{
		{"none", "GET /v1/customers\n-X-Api-Key", noCredential},
		{"empty key", "GET /v1/customers\nX-Api-Key:", noCredential},
		{"unknown key", "GET /v1/customers\nX-Api-Key: hc_test_unknown", `401 {"detail":"Invalid API key"}`},
		{"key with other letters", "GET /v1/customers\nX-Api-Key: HC_TEST_SANDBOX_0demo0demo0demo0", `401 {"detail":"Invalid API key"}`},
		{"key as a bearer token", "GET /v1/customers\n-X-Api-Key\nAuthorization: Bearer " + DemoKey, `401 {"detail":"Could not validate credentials"}`},
		{"basic authentication", "GET /v1/customers\n-X-Api-Key\nAuthorization: Basic YTpi", noCredential},
		{"bearer without a token", "GET /v1/customers\n-X-Api-Key\nAuthorization: Bearer", noCredential},
		{"bearer with dots", "GET /v1/customers\n-X-Api-Key\nAuthorization: Bearer a.b.c", `401 {"detail":"Could not validate credentials"}`},
		{"good key beside a bad token", "GET /v1/customers\nAuthorization: Bearer x", "200 " + listAnswer},
		{"bad key comes before the parameters", "GET /v1/customers?page=0\nX-Api-Key: x", `401 {"detail":"Invalid API key"}`},
		{"key in the query", "GET /v1/customers?api_key=" + DemoKey + "\n-X-Api-Key", noCredential},
		{"header in small letters", "GET /v1/customers\nx-api-key: " + DemoKey, "200 " + listAnswer},
		{"key context without a key", "GET /v1/mcp/api-key-context\n-X-Api-Key", noCredential},
		{"bad key comes before a missing customer", "GET /v1/customers/x\nX-Api-Key: x", `401 {"detail":"Invalid API key"}`},
	})
}
