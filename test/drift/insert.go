package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// insert creates customers at an even pace until stdin ends.
func (o options) insert(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	tick := time.NewTicker(time.Second / time.Duration(o.rate))
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := create(ctx, n); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

func create(ctx context.Context, n int) error {
	body := fmt.Sprintf(`{"email":"meanwhile%d@example.com","company_name":"Meanwhile %d"}`, n, n)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("HYDRACORE_API_URL")+"/v1/customers", strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Api-Key", os.Getenv("HYDRACORE_API_KEY"))
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
