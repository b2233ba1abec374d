package server

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/identity"
	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// Snapshot is the audit snapshot: what really happened, whatever the faults made clients believe.
type Snapshot struct {
	Customers []store.AuditedCustomer `json:"customers"` // of every tenant, in the order of their commits
	Requests  RequestCounts           `json:"requests"`
	Recent    []SeenRequest           `json:"recent"` // the last 1,000 requests, oldest first
}

// RequestCounts count the requests of this server since its start.
type RequestCounts struct {
	Total         int64       `json:"total"`
	ByPath        []PathCount `json:"by_path"`
	MostAtOnce    int         `json:"most_at_once"` // largest number of requests in progress
	BusiestSecond Busiest     `json:"busiest_second"`
	BusiestMinute Busiest     `json:"busiest_minute"`
}

// PathCount counts equal requests. Status is the one that was decided on, even when a fault kept it from the client; 0 when
// the request was cut off before.
type PathCount struct {
	Method   string `json:"method"`
	Path     string `json:"path"` // the pattern, for example /v1/customers/{customer_id}; "other" for unknown ones
	Key      string `json:"key"`  // start and end of the API key, "bearer", or ""
	Status   int    `json:"status"`
	Requests int64  `json:"requests"`
}

// Busiest is a second or a minute of the clock.
type Busiest struct {
	Start    time.Time `json:"start"`
	Requests int64     `json:"requests"`
}

// SeenRequest is one request as it came. Credentials are masked, and bodies of /auth as a whole.
type SeenRequest struct {
	ID           string              `json:"id"`      // as in X-Request-Id of the answer
	Attempt      int64               `json:"attempt"` // how many requests with this content have come
	Time         time.Time           `json:"time"`
	Method       string              `json:"method"`
	Target       string              `json:"target"` // path and query as they were sent
	Route        string              `json:"route"`
	Protocol     string              `json:"protocol"`
	Header       map[string][]string `json:"header"`
	Key          string              `json:"key"`
	Body         string              `json:"body"` // at most 64 KiB of it
	Status       int                 `json:"status"`
	Faults       []string            `json:"faults,omitempty"` // the kinds that hit it
	Milliseconds int64               `json:"milliseconds"`     // until its answer was ready
}

// Snapshot reads all customers of all tenants and what this server has counted since its start.
func (s *Server) Snapshot() (Snapshot, error) {
	counts, recent := s.audit.snapshot()
	customers, err := s.store.Audit()
	return Snapshot{customers, counts, recent}, err
}

// audit is what the server has seen.
type audit struct {
	mu      sync.Mutex
	counts  map[PathCount]int64 // without Requests
	running int
	most    int
	second  peak
	minute  peak
	recent  []SeenRequest // a ring
	next    int
}

// peak finds the busiest second or minute.
type peak struct{ start, busiest, count, most int64 }

func (p *peak) add(unix, length int64) {
	if start := unix - unix%length; start != p.start {
		p.start, p.count = start, 0
	}
	if p.count++; p.count > p.most {
		p.busiest, p.most = p.start, p.count
	}
}

func (a *audit) begin(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running++
	a.most = max(a.most, a.running)
	a.second.add(now.Unix(), 1)
	a.minute.add(now.Unix(), 60)
}

func (a *audit) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running--
}

const (
	// recentKept is how many requests a snapshot shows one by one.
	recentKept = 1000
	// bodyKept is how much of a body it shows.
	bodyKept = 64 << 10
)

// record keeps a request, before it is answered.
func (a *audit) record(seen SeenRequest) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.counts == nil {
		a.counts = map[PathCount]int64{}
	}
	a.counts[PathCount{Method: seen.Method, Path: seen.Route, Key: seen.Key, Status: seen.Status}]++
	if len(a.recent) < recentKept {
		a.recent = append(a.recent, seen)
		return
	}
	a.recent[a.next] = seen
	a.next = (a.next + 1) % recentKept
}

// seen is the request without its secrets.
func (x *Exchange) seen() SeenRequest {
	r, header := x.Request, x.HTTP.Header
	seen := SeenRequest{
		ID: r.ID, Attempt: r.Attempt, Time: x.started, Method: r.Method, Target: x.HTTP.RequestURI,
		Route: routeOf(x.Server.routes, r.Path), Protocol: x.HTTP.Proto, Header: maskHeader(header), Key: credentialHint(header),
		Body: string(r.Raw[:min(len(r.Raw), bodyKept)]), Status: x.Answer.Status, Milliseconds: x.Server.Now().Sub(x.started).Milliseconds(),
	}
	if strings.HasPrefix(r.Path, "/auth/") {
		seen.Body = "***"
	}
	for _, f := range x.hits {
		seen.Faults = append(seen.Faults, f.Name())
	}
	return seen
}

func maskHeader(h http.Header) map[string][]string {
	shown := maps.Clone(map[string][]string(h))
	for _, secret := range []string{"X-Api-Key", "Authorization", "Cookie", "Proxy-Authorization"} {
		if _, given := shown[secret]; given {
			shown[secret] = []string{"***"}
		}
	}
	return shown
}

// credentialHint names the credential of a request without revealing it.
func credentialHint(h http.Header) string {
	if key := h.Get("X-Api-Key"); key != "" {
		return identity.KeyHint(key)
	}
	if h.Get("Authorization") != "" {
		return "bearer"
	}
	return ""
}

// snapshot copies what was counted.
func (a *audit) snapshot() (RequestCounts, []SeenRequest) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := RequestCounts{
		MostAtOnce:    a.most,
		BusiestSecond: Busiest{Start: time.Unix(a.second.busiest, 0).UTC(), Requests: a.second.most},
		BusiestMinute: Busiest{Start: time.Unix(a.minute.busiest, 0).UTC(), Requests: a.minute.most},
		ByPath:        []PathCount{},
	}
	for count, n := range a.counts {
		count.Requests = n
		c.Total += n
		c.ByPath = append(c.ByPath, count)
	}
	slices.SortFunc(c.ByPath, func(a, b PathCount) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Status, b.Status))
	})
	return c, slices.Concat(a.recent[a.next:], a.recent[:a.next])
}
