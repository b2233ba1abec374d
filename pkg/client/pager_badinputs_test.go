package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// ending is what a listing must come to.
type ending int

const (
	asWanted ending = iota
	complete
	warned // complete, with a warning
	incomplete
	failed // with a *TransportError: exit 10
)

// bad is an answer that no list should have: a row of the table of bad inputs.
type bad struct {
	edit func(s *fakePage)
	want ending
	once bool // only the first answer for the page
	// again is what it comes to in another walk, where the first one has found all customers; as want by default.
	again ending
}

// place is where it happens.
type place struct{ walk, page int }

func places() map[string]place {
	return map[string]place{
		"first page": {1, 1}, "checked page": {1, 4}, "page of the tail": {1, 11}, "last page": {1, fakeLastPage},
		"checked page of another walk": {2, 4}, "last page of another walk": {2, fakeLastPage},
	}
}

func badAnswers() map[string]bad {
	says := func(text string) func(*fakePage) {
		return func(s *fakePage) { s.body = func(string) string { return text } }
	}
	member := func(name string, value any) func(*fakePage) { return func(s *fakePage) { s.members[name] = value } }
	field := func(name, value string) func(*fakePage) {
		return func(s *fakePage) { s.rows[1][name] = json.RawMessage(value) }
	}
	status := func(n int) func(*fakePage) { return func(s *fakePage) { s.status = n } }
	cut := func(s *fakePage) { s.body = func(text string) string { return text[:len(text)-7] } }
	noRows := func(s *fakePage) { s.rows = nil }
	table := map[string]bad{
		"75 cut short":            {edit: cut, want: failed},
		"75 cut short once":       {edit: cut, want: complete, once: true},
		"76 HTML":                 {edit: func(s *fakePage) { s.kind = "text/html"; says("<html>Log in</html>")(s) }, want: failed},
		"76 HTML once":            {edit: func(s *fakePage) { s.kind = "text/html"; says("<html>Log in</html>")(s) }, want: complete, once: true},
		"77 JSON as HTML":         {edit: func(s *fakePage) { s.kind = "text/html" }, want: warned},
		"77 JSON without a label": {edit: func(s *fakePage) { s.kind = "" }, want: warned},
		"80 one id twice":         {edit: func(s *fakePage) { s.rows[1]["id"] = s.rows[0]["id"] }, want: failed},
		"80 one id twice, once":   {edit: func(s *fakePage) { s.rows[1]["id"] = s.rows[0]["id"] }, want: complete, once: true},
		"82 null in fields": {edit: func(s *fakePage) {
			for _, name := range fieldNames() {
				s.rows[1][name] = nil
			}
		}, want: complete},
		"83 unknown fields":           {edit: field("new", `{"deep":[1]}`), want: complete},
		"84 a count with a fraction":  {edit: field("instance_count", "5.5"), want: failed},
		"86 total_pages too low":      {edit: member("total_pages", 1), want: complete},
		"86 total_pages too high":     {edit: member("total_pages", json.RawMessage("1e300")), want: warned},
		"87 a row of the page before": {edit: func(s *fakePage) { s.rows = append([]map[string]any{{"id": idOf(0)}}, s.rows[min(1, len(s.rows)):]...) }, want: incomplete, again: complete},
		"88 more rows than exist": {edit: func(s *fakePage) {
			s.rows = append(s.rows, map[string]any{"id": idOf(999)})
			s.rows = append(s.rows, map[string]any{"id": idOf(998)}, map[string]any{"id": idOf(997)})
		}, want: incomplete},
		"89 no rows":                   {edit: noRows, want: incomplete},
		"89 no rows, once":             {edit: noRows, want: complete, once: true},
		"90 another page's number":     {edit: member("page", 7), want: incomplete},
		"90 another page size":         {edit: member("per_page", 50), want: incomplete},
		"92 204":                       {edit: func(s *fakePage) { s.status = http.StatusNoContent; says("")(s) }, want: failed},
		"93 206 with half of the page": {edit: func(s *fakePage) { s.status = http.StatusPartialContent; cut(s) }, want: failed},
		"113 broken UTF-8":             {edit: says("{\"customers\":[],\"x\":\"\xff\"}"), want: failed},
		"114 a name twice":             {edit: says(`{"customers":[],"total":0,"total":0}`), want: failed},
	}
	for _, text := range []string{"[]", "null", `""`, "{}", ""} {
		table["78 "+text] = bad{edit: says(text), want: failed}
	}
	for _, id := range []string{"null", `"string"`, `"497f6eca"`, `"00000000-0000-0000-0000-000000000000"`, "7"} {
		table["79 the id "+id] = bad{edit: field("id", id), want: failed}
	}
	for _, count := range []string{`"5"`, "5.0", "1e3"} {
		table["84 a count as "+count] = bad{edit: field("instance_count", count), want: complete}
	}
	for _, total := range []string{"-1", "1e30", "0", "null", "2"} {
		table["85 the total "+total] = bad{edit: member("total", json.RawMessage(total)), want: incomplete}
	}
	table["91 created_at without a zone"] = bad{want: complete, edit: func(s *fakePage) {
		for _, row := range s.rows {
			at, _ := row["created_at"].(json.RawMessage)
			row["created_at"] = json.RawMessage(strings.Replace(string(at), "Z", "", 1))
		}
	}}
	for _, at := range []string{`""`, `"yesterday"`, `"0000-01-01T00:00:00Z"`, `"99999-01-01T00:00:00Z"`, "7", "null"} {
		table["91 created_at "+at] = bad{edit: func(s *fakePage) { s.rows[len(s.rows)-1]["created_at"] = json.RawMessage(at) }, want: complete}
	}
	for _, n := range []int{202, 206, 226, 299} {
		table[fmt.Sprintf("93 status %d", n)] = bad{edit: status(n), want: complete}
	}
	return table
}

