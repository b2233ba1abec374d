package sandbox

import (
	"testing"

	"github.com/hydracore/hydractl/internal/sandbox/identity"
)

const created = `201 Content-Type=application/json {"company_name":"New",*`

func networkFaults() []faultCase {
	return []faultCase{
		{"latency:ms=5", aCreate, created, 3},
		{"latency_after:ms=5", aCreate, created, 3},
		{"slow_body:ms=5", aCreate, created, 3},
		{"drip:ms=0", aCreate, created, 3},
		{"hang:ms=5", aCreate, "error *EOF", 2},
		{"hang_after_commit:ms=5", aCreate, "error *EOF", 3},
		{"drop_before", aCreate, "error *EOF", 2},
		{"drop_before", aList, "error *EOF", 2},
		{"drop_in_request", aCreate, "error *reset by peer", 2},
		{"drop_after_commit", aCreate, "error *EOF", 3},
		{"reset_after_commit", aCreate, "error *reset by peer", 3},
		{"drop_in_headers", aCreate, "error *EOF", 3},
		{"drop_in_body", aCreate, "error unexpected EOF", 3},
		{"close_idle", aCreate, created, 3},
	}
}

func TestFault_Connections(t *testing.T) {
	t.Parallel()
	runFaults(t, networkFaults())
}

func errorFaults() []faultCase {
	const page = "Content-Type=text/html <html>*</html>*"
	const limited = `Content-Type=application/json Retry-After=`
	return []faultCase{
		{"500", aCreate, "500 Content-Type=text/plain; charset=utf-8 Internal Server Error", 2},
		{"500:body=html", aCreate, "500 " + page, 2},
		{"500:body=json", aCreate, `500 Content-Type=application/json {"detail":"Internal Server Error"}`, 2},
		{"502", aCreate, "502 " + page, 2},
		{"503:body=text", aCreate, "503 Content-Type=text/plain; charset=utf-8 Service Unavailable", 2},
		{"504", aList, "504 " + page, 2},
		{"500_after_commit", aCreate, "500 Content-Type=text/plain; charset=utf-8 Internal Server Error", 3},
		{"502_after_commit", aCreate, "502 " + page, 3},
		{"503_after_commit", aCreate, "503 " + page, 3},
		{"504_after_commit", aCreate, "504 " + page, 3},
		{"429", aCreate, "429 " + limited + `1 {"detail":"Rate limit exceeded"}`, 2},
		{"429:retry_after=0", aCreate, "429 " + limited + "0 *", 2},
		{"429:retry_after=-5", aCreate, "429 " + limited + "-5 *", 2},
		{"429:retry_after=86400", aCreate, "429 " + limited + "86400 *", 2},
		{"429:retry_after=date", aCreate, "429 " + limited + "*, * GMT *", 2},
		{"429:retry_after=past,body=error", aCreate, "429 " + limited + `*, * GMT {"error":"*"}`, 2},
		{"429:retry_after=garbage", aCreate, "429 " + limited + "soon, perhaps *", 2},
		{"429:retry_after=none", aCreate, `429 Content-Type=application/json {"detail":*`, 2},
		{"429:body=html", aCreate, "429 Content-Type=text/html Retry-After=1 <html>*", 2},
		{"401", aCreate, `401 Content-Type=application/json {"detail":"Invalid API key"}`, 2},
		{"403", aCreate, "403 " + page, 2},
		{"404", aCreate, `404 Content-Type=application/json {"detail":"Not Found"}`, 2},
		{"refuse", aCreate, `400 Content-Type=application/json {"detail":"Bad Request"}`, 2},
		{"refuse:status=418,body=html", aCreate, "418 " + page, 2},
		{"422", aCreate, `422 Content-Type=application/json {"detail":"The email is not acceptable"}`, 2},
		{"422:detail=object", aCreate, `422 Content-Type=application/json {"detail":{"email":[*]}}`, 2},
		{"422:detail=empty", aCreate, `422 Content-Type=application/json {"detail":[]}`, 2},
		{"422:detail=null", aCreate, `422 Content-Type=application/json {"detail":null}`, 2},
		{"422:detail=many", aCreate, `422 Content-Type=application/json {"detail":[{*"loc":["body","email",9999]*}]}`, 2},
		{"token_expired", "GET /v1/customers", `200 *`, 2}, // a key is no token
	}
}

func TestFault_ErrorsAndRefusals(t *testing.T) {
	t.Parallel()
	runFaults(t, errorFaults())
}

func TestFault_ExpiredTokenThenRefresh(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Faults: []string{"token_expired:after=2,path=/v1/*"}})
	access, refresh := signIn(t, s, identity.DemoAdmin)
	for i, want := range []int{200, 200, 401, 401} {
		if got := raw(t, s, "GET /v1/customers"+bearer(access)); got.status != want {
			t.Errorf("request %d: %d %s", i, got.status, got.body)
		}
	}
	got := raw(t, s, "POST /auth/refresh\n\n"+`{"refresh_token":"`+refresh+`"}`)
	if got := raw(t, s, "GET /v1/customers"+bearer(textOf(got.body, "access_token"))); got.status != 200 {
		t.Errorf("after the refresh: %d %s", got.status, got.body)
	}
}
