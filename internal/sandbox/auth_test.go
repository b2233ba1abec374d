package sandbox

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/identity"
)

// signIn returns an access and a refresh token.
func signIn(t *testing.T, s *Server, email string) (access, refresh string) {
	t.Helper()
	got := raw(t, s, fmt.Sprintf("POST /auth/login\n-X-Api-Key\n\n"+`{"email":%q,"password":%q}`, email, identity.DemoPassword))
	if got.status != http.StatusOK {
		t.Fatalf("login of %s: %d %s", email, got.status, got.body)
	}
	return strings.Trim(jsonField(got.body, "access_token"), `"`), strings.Trim(jsonField(got.body, "refresh_token"), `"`)
}

func bearer(token string) string { return "\n-X-Api-Key\nAuthorization: Bearer " + token }

func TestLogin_Table(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Seed: 3})
	admin, refresh := signIn(t, s, identity.DemoAdmin)
	member, _ := signIn(t, s, identity.DemoMember)
	login := func(body string) string { return "POST /auth/login\n-X-Api-Key\n\n" + body }
	const wrong = `401 {"detail":"Incorrect email or password"}`
	runRaw(t, s, []rawCase{
		{
			"login", login(`{"email":"` + identity.DemoAdmin + `","password":"` + identity.DemoPassword + `"}`),
			`200 {"access_token":"*.*.*","email_verified":true,"expires_in":1800,"refresh_token":"hrt_*","token_type":"bearer"}`,
		},
		{"email in capitals", login(`{"email":"ADMIN@example.com","password":"` + identity.DemoPassword + `"}`), "200 *"},
		{"wrong password", login(`{"email":"` + identity.DemoAdmin + `","password":"x"}`), wrong},
		{"unknown member", login(`{"email":"x@example.com","password":"x"}`), wrong},
		{"no password", login(`{"email":"x@example.com"}`), field("missing", "password", "Field required", `"input":{"email":"x@example.com"}`)},
		{"password as a number", login(`{"email":"x","password":1}`), field("string_type", "password", "Input should be a valid string", `"input":1`)},
		{"no body", "POST /auth/login", `422 {"detail":[{"type":"missing","loc":["body"],*`},
		{"malformed", login("{"), notJSON},
		{"NUL", login(`{"email":"\u0000","password":"x"}`), "500 Internal Server Error"},
		{"who am I, admin", "GET /auth/me" + bearer(admin), `200 {"email":"` + identity.DemoAdmin + `","email_verified":true,"id":"*","role":"admin","tenant_id":"*"}`},
		{"who am I, member", "GET /auth/me" + bearer(member), `200 {*"role":"member",*`},
		{"who am I, key", "GET /auth/me", noCredential},
		{"who am I, no credential", "GET /auth/me\n-X-Api-Key", noCredential},
		{"admin lists", "GET /v1/customers?per_page=1" + bearer(admin), "200 " + listAnswer},
		{"bearer in small letters", "GET /v1/customers?per_page=1\n-X-Api-Key\nAuthorization: bearer " + admin, "200 " + listAnswer},
		{"admin creates", "POST /v1/customers" + bearer(admin) + "\n\n{}", "201 *"},
		{"member may not list", "GET /v1/customers" + bearer(member), `403 {"detail":"Admin access required"}`},
		{"member may not create", "POST /v1/customers" + bearer(member) + "\n\n{}", `403 {"detail":"Admin access required"}`},
		{"role comes before the fields", "POST /v1/customers" + bearer(member) + "\n\n{\"email\":5}", `403 {"detail":"Admin access required"}`},
		{"role comes after the syntax", "POST /v1/customers" + bearer(member) + "\n\n{", `422 *`},
		{"token with another signature", "GET /v1/customers" + bearer(admin[:len(admin)-4]+"AAAA"), `401 {"detail":"Could not validate credentials"}`},
		{"token without a signature", "GET /v1/customers" + bearer(admin[:strings.LastIndex(admin, ".")+1]), `401 {"detail":"Could not validate credentials"}`},
		{"refresh token as a bearer", "GET /v1/customers" + bearer(refresh), `401 {"detail":"Could not validate credentials"}`},
		{"key context by bearer", "GET /v1/mcp/api-key-context" + bearer(admin), `401 {"detail":"API key required"}`},
		{"key context", "GET /v1/mcp/api-key-context", `200 {"api_key_id":"*","customer_id":null,"hash_version":2,"needs_reissue":false,` +
			`"rate_limit_per_hour":36000000,"rate_limit_per_minute":600000,"scopes":["customers:read","customers:write"],"tenant_id":"*","user_id":null}`},
		{"refresh", "POST /auth/refresh\n-X-Api-Key\n\n{\"refresh_token\":\"" + refresh + "\"}", `200 {"access_token":"*"refresh_token":"hrt_*`},
		{"refresh with the used one", "POST /auth/refresh\n\n{\"refresh_token\":\"" + refresh + "\"}", `401 {"detail":"Invalid refresh token"}`},
		{"refresh with nothing", "POST /auth/refresh\n\n{}", field("missing", "refresh_token", "Field required", `"input":{}`)},
		{"refresh with an empty one", "POST /auth/refresh\n\n{\"refresh_token\":\"\"}", `401 {"detail":"Invalid refresh token"}`},
		{"logout with an unknown one", "POST /auth/logout\n\n{\"refresh_token\":\"x\"}", `204 `},
		{"logout with nothing", "POST /auth/logout\n\n{}", field("missing", "refresh_token", "Field required", `"input":{}`)},
	})
}