func fieldNames() []string {
	return []string{"email", "company_name", "country_code", "created_at", "currency", "instance_count", "latest_subscription_status", "timezone"}
}

func TestPager_BadAnswers(t *testing.T) {
	t.Parallel()
	for name, bad := range badAnswers() {
		for where, at := range places() {
			if strings.HasPrefix(name, "87") && at.page == 1 {
				continue // there is no page before
			}
			if name == "89 no rows" && at == (place{2, fakeLastPage}) {
				continue // the first walk has found everybody, and this one ends a page earlier
			}
			t.Run(name+"/"+where, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { bad.check(t, at) })
			})
		}
	}
}

func (bad bad) check(t *testing.T, at place) {
	b, answers := newFakeList(), 0
	b.edit = func(walk, page int, s *fakePage) {
		if at.walk == 2 && walk == 1 && page == 12 {
			s.members["page"] = 7 // so that there is another walk
		}
		if page != at.page || walk < at.walk {
			return
		}
		if answers++; answers == 1 || !bad.once {
			bad.edit(s)
		}
	}
	got := b.list(t, fast, client.ListOptions{})
	want := bad.want
	if at.walk == 2 && bad.again != asWanted {
		want = bad.again
	}
	_, transport := errors.AsType[*client.TransportError](got.err)
	_, drifted := errors.AsType[*client.IncompleteError](got.err)
	switch want {
	case complete, warned:
		if got.err != nil || len(got.numbers) != fakeRows {
			t.Errorf("%d customers, %v", len(got.numbers), got.err)
		}
		if want == warned && len(got.warnings) == 0 {
			t.Error("no warning")
		}
	case incomplete:
		if !drifted {
			t.Errorf("the error is %v", got.err)
		}
	case failed:
		if !transport {
			t.Errorf("the error is %v", got.err)
		}
	}
}

func TestPager_FailedPageEndsWalk(t *testing.T) {
	t.Parallel()
	refusal := func(status int) func() *http.Response {
		return func() *http.Response {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("no"))}
		}
	}
	lost := func() *http.Response {
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: -1,
			Body: io.NopCloser(io.MultiReader(strings.NewReader(`{"customers":[`), iotest.ErrReader(io.ErrUnexpectedEOF))),
		}
	}
	for name, reply := range map[string]func() *http.Response{"500": refusal(500), "403": refusal(403), "404": refusal(404), "cut": lost} { //nolint:bodyclose // the client does it
		for where, at := range places() {
			t.Run(name+"/"+where, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					b := newFakeList()
					b.edit = func(walk, page int, s *fakePage) {
						if walk < at.walk && page == 12 {
							s.members["page"] = 7
						}
					}
					b.reply = func(walk, page int) *http.Response {
						if walk < at.walk || page != at.page {
							return nil
						}
						return reply()
					}
					got := b.list(t, fast, client.ListOptions{})
					if _, drifted := errors.AsType[*client.IncompleteError](got.err); got.err == nil || drifted {
						t.Errorf("the error is %v", got.err)
					}
				})
			})
		}
	}
}

