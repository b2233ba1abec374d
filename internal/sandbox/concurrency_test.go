package sandbox

import (
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/sandbox/server"
)

// hitsOf sends requests of different content, each twice, with some workers and returns which attempts were hit.
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
	for _, r := range snapshotOf(t, s).Recent {
		hits[fmt.Sprintf("%s attempt %d", r.Body, r.Attempt)] = len(r.Faults)
	}
	return hits
}

func TestFault_SameHitsAtAnyConcurrency(t *testing.T) {
	t.Parallel()
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

func TestDatabase_SeveralProcesses(t *testing.T) {
	t.Parallel()
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

func TestList_SeesOtherProcesses(t *testing.T) {
	t.Parallel()
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
	if got := raw(t, here, "GET /v1/customers?sort_dir=asc"); jsonField(got.body, "total") != "4" || textOf(got.body, "company_name") != "Foo, Inc." {
		t.Errorf("after a reset elsewhere: %s", got.body)
	}
}

func TestServer_CompletesWithoutClient(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	s := start(t, Options{DB: path, Faults: []string{"latency:ms=3600000"}}) // ends when the server closes
	c, err := dial(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte(wire(s, aCreate))); err != nil {
		t.Fatal(err)
	}
	for snapshotOf(t, s).Requests.MostAtOnce == 0 {
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

func TestClose_WaitsForRequestsAndRestarts(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Faults: []string{"restart:ms=3600000", "latency:ms=3600000,method=POST"}})
	var wg sync.WaitGroup
	for _, request := range []string{aList, aCreate, aCreate} { // they end when the server closes, answered or not
		wg.Go(func() { _, _ = exchangeRaw(s, request) })
	}
	for snapshotOf(t, s).Requests.MostAtOnce == 0 {
		runtime.Gosched()
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

// pipes is a listener of connections in memory, which live in virtual time.
type pipes struct {
	coming chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{coming: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.coming:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (p *pipes) dial() net.Conn {
	ours, theirs := net.Pipe()
	p.coming <- theirs
	return ours
}

func (p *pipes) listen(context.Context, string) (net.Listener, error) { return p, nil }

func TestServer_ClosesIdleAndSlowConnections(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		sent func(s *Server) string
		want time.Duration
		end  string
	}{
		"idle":         {func(s *Server) string { return wire(s, "GET /v1/customers\n-Connection") }, server.KeepAlive, `"total_pages":0}`},
		"slow headers": {func(*Server) string { return "GET /v1/customers HTTP/1.1\r\nHost: 127" }, 10 * time.Second, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipes()
				s := start(t, Options{Listen: p.listen})
				c := p.dial()
				defer c.Close()
				begun := time.Now()
				go func() { _, _ = io.WriteString(c, tt.sent(s)) }()
				got, err := io.ReadAll(c) // ends when the server closes
				if err != nil || !strings.HasSuffix(string(got), tt.end) || strings.Contains(string(got), "Connection: close") {
					t.Errorf("%q, %v", got, err)
				}
				if passed := time.Since(begun); passed != tt.want {
					t.Errorf("closed after %v, want %v", passed, tt.want)
				}
			})
		})
	}
}