func refreshed(t *testing.T, s *Server, token string) (int, string) {
	t.Helper()
	got := raw(t, s, fmt.Sprintf("POST /auth/refresh\n\n"+`{"refresh_token":%q}`, token))
	return got.status, strings.Trim(jsonField(got.body, "refresh_token"), `"`)
}

func TestRefresh_ReuseEndsSignIn(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	_, first := signIn(t, s, identity.DemoAdmin)
	_, second := refreshed(t, s, first)
	if status, _ := refreshed(t, s, first); status != http.StatusUnauthorized {
		t.Errorf("used token: %d", status)
	}
	if status, _ := refreshed(t, s, second); status != http.StatusUnauthorized {
		t.Errorf("its successor: %d", status)
	}
}

func TestRefresh_KeepsTokenWhenSet(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Settings: Settings{"refresh-tokens": "keep"}})
	_, token := signIn(t, s, identity.DemoAdmin)
	for range 2 {
		if status, next := refreshed(t, s, token); status != http.StatusOK || next != token {
			t.Errorf("refresh: %d, the same token: %t", status, next == token)
		}
	}
}

func TestLogout_EndsRefreshToken(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	_, token := signIn(t, s, identity.DemoAdmin)
	if got := raw(t, s, fmt.Sprintf("POST /auth/logout\n\n"+`{"refresh_token":%q}`, token)); got.status != http.StatusNoContent || got.body != "" {
		t.Errorf("logout: %d %q", got.status, got.body)
	}
	if status, _ := refreshed(t, s, token); status != http.StatusUnauthorized {
		t.Errorf("refresh after logout: %d", status)
	}
}

func TestTokens_Expire(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := start(t, Options{Now: clock.now})
	access, refresh := signIn(t, s, identity.DemoAdmin)
	clock.pass(identity.AccessLife - time.Second)
	if got := raw(t, s, "GET /v1/customers"+bearer(access)); got.status != http.StatusOK {
		t.Errorf("just before the end: %d %s", got.status, got.body)
	}
	clock.pass(time.Second)
	if got := raw(t, s, "GET /v1/customers"+bearer(access)); got.status != http.StatusUnauthorized || !strings.Contains(got.body, "Token has expired") {
		t.Errorf("at the end: %d %s", got.status, got.body)
	}
	clock.pass(identity.RefreshLife)
	if status, _ := refreshed(t, s, refresh); status != http.StatusUnauthorized {
		t.Errorf("old refresh token: %d", status)
	}
}

func TestTokens_SurviveRestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	s := start(t, Options{DB: path})
	access, _ := signIn(t, s, identity.DemoAdmin)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := raw(t, start(t, Options{DB: path}), "GET /auth/me"+bearer(access)); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
}
