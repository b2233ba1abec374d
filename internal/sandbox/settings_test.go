package sandbox

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/sandbox/server"
)

func TestSettings_Answers(t *testing.T) {
	t.Parallel()
	const again = "POST /v1/customers\n\n" + `{"email":"again@example.com"}`
	for _, tt := range []struct {
		settings []string
		request  string
		want     string
	}{
		{[]string{"duplicate-status=400"}, again, `400 {"detail":"A customer with this email already exists"}`},
		{[]string{"duplicate-status=422"}, again, `422 {"detail":"A customer with this email already exists"}`},
		{[]string{"duplicate-status=422", "duplicate-detail=list"}, again, `422 {"detail":[{"type":"value_error","loc":["body","email"],"msg":"Value error, A customer*","input":"again@example.com"}]}`},
		{[]string{"duplicate-detail=list"}, again, `409 {"detail":[{"type":"value_error","loc":["body","email"],"msg":"Value error, A customer*"}]}`},
		{[]string{"create-status=200"}, aCreate, `200 {"company_name":"New",*`},
		{[]string{"missing-auth=403"}, "GET /v1/customers\n-X-Api-Key", `403 {"detail":"Not authenticated"}`},
		{[]string{"key-context=absent"}, "GET /v1/mcp/api-key-context", noRoute},
		{[]string{"key-context=absent"}, "GET /auth/me", noRoute},
		{[]string{"dates=offset"}, aCreate, `201 {*"created_at":"*+00:00",*`},
		{[]string{"dates=naive"}, aCreate, `201 {*"created_at":"2025-06-01T12:00:10",*`},
		{nil, aCreate, `201 {*"created_at":"2025-06-01T12:00:10Z",*`},
		{[]string{"unknown-sort=error"}, "GET /v1/customers?sort_by=id", `422 {"detail":[{"type":"literal_error","loc":["query","sort_by"],"msg":"Input should be 'created_at', *","input":"id","ctx":{"expected":"'created_at', *"}}]}`},
		{[]string{"unknown-sort=error"}, "GET /v1/customers?sort_dir=up", `422 {"detail":[{"type":"literal_error","loc":["query","sort_dir"],*`},
		{[]string{"unknown-sort=error"}, "GET /v1/customers?sort_dir=asc&sort_by=email", `200 *`},
		{[]string{"empty-pages=1"}, "GET /v1/customers?search=unknown", `200 *"total":0,"total_pages":1}`},
		{nil, "GET /v1/customers?search=unknown", `200 *"total":0,"total_pages":0}`},
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

func TestSettings_EveryValueStarts(t *testing.T) {
	t.Parallel()
	for _, setting := range server.SettingList() {
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

func TestSettings_Invalid(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"status=409":     "must be one of duplicate-status, duplicate-detail",
		"dates=iso":      `must be one of z, offset, naive (got "iso")`,
		"ties":           `setting ties: must be one of stable, none, page (got "")`,
		"create-status=": "must be one of 201, 200",
	} {
		if _, err := ParseSettings([]string{word}); !errors.Is(err, ErrOption) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", word, err, want)
		}
	}
}
