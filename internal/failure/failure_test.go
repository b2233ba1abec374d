package failure_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/failure"
)

func TestExitCodes_TableIsComplete(t *testing.T) {
	want := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 124, 130, 143}
	var got []int
	for _, c := range failure.ExitCodes() {
		got = append(got, c.Code)
		if c.Meaning == "" {
			t.Errorf("exit code %d has no meaning", c.Code)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("exit codes (-want +got):\n%s", diff)
	}
}

func TestFailure_Constructors(t *testing.T) {
	field := []failure.Field{{Field: "--per-page", Message: "must be between 1 and 100 (got 500)"}}
	for _, tt := range []struct {
		name string
		got  *failure.Failure
		want failure.Report
	}{
		{
			"usage", failure.Usagef("unknown command %q", "x"),
			failure.Report{Code: "usage", Message: `unknown command "x"`, ExitCode: 2, Outcome: "none"},
		},
		{
			"invalid", failure.Invalidf("--per-page", "must be between 1 and 100 (got %d)", 500),
			failure.Report{Code: "invalid_input", Message: "--per-page: must be between 1 and 100 (got 500)", ExitCode: 2, Outcome: "none", Fields: field},
		},
		{
			"not found", failure.NotFoundf("no customer %s", "x"),
			failure.Report{Code: "not_found", Message: "no customer x", ExitCode: 3, Outcome: "none"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.got.Report()); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			if tt.got.Error() != tt.want.Message {
				t.Errorf("Error() is %q", tt.got.Error())
			}
		})
	}
}

// answered is an error of another package that has an HTTP status.
type answered struct{ status, exit int }

func (answered) Error() string { return "answered" }

func (a answered) Report() failure.Report {
	return failure.Report{Code: "answered", Status: &a.status, ExitCode: a.exit, RequestID: "r1"}
}

func TestOf_FindsWrappedReporter(t *testing.T) {
	for _, tt := range []struct{ exit, status int }{{failure.ExitPartial, 200}, {failure.ExitUnknown, 502}, {failure.ExitServer, 500}} {
		got, ok := failure.Of(errors.Join(errors.New("other"), fmt.Errorf("wrapped: %w", answered{tt.status, tt.exit})))
		want := map[int]string{failure.ExitPartial: failure.OutcomePartial, failure.ExitUnknown: failure.OutcomeUnknown, failure.ExitServer: failure.OutcomeNone}[tt.exit]
		if !ok || got.Code != "answered" || got.Outcome != want {
			t.Errorf("exit code %d: found %v, report %+v, want outcome %s", tt.exit, ok, got, want)
		}
	}
	for _, err := range []error{nil, errors.New("plain")} {
		if got, ok := failure.Of(err); ok {
			t.Errorf("Of(%v) found %+v", err, got)
		}
	}
}

func TestFailure_ReportTakesStatusOfCause(t *testing.T) {
	cause := answered{503, failure.ExitServer}
	f := &failure.Failure{Exit: failure.ExitPartial, Code: "partial", Message: "stopped", Cause: fmt.Errorf("page 3: %w", cause)}
	got := f.Report()
	if got.Status == nil || *got.Status != 503 || got.RequestID != "r1" || got.Outcome != failure.OutcomePartial {
		t.Errorf("report %+v", got)
	}
	if !errors.Is(f, cause) {
		t.Error("the cause is not in the tree of the failure")
	}
}

// TestReport_JSON holds the members of an error document and their order.
func TestReport_JSON(t *testing.T) {
	text, err := json.Marshal(failure.Report{Fields: []failure.Field{{Field: "email", Message: "bad", Place: "in.csv:2:1: email"}}})
	const want = `{"code":"","message":"","status":null,"exit_code":0,"retryable":false,"outcome":"","fields":[{"field":"email","message":"bad"}],"hint":"","request_id":""}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
}
