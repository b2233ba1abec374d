package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

func body(i int) []byte {
	return fmt.Appendf(nil, `{"company_name":"Company %d","currency":"EUR","email":"user%d@example.com"}`, i, i)
}

// headers are what a create of hydractl carries, so that every yardstick sends the same bytes.
func headers() map[string]string {
	return map[string]string{
		"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "hydractl-go",
		"X-Api-Key": benchKey,
	}
}

// bareLoop posts with plain net/http: no file, no checks, no journal, no second look at an answer.
func bareLoop(ctx context.Context, j job, _ *figures) error {
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: j.workers}}
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var open sync.WaitGroup
	for range j.workers {
		open.Go(func() {
			for i := next.Add(1); i <= int64(j.sends); i = next.Add(1) {
				if err := post(ctx, c, j.url, int(i)); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	open.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

func post(ctx context.Context, c *http.Client, url string, i int) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v1/customers", bytes.NewReader(body(i)))
	if err != nil {
		return err
	}
	for name, value := range headers() {
		r.Header.Set(name, value)
	}
	resp, err := c.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// vegeta sends the same requests as fast as it can.
func vegeta(ctx context.Context, j job, _ *figures) error {
	targets := filepath.Join(j.dir, "targets")
	sent := http.Header{}
	for name, value := range headers() {
		sent.Set(name, value)
	}
	header, err := json.Marshal(sent)
	if err != nil {
		return err
	}
	var b strings.Builder
	for i := range j.sends {
		fmt.Fprintf(&b, `{"method":"POST","url":"%s/v1/customers","header":%s,"body":"%s"}`+"\n", j.url, header, encode(body(i)))
	}
	if err := os.WriteFile(targets, []byte(b.String()), 0o600); err != nil {
		return err
	}
	script := fmt.Sprintf("vegeta attack -format=json -lazy -rate=0 -max-workers=%d -targets=%s >/dev/null", j.workers, targets)
	return exec.CommandContext(ctx, "sh", "-c", script).Run()
}

// curl sends the same requests with --parallel.
func curl(ctx context.Context, j job, _ *figures) error {
	config := filepath.Join(j.dir, "curl")
	var b, sent strings.Builder
	for name, value := range headers() {
		fmt.Fprintf(&sent, "header = %q\n", name+": "+value)
	}
	for i := range j.sends {
		if i > 0 {
			b.WriteString("next\n")
		}
		fmt.Fprintf(&b, "url = %q\n%sdata = %q\noutput = \"/dev/null\"\n", j.url+"/v1/customers", &sent, body(i))
	}
	if err := os.WriteFile(config, []byte(b.String()), 0o600); err != nil {
		return err
	}
	return exec.CommandContext(ctx, "curl", "--silent", "--parallel", "--parallel-max", fmt.Sprint(j.workers), "--config", config).Run()
}
