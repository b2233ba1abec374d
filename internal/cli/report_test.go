package cli

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// TestReport_EveryStatus checks the exit code of every HTTP status for the requests that read and write.
func TestReport_EveryStatus(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.Header.Get("X-Status"))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"detail":"refused by the server"}`))
	}))
	t.Cleanup(server.Close)
	const id = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	ctx, name := t.Context(), "x"
	app := NewApp(&Env{LookupEnv: func(string) (string, bool) { return "", false }}, nil)
	for status := 200; status < 600; status++ {
		transport := statusTransport{status}
		c, err := client.New(server.URL, client.WithAPIKey("hc_test_x"), client.WithMaxRetries(0), client.WithHTTPClient(&http.Client{Transport: transport}))
		if err != nil {
			t.Fatal(err)
		}
		read, write := wantExit(status)
		record, clone := read, write
		if status == http.StatusNotFound {
			record, clone = failure.ExitNotFound, failure.ExitNotFound
		}
		for call, tt := range map[string]struct {
			want int
			do   func(context.Context) error
		}{
			"list": {read, func(ctx context.Context) error { _, err := c.Customers.List(ctx, client.ListOptions{}); return err }},
			"get":  {record, func(ctx context.Context) error { _, err := c.Customers.Get(ctx, id); return err }},
			"create": {write, func(ctx context.Context) error {
				_, err := c.Customers.Create(ctx, client.CreateRequest{CompanyName: &name})
				return err
			}},
			"clone": {clone, func(ctx context.Context) error {
				_, err := c.Customers.Clone(ctx, id, client.CloneRequest{CompanyName: name})
				return err
			}},
		} {
			err := tt.do(ctx)
			if err == nil {
				t.Errorf("%d on %s: no error", status, call)
				continue
			}
			r := app.newReport(ctx, nil, err)
			wantOutcome := failure.OutcomeNone
			if tt.want == failure.ExitUnknown {
				wantOutcome = failure.OutcomeUnknown
			}
			if r.ExitCode != tt.want || r.Status == nil || *r.Status != status || r.Outcome != wantOutcome || r.Code == "" || r.Message == "" {
				t.Errorf("%d on %s: report %+v, want exit code %d", status, call, r, tt.want)
			}
		}
	}
}

// wantExit is the exit code of a status for a read and a write.
func wantExit(status int) (read, write int) {
	switch {
	case status < 300:
		return failure.ExitServer, failure.ExitUnknown // the body is not an answer of HydraCore
	case status < 400, status == 404, status == 405, status == 415: // 404 of the collection; that of a customer is 3
		return failure.ExitUsage, failure.ExitUsage
	case status == 401, status == 403:
		return failure.ExitAuth, failure.ExitAuth
	case status == 407:
		return failure.ExitServer, failure.ExitServer
	case status == 408, status == 425, status >= 500:
		return failure.ExitServer, failure.ExitUnknown
	case status == 429:
		return failure.ExitRateLimit, failure.ExitRateLimit
	}
	return failure.ExitRejected, failure.ExitRejected
}

// statusTransport asks the test's server for a status.
type statusTransport struct{ status int }

func (t statusTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Status", strconv.Itoa(t.status))
	return http.DefaultTransport.RoundTrip(r)
}
