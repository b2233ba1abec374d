package main

import (
	"context"
	"fmt"
	"os/exec"
	"time"

	"github.com/hydracore/hydractl/test/bench/parts"
)

// curlPages is how many pages curl and jq are given: they are slow, and no faster on a long list.
const curlPages = 100

// speed holds the throughput against the yardsticks, without latency. The best of three runs counts, on either side.
func (b bench) speed(ctx context.Context, pages int) error {
	return withServer(ctx, pages, 0, func(url string) error {
		bare, err := best(func() (usage, error) { return measure(b.part(ctx, "bare", url, pages), pages) })
		if err != nil {
			return err
		}
		b.line("bare net/http loop", bare, "yardstick")
		decode, err := best(func() (usage, error) { return measure(b.part(ctx, "decode", url, pages), pages) })
		if err != nil {
			return err
		}
		b.line("the same, encoding/json", decode, "yardstick")
		var curl usage
		if parts.Installed("curl") && parts.Installed("jq") {
			if curl, err = measure(curlLoop(ctx, url), curlPages); err != nil {
				return err
			}
			b.line("curl + jq", curl, "yardstick")
		}
		for _, f := range []struct{ name, target string }{
			{"jsonl", "<= 400us"}, {"csv", "<= 500us"}, {"json", ""}, {"id", ""},
		} {
			u, err := best(func() (usage, error) { return b.listing(ctx, url, pages, "-o", f.name) })
			if err != nil {
				return err
			}
			note := fmt.Sprintf("%.2f of the bare loop (jsonl: >= 0.4)", u.pagesPerSecond()/bare.pagesPerSecond())
			if curl.pages > 0 {
				note += fmt.Sprintf(", %.0f times curl + jq (jsonl: >= 15)", u.pagesPerSecond()/curl.pagesPerSecond())
			}
			b.line("list --all -o "+f.name, u, "%s %s", note, f.target)
		}
		return nil
	})
}

// latency compares reading ahead with reading page by page where each answer takes 50 ms.
func (b bench) latency(ctx context.Context) error {
	const pages, wait = 400, 50 * time.Millisecond
	return withServer(ctx, pages, wait, func(url string) error {
		scan, err := b.listing(ctx, url, pages, "-o", "jsonl", "--consistency", "scan")
		if err != nil {
			return err
		}
		b.line("scan, 50 ms a page", scan, "yardstick")
		fast, err := b.listing(ctx, url, pages, "-o", "jsonl")
		if err != nil {
			return err
		}
		b.line("fast, 50 ms a page", fast, "%.1f times as fast (>= 6)", fast.pagesPerSecond()/scan.pagesPerSecond())
		return nil
	})
}

// memory lists many customers in each format that needs none of them twice.
func (b bench) memory(ctx context.Context, pages int) error {
	return withServer(ctx, pages, 0, func(url string) error {
		for _, args := range [][]string{
			{"-o", "jsonl"}, {"-o", "csv"}, {"-o", "json"}, {"-o", "jsonl", "--sort-dir", "desc"}, {"-o", "id", "--consistency", "verified"},
		} {
			u, err := b.listing(ctx, url, pages, args...)
			if err != nil {
				return err
			}
			b.line(fmt.Sprint("list --all ", args), u, "<= 48 MiB")
		}
		return nil
	})
}

func (b bench) part(ctx context.Context, name, url string, pages int) *exec.Cmd {
	return parts.Self(ctx, "-part", name, "-url", url, "-pages", number(pages))
}

// best is the fastest of three runs, with the least CPU time of them.
func best(run func() (usage, error)) (usage, error) {
	fastest, err := run()
	for range 2 {
		if err != nil {
			return usage{}, err
		}
		var u usage
		u, err = run()
		cpu := min(u.cpu, fastest.cpu)
		if u.wall < fastest.wall {
			fastest = u
		}
		fastest.cpu = cpu
	}
	return fastest, err
}

func curlLoop(ctx context.Context, url string) *exec.Cmd {
	return exec.CommandContext(ctx, "sh", "-c", fmt.Sprintf(
		`p=1; while [ $p -le %d ]; do curl -sS -H "X-Api-Key: x" "%s/v1/customers?per_page=100&page=$p" | jq -c '.customers[]'; p=$((p+1)); done >/dev/null`,
		curlPages, url))
}
