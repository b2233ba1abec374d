package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/pkg/client"
)

// tenant is a list server over numbered customers; its hooks make it lie.
type tenant struct {
	size     int                                      // customers
	start    time.Time                                // created_at of the first one, a second before that of the next; 2020 when zero
	pad      int                                      // bytes of a further member of each customer
	maxPage  int                                      // the server's own cap of per_page
	fixed    int                                      // the server's page size, whatever is asked for
	total    func(page int) string                    // JSON, the size unless set
	echo     func(page, perPage int) (int, int)       // page and per_page in the answer
	rows     func(page int, honest []int) []int       // numbers of the customers
	fail     func(page int) (status int, body string) // another answer, unless the status is 0
	requests atomic.Int32
	mu       sync.Mutex
	queries  []url.Values
}

func (s *tenant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	q := r.URL.Query()
	s.mu.Lock()
	s.queries = append(s.queries, q)
	s.mu.Unlock()
	page, _ := strconv.Atoi(q.Get("page"))
	perPage, _ := strconv.Atoi(q.Get("per_page"))
	if s.maxPage > 0 {
		perPage = min(perPage, s.maxPage)
	}
	if s.fixed > 0 {
		perPage = s.fixed
	}
	var honest []int
	for i := (page - 1) * perPage; i < min(page*perPage, s.size); i++ {
		honest = append(honest, i)
	}
	snapshot := q.Get("sort_dir") == "desc" && q.Get("search") == ""
	if snapshot { // the newest customers
		honest = nil
		for i := s.size - 1 - (page-1)*perPage; i >= max(0, s.size-page*perPage); i-- {
			honest = append(honest, i)
		}
	}
	if s.rows != nil && !snapshot {
		honest = s.rows(page, honest)
	}
	w.Header().Set("Content-Type", "application/json")
	if s.fail != nil && !snapshot {
		if status, body := s.fail(page); status != 0 {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
			return
		}
	}
	total := strconv.Itoa(s.size)
	if s.total != nil && !snapshot {
		total = s.total(page)
	}
	if s.echo != nil && !snapshot {
		page, perPage = s.echo(page, perPage)
	}
	start := s.start
	if start.IsZero() {
		start = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	var rows []string
	for _, n := range honest {
		at := start.Add(time.Duration(n) * time.Second).Format(time.RFC3339)
		rows = append(rows, fmt.Sprintf(`{"id":%q,"email":"user%d@example.com","created_at":%q,"pad":%q}`, idOf(n), n, at, strings.Repeat("x", s.pad)))
	}
	fmt.Fprintf(w, `{"customers":[%s],"page":%d,"per_page":%d,"total":%s,"total_pages":99}`, strings.Join(rows, ","), page, perPage, total)
}

func idOf(n int) string { return fmt.Sprintf("%08x-6276-4993-bfeb-53cbbbba6f08", n+1) }

// walk lists everything and gives the customers' numbers in the order in which they came.
func walk(t *testing.T, s *tenant, o client.ListOptions) ([]int, client.WalkReport, error) {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	pager := newClient(t, server.URL, client.WithMaxRetries(0)).Customers.Pager(o)
	pager.Sequential = true // so that the requests can be counted
	var got []int
	var last error
	for c, err := range pager.All(t.Context()) {
		if last != nil {
			t.Fatal("the walk went on after an error")
		}
		if last = err; err != nil {
			continue
		}
		var n int
		if _, err := fmt.Sscanf(c.ID, "%x-", &n); err != nil {
			t.Fatal(err)
		}
		got = append(got, n-1)
	}
	return got, pager.Report(), last
}

func upTo(n int) []int {
	var numbers []int
	for i := range n {
		numbers = append(numbers, i)
	}
	return numbers
}

func TestPager_EveryCustomerOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tenant   *tenant
		perPage  int
		rows     int
		requests int
		drift    int // reasons against completeness
	}{
		"none":                      {&tenant{size: 0}, 0, 0, 1, 0},
		"one":                       {&tenant{size: 1}, 0, 1, 1, 0},
		"a page less one":           {&tenant{size: 99}, 0, 99, 1, 0},
		"a page":                    {&tenant{size: 100}, 0, 100, 3, 0},
		"a page and one":            {&tenant{size: 101}, 0, 101, 3, 0},
		"254":                       {&tenant{size: 254}, 0, 254, 4, 0},
		"254 in pages of 20":        {&tenant{size: 254}, 20, 254, 14, 0},
		"pages of one":              {&tenant{size: 3}, 1, 3, 5, 0},
		"a cap of the server":       {&tenant{size: 120, maxPage: 50}, 100, 120, 4, 0},
		"20 whatever is asked for":  {&tenant{size: 254, maxPage: 20, echo: func(p, _ int) (int, int) { return p, 100 }}, 100, 254, 14, 0},
		"1,000 whatever is asked":   {&tenant{size: 2500, fixed: 1000}, 100, 2500, 4, 0},
		"1,000, and no more exist":  {&tenant{size: 1000, fixed: 1000}, 100, 1000, 3, 0},
		"the same page for ever":    {&tenant{size: 254, rows: func(int, []int) []int { return upTo(100) }}, 0, 100, 13, 4},
		"pages overlap":             {&tenant{size: 7, rows: overlap}, 3, 7, 8, 0},
		"an empty page in between":  {&tenant{size: 254, rows: emptyAt(2)}, 0, 154, 17, 2},
		"the total is unknown":      {&tenant{size: 5, total: says("-1")}, 2, 5, 4, 1},
		"the total is absurd":       {&tenant{size: 5, total: says("1e30")}, 2, 5, 4, 1},
		"the total is too large":    {&tenant{size: 5, total: says("9")}, 2, 5, 29, 3},
		"the total is too small":    {&tenant{size: 5, total: says("1")}, 2, 5, 16, 1},
		"the total is 0":            {&tenant{size: 5, total: says("0")}, 2, 5, 16, 1},
		"the total falls":           {&tenant{size: 5, total: falls}, 2, 5, 13, 2},
		"the total grows":           {&tenant{size: 5, total: grows}, 2, 5, 4, 0},
		"another page in the echo":  {&tenant{size: 8, echo: func(_, n int) (int, int) { return 7, n }}, 5, 8, 9, 2},
		"another size in the echo":  {&tenant{size: 8, echo: func(p, _ int) (int, int) { return p, 7 }}, 5, 8, 3, 0},
		"more rows than asked for":  {&tenant{size: 7, rows: func(page int, _ []int) []int { return upTo(7)[:7*max(2-page, 0)] }}, 3, 7, 3, 0},
		"every page holds them all": {&tenant{size: 7, rows: func(int, []int) []int { return upTo(7) }}, 3, 7, 13, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, report, err := walk(t, test.tenant, client.ListOptions{PerPage: test.perPage})
			seen := map[int]bool{}
			for _, n := range got {
				if seen[n] {
					t.Errorf("customer %d came twice", n)
				}
				seen[n] = true
			}
			if len(got) != test.rows || report.Rows != test.rows {
				t.Errorf("%d customers, reported %d, want %d", len(got), report.Rows, test.rows)
			}
			if n := int(test.tenant.requests.Load()); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
			if len(report.Drift) != test.drift || report.Complete != (test.drift == 0) {
				t.Errorf("complete %v, drift %q, want %d reasons", report.Complete, report.Drift, test.drift)
			}
			incomplete, is := errors.AsType[*client.IncompleteError](err)
			if is != (test.drift > 0) || (err != nil && !is) {
				t.Errorf("error %v", err)
			}
			if is && (incomplete.Rows != test.rows || incomplete.Total != report.Total || len(incomplete.Reasons) != test.drift) {
				t.Errorf("%+v", incomplete)
			}
		})
	}
}

