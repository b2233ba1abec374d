package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hydracore/hydractl/test/bench/parts"
)

const (
	pageSize = 100
	// keptPages is how many pages the server makes beforehand; longer lists are made page by page.
	keptPages = 2000
)

// serve answers with the pages of a list, oldest customer first, until stdin ends. The path's first part is how long an
// answer takes.
func serve(pages int) error {
	var kept [][]byte
	for n := 1; n <= pages+1 && pages <= keptPages; n++ {
		kept = append(kept, page(n, pages))
	}
	return parts.Serve(func(w http.ResponseWriter, r *http.Request) {
		wait, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if d, err := time.ParseDuration(wait); err == nil && d > 0 {
			time.Sleep(d)
		}
		n, _ := strconv.Atoi(r.URL.Query().Get("page"))
		n = max(n, 1)
		var body []byte
		if n >= 1 && n <= len(kept) {
			body = kept[n-1]
		} else {
			body = page(n, pages)
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body))) // as uvicorn does
		_, _ = w.Write(body)
	})
}

// page is one page of a list of so many, as FastAPI writes it: about 36 KB, and an empty one after the last.
func page(n, pages int) []byte {
	body := []byte(`{"customers":[`)
	for i := range pageSize {
		if n > pages {
			break
		}
		if i > 0 {
			body = append(body, ',')
		}
		body = customer(body, (n-1)*pageSize+i)
	}
	return fmt.Appendf(body, `],"page":%d,"per_page":%d,"total":%d,"total_pages":%d}`, n, pageSize, pages*pageSize, pages)
}

func customer(b []byte, n int) []byte {
	company, status := `"Company `+strconv.Itoa(n)+` Ltd"`, `"active"`
	switch n % 5 {
	case 0:
		company = `"Wöhler & Söhne, Inc."`
	case 1:
		company, status = "null", "null"
	}
	at := time.Date(2020, 1, 1, 0, 0, n, n%1_000_000*1000, time.UTC).Format("2006-01-02T15:04:05.000000Z")
	return fmt.Appendf(b, `{"active_subscription_count":%d,"company_name":%s,"country_code":"DE","created_at":"%s","currency":"EUR",`+
		`"email":"customer%d@example.com","id":"%08x-6276-4993-bfeb-53cbbbba6f08","instance_count":%d,`+
		`"latest_subscription_status":%s,"running_instance_count":%d,"subscription_count":2,"timezone":"Europe/Berlin"}`,
		n%3, company, at, n, n+1, n%70, status, n%5)
}

// withServer runs a server in a process of its own.
func withServer(ctx context.Context, pages int, wait time.Duration, f func(url string) error) error {
	server := parts.Self(ctx, "-part", "server", "-pages", number(pages))
	return parts.WithServer(server, func(url string) error { return f(url + "/" + wait.String()) })
}

// loop reads every page, one after another, and does nothing with it but to decode it if asked.
func loop(ctx context.Context, url string, pages int, decode bool) error {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	for n := 1; n <= pages; n++ {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/v1/customers?per_page=%d&page=%d", url, pageSize, n), http.NoBody)
		if err != nil {
			return err
		}
		resp, err := client.Do(r)
		if err != nil {
			return err
		}
		if decode {
			var list struct{ Customers []map[string]any }
			err = json.NewDecoder(resp.Body).Decode(&list)
		} else {
			_, err = io.Copy(io.Discard, resp.Body)
		}
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			return err
		}
	}
	return nil
}
