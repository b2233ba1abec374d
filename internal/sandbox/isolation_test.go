package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// ofTenant keeps what belongs to one tenant.
func ofTenant(snapshot Snapshot, tenant string) []AuditedCustomer {
	return slices.DeleteFunc(slices.Clone(snapshot.Customers), func(c AuditedCustomer) bool { return c.Tenant != tenant })
}

// idOrNoise is an id of either tenant, in some spelling, or none at all.
func idOrNoise(r *rapid.T, ids []string) string {
	id := rapid.SampledFrom(ids).Draw(r, "id")
	switch rapid.IntRange(0, 5).Draw(r, "spelling") {
	case 0:
		return strings.ReplaceAll(id, "-", "")
	case 1:
		return "urn:uuid:" + strings.ToUpper(id)
	case 2:
		return url.PathEscape(rapid.String().Draw(r, "noise"))
	}
	return id
}

// anyRequest is a request that A might send, with ids and emails of B in it where they fit.
func anyRequest(r *rapid.T, ids, emails []string) string {
	email := func() string { return rapid.SampledFrom(emails).Draw(r, "email") }
	switch rapid.IntRange(0, 4).Draw(r, "operation") {
	case 0:
		q := url.Values{"search": {rapid.SampledFrom([]string{"", "@", email(), email()[:3], "%"}).Draw(r, "search")}}
		q.Set("page", fmt.Sprint(rapid.IntRange(-1, 3).Draw(r, "page")))
		q.Set("per_page", fmt.Sprint(rapid.IntRange(0, 101).Draw(r, "per_page")))
		q.Set("sort_by", rapid.SampledFrom([]string{"created_at", "email", "company_name", "currency", "tenant"}).Draw(r, "sort_by"))
		q.Set("sort_dir", rapid.SampledFrom([]string{"asc", "desc"}).Draw(r, "sort_dir"))
		return "GET /v1/customers?" + q.Encode()
	case 1:
		return "GET /v1/customers/" + idOrNoise(r, ids)
	case 2:
		return "POST /v1/customers\n\n" + fmt.Sprintf(`{"email":%q,"company_name":"A"}`, email())
	case 3:
		id := idOrNoise(r, ids)
		return fmt.Sprintf("POST /v1/customers/%s/clone\n\n"+`{"company_name":"A","email":%q,"source_customer_id":%q}`, id, email(), id)
	}
	method := rapid.SampledFrom([]string{"PUT", "DELETE", "PATCH"}).Draw(r, "method")
	return method + " /v1/customers/" + idOrNoise(r, ids) + "\n\n" + `{"email":"stolen@example.com"}`
}

func TestTenants_Isolation(t *testing.T) {
	t.Parallel()
	path := newDB(t, 12)
	second, err := CreateTenant(path, "B")
	if err != nil {
		t.Fatal(err)
	}
	keyB := mustKey(t, path, KeyOptions{Tenant: "B"})
	s := start(t, Options{DB: path, Faults: []string{"read_lag:ms=1,rate=0.2", "search_ignored:rate=0.2", "extra_rows:rate=0.2", "skip_rows:rate=0.2"}})
	for i := range 12 { // B has emails of A and its own, and company names that tell whose they are
		raw(t, s, fmt.Sprintf("POST /v1/customers%s\n\n"+`{"email":"b%d@example.com","company_name":"SECRET-OF-B"}`, withKey(keyB), i))
	}
	raw(t, s, fmt.Sprintf("POST /v1/customers%s\n\n"+`{"email":%q,"company_name":"SECRET-OF-B"}`, withKey(keyB), someEmail(t, s)))
	snapshot := snapshotOf(t, s)
	ofB := ofTenant(snapshot, second.ID)
	var ids, emails []string
	for _, c := range snapshot.Customers {
		ids = append(ids, c.ID)
		if c.Email != nil {
			emails = append(emails, *c.Email)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		request := anyRequest(r, ids, emails)
		got, err := exchangeRaw(s, request)
		if err != nil {
			r.Fatal(err)
		}
		if got.status >= http.StatusInternalServerError && !strings.Contains(request, "%00") {
			r.Errorf("%q: %d", request, got.status)
		}
		if strings.Contains(got.body, "SECRET-OF-B") {
			r.Errorf("%q returns something of B: %s", request, got.body)
		}
		for _, c := range ofB { // an id may come back only as the echo of what was asked for
			if strings.Contains(got.body, c.ID) && !strings.Contains(request, c.ID) {
				r.Errorf("%q returns the id %s of B", request, c.ID)
			}
		}
		if diff := cmp.Diff(ofB, ofTenant(snapshotOf(t, s), second.ID)); diff != "" {
			r.Errorf("%q changed B (-before +after):\n%s", request, diff)
		}
	})
}