func says(total string) func(int) string { return func(int) string { return total } }

func falls(page int) string { return strconv.Itoa(8 - page) }

func grows(page int) string { return strconv.Itoa(2 + page) }

func emptyAt(page int) func(int, []int) []int {
	return func(p int, honest []int) []int {
		if p == page {
			return nil
		}
		return honest
	}
}

// overlap moves every page one row back, as an insert before it does.
func overlap(page int, _ []int) []int {
	from := (page - 1) * 2
	return upTo(7)[min(from, 7):min(from+3, 7)]
}

func TestPager_SameQueryForEveryPage(t *testing.T) {
	t.Parallel()
	s := &tenant{size: 5}
	o := client.ListOptions{Page: 7, PerPage: 2, Search: "a+b@example.com & co", SortBy: "email", SortDir: "asc"}
	if _, _, err := walk(t, s, o); err != nil {
		t.Fatal(err)
	}
	for i, q := range s.queries[1:] { // the first one takes the snapshot
		want := url.Values{
			"page": {strconv.Itoa(i + 1)}, "per_page": {"2"}, "search": {"a+b@example.com & co"}, "sort_by": {"email"}, "sort_dir": {"asc"},
		}
		if diff := cmp.Diff(want, q); diff != "" {
			t.Errorf("request %d: %s", i+1, diff)
		}
	}
}

