package client_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// bomb is a gzip file of many mebibytes of zeros, 1000 times smaller than what it holds.
func bomb(t *testing.T, mebibytes int) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.Repeat(packed.Bytes(), mebibytes) // a gzip file may have any number of members (RFC 1952, 2.2)
}

// Not parallel: it measures the memory of the process.
func TestBody_GzipBombCostsLittleMemory(t *testing.T) {
	packed := bomb(t, 200)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(packed)
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := c.Customers.List(t.Context(), client.ListOptions{})
	runtime.ReadMemStats(&after)
	wantTransportError(t, err, "answer_too_large")
	if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 {
		t.Errorf("200 MiB in %d KiB took %d MiB", len(packed)>>10, used)
	}
}

func TestBody_GzipWithinCaps(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{0, 1, 100} {
		body := page(rows)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if got := r.Header.Get("Accept-Encoding"); got != "gzip" {
				t.Errorf("Accept-Encoding %q", got)
			}
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Type", "application/json")
			z := gzip.NewWriter(w)
			_, _ = io.WriteString(z, body)
			_ = z.Close()
		}))
		t.Cleanup(server.Close)
		got, err := newClient(t, server.URL).Customers.List(t.Context(), client.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Customers) != rows {
			t.Errorf("%d customers, want %d", len(got.Customers), rows)
		}
	}
}

func TestBody_UntrustedRefused(t *testing.T) {
	t.Parallel()
	packed := strings.SplitN(gzipped(page(3)), "\r\n\r\n", 2)[1]
	gz := func(body string) string {
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
	json := func(body string) string { return whole(200, "application/json", body) }
	big := `{"customers":[],"x":"` + strings.Repeat("x", 9<<20) + `"}`
	for name, test := range map[string]struct {
		reply string
		code  client.ErrorCode
	}{
		"gzip cut short":           {gz(packed[:len(packed)/2]), "bad_answer"},
		"gzip with a bad checksum": {gz(packed[:len(packed)-8] + "abcdefgh"), "bad_answer"},
		"gzip with a tail":         {gz(packed + "tail"), "bad_answer"},
		"gzip that is none":        {gz("hello"), "bad_answer"},
		"gzip of nothing":          {gz(""), "bad_answer"},
		"gzip twice":               {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 0\r\n\r\n", "bad_answer"},
		"deflate":                  {"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 0\r\n\r\n", "bad_answer"},
		"br":                       {"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n", "bad_answer"},
		"zstd":                     {"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 0\r\n\r\n", "bad_answer"},
		"9 MiB":                    {json(big), "answer_too_large"},
		"empty":                    {json(""), "bad_answer"},
		"blanks":                   {json(" \n "), "bad_answer"},
		"two values":               {json(emptyPage + emptyPage), "bad_answer"},
		"text":                     {json("Internal Server Error"), "bad_answer"},
		"HTML":                     {whole(200, "text/html", "<!doctype html><title>Portal</title>"), "bad_answer"},
		"list":                     {json("[]"), "bad_answer"},
		"null":                     {json("null"), "bad_answer"},
		"string":                   {json(`""`), "bad_answer"},
		"no customers":             {json("{}"), "bad_answer"},
		"customers null":           {json(`{"customers":null}`), "bad_answer"},
		"customers an object":      {json(`{"customers":{}}`), "bad_answer"},
		"a row that is null":       {json(`{"customers":[null]}`), "bad_answer"},
		"a row without id":         {json(`{"customers":[{}]}`), "bad_answer"},
		"a row with a nil id":      {json(`{"customers":[{"id":"00000000-0000-0000-0000-000000000000"}]}`), "bad_answer"},
		"braces that are none":     {json(`{"customers":[{"id":"x` + someID + `x"}]}`), "bad_answer"},
		"a number for a string":    {json(`{"customers":[{"id":"` + someID + `","email":5}]}`), "bad_answer"},
		"a count that is half":     {json(`{"customers":[{"id":"` + someID + `","instance_count":1.5}]}`), "bad_answer"},
		"a count in words":         {json(`{"customers":[{"id":"` + someID + `","instance_count":"five"}]}`), "bad_answer"},
		"a count out of range":     {json(`{"customers":[{"id":"` + someID + `","instance_count":1e30}]}`), "bad_answer"},
		"a name twice":             {json(`{"customers":[],"customers":[]}`), "bad_answer"},
		"a name twice, escaped":    {json(`{"customers":[],"c\u0075stomers":[]}`), "bad_answer"},
		"a name twice, deep down":  {json(`{"customers":[],"x":[{"a":1,"a":2}]}`), "bad_answer"},
		"65 levels":                {json(`{"customers":[],"x":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`), "bad_answer"},
		"100,000 levels":           {json(`{"customers":[],"x":` + strings.Repeat("[", 100_000)), "bad_answer"},
		"bad UTF-8":                {json(`{"customers":[],"x":"` + "\xc3\x28" + `"}`), "bad_answer"},
		"a surrogate alone":        {json(`{"customers":[],"x":"\ud800"}`), "bad_answer"},
		"UTF-16":                   {json(utf16le(emptyPage)), "bad_answer"},
		"two byte order marks":     {json("\ufeff\ufeff" + emptyPage), "bad_answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := serveWire(t, sendAndClose(test.reply))
			got, err := newClient(t, w.url, client.WithMaxRetries(0)).Customers.List(t.Context(), client.ListOptions{})
			wantTransportError(t, err, test.code)
			if got != nil {
				t.Errorf("got %v beside the error", got)
			}
		})
	}
}

func TestBody_64LevelsDeep(t *testing.T) {
	t.Parallel()
	// The page, the list, the record and its field are 4 levels.
	deep := strings.Repeat("[", 61) + strings.Repeat("]", 61)
	for level, want := range map[string]bool{deep: true, "[" + deep + "]": false} {
		w := serveWire(t, sendAndClose(whole(200, "application/json", `{"customers":[{"id":"`+someID+`","x":`+level+`}]}`)))
		_, err := newClient(t, w.url, client.WithMaxRetries(0)).Customers.List(t.Context(), client.ListOptions{})
		if (err == nil) != want {
			t.Errorf("%d levels: %v", 3+len(level)/2, err)
		}
	}
}

// A byte now and then keeps any per-read timer from firing; the deadline is for the whole answer.
func TestBody_TricklingEndsAtDeadline(t *testing.T) {
	t.Parallel()
	for method, do := range readAndWrite() {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			w := serveWire(t, func(c net.Conn, _ int) bool {
				_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
				tick := time.NewTicker(shortTimeout / 10)
				defer tick.Stop()
				for err == nil {
					<-tick.C
					_, err = io.WriteString(c, " ")
				}
				return false
			})
			err := do(t.Context(), newClient(t, w.url, client.WithMaxRetries(0), client.WithAttemptTimeout(shortTimeout)))
			te := wantTransportError(t, err, "timeout")
			if te.Status != http.StatusOK || te.MaybeApplied != (method == http.MethodPost) {
				t.Errorf("%+v", te)
			}
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v is no context.DeadlineExceeded", err)
			}
		})
	}
}

