// Package fault makes the sandbox misbehave on demand. Every kind of fault is one entry of a table in families; a new kind is
// one more entry there.
package fault

import (
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/server"
	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// Fault is one way in which the sandbox misbehaves, and when. Parse makes one.
type Fault struct {
	spec   string
	kind   kind
	rate   float64
	seed   uint64
	method string
	path   string
	match  string
	times  int64 // 0: no limit
	after  int64
	limit  int64 // 0: no limit
	args   map[string]string

	matched, fired atomic.Int64
}

// Param is a parameter of a fault.
type Param struct {
	Name    string   `json:"name"`
	Default string   `json:"default"`
	Values  []string `json:"values,omitempty"` // the values it takes; empty for a whole number
	Help    string   `json:"help"`
}

// Params are the parameters that every kind has. Which requests are hit is drawn from the seed, the kind, and the request's
// method, path, query, body and attempt, so the same requests are hit in every run and at any concurrency.
func Params() []Param {
	return []Param{
		{Name: "rate", Default: "1", Help: "share of the requests that are hit, 0 to 1"},
		{Name: "seed", Default: "1", Help: "draws which ones"},
		{Name: "method", Help: "only this method"},
		{Name: "path", Help: "only this path; * matches anything"},
		{Name: "match", Help: "only requests whose query or body contains this text"},
		{Name: "times", Default: "0", Help: "at most so many attempts of one and the same request; 0 for all"},
		{Name: "after", Default: "0", Help: "spare the first so many requests"},
		{Name: "limit", Default: "0", Help: "at most so many hits in all; 0 for no limit"},
	}
}

// ParseAll parses a list of specifications.
func ParseAll(specs []string) ([]server.Fault, error) {
	var faults []server.Fault
	for _, spec := range specs {
		f, err := Parse(spec)
		if err != nil {
			return nil, err
		}
		faults = append(faults, f)
	}
	return faults, nil
}

// Parse reads KIND[:name=value,...], for example "drop_after_commit:rate=0.1,seed=7,times=1". The names are those of Params
// and of the kind itself, see Kinds. The error names the part that is wrong.
func Parse(spec string) (*Fault, error) {
	name, rest, _ := strings.Cut(spec, ":")
	k, known := findKind(name)
	if !known {
		return nil, fmt.Errorf("%w: fault %q: no such kind%s", store.ErrOption, spec, suggestion(name))
	}
	f := &Fault{spec: spec, kind: k, rate: 1, seed: 1, method: k.method, path: k.path, limit: k.limit, args: map[string]string{}}
	for _, p := range k.params {
		f.args[p.Name] = p.Default
	}
	for word := range strings.SplitSeq(rest, ",") {
		if word == "" && rest == "" {
			continue
		}
		key, value, given := strings.Cut(word, "=")
		if !given {
			return nil, fmt.Errorf("%w: fault %q: %q is not of the form name=value", store.ErrOption, spec, word)
		}
		if err := f.set(key, value); err != nil {
			return nil, fmt.Errorf("%w: fault %q: %w", store.ErrOption, spec, err)
		}
	}
	return f, nil
}

func (f *Fault) set(key, value string) (err error) {
	switch key {
	case "rate":
		f.rate, err = strconv.ParseFloat(value, 64)
		if err != nil || math.IsNaN(f.rate) || f.rate < 0 || f.rate > 1 {
			return fmt.Errorf("rate: must be a number from 0 to 1 (got %q)", value)
		}
	case "seed":
		if f.seed, err = strconv.ParseUint(value, 10, 64); err != nil {
			return fmt.Errorf("seed: must be a whole number (got %q)", value)
		}
	case "method":
		f.method = strings.ToUpper(value)
	case "path":
		f.path = value
	case "match":
		f.match = value
	case "times":
		f.times, err = wholeNumber(key, value)
	case "after":
		f.after, err = wholeNumber(key, value)
	case "limit":
		f.limit, err = wholeNumber(key, value)
	default:
		return f.setOwn(key, value)
	}
	return err
}

// setOwn sets a parameter of the kind.
func (f *Fault) setOwn(key, value string) error {
	i := slices.IndexFunc(f.kind.params, func(p Param) bool { return p.Name == key })
	if i < 0 {
		var names []string
		for _, p := range slices.Concat(f.kind.params, Params()) {
			names = append(names, p.Name)
		}
		return fmt.Errorf("%s has no parameter %q: must be one of %s", f.kind.name, key, strings.Join(names, ", "))
	}
	f.args[key] = value
	if p := f.kind.params[i]; len(p.Values) == 0 {
		_, err := wholeNumber(key, value)
		return err
	} else if !slices.Contains(p.Values, value) {
		return fmt.Errorf("%s: must be one of %s (got %q)", key, strings.Join(p.Values, ", "), value)
	}
	return nil
}

func wholeNumber(key, value string) (int64, error) {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 || n > 1e9 {
		return 0, fmt.Errorf("%s: must be a whole number from 0 to 1000000000 (got %q)", key, value)
	}
	return n, nil
}

// number is a parameter that setOwn has checked.
func (f *Fault) number(name string) int64 {
	n, _ := strconv.ParseInt(f.args[name], 10, 64)
	return n
}

// milliseconds is the parameter ms.
func (f *Fault) milliseconds() time.Duration { return time.Duration(f.number("ms")) * time.Millisecond }

// String is the specification that the fault was parsed from.
func (f *Fault) String() string { return f.spec }

// Name is the kind.
func (f *Fault) Name() string { return f.kind.name }

// Stage is when the fault acts.
func (f *Fault) Stage() server.Stage { return f.kind.at }

// Apply changes the exchange.
func (f *Fault) Apply(x *server.Exchange) { f.kind.apply(x, f) }

// Hits decides about one request.
func (f *Fault) Hits(r *server.Request) bool {
	if f.method != "" && f.method != r.Method || f.path != "" && !wildcard(f.path, r.Path) || !f.matches(r) {
		return false
	}
	if f.matched.Add(1) <= f.after || f.times > 0 && r.Attempt > f.times {
		return false
	}
	name := fnv.New64a()
	_, _ = io.WriteString(name, f.kind.name)
	draw := store.Mix(store.Mix(store.Mix(f.seed^name.Sum64())^r.Content) ^ uint64(r.Attempt))
	if float64(draw>>11)/(1<<53) >= f.rate {
		return false
	}
	return f.fired.Add(1) <= f.limit || f.limit == 0
}

// matches reports whether the query or the body contains the text of match.
func (f *Fault) matches(r *server.Request) bool {
	if f.match == "" || strings.Contains(string(r.Raw), f.match) {
		return true
	}
	query, err := url.QueryUnescape(r.Query)
	return err == nil && strings.Contains(query, f.match)
}

// wildcard matches a text against a pattern in which * stands for anything.
func wildcard(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}
