package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// fakeList is a list of 63 customers in 13 pages of 5, in memory, oldest first: those on the first nine pages were created long
// ago, the others just now. Hooks make it change, lie and fail. It is for the virtual time of a test bubble.
type fakeList struct {
	rows   []fakeRow
	before func(walk, page int)                // changes the rows before an answer
	edit   func(walk, page int, s *fakePage)   // changes an answer
	reply  func(walk, page int) *http.Response // another answer, unless nil
	wait   time.Duration                       // for each answer

	mu               sync.Mutex
	descending       bool // newest first was asked for; otherwise such a request takes a snapshot
	walk             int
	requests         []string // queries
	running, busiest int      // requests at one time
}

type fakeRow struct {
	number int
	at     string // created_at as JSON
}

// fakePage is a page as it is sent.
type fakePage struct {
	date    string // the Date header, "" for none
	kind    string // the Content-Type
	status  int
	members map[string]any
	rows    []map[string]any
	body    func(honest string) string // the bytes in place of the honest ones
}

const (
	fakePageSize = 5
	fakeRows     = 63
	fakeLastPage = 13 // the last page
	fakeOldPages = 9  // the last page of old customers
)

func newFakeList() *fakeList {
	b := &fakeList{}
	for i := range fakeRows {
		age := 24*time.Hour - time.Duration(i)*time.Minute
		if i >= fakeOldPages*fakePageSize {
			age = time.Duration(fakeRows-i) * time.Second
		}
		b.rows = append(b.rows, fakeRow{i, quoted(time.Now().Add(-age))})
	}
	return b
}

func quoted(at time.Time) string {
	return strconv.Quote(at.UTC().Format("2006-01-02T15:04:05.000000Z"))
}

// add appends customers that are created now.
func (b *fakeList) add(n int) {
	for range n {
		b.rows = append(b.rows, fakeRow{len(b.rows) + 1000, quoted(time.Now())})
	}
}

func (b *fakeList) remove(i int) { b.rows = slices.Delete(b.rows, i, i+1) }

func (b *fakeList) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running++
	b.busiest = max(b.busiest, b.running)
	b.mu.Unlock()
	time.Sleep(b.wait)
	b.mu.Lock()
	b.running--
	b.requests = append(b.requests, r.URL.RawQuery)
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	snapshot := !b.descending && r.URL.Query().Get("sort_dir") == "desc"
	if page == 1 && !snapshot {
		b.walk++
	}
	if b.before != nil && !snapshot {
		b.before(b.walk, page)
	}
	if b.reply != nil {
		if resp := b.reply(b.walk, page); resp != nil {
			return resp, nil
		}
	}
	if snapshot {
		newest := clean(b)
		newest.rows = slices.Clone(b.rows)
		newest.reversed()
		return newest.fakePage(page).response(), nil
	}
	return b.fakePage(page).response(), nil
}

func (b *fakeList) fakePage(page int) *fakePage {
	s := &fakePage{
		date: time.Now().UTC().Format(http.TimeFormat), kind: "application/json", status: http.StatusOK,
		members: map[string]any{"page": page, "per_page": fakePageSize, "total": len(b.rows), "total_pages": 99},
	}
	for _, row := range b.rows[min((page-1)*fakePageSize, len(b.rows)):min(page*fakePageSize, len(b.rows))] {
		c := map[string]any{"id": idOf(row.number)}
		if row.at != "" {
			c["created_at"] = json.RawMessage(row.at)
		}
		s.rows = append(s.rows, c)
	}
	if b.edit != nil {
		b.edit(b.walk, page, s)
	}
	return s
}

func (s *fakePage) response() *http.Response {
	if s.rows == nil {
		s.rows = []map[string]any{}
	}
	s.members["customers"] = s.rows
	body, err := json.Marshal(s.members)
	if err != nil {
		panic(err)
	}
	text := string(body)
	if s.body != nil {
		text = s.body(text)
	}
	h := http.Header{}
	for name, value := range map[string]string{"Content-Type": s.kind, "Date": s.date} {
		if value != "" {
			h.Set(name, value)
		}
	}
	return &http.Response{StatusCode: s.status, Header: h, ContentLength: int64(len(text)), Body: io.NopCloser(strings.NewReader(text))}
}

// mode is a value of --consistency.
type mode string

const (
	fast     mode = "fast"
	scan     mode = "scan"
	verified mode = "verified"
)

func (m mode) set(p *client.Pager) { p.Sequential, p.Verified = m == scan, m == verified }

// outcome is the result of listing a fake list.
type outcome struct {
	numbers  []int
	report   client.WalkReport
	err      error
	warnings []string
}

// list reads a fake list. It fails the test when a customer comes twice, or when anything comes after an error.
func (b *fakeList) list(t *testing.T, mode mode, o client.ListOptions) outcome {
	t.Helper()
	var out outcome
	var mu sync.Mutex
	c := newClient(t, "https://api.example.com", withTransport(b), client.WithTrace(client.Trace{Warning: func(text string) {
		mu.Lock()
		defer mu.Unlock()
		out.warnings = append(out.warnings, text)
	}}))
	o.PerPage, b.descending = fakePageSize, o.SortDir == "desc"
	pager := c.Customers.Pager(o)
	mode.set(pager)
	for c, err := range pager.All(t.Context()) {
		if out.err != nil {
			t.Fatal("the walk went on after an error")
		}
		if out.err = err; err != nil {
			continue
		}
		var n int
		if _, err := fmt.Sscanf(c.ID, "%x-", &n); err != nil {
			t.Fatal(err)
		}
		if slices.Contains(out.numbers, n-1) {
			t.Errorf("customer %d came twice", n-1)
		}
		out.numbers = append(out.numbers, n-1)
	}
	out.report = pager.Report()
	incomplete, is := errors.AsType[*client.IncompleteError](out.err)
	switch {
	case out.report.Complete != (out.err == nil):
		t.Errorf("complete %v, and the error %v", out.report.Complete, out.err)
	case is && (len(incomplete.Reasons) == 0 || incomplete.Rows != len(out.numbers)):
		t.Errorf("%+v after %d customers", incomplete, len(out.numbers))
	case out.report.Rows != len(out.numbers):
		t.Errorf("%d customers reported, %d came", out.report.Rows, len(out.numbers))
	}
	return out
}