func TestBody_TooLargeNotRepeated(t *testing.T) {
	t.Parallel()
	w := serveWire(t, sendForEver("HTTP/1.1 200 OK\r\nX-Request-Id: r-1\r\n\r\n", strings.Repeat(" ", 64<<10)))
	_, err := newClient(t, w.url).Customers.Get(t.Context(), someID)
	te := wantTransportError(t, err, "answer_too_large")
	if te.Status != http.StatusOK || te.RequestID != "r-1" {
		t.Errorf("%+v", te)
	}
	if n := len(w.seen()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// page is a list of n customers like those of a real tenant.
func page(n int) string {
	var b strings.Builder
	b.WriteString(`{"customers":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"active_subscription_count":%d,"company_name":"Company %d, Inc.","country_code":"DE",`+
			`"created_at":"2024-03-0%dT10:%02d:%02d.123456Z","currency":"EUR","email":"user%d@example.com",`+
			`"id":"%08x-6276-4993-bfeb-53cbbbba6f08","instance_count":%d,"latest_subscription_status":"active",`+
			`"running_instance_count":%d,"subscription_count":2,"timezone":"Europe/Berlin"}`,
			i%3, i, 1+i%9, i%60, i%60, i, i+1, i%7, i%5)
	}
	fmt.Fprintf(&b, `],"page":1,"per_page":100,"total":%d,"total_pages":1}`, n)
	return b.String()
}
