package sandbox

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/identity"
)

// newDB makes a seeded database file.
func newDB(t *testing.T, customers int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s.db")
	if err := Reset(path, customers); err != nil {
		t.Fatal(err)
	}
	return path
}

func mustKey(t *testing.T, path string, o KeyOptions) Key {
	t.Helper()
	k, err := CreateKey(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func withKey(k Key) string { return "\nX-Api-Key: " + k.Text }

func TestKeys_Scopes(t *testing.T) {
	t.Parallel()
	path := newDB(t, 3)
	read := mustKey(t, path, KeyOptions{Name: "reader", Scopes: []string{"customers:read"}})
	write := mustKey(t, path, KeyOptions{Name: "writer", Scopes: []string{"customers:write"}, Live: true})
	none := mustKey(t, path, KeyOptions{Scopes: []string{}})
	old := mustKey(t, path, KeyOptions{ExpiresIn: -time.Second})
	ended := mustKey(t, path, KeyOptions{Name: "ended"})
	if err := RevokeKey(path, "ended"); err != nil {
		t.Fatal(err)
	}
	runRaw(t, start(t, Options{DB: path}), []rawCase{
		{"reader lists", "GET /v1/customers?per_page=1" + withKey(read), "200 *"},
		{"reader may not create", "POST /v1/customers" + withKey(read) + "\n\n{}", `403 {"detail":"Missing required scope: customers:write"}`},
		{"writer creates", "POST /v1/customers" + withKey(write) + "\n\n{}", "201 *"},
		{"writer may not list", "GET /v1/customers" + withKey(write), `403 {"detail":"Missing required scope: customers:read"}`},
		{"writer may not get", "GET /v1/customers/x" + withKey(write), `403 {"detail":"Missing required scope: customers:read"}`},
		{"no scope is no access", "GET /v1/customers" + withKey(none), `403 *`},
		{"no scope sees its context", "GET /v1/mcp/api-key-context" + withKey(none), `200 {*"rate_limit_per_hour":0,"rate_limit_per_minute":0,"scopes":[],*`},
		{"scope comes before the fields", "POST /v1/customers" + withKey(read) + "\n\n{\"email\":5}", `403 *`},
		{"expired", "GET /v1/customers" + withKey(old), `401 {"detail":"API key has expired"}`},
		{"revoked", "GET /v1/customers" + withKey(ended), `401 {"detail":"Invalid API key"}`},
	})
	if !strings.HasPrefix(read.Text, "hc_test_") || !strings.HasPrefix(write.Text, "hc_live_") {
		t.Errorf("prefixes: %s, %s", read.Hint, write.Hint)
	}
}

func TestKeys_ListHidesKeys(t *testing.T) {
	t.Parallel()
	path := newDB(t, 0)
	k := mustKey(t, path, KeyOptions{Name: "ci", LimitPerMin: 60, LimitPerHour: 1000, ExpiresIn: time.Hour})
	keys, err := Keys(path)
	if err != nil || len(keys) != 2 || keys[1].ID != k.ID || keys[1].Text != "" || keys[1].LimitPerMin != 60 || keys[1].Tenant != "Sandbox" {
		t.Fatalf("%+v, %v", keys, err)
	}
	if keys[1].Hint != k.Text[:8]+"…"+k.Text[len(k.Text)-4:] || keys[1].ExpiresAt == nil || keys[1].RevokedAt != nil {
		t.Errorf("%+v", keys[1])
	}
	file, err := os.ReadFile(path)
	if err != nil || bytes.Contains(file, []byte(k.Text)) || bytes.Contains(file, []byte(DemoKey)) {
		t.Errorf("the file holds a key in clear text (%v)", err)
	}
}

func TestKeys_InvalidOptions(t *testing.T) {
	t.Parallel()
	path := newDB(t, 0)
	mustKey(t, path, KeyOptions{Name: "twin"})
	mustKey(t, path, KeyOptions{Name: "twin"})
	create := func(o KeyOptions) error { _, err := CreateKey(path, o); return err }
	tenant := func(name string) error { _, err := CreateTenant(path, name); return err }
	for name, tt := range map[string]struct{ got, want error }{
		"unknown scope":      {create(KeyOptions{Scopes: []string{"customers:delete"}}), ErrOption},
		"negative limit":     {create(KeyOptions{LimitPerMin: -1}), ErrOption},
		"unknown tenant":     {create(KeyOptions{Tenant: "unknown"}), ErrNotFound},
		"unknown key":        {RevokeKey(path, "unknown"), ErrNotFound},
		"name of two keys":   {RevokeKey(path, "twin"), ErrOption},
		"empty name":         {tenant(" "), ErrOption},
		"name in use":        {tenant("SANDBOX"), ErrExists},
		"file that is not":   {RevokeKey(path+"x", "twin"), fs.ErrNotExist},
		"status of no file":  {func() error { _, err := Status(path + "x"); return err }(), fs.ErrNotExist},
		"negative customers": {Reset(path, -1), ErrOption},
	} {
		if !errors.Is(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", name, tt.got, tt.want)
		}
	}
}

func TestTenants_NewTenantIsEmpty(t *testing.T) {
	t.Parallel()
	path := newDB(t, 3)
	tenant, err := CreateTenant(path, "Second")
	if err != nil {
		t.Fatal(err)
	}
	k := mustKey(t, path, KeyOptions{Tenant: "second"})
	byID := mustKey(t, path, KeyOptions{Tenant: tenant.ID})
	s := start(t, Options{DB: path})
	theirs := firstID(t, s)
	access, _ := signIn(t, s, tenant.Admin)
	runRaw(t, s, []rawCase{
		{"empty list", "GET /v1/customers" + withKey(k), `200 {"customers":[],*"total":0,*`},
		{"empty list for the admin", "GET /v1/customers" + bearer(access), `200 {"customers":[],*"total":0,*`},
		{"a customer of another tenant is missing", "GET /v1/customers/" + theirs + withKey(k), `404 {"detail":"Customer not found"}`},
		{"and is no source of a clone", "POST /v1/customers/" + theirs + "/clone" + withKey(k) + "\n\n" +
			`{"company_name":"x","source_customer_id":"` + theirs + `"}`, `404 *`},
		{"an email of another tenant is free", "POST /v1/customers" + withKey(k) + "\n\n{\"email\":\"" + someEmail(t, s) + "\"}", "201 *"},
		{"the context names the tenant", "GET /v1/mcp/api-key-context" + withKey(byID), `200 {*"tenant_id":"` + tenant.ID + `"*`},
	})
	tenants, err := Tenants(path)
	if err != nil || len(tenants) != 2 || tenants[0].Customers != 3 || tenants[1].Name != "Second" || tenants[1].Keys != 2 || tenants[0].Admin != identity.DemoAdmin {
		t.Errorf("%+v, %v", tenants, err)
	}
}

// someEmail is one of a customer of the default tenant.
func someEmail(t *testing.T, s *Server) string {
	t.Helper()
	for _, c := range snapshotOf(t, s).Customers {
		if c.Email != nil {
			return *c.Email
		}
	}
	t.Fatal("no email")
	return ""
}

func TestKeys_RateLimits(t *testing.T) {
	t.Parallel()
	path := newDB(t, 0)
	k := mustKey(t, path, KeyOptions{LimitPerMin: 2, LimitPerHour: 3})
	clock := newClock() // 12:00:10
	s := start(t, Options{DB: path, Now: clock.now})
	for i, want := range []struct {
		status int
		retry  string
		pass   time.Duration
	}{
		{200, "", 0},
		{200, "", 0},
		{429, "50", 0},
		{429, "50", 49 * time.Second},
		{429, "1", time.Second},
		{200, "", 0},
		{429, "3540", 59 * time.Minute},
		{200, "", 0},
	} {
		got := raw(t, s, "GET /v1/customers"+withKey(k))
		if got.status != want.status || got.header.Get("Retry-After") != want.retry {
			t.Errorf("request %d: %d, Retry-After %q, want %d, %q", i, got.status, got.header.Get("Retry-After"), want.status, want.retry)
		}
		clock.pass(want.pass)
	}
	if got := raw(t, s, "GET /v1/customers"); got.status != http.StatusOK {
		t.Errorf("another key: %d", got.status)
	}
}
