package sandbox

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestPydantic1HasItsOwnWordsAndCoercions(t *testing.T) {
	s := start(t, Options{Seed: 3, Settings: Settings{setPydantic: "1"}})
	id := firstID(t, s)
	item := func(loc, msg, kind, rest string) string {
		return `422 {"detail":[{"loc":[` + loc + `],"msg":"` + msg + `","type":"` + kind + `"` + rest + `}]}`
	}
	const create = "POST /v1/customers\n\n"
	clone := func(body string) string { return "POST /v1/customers/" + id + "/clone\n\n" + body }
	runRaw(t, s, []rawCase{
		{"page 0", "GET /v1/customers?page=0", item(`"query","page"`, "ensure this value is greater than or equal to 1", "value_error.number.not_ge", `,"ctx":{"limit_value":1}`)},
		{"per_page 101", "GET /v1/customers?per_page=101", item(`"query","per_page"`, "ensure this value is less than or equal to 100", "value_error.number.not_le", `,"ctx":{"limit_value":100}`)},
		{"word for page", "GET /v1/customers?page=x", item(`"query","page"`, "value is not a valid integer", "type_error.integer", "")},
		{"fraction of zeros", "GET /v1/customers?page=1.0", item(`"query","page"`, "value is not a valid integer", "type_error.integer", "")},
		{"no UUID", "GET /v1/customers/x", item(`"path","customer_id"`, "value is not a valid uuid", "type_error.uuid", "")},
		{"bare UUID in braces", "GET /v1/customers/%7B" + strings.ReplaceAll(id, "-", "") + "%7D", `200 *`},
		{"malformed", create + "{\n x", item(`"body",3`, "Expecting property name enclosed in double quotes: line 2 column 2 (char 3)", "value_error.jsondecode",
			`,"ctx":{"msg":"Expecting property name enclosed in double quotes","doc":"{\n x","pos":3,"lineno":2,"colno":2}`)},
		{"no body", "POST /v1/customers", item(`"body"`, "field required", "value_error.missing", "")},
		{"list", create + "[]", item(`"body"`, "value is not a valid dict", "type_error.dict", "")},
		{"number becomes text", create + `{"email":5,"company_name":1.5,"locale":true}`, `201 {"company_name":"1.5",*"email":"5",*`},
		{"object is no text", create + `{"email":{}}`, item(`"body","email"`, "str type expected", "type_error.str", "")},
		{"nothing to clone", clone("{}"), `422 {"detail":[{"loc":["body","company_name"],"msg":"field required","type":"value_error.missing"},{*}]}`},
		{"null name", clone(`{"company_name":null,"source_customer_id":"` + id + `"}`), item(`"body","company_name"`, "none is not an allowed value", "type_error.none.not_allowed", "")},
		{"201 letters", clone(`{"company_name":"` + strings.Repeat("x", 201) + `","source_customer_id":"` + id + `"}`), item(`"body","company_name"`,
			"ensure this value has at most 200 characters", "value_error.any_str.max_length", `,"ctx":{"limit_value":200}`)},
		{"rules as a word", clone(`{"company_name":"x","clone_rules":"maybe","source_customer_id":"` + id + `"}`), item(`"body","clone_rules"`,
			"value could not be parsed to a boolean", "type_error.bool", "")},
	})
}

func TestSettingsChooseWhatTheContractLeavesOpen(t *testing.T) {
	const again = "POST /v1/customers\n\n" + `{"email":"again@example.com"}`
	for _, tt := range []struct {
		settings []string
		request  string
		want     string
	}{
		{[]string{"duplicate-status=400"}, again, `400 {"detail":"A customer with this email already exists"}`},
		{[]string{"duplicate-status=422"}, again, `422 {"detail":"A customer with this email already exists"}`},
		{[]string{"duplicate-status=422", "duplicate-detail=list"}, again, `422 {"detail":[{"type":"value_error","loc":["body","email"],"msg":"Value error, A customer*","input":"again@example.com","ctx":{"error":{}}}]}`},
		{[]string{"duplicate-detail=list", "pydantic=1"}, again, `409 {"detail":[{"loc":["body","email"],"msg":"A customer*","type":"value_error"}]}`},
		{[]string{"create-status=200"}, aCreate, `200 {"company_name":"New",*`},
		{[]string{"missing-auth=403"}, "GET /v1/customers\n-X-Api-Key", `403 {"detail":"Not authenticated"}`},
		{[]string{"dates=offset"}, aCreate, `201 {*"created_at":"*+00:00",*`},
		{[]string{"dates=naive"}, aCreate, `201 {*"created_at":"2025-06-01T12:00:10",*`},
		{nil, aCreate, `201 {*"created_at":"2025-06-01T12:00:10Z",*`},
		{[]string{"unknown-sort=error"}, "GET /v1/customers?sort_by=id", `422 {"detail":[{"type":"literal_error","loc":["query","sort_by"],"msg":"Input should be 'created_at', *","input":"id","ctx":{"expected":"'created_at', *"}}]}`},
		{[]string{"unknown-sort=error"}, "GET /v1/customers?sort_dir=up", `422 {"detail":[{"type":"literal_error","loc":["query","sort_dir"],*`},
		{[]string{"unknown-sort=error"}, "GET /v1/customers?sort_dir=asc&sort_by=email", `200 *`},
		{[]string{"empty-pages=1"}, "GET /v1/customers?search=nobody", `200 *"total":0,"total_pages":1}`},
		{nil, "GET /v1/customers?search=nobody", `200 *"total":0,"total_pages":0}`},
	} {
		settings, err := ParseSettings(tt.settings)
		if err != nil {
			t.Fatal(err)
		}
		s := start(t, Options{Settings: settings, Now: newClock().now})
		raw(t, s, again)
		runRaw(t, s, []rawCase{{strings.Join(tt.settings, " ") + " " + tt.want[:3], tt.request, tt.want}})
	}
}

func TestEveryValueOfEverySettingStarts(t *testing.T) {
	for _, setting := range SettingList() {
		for _, value := range setting.Values {
			settings, err := ParseSettings([]string{setting.Name + "=" + value})
			if err != nil {
				t.Errorf("%s=%s: %v", setting.Name, value, err)
				continue
			}
			if got := raw(t, start(t, Options{Settings: settings}), aList); got.status != http.StatusOK {
				t.Errorf("%s=%s: %d", setting.Name, value, got.status)
			}
		}
	}
}

func TestBadSettingsNameWhatIsKnown(t *testing.T) {
	for word, want := range map[string]string{
		"pydantics=2":    "known are pydantic, duplicate-status",
		"pydantic=3":     "want one of 2, 1",
		"ties":           `ties="": want one of stable, none, page`,
		"create-status=": "want one of 201, 200",
	} {
		if _, err := ParseSettings([]string{word}); !errors.Is(err, ErrOption) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", word, err, want)
		}
	}
}