func TestPager_EndsWithFailedPage(t *testing.T) {
	t.Parallel()
	s := &tenant{size: 254, fail: func(page int) (int, string) {
		if page == 2 {
			return 500, "oops"
		}
		return 0, ""
	}}
	got, report, err := walk(t, s, client.ListOptions{})
	wantError(t, err, "server_error")
	if len(got) != 100 || report.Complete {
		t.Errorf("%d customers, complete %v", len(got), report.Complete)
	}
}

func TestPager_BreakReadsNoFurther(t *testing.T) {
	t.Parallel()
	s := &tenant{size: 254}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	pager := newClient(t, server.URL).Customers.Pager(client.ListOptions{})
	rows := 0
	for _, err := range pager.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if rows++; rows == 100 {
			break
		}
	}
	if report := pager.Report(); report.Complete || report.Rows != 100 || s.requests.Load() != 2 { // the snapshot and a page
		t.Errorf("%+v after %d requests", report, s.requests.Load())
	}
}

func TestFindByEmail(t *testing.T) {
	t.Parallel()
	broken := func(at int) func(int) (int, string) {
		return func(page int) (int, string) {
			if page == at {
				return 503, ""
			}
			return 0, ""
		}
	}
	for name, test := range map[string]struct {
		tenant *tenant
		email  string
		found  int
		ok     bool
	}{
		"one":                      {&tenant{size: 254}, "user7@example.com", 1, true},
		"in another spelling":      {&tenant{size: 254}, "  USER253@Example.COM ", 1, true},
		"none":                     {&tenant{size: 254}, "user999@example.com", 0, true},
		"a part of an address":     {&tenant{size: 254}, "user7@example", 0, true},
		"none among many new ones": {&tenant{size: 254, start: time.Now().UTC().Add(-5 * time.Minute)}, "user999@example.com", 0, true},
		"none, the listing drifts": {&tenant{size: 254, total: says("300")}, "user999@example.com", 0, false},
		"one, the listing drifts":  {&tenant{size: 254, total: says("300")}, "user7@example.com", 1, true},
		"none, and then a failure": {&tenant{size: 254, fail: broken(2)}, "user200@example.com", 0, false},
		"one, and then a failure":  {&tenant{size: 254, fail: broken(2)}, "user7@example.com", 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(test.tenant)
			t.Cleanup(server.Close)
			found, err := newClient(t, server.URL, client.WithMaxRetries(0)).Customers.FindByEmail(t.Context(), test.email)
			if len(found) != test.found || (err == nil) != test.ok {
				t.Errorf("found %d, %v", len(found), err)
			}
			q := test.tenant.queries[0]
			want := url.Values{
				"page": {"1"}, "per_page": {"100"}, "search": {strings.TrimSpace(test.email)}, "sort_by": {"created_at"}, "sort_dir": {"desc"},
			}
			if diff := cmp.Diff(want, q); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAll_RangesAgain(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&tenant{size: 254})
	t.Cleanup(server.Close)
	all := newClient(t, server.URL).Customers.All(t.Context(), client.ListOptions{})
	for range 2 {
		rows := 0
		for _, err := range all {
			if err != nil {
				t.Fatal(err)
			}
			rows++
		}
		if rows != 254 {
			t.Errorf("%d customers", rows)
		}
	}
}

func TestPager_UsedTwiceFails(t *testing.T) {
	t.Parallel()
	s := &tenant{size: 3}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	pager := newClient(t, server.URL).Customers.Pager(client.ListOptions{})
	for range pager.All(t.Context()) {
		break
	}
	requests, values := s.requests.Load(), 0
	for c, err := range pager.All(t.Context()) {
		if values++; err == nil || c.ID != "" {
			t.Errorf("%+v, %v", c, err)
		}
	}
	if values != 1 || s.requests.Load() != requests {
		t.Errorf("%d values, %d requests", values, s.requests.Load()-requests)
	}
}

// A process of its own measures its memory undisturbed.
func TestCustomer_StringsPinNoPage(t *testing.T) {
	printed, parent := inChild(t)
	if parent {
		if t.Failed() {
			t.Log(printed)
		}
		return
	}
	const size = 10_000
	server := httptest.NewServer(&tenant{size: size, pad: 300})
	t.Cleanup(server.Close)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // a sync.Pool keeps what it has over one
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	c, before, emails := newClient(t, server.URL), heap(), make([]string, 0, size)
	for customer, err := range c.Customers.All(t.Context(), client.ListOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		emails = append(emails, *customer.Email)
	}
	if grown := heap() - before; len(emails) != size || grown > size*100 {
		t.Errorf("%d kept emails take %d bytes", len(emails), grown)
	}
	runtime.KeepAlive(emails)
}
