// Package fault makes the sandbox misbehave on demand. Every kind of fault is one entry of a table in families; a new kind is
// one more entry there.
package fault

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/fnv"
	"io"
	"net/url"
	"regexp"
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
	spec string
	kind Kind
	path *regexp.Regexp    // of the requests that are hit
	args map[string]string // every parameter, those of Params included

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
	f := &Fault{spec: spec, kind: k, args: map[string]string{}}
	for _, p := range slices.Concat(Params(), k.Params) {
		f.args[p.Name] = p.Default
	}
	f.args["method"], f.args["path"], f.args["limit"] = k.method, k.path, strconv.FormatInt(k.limit, 10)
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
	var err error
	if f.path, err = wildcard(f.args["path"]); err != nil {
		return nil, fmt.Errorf("%w: fault %q: path: %w", store.ErrOption, spec, err)
	}
	return f, nil
}

// wildcard compiles a pattern in which * stands for anything. An empty one matches everything.
func wildcard(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile("(?s)^" + strings.ReplaceAll(regexp.QuoteMeta(cmp.Or(pattern, "*")), `\*`, ".*") + "$")
}

func (f *Fault) set(key, value string) error {
	var names []string
	for _, p := range slices.Concat(f.kind.Params, Params()) {
		if p.Name == key {
			f.args[key] = value
			return p.check(value)
		}
		names = append(names, p.Name)
	}
	return fmt.Errorf("%s has no parameter %q: must be one of %s", f.kind.Name, key, strings.Join(names, ", "))
}

// check refuses a value that the parameter does not take.
func (p Param) check(value string) error {
	expected := "a whole number from 0 to 1000000000"
	n, err := strconv.ParseUint(value, 10, 64)
	good := err == nil && n <= 1e9
	switch p.Name {
	case "method", "path", "match":
		return nil
	case "seed":
		expected, good = "a whole number", err == nil
	case "rate":
		share, err := strconv.ParseFloat(value, 64)
		expected, good = "a number from 0 to 1", err == nil && share >= 0 && share <= 1
	}
	if len(p.Values) > 0 {
		expected, good = "one of "+strings.Join(p.Values, ", "), slices.Contains(p.Values, value)
	}
	if !good {
		return fmt.Errorf("%s: must be %s (got %q)", p.Name, expected, value)
	}
	return nil
}

// number is a parameter that was checked.
func (f *Fault) number(name string) int64 {
	n, _ := strconv.ParseInt(f.args[name], 10, 64)
	return n
}

// milliseconds is the parameter ms.
func (f *Fault) milliseconds() time.Duration { return time.Duration(f.number("ms")) * time.Millisecond }

// String is the specification that the fault was parsed from.
func (f *Fault) String() string { return f.spec }

// Name is the kind.
func (f *Fault) Name() string { return f.kind.Name }

// Stage is when the fault acts.
func (f *Fault) Stage() server.Stage { return f.kind.at }

// Apply changes the exchange.
func (f *Fault) Apply(x *server.Exchange) { f.kind.apply(x, f) }

// Hits decides about one request.
func (f *Fault) Hits(r *server.Request) bool {
	method, times, limit := f.args["method"], f.number("times"), f.number("limit")
	if method != "" && !strings.EqualFold(method, r.Method) || !f.path.MatchString(r.Path) || !f.matches(r) {
		return false
	}
	if f.matched.Add(1) <= f.number("after") || times > 0 && r.Attempt > times {
		return false
	}
	name := fnv.New64a()
	_, _ = io.WriteString(name, f.kind.Name)
	seed, _ := strconv.ParseUint(f.args["seed"], 10, 64)
	rate, _ := strconv.ParseFloat(f.args["rate"], 64)
	draw := store.Mix(store.Mix(store.Mix(seed^name.Sum64())^r.Content) ^ uint64(r.Attempt))
	if float64(draw>>11)/(1<<53) >= rate {
		return false
	}
	return f.fired.Add(1) <= limit || limit == 0
}

// matches reports whether the query or the body contains the text of match.
func (f *Fault) matches(r *server.Request) bool {
	text := f.args["match"]
	if bytes.Contains(r.Raw, []byte(text)) {
		return true
	}
	query, err := url.QueryUnescape(r.Query)
	return err == nil && strings.Contains(query, text)
}
