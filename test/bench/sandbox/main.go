// Command sandbox measures the embedded sandbox over loopback HTTP and prints a table: how long it takes to open and to
// seed, creates and pages per second, and what a page costs with 1,000 and with 100,000 customers. The yardstick is a
// server of net/http that does nothing, on the same machine at the same time.
//
//	go run ./test/bench/sandbox
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

// run measures everything in a folder that is removed afterwards.
func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "sandbox-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer func() { _ = table.Flush() }()
	fmt.Fprintln(table, "WHAT\tMEASURED\tTARGET")
	small, large := filepath.Join(dir, "small.db"), filepath.Join(dir, "large.db")
	if err := openings(ctx, table, small, large); err != nil {
		return err
	}
	if err := requests(ctx, table, large); err != nil {
		return err
	}
	return pages(ctx, table, small, large)
}

// openings measures seeding, and opening what is there.
func openings(ctx context.Context, table *tabwriter.Writer, small, large string) error {
	start := time.Now()
	if err := sandbox.Reset(small, 1_000); err != nil {
		return err
	}
	fmt.Fprintf(table, "seed 1,000 customers\t%s\t\n", rounded(time.Since(start)))
	start = time.Now()
	if err := sandbox.Reset(large, 100_000); err != nil {
		return err
	}
	fmt.Fprintf(table, "seed 100,000 customers\t%s\t<= 10 s\n", rounded(time.Since(start)))
	for _, path := range []string{small, large} {
		var opened, closed []time.Duration
		for range 20 {
			start := time.Now()
			s, err := sandbox.Start(ctx, sandbox.Options{DB: path})
			if err != nil {
				return err
			}
			opened = append(opened, time.Since(start))
			start = time.Now()
			if err := s.Close(); err != nil {
				return err
			}
			closed = append(closed, time.Since(start))
		}
		fmt.Fprintf(table, "start on %s\t%s median\ta few ms\n", filepath.Base(path), rounded(quantile(opened, 0.5)))
		fmt.Fprintf(table, "close %s\t%s median\t\n", filepath.Base(path), rounded(quantile(closed, 0.5)))
	}
	return nil
}

// requests measures the server under eight clients, beside a server that does nothing.
func requests(ctx context.Context, table *tabwriter.Writer, large string) error {
	idle, err := yardstick(ctx)
	if err != nil {
		return err
	}
	s, err := sandbox.Start(ctx, sandbox.Options{DB: large})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	c := newClient(s.URL(), s.Key())
	creates, err := measure(ctx, func(i int) error { return c.create(ctx, i) })
	if err != nil {
		return err
	}
	if err := c.list(ctx, ""); err != nil { // reads the customers in
		return err
	}
	lists, err := measure(ctx, func(i int) error { return c.list(ctx, fmt.Sprintf("per_page=100&page=%d", 1+i*7919%1000)) })
	if err != nil {
		return err
	}
	fmt.Fprintf(table, "a server that does nothing (yardstick)\t%s\t\n", idle)
	fmt.Fprintf(table, "creates, 8 clients\t%s, %.2f of the yardstick\t>= 3000/s\n", creates, creates.perSecond/idle.perSecond)
	fmt.Fprintf(table, "list pages of 100 rows, 100,000 customers\t%s, %.2f of the yardstick\t>= 300/s\n", lists, lists.perSecond/idle.perSecond)
	return nil
}

// pages measures single list requests, one after another, on both databases in turn.
func pages(ctx context.Context, table *tabwriter.Writer, small, large string) error {
	for _, query := range []struct{ name, query string }{
		{"newest first", "page=%d"},
		{"by email", "sort_by=email&sort_dir=asc&page=%d"},
		{"search of one address", "search=weber4%d%%40example.com"},
		{"search that finds one in five", "search=example.org&page=%d"},
	} {
		var p50, p99 [2]time.Duration
		for i, path := range []string{small, large} {
			times, err := timed(ctx, path, query.query, []int{10, 1000}[i])
			if err != nil {
				return err
			}
			p50[i], p99[i] = quantile(times, 0.5), quantile(times, 0.99)
		}
		fmt.Fprintf(table, "page, %s: p50 at 1,000 / 100,000\t%s / %s\t\n", query.name, rounded(p50[0]), rounded(p50[1]))
		fmt.Fprintf(table, "page, %s: p99 at 1,000 / 100,000\t%s / %s = %.1f times\t<= 3 times\n", query.name,
			rounded(p99[0]), rounded(p99[1]), float64(p99[1])/float64(p99[0]))
	}
	return nil
}

func timed(ctx context.Context, path, query string, pages int) ([]time.Duration, error) {
	s, err := sandbox.Start(ctx, sandbox.Options{DB: path})
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	c := newClient(s.URL(), s.Key())
	var times []time.Duration
	for i := range 1010 {
		start := time.Now()
		if err := c.list(ctx, "per_page=100&"+fmt.Sprintf(query, 1+i*7919%pages)); err != nil {
			return nil, err
		}
		if i >= 10 { // the first ones read the database in
			times = append(times, time.Since(start))
		}
	}
	return times, nil
}
