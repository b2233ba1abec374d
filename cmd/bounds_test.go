package cmd

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// What a server says of numbers and times is bound by limits of ours: of requests, of waiting, of what is printed.
func TestBounds_HostileNumbers(t *testing.T) {
	t.Parallel()
	row := func(created string) string {
		return fmt.Sprintf(`{"id":%q,"email":"a@example.com","instance_count":9223372036854775807,"running_instance_count":-1,"created_at":%s}`, clitest.SomeID, created)
	}
	numbers := []string{"-1", "0", "1e30", "999999999999999999999999999999999999", "9223372036854775807", "1.5", `"many"`, "null", "[]"}
	times := []string{`"0000-00-00T00:00:00Z"`, `"99999-01-01T00:00:00Z"`, `"2019-08-24"`, `"` + strings.Repeat("9", 5000) + `"`, "1e400", "-1", "null", "{}"}
	var pages []string
	for _, n := range numbers {
		pages = append(pages,
			`{"customers":[`+row(`"2024-01-01T00:00:00Z"`)+`],"page":1,"per_page":100,"total":`+n+`,"total_pages":`+n+`}`,
			`{"customers":[`+row(`"2024-01-01T00:00:00Z"`)+`],"page":`+n+`,"per_page":`+n+`,"total":1,"total_pages":1}`)
	}
	for _, when := range times {
		pages = append(pages, `{"customers":[`+row(when)+`],"page":1,"per_page":100,"total":1,"total_pages":1}`)
	}
	for _, page := range pages {
		for _, args := range [][]string{{"list", "--all"}, {"list"}, {"list", "--limit", "5"}, {"count"}, {"list", "--all", "-o", "json"}} {
			var asked atomic.Int32
			vars := clitest.Answering(t, func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				clitest.Answer(200, "application/json", page)(w, r)
			})
			got := runCLI(t, vars, "", append([]string{"customers"}, args...)...)
			if n := asked.Load(); n > 13 { // the snapshot, and four walks of three pages
				t.Errorf("%v asks %d times of %s", args, n, page)
			}
			if strings.Contains(got.Out+got.ErrOut, "goroutine ") {
				t.Errorf("%v panics at %s: %s", args, page, got.ErrOut)
			}
		}
	}
}

func TestBounds_AbsurdRetryAfterIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	for _, after := range []string{"86400", "999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "3601"} {
		for _, args := range [][]string{{"list"}, {"create", "--company-name", "x"}} {
			vars := clitest.Answering(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Retry-After", after)
				clitest.Answer(429, "application/json", `{"detail":"slow down"}`)(w, r)
			})
			vars["HYDRACTL_RETRIES"] = "4"
			got := runCLI(t, vars, "", append([]string{"customers"}, args...)...)
			if got.Code != failure.ExitRateLimit {
				t.Errorf("Retry-After %s: %v exits %d: %s", after, args, got.Code, got.ErrOut)
			}
		}
	}
}

// Who holds a key cannot tell from what hydractl says whether it ever was one.
func TestBounds_RefusedSecretsLookTheSame(t *testing.T) {
	t.Parallel()
	secrets := []string{clitest.Key, "hc_live_0123456789abcdef0123456789abcdef", "hc_test_short0123456", "no-key-at-all", "x", strings.Repeat("y", 4000)}
	for _, status := range []int{401, 403} {
		for _, args := range [][]string{
			{"customers", "list"},
			{"customers", "get", clitest.SomeID},
			{"customers", "create", "--company-name", "x"},
			{"customers", "count", "-o", "json"},
			{"customers", "list", "--all", "-o", "csv"},
		} {
			for _, name := range []string{"HYDRACORE_API_KEY", "HYDRACORE_ACCESS_TOKEN"} {
				vars := clitest.Answering(t, clitest.Answer(status, "application/json", `{"detail":"Invalid credentials"}`))
				delete(vars, "HYDRACORE_API_KEY")
				var first clitest.Ran
				for i, secret := range secrets {
					vars[name] = secret
					got := runCLI(t, vars, "", args...)
					if i == 0 {
						first = got
					}
					if got != first || got.Code != failure.ExitAuth {
						t.Errorf("%v with %s %q: %+v, but %+v", args, name, secret, got, first)
					}
				}
			}
		}
	}
}

// A number that the same answer contradicts is not printed, and a page that is not the one that was asked for is not all.
func TestBounds_ContradictoryCountsAreRefused(t *testing.T) {
	t.Parallel()
	page := func(members string) map[string]string {
		return clitest.Answering(t, clitest.Answer(200, "application/json", `{"customers":[{"id":"`+clitest.SomeID+`"}],`+members+`}`))
	}
	got := runCLI(t, page(`"page":1,"per_page":1,"total":0,"total_pages":0`), "", "customers", "count")
	if got.Code != failure.ExitServer || got.Out != "" || !strings.Contains(got.ErrOut, "total of 0 customers, and sent 1") {
		t.Errorf("count: exit %d, %q, %s", got.Code, got.Out, got.ErrOut)
	}
	for members, complete := range map[string]string{
		`"page":1,"per_page":20,"total":1,"total_pages":1`: `"complete": true`,
		`"page":7,"per_page":20,"total":1,"total_pages":1`: `"complete": false`,
		`"page":1,"per_page":3,"total":1,"total_pages":1`:  `"complete": false`,
		`"page":1,"per_page":20,"total":0,"total_pages":0`: `"complete": false`,
	} {
		if got := runCLI(t, page(members), "", "customers", "list", "-o", "json"); got.Code != failure.ExitOK || !strings.Contains(got.Out, complete) {
			t.Errorf("%s: exit %d, %s", members, got.Code, got.Out)
		}
	}
}
