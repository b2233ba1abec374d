package sandbox

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// trace is what the sandbox saw, for Truth.
type trace struct {
	mu      sync.Mutex
	counts  map[countKey]int64
	running int
	most    int
	second  peak
	minute  peak
	recent  []SeenRequest // a ring
	next    int
}

type countKey struct {
	method, path, key string
	status            int
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

func (t *trace) begin(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running++
	t.most = max(t.most, t.running)
	t.second.add(now.Unix(), 1)
	t.minute.add(now.Unix(), 60)
}

const (
	// recentKept is how many requests Truth shows one by one.
	recentKept = 1000
	// bodyKept is how much of a body it shows.
	bodyKept = 64 << 10
)

func (t *trace) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running--
}

// record keeps a request, before it is answered.
func (t *trace) record(seen SeenRequest) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[countKey]int64{}
	}
	t.counts[countKey{seen.Method, seen.Route, seen.Key, seen.Status}]++
	if len(t.recent) < recentKept {
		t.recent = append(t.recent, seen)
		return
	}
	t.recent[t.next] = seen
	t.next = (t.next + 1) % recentKept
}

// seen is the request without its secrets.
func (x *exchange) seen() SeenRequest {
	seen := SeenRequest{
		ID: x.r.id, Attempt: x.r.attempt, Time: x.started, Method: x.r.method, Target: x.http.RequestURI,
		Route: routeOf(x.s.routes, x.r.path), Protocol: x.http.Proto, Header: maskHeader(x.http.Header), Key: credentialHint(x.http.Header),
		Body: string(x.r.raw[:min(len(x.r.raw), bodyKept)]), Status: x.a.status, Milliseconds: x.s.now().Sub(x.started).Milliseconds(),
	}
	if strings.HasPrefix(x.r.path, "/auth/") {
		seen.Body = "***"
	}
	for _, f := range x.hits {
		seen.Faults = append(seen.Faults, f.kind.name)
	}
	return seen
}

// routeOf is the pattern of the route, "other" when there is none.
func routeOf(table []route, path string) string {
	for _, t := range table {
		if _, fits := t.match(path); fits {
			return strings.ReplaceAll(t.path, "*", "{customer_id}")
		}
	}
	return "other"
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

// credentialHint names the credential of a request without telling it.
func credentialHint(h http.Header) string {
	if key := h.Get("X-Api-Key"); key != "" {
		return hint(key)
	}
	if h.Get("Authorization") != "" {
		return "bearer"
	}
	return ""
}

// snapshot copies what was counted.
func (t *trace) snapshot() (RequestCounts, []SeenRequest) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := RequestCounts{
		MostAtOnce:    t.most,
		BusiestSecond: Busiest{Start: time.Unix(t.second.busiest, 0).UTC(), Requests: t.second.most},
		BusiestMinute: Busiest{Start: time.Unix(t.minute.busiest, 0).UTC(), Requests: t.minute.most},
		ByPath:        []PathCount{},
	}
	for key, n := range t.counts {
		c.Total += n
		c.ByPath = append(c.ByPath, PathCount{Method: key.method, Path: key.path, Key: key.key, Status: key.status, Requests: n})
	}
	slices.SortFunc(c.ByPath, func(a, b PathCount) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Status, b.Status))
	})
	return c, slices.Concat(t.recent[t.next:], t.recent[:t.next])
}
