package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/hydracore/hydractl/test/serve"
)

const quiet = time.Second // the quiet period of the imports

// faults returns the faults of creates: every way to lose an answer, with the customer created, not created, or created
// up to 0.9 of the quiet period later.
func faults(seed uint64) []string {
	var specs []string
	for i, f := range []string{
		"drop_after_commit:rate=0.02", "reset_after_commit:rate=0.01", "drop_before:rate=0.01", "500_after_commit:rate=0.01",
		"502:rate=0.01", "html_200:rate=0.01", "half_json:rate=0.005", "drop_in_body:rate=0.01", "422:rate=0.01",
		"429:rate=0.005,retry_after=1", "late_commit:rate=0.01,ms=900,answer=drop", "latency:rate=0.5,ms=5",
	} {
		specs = append(specs, fmt.Sprintf("%s,method=POST,seed=%d", f, seed+uint64(i)))
	}
	return specs
}

// startServer runs a sandbox with faults.
func startServer(ctx context.Context, program, dir string, seed uint64) (*serve.Sandbox, error) {
	flags := []string{"--seed", "30"}
	for _, f := range faults(seed) {
		flags = append(flags, "--fault", f)
	}
	return serve.Start(ctx, program, dir, flags...)
}

// snapshot is the audit snapshot of the control port: customers and requests.
type snapshot struct {
	Customers []struct {
		ID          string  `json:"id"`
		Email       *string `json:"email"`
		CompanyName *string `json:"company_name"`
	} `json:"customers"`
	Requests struct {
		ByPath []struct {
			Method   string `json:"method"`
			Requests int    `json:"requests"`
		} `json:"by_path"`
	} `json:"requests"`
}

func snapshotOf(ctx context.Context, s *serve.Sandbox) (*snapshot, error) {
	shot := &snapshot{}
	return shot, s.Snapshot(ctx, shot)
}

// posts returns the number of writes that reached the server.
func (s *snapshot) posts() int {
	n := 0
	for _, c := range s.Requests.ByPath {
		if c.Method == http.MethodPost {
			n += c.Requests
		}
	}
	return n
}
