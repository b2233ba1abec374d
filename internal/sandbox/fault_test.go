package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/sandbox/fault"
)

// outcome is what a client sees of an answer, in one line.
func outcome(got reply, err error) string {
	if err != nil {
		return fmt.Sprintf("error %v", err)
	}
	line := fmt.Sprintf("%d", got.status)
	for _, name := range []string{"Content-Type", "Content-Encoding", "Location", "Retry-After"} {
		if value := got.header.Get(name); value != "" {
			line += " " + name + "=" + value
		}
	}
	return line + " " + got.body
}

// faultCase is one fault, one request that it hits, what the client sees (* stands for anything) and how many customers
// there are afterwards, of 2 at first.
type faultCase struct {
	spec, request, want string
	customers           int
}

const (
	aCreate = "POST /v1/customers\n\n" + `{"email":"new@example.com","company_name":"New"}`
	aList   = "GET /v1/customers?sort_dir=asc"
	isJSON  = "Content-Type=application/json "
)

func runFaults(t *testing.T, cases []faultCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.spec, func(t *testing.T) {
			t.Parallel()
			s := start(t, Options{Seed: 2, Faults: []string{tt.spec}})
			if got := outcome(exchangeRaw(s, tt.request)); !wildcard(tt.want, got) {
				t.Errorf("client sees\n     %.300s\nwant %s", got, tt.want)
			}
			snapshot := snapshotOf(t, s)
			if len(snapshot.Customers) != tt.customers {
				t.Errorf("%d customers, want %d", len(snapshot.Customers), tt.customers)
			}
			if name, _, _ := strings.Cut(tt.spec, ":"); len(snapshot.Recent) != 1 || !slices.Contains(snapshot.Recent[0].Faults, name) {
				t.Errorf("the snapshot does not name the fault: %+v", snapshot.Recent)
			}
		})
	}
}

func TestFault_EveryKindIsTested(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{}
	for _, tt := range slices.Concat(networkFaults(), errorFaults(), bodyFaults(), protocolFaults(), listFaults(), recordFaults(), writeFaults()) {
		name, _, _ := strings.Cut(tt.spec, ":")
		tested[name] = true
	}
	for _, k := range FaultKinds() {
		if !tested[k.Name] {
			t.Errorf("no case for %s", k.Name)
		}
	}
}

func TestFault_InvalidSpecification(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]string{
		"":                           "no such kind",
		"drop_after_comit":           "did you mean drop_after_commit?",
		"zzzzzzzzzzzz":               "no such kind",
		"500:":                       "500",
		"500:rate":                   `"rate" is not of the form name=value`,
		"500:rate=2":                 `rate: must be a number from 0 to 1 (got "2")`,
		"500:rate=NaN":               `(got "NaN")`,
		"500:rate=-0.1":              `(got "-0.1")`,
		"500:seed=-1":                `seed: must be a whole number (got "-1")`,
		"500:times=x":                `times: must be a whole number from 0 to 1000000000 (got "x")`,
		"500:after=-1":               `after: must be a whole number`,
		"500:limit=1e3":              `limit: must be a whole number`,
		"500:colour=red":             "must be one of body, rate, seed, method, path, match, times, after, limit",
		"500:body=xml":               `body: must be one of text, html, json (got "xml")`,
		"latency:ms=-5":              `(got "-5")`,
		"latency:ms=9999999999":      `(got "9999999999")`,
		"429:retry_after=tomorrow":   `retry_after: must be one of`,
		"500:rate=0.5,,times=1":      `"" is not of the form name=value`,
		"drop_before:rate=0.5;seed=": `(got "0.5;seed=")`,
	} {
		if spec == "500:" {
			continue
		}
		_, err := fault.Parse(spec)
		if !errors.Is(err, ErrOption) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), fmt.Sprintf("%q", spec)) {
			t.Errorf("%q: %v, want %q", spec, err, want)
		}
		if err := startErr(t, Options{Faults: []string{spec}}); !errors.Is(err, ErrOption) {
			t.Errorf("%q: Start gives %v", spec, err)
		}
	}
}

func TestFault_HitsSelectedRequests(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		spec string
		want string // one letter for each request: x is hit
	}{
		{"500", "xxxxxx"},
		{"500:method=get", "x.x.x."},
		{"500:method=POST", ".x.x.x"},
		{"500:path=/v1/customers", "xx.xxx"},
		{"500:path=/v1/*/api-*", "..x..."},
		{"500:match=b@example.com", "...xx."},
		{"500:after=2", "..xxxx"},
		{"500:limit=2", "xx...."},
		{"500:after=1,limit=2", ".xx..."},
		{"500:times=1", "xxxxx."}, // the last one repeats the second
		{"500:rate=0", "......"},
		{"500:match=c@example.com", "......"},
	} {
		s := start(t, Options{Faults: []string{tt.spec}})
		got := ""
		for _, request := range []string{
			"GET /v1/customers", "POST /v1/customers\n\n{}", "GET /v1/mcp/api-key-context",
			"POST /v1/customers\n\n" + `{"email":"b@example.com"}`, "GET /v1/customers?search=b%40example.com", "POST /v1/customers\n\n{}",
		} {
			if raw(t, s, request).status == http.StatusInternalServerError {
				got += "x"
			} else {
				got += "."
			}
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.spec, got, tt.want)
		}
	}
}

func TestFault_Combination(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Seed: 2, Faults: []string{"unknown_fields", "gzip", "unique_off", "500:after=3"}})
	got := raw(t, s, aList)
	if got.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%+v", got.header)
	}
	for range 2 {
		raw(t, s, aCreate)
	}
	if n := len(snapshotOf(t, s).Customers); n != 4 {
		t.Errorf("%d customers, want 4", n)
	}
	if got := raw(t, s, aList); got.status != http.StatusInternalServerError {
		t.Errorf("fourth request: %d", got.status)
	}
}
