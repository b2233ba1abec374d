package cmd

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestConditionHoldsOrNot(t *testing.T) {
	d := &client.CustomerDetail{}
	if err := d.UnmarshalJSON([]byte(`{"id":"` + someID + `","running_instance_count":2,"subscription_count":1e1,"currency":"EUR",` +
		`"locale":null,"latest_subscription_status":"past \"due\"","company_name":"null"}`)); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"exists":                                   true,
		"running_instance_count=2":                 true,
		"running_instance_count==2":                true,
		"running_instance_count!=2":                false,
		"running_instance_count>=2":                true,
		"running_instance_count>=3":                false,
		"running_instance_count>2":                 false,
		"running_instance_count>1":                 true,
		"running_instance_count<=2":                true,
		"running_instance_count<2":                 false,
		"running_instance_count<3":                 true,
		"running_instance_count >= 2":              true,
		"running_instance_count>=-1":               true,
		"running_instance_count=null":              false,
		"running_instance_count!=null":             true,
		"subscription_count=10":                    true,
		"subscription_count<9":                     false,
		"instance_count=0":                         false, // missing
		"instance_count<=0":                        false,
		"instance_count!=0":                        true,
		"instance_count=null":                      true,
		"currency=EUR":                             true,
		"currency=eur":                             false,
		"currency!=EUR":                            false,
		"currency=null":                            false,
		"locale=null":                              true,
		"locale!=null":                             false,
		"locale=":                                  false,
		"locale=x":                                 false,
		"locale!=x":                                true,
		"company_name=null":                        false, // a text, not a null
		`latest_subscription_status=past "due"`:    true,
		`latest_subscription_status!=past "due"=x`: true,
		"id=" + someID:                             true,
	} {
		c, err := parseCondition(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, is, err := c.holds(d); got != want || err != nil {
			t.Errorf("%s is %v where the field is %s, %v", text, got, is, err)
		}
	}
}

func TestConditionsThatNobodyFulfilsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"exist":                       `--for "exist": exists, or FIELD=VALUE`,
		"=5":                          "exists, or FIELD=VALUE",
		"currency!EUR":                "is due after currency",
		"running_instance_cont>=1":    "did you mean running_instance_count?",
		"instances=1":                 "no field",
		"running_instance_count>=one": `"one" is no whole number`,
		"running_instance_count=1.5":  "no whole number",
		"running_instance_count>null": "no whole number",
		"currency>EUR":                "currency is a text",
		"created_at>=2026-01-01":      "created_at is a text",
	} {
		got := runCLI(t, answering(t, rows(0)), "", "customers", "wait", someID, "--for", text)
		if got.code != exitUsage || got.out != "" || !strings.Contains(got.errOut, want) {
			t.Errorf("%s: exit %d, stderr %s", text, got.code, got.errOut)
		}
	}
}

// waitFor runs a wait with the shortest interval over a server that gives one answer after another, the last one for ever.
func waitFor(t *testing.T, line string, answers ...http.HandlerFunc) ran {
	t.Helper()
	var asked atomic.Int32
	vars := answering(t, func(w http.ResponseWriter, r *http.Request) {
		answers[min(int(asked.Add(1)), len(answers))-1](w, r)
	})
	return runCLI(t, vars, "", append([]string{"customers", "wait", "--interval", "100ms"}, strings.Fields(line)...)...)
}

func running(n int) http.HandlerFunc {
	return answer(200, "application/json", fmt.Sprintf(`{"id":%q,"running_instance_count":%d}`, someID, n))
}

func TestWaitPrintsTheCustomerThatFulfilsTheCondition(t *testing.T) {
	missing := answer(404, "application/json", `{"detail":"Customer not found"}`)
	got := waitFor(t, someID+" --for running_instance_count>=1 --jq .running_instance_count", running(0), answer(503, "text/plain", "busy"), running(2))
	if got.code != exitOK || got.out != "2\n" {
		t.Errorf("exit %d, stdout %q, stderr %s", got.code, got.out, got.errOut)
	}
	for _, line := range []string{"running_instance_count is 0.", "Warning: GET /v1/customers/" + someID + ": busy (503); asking again"} {
		if strings.Count(got.errOut, line) != 1 {
			t.Errorf("stderr has not one %q:\n%s", line, got.errOut)
		}
	}
	got = waitFor(t, someID+" --for exists -o json", missing, missing, running(0))
	if got.code != exitOK || !strings.Contains(got.out, someID) || strings.Count(got.errOut, "there is no such customer yet") != 1 {
		t.Errorf("exists: exit %d, stdout %q, stderr %s", got.code, got.out, got.errOut)
	}
}

func TestWaitEnds(t *testing.T) {
	missing := answer(404, "application/json", `{"detail":"Customer not found"}`)
	later := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3000")
		answer(429, "application/json", `{"detail":"slow down"}`)(w, nil)
	}
	for name, c := range map[string]struct {
		line    string
		answers []http.HandlerFunc
		code    int
		want    string
	}{
		"in vain":              {"--for running_instance_count>5 --timeout 150ms", []http.HandlerFunc{running(4)}, exitTimeout, "in vain for running_instance_count>5: running_instance_count is 4"},
		"it never appears":     {"--for exists --timeout 150ms", []http.HandlerFunc{missing}, exitTimeout, "in vain for exists: there is no such customer yet"},
		"it does not exist":    {"--for running_instance_count>5", []http.HandlerFunc{missing}, exitNotFound, "no customer of this tenant"},
		"the server stays ill": {"--for exists --timeout 150ms", []http.HandlerFunc{answer(500, "text/plain", "oh")}, exitTimeout, "in vain"},
		"no credential":        {"--for exists", []http.HandlerFunc{answer(401, "application/json", `{"detail":"who"}`)}, exitAuth, "who (401)"},
		"a limit too far away": {"--for exists --timeout 20s", []http.HandlerFunc{later}, exitRateLimit, "slow down (429)"},
	} {
		got := waitFor(t, someID+" "+c.line, c.answers...)
		if got.code != c.code || got.out != "" || !strings.Contains(got.errOut, c.want) {
			t.Errorf("%s: exit %d, stderr %s", name, got.code, got.errOut)
		}
	}
}

func TestPollKeepsItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, at := time.Now(), []time.Duration{}
		answers := []error{
			nil, &client.TransportError{Code: "connection_failed"},
			&client.Error{Status: http.StatusTooManyRequests, RetryAfter: time.Minute}, nil,
		}
		err := poll(t.Context(), 10*time.Second, func() (bool, error) {
			at = append(at, time.Since(began))
			return len(at) == len(answers), answers[len(at)-1]
		}, func(error) error { return nil })
		if got := fmt.Sprint(at); err != nil || got != "[0s 10s 20s 1m20s]" {
			t.Errorf("looks at %s, %v", got, err)
		}
	})
}

func TestPollEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 25*time.Second, errTimeout)
		defer cancel()
		began := time.Now()
		err := poll(ctx, 10*time.Second, func() (bool, error) { return false, nil }, nil)
		if !errors.Is(err, errTimeout) || time.Since(began) != 25*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}
