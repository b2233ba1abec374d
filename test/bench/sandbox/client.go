package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hydracore/hydractl/test/bench/parts"
)

// client speaks plain HTTP to a sandbox.
type client struct {
	base, key string
	http      *http.Client
}

const clients = 8

func newClient(base, key string) *client {
	return &client{base: base, key: key, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}}
}

func (c *client) do(ctx context.Context, method, target, body string) error {
	req, err := http.NewRequestWithContext(ctx, method, c.base+target, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("X-Api-Key", c.key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: status %d", method, target, resp.StatusCode)
	}
	return nil
}

func (c *client) create(ctx context.Context, i int) error {
	return c.do(ctx, http.MethodPost, "/v1/customers", fmt.Sprintf(
		`{"email":"bench%d@example.com","company_name":"Bench %d Ltd","country_code":"DE","currency":"EUR","timezone":"Europe/Berlin"}`, i, i))
}

func (c *client) list(ctx context.Context, query string) error {
	return c.do(ctx, http.MethodGet, "/v1/customers?"+query, "")
}

// throughput is how fast requests were answered, and what one of them cost client and server together. On a busy machine only
// the cost can be compared.
type throughput struct {
	perSecond float64
	cpu       time.Duration
}

func (t throughput) String() string {
	return fmt.Sprintf("%.0f/s, CPU %s each", t.perSecond, t.cpu.Round(time.Microsecond))
}

// measure calls f from all clients for three seconds, after half a second to warm up.
func measure(ctx context.Context, f func(i int) error) (throughput, error) {
	ctx, cancel := context.WithTimeout(ctx, 3500*time.Millisecond)
	defer cancel()
	var calls atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := f(int(calls.Add(1))); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	time.Sleep(500 * time.Millisecond)
	first, start, cpu := calls.Load(), time.Now(), parts.CPUTime()
	<-ctx.Done()
	n := calls.Load() - first
	t := throughput{perSecond: float64(n) / time.Since(start).Seconds(), cpu: (parts.CPUTime() - cpu) / time.Duration(max(n, 1))}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return throughput{}, *err
	}
	return t, nil
}

// yardstick measures a server of net/http that reads the body and says ok.
func yardstick(ctx context.Context) (throughput, error) {
	on, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return throughput{}, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "ok")
	})}
	go func() { _ = server.Serve(on) }()
	defer func() { _ = server.Close() }()
	c := newClient("http://"+on.Addr().String(), "")
	return measure(ctx, func(i int) error { return c.create(ctx, i) })
}

func quantile(times []time.Duration, q float64) time.Duration {
	slices.Sort(times)
	return times[int(q*float64(len(times)-1))]
}

func rounded(d time.Duration) time.Duration {
	if d > time.Second {
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(10 * time.Microsecond)
}
