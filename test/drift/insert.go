package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/hydracore/hydractl/test/serve"
)

// insert creates so many customers a second, evenly spaced, until ctx ends.
func insert(ctx context.Context, server *serve.Sandbox, rate int) error {
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := create(ctx, server, n); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

func create(ctx context.Context, server *serve.Sandbox, n int) error {
	body := fmt.Sprintf(`{"email":"meanwhile%d@example.com","company_name":"Meanwhile %d"}`, n, n)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/v1/customers", strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Api-Key", server.Key)
	resp, err := (&http.Client{Timeout: time.Minute}).Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return fmt.Errorf("create %d: %s", n, resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
