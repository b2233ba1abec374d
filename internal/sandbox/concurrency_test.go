package sandbox

import (
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hitsOf sends requests of different content, each twice, with some workers and tells which attempts were hit.
func hitsOf(t *testing.T, workers int, faults ...string) map[string]int {
	t.Helper()
	s := start(t, Options{Faults: faults})
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range jobs {
				for range 2 {
					_, _ = exchangeRaw(s, fmt.Sprintf("POST /v1/customers\n\n"+`{"email":"c%d@example.com"}`, i))
				}
			}
		})
	}
	for i := range 60 {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	hits := map[string]int{}
	for _, r := range truthOf(t, s).Recent {
		hits[fmt.Sprintf("%s attempt %d", r.Body, r.Attempt)] = len(r.Faults)
	}
	return hits
}

func TestSameRequestsAreHitAtAnyConcurrency(t *testing.T) {
	spec := []string{"drop_after_commit:rate=0.3,seed=7", "500:rate=0.2,seed=7,times=1"}
	alone := hitsOf(t, 1, spec...)
	if diff := cmp.Diff(alone, hitsOf(t, 8, spec...)); diff != "" {
		t.Errorf("one worker and eight differ:\n%s", diff)
	}
	if cmp.Equal(alone, hitsOf(t, 8, "drop_after_commit:rate=0.3,seed=8", "500:rate=0.2,seed=8,times=1")) {
		t.Error("another seed hits the same requests")
	}
	hit := 0
	for _, n := range alone {
		hit += n
	}
	if len(alone) != 120 || hit < 30 || hit > 80 { // 120 at 0.3 and 60 at 0.2 are 48
		t.Errorf("%d hits on %d requests", hit, len(alone))
	}
}

func TestSeveralProcessesWorkOnOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	var wg sync.WaitGroup
	for i := range 6 { // each has its own connections, as a process would
		wg.Go(func() {
			s, err := Start(t.Context(), Options{DB: path, Seed: 50})
			if err != nil {
				t.Error(err)
				return
			}
			for k := range 5 {
				if got, err := exchangeRaw(s, fmt.Sprintf("POST /v1/customers\n\n"+`{"email":"p%d-%d@example.com"}`, i, k)); err != nil || got.status != 201 {
					t.Errorf("%d %s %v", got.status, got.body, err)
				}
				if got, err := exchangeRaw(s, "GET /v1/customers"); err != nil || got.status != 200 {
					t.Errorf("%d %s %v", got.status, got.body, err)
				}
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if info, err := Status(path); err != nil || info.Customers != 80 {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestListsSeeWhatOtherProcessesWroteDeletedAndReset(t *testing.T) {
	path := newDB(t, 5)
	here, there := start(t, Options{DB: path}), start(t, Options{DB: path, Faults: []string{"delete_between_pages:n=2"}})
	total := func(s *Server) string { return jsonField(raw(t, s, "GET /v1/customers?sort_by=email").body, "total") }
	if got := total(here); got != "5" {
		t.Fatal(got)
	}
	raw(t, there, "POST /v1/customers\n\n{}")
	if got := total(here); got != "6" {
		t.Errorf("after a create elsewhere: %s", got)
	}
	total(there)
	if got := total(here); got != "4" {
		t.Errorf("after a delete elsewhere: %s", got)
	}
	if err := Reset(path, 4); err != nil {
		t.Fatal(err)
	}
	if got := raw(t, here, "GET /v1/customers?sort_dir=asc"); jsonField(got.body, "total") != "4" || jsonText1(got.body, "company_name") != "Foo, Inc." {
		t.Errorf("after a reset elsewhere: %s", got.body)
	}
}

func TestRequestIsCarriedOutWhenItsClientHasGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	s := start(t, Options{DB: path, Faults: []string{"latency:ms=3600000"}}) // ends when the server closes
	c, err := dial(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte(wire(s, aCreate))); err != nil {
		t.Fatal(err)
	}
	for truthOf(t, s).Requests.MostAtOnce == 0 {
		runtime.Gosched()
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := Status(path); err != nil || info.Customers != 1 {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestCloseWaitsForWhatIsUnderWayEvenWhenItRestartsTheServer(t *testing.T) {
	s := start(t, Options{Faults: []string{"restart:ms=3600000", "latency:ms=3600000,method=POST"}})
	var wg sync.WaitGroup
	for _, request := range []string{aList, aCreate, aCreate} { // they end when the server closes, answered or not
		wg.Go(func() { _, _ = exchangeRaw(s, request) })
	}
	for truthOf(t, s).Requests.MostAtOnce == 0 {
		runtime.Gosched()
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

func TestIdleConnectionIsClosedByTheServer(t *testing.T) {
	t.Parallel() // it takes uvicorn's five seconds
	s := start(t, Options{})
	c, err := dial(s)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte(wire(s, "GET /v1/customers\n-Connection"))); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c) // ends when the server closes, and fails when it does not within 20 seconds
	if err != nil || !strings.HasSuffix(string(got), `"total_pages":0}`) || strings.Contains(string(got), "Connection: close") {
		t.Errorf("%q, %v", got, err)
	}
}