func TestPager_RateLimitEndsReadAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newFakeList()
		b.wait = time.Millisecond
		next := time.Now() // a request a second
		b.reply = func(int, int) *http.Response {
			if time.Now().Before(next) {
				return &http.Response{
					StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}, Body: io.NopCloser(strings.NewReader(`{"detail":"slow down"}`)),
				}
			}
			next = time.Now().Add(time.Second)
			return nil
		}
		got := b.list(t, fast, client.ListOptions{})
		if got.err != nil || len(got.numbers) != fakeRows {
			t.Errorf("%d customers, %v", len(got.numbers), got.err)
		}
		if n := len(b.requests); n > 8+2*(fakeLastPage+4) {
			t.Errorf("%d requests for %d pages", n, fakeLastPage)
		}
	})
}

func TestPager_ReadAheadWaitsForRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newFakeList()
		b.wait = time.Millisecond
		var refused, again time.Time
		b.reply = func(_, page int) *http.Response {
			switch {
			case page != 5:
				return nil
			case refused.IsZero():
				refused = time.Now()
				return &http.Response{
					StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"3"}}, Body: io.NopCloser(strings.NewReader(`{}`)),
				}
			}
			again = time.Now()
			return nil
		}
		got := b.list(t, fast, client.ListOptions{})
		if waited := again.Sub(refused); got.err != nil || waited < 3*time.Second || waited > 4*time.Second {
			t.Errorf("asked again after %v, %v", waited, got.err)
		}
	})
}

func TestPager_ServerRefusesOrder(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnprocessableEntity, http.StatusBadRequest} {
		synctest.Test(t, func(t *testing.T) {
			b := newFakeList()
			b.reversed()
			b.reply = func(int, int) *http.Response {
				if strings.Contains(b.requests[len(b.requests)-1], "sort_") {
					return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"detail":"sort_dir"}`))}
				}
				return nil
			}
			got := b.list(t, fast, client.ListOptions{})
			if got.err != nil || len(got.numbers) != fakeRows || got.report.Sorted || b.busiest > 1 {
				t.Errorf("%d customers, %+v, %v", len(got.numbers), got.report, got.err)
			}
			if got := b.list(t, fast, client.ListOptions{SortBy: "created_at", SortDir: "asc"}); got.err == nil {
				t.Error("an order that was asked for is not the pager's to change")
			}
		})
	}
}

func TestPager_ReportsOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newFakeList()
		if got := b.list(t, fast, client.ListOptions{}); !got.report.Sorted {
			t.Error("oldest first is not reported")
		}
		b.reversed()
		if got := b.list(t, fast, client.ListOptions{}); got.report.Sorted {
			t.Error("oldest first is reported of a list that is newest first")
		}
	})
}

func TestPager_TiesFoundInSeveralWalks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newFakeList()
		b.edit = func(walk, page int, s *fakePage) {
			if page == 11 && walk <= 2 { // one of page 12 takes the place of one of page 11: which one differs
				s.rows[walk] = clean(b).fakePage(12).rows[walk]
			}
		}
		got := b.list(t, scan, client.ListOptions{})
		if got.err != nil || len(got.numbers) != fakeRows || got.report.Walks != 2 {
			t.Errorf("%d customers in %d walks, %v", len(got.numbers), got.report.Walks, got.err)
		}
	})
}

// A page of customers without a creation time looks as if more new ones followed.
func TestPager_SamePageForEver(t *testing.T) {
	t.Parallel()
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests++; requests > 100 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"customers":[{"id":"497f6eca-6276-4993-bfeb-53cbbbba6f08"}],"page":1,"per_page":100,"total":3,"total_pages":1}`)
	}))
	defer server.Close()
	c, err := client.New(server.URL, client.WithAPIKey("hc_test_0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	var last error
	for _, err := range c.Customers.All(t.Context(), client.ListOptions{}) {
		if last = err; err == nil {
			rows++
		}
	}
	if _, incomplete := errors.AsType[*client.IncompleteError](last); !incomplete || rows != 1 || requests > 30 {
		t.Errorf("%d customers, %d requests: %v", rows, requests, last)
	}
}
