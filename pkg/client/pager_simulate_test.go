package client_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// weather is what happens to a list while it is read.
type weather struct {
	inserts int  // of ten times between two requests
	late    int  // of ten inserts: committed up to five minutes after their created_at
	deletes int  // of ten times between two requests
	ties    bool // many rows share their created_at, and each page orders them differently
	split   bool // rows may come between the server's count and its look at them
	steps   int  // of a hundred times between two requests: the server's clock goes back or ahead by up to two hours
}

// shifting is a list of customers that changes between the requests. It answers as HydraCore does, without a network.
type shifting struct {
	weather

	mu      sync.Mutex
	random  *rand.Rand
	now     time.Time
	rows    []simulated
	made    int
	deleted map[int]bool
}

type simulated struct {
	number int
	at     time.Time
}

func newShifting(w weather, seed uint64) *shifting {
	s := &shifting{
		weather: w, random: rand.New(rand.NewPCG(seed, 1)), deleted: map[int]bool{},
		now: time.Date(2024, 3, 1, 10, 0, 0, 0, time.UTC), // far enough back for the client's own clock
	}
	for range s.random.IntN(60) {
		s.insert(time.Duration(s.random.IntN(3600)) * time.Second)
	}
	return s
}

func (s *shifting) insert(age time.Duration) {
	at := s.now.Add(-age)
	if s.ties {
		at = at.Truncate(5 * time.Minute)
	}
	s.rows = append(s.rows, simulated{s.made, at})
	s.made++
}

// change lets time pass.
func (s *shifting) change() {
	s.now = s.now.Add(time.Duration(s.random.IntN(20)) * time.Second)
	if s.random.IntN(100) < s.steps {
		s.now = s.now.Add(time.Duration(s.random.IntN(4*3600)-2*3600) * time.Second)
	}
	for s.random.IntN(10) < s.inserts && s.made < 100 { // else a list may grow as fast as it is read
		age := time.Duration(0)
		if s.random.IntN(10) < s.late && !s.ties { // a late tie would be older than it says
			age = time.Duration(s.random.IntN(300)) * time.Second
		}
		s.insert(age)
	}
	for s.random.IntN(10) < s.deletes && len(s.rows) > 0 {
		i := s.random.IntN(len(s.rows))
		s.deleted[s.rows[i].number] = true
		s.rows = slices.Delete(s.rows, i, i+1)
	}
}

func (s *shifting) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.change()
	total := len(s.rows)
	if s.split {
		s.change()
	}
	q := r.URL.Query()
	page, _ := strconv.Atoi(q.Get("page"))
	perPage, _ := strconv.Atoi(q.Get("per_page"))
	if s.ties {
		s.random.Shuffle(len(s.rows), func(i, j int) { s.rows[i], s.rows[j] = s.rows[j], s.rows[i] })
	}
	slices.SortStableFunc(s.rows, func(a, b simulated) int { return a.at.Compare(b.at) })
	if q.Get("sort_dir") == "desc" {
		newest := slices.Clone(s.rows)
		slices.Reverse(newest)
		defer func(oldest []simulated) { s.rows = oldest }(s.rows)
		s.rows = newest
	}
	var rows []string
	for _, c := range s.rows[min((page-1)*perPage, len(s.rows)):min(page*perPage, len(s.rows))] {
		rows = append(rows, fmt.Sprintf(`{"id":%q,"created_at":%q}`, idOf(c.number), c.at.Format(time.RFC3339)))
	}
	body := fmt.Sprintf(`{"customers":[%s],"page":%d,"per_page":%d,"total":%d,"total_pages":7}`, strings.Join(rows, ","), page, perPage, total)
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/json"}, "Date": {s.now.Format(http.TimeFormat)}},
		Body:   io.NopCloser(strings.NewReader(body)),
	}, nil
}

// simulate lists everything once. Missed are the customers that were there all the time and did not come.
func simulate(t *testing.T, w weather, mode mode, seed uint64) (missed int, report client.WalkReport) {
	s := newShifting(w, seed)
	there := s.made
	c, err := client.New("https://api.example.com", client.WithAPIKey(testKey), withTransport(s), client.WithMaxRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	pager := c.Customers.Pager(client.ListOptions{PerPage: 5})
	mode.set(pager)
	got := map[string]bool{}
	for c, err := range pager.All(t.Context()) {
		if _, incomplete := errors.AsType[*client.IncompleteError](err); err != nil && !incomplete {
			t.Fatal(err)
		}
		if err == nil && got[c.ID] {
			t.Fatalf("seed %d: customer %s came twice", seed, c.ID)
		}
		got[c.ID] = true
	}
	for number := range there {
		if !s.deleted[number] && !got[idOf(number)] {
			missed++
		}
	}
	return missed, pager.Report()
}

var simulations = flag.Int("simulations", 450, "walks of TestPager_NoCustomerMissedSilently") //nolint:gochecknoglobals // a flag of the test

func TestPager_NoCustomerMissedSilently(t *testing.T) {
	t.Parallel()
	weathers := []weather{
		{},
		{inserts: 5},
		{inserts: 5, late: 10},
		{inserts: 8, late: 3},
		{ties: true},
		{inserts: 5, ties: true},
		{inserts: 2, late: 5},
		{inserts: 3, ties: true, split: true},
		{inserts: 2, split: true},
		{deletes: 2},
		{inserts: 3, deletes: 3},
		{inserts: 1, late: 5, deletes: 1},
		{inserts: 4, deletes: 4, ties: true},
		{inserts: 5, late: 10, deletes: 5},
		{inserts: 3, deletes: 3, steps: 5},
		{inserts: 3, late: 5, deletes: 2, steps: 10},
		{inserts: 3, steps: 5},
	}
	for _, mode := range []mode{fast, scan, verified} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			silent, complete, repeated, requests := 0, 0, 0, 0
			runs := *simulations / 3
			for i := range runs {
				w := weathers[i%len(weathers)]
				missed, report := simulate(t, w, mode, uint64(i))
				requests += report.Pages
				if report.Walks > 1 {
					repeated++
				}
				if !report.Complete {
					continue
				}
				if complete++; missed > 0 {
					silent++
					t.Errorf("seed %d, %+v: %d customers missed, and the list called complete after %d walks", i, w, missed, report.Walks)
				}
			}
			if complete < runs/4 || repeated == 0 {
				t.Errorf("%d of %d lists complete, %d read again", complete, runs, repeated)
			}
			t.Logf("%d lists: %d complete, %d silently not; %d read more than once; %d pages", runs, complete, silent, repeated, requests)
		})
	}
}

// In this one a page that was read again held a customer whom the total of the page before did not count yet.
func TestPager_RereadPageCountsItsOwnTotal(t *testing.T) {
	t.Parallel()
	if missed, report := simulate(t, weather{inserts: 5, ties: true}, scan, 10799); report.Complete && missed > 0 {
		t.Errorf("%d customers missed, and the list called complete after %d walks", missed, report.Walks)
	}
}
