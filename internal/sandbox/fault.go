package sandbox

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Fault is one way in which the sandbox misbehaves, and when. Make one with ParseFault.
type Fault struct {
	spec   string
	kind   kind
	rate   float64
	seed   uint64
	method string
	path   string
	match  string
	times  int64 // 0: no bound
	after  int64
	limit  int64 // 0: no bound
	args   map[string]string

	matched, fired atomic.Int64
}

// String is the specification that the fault was made from.
func (f *Fault) String() string { return f.spec }

// FaultParam is a parameter of a fault.
type FaultParam struct {
	Name    string   `json:"name"`
	Default string   `json:"default"`
	Values  []string `json:"values,omitempty"` // what it takes; empty for a whole number
	Help    string   `json:"help"`
}

// FaultParams are the parameters that every kind has. Which requests are hit is drawn from the seed, the kind, and the
// request's method, path, query, body and attempt, so the same requests are hit in every run and at any concurrency.
func FaultParams() []FaultParam {
	return []FaultParam{
		{Name: "rate", Default: "1", Help: "share of the requests that are hit, 0 to 1"},
		{Name: "seed", Default: "1", Help: "draws which ones"},
		{Name: "method", Help: "only this method"},
		{Name: "path", Help: "only this path; * stands for anything"},
		{Name: "match", Help: "only requests whose query or body contains this text"},
		{Name: "times", Default: "0", Help: "at most so many attempts of one and the same request; 0 for all"},
		{Name: "after", Default: "0", Help: "spare the first so many requests"},
		{Name: "limit", Default: "0", Help: "at most so many hits in all; 0 for no end"},
	}
}

// ParseFault reads KIND[:name=value,...], for example "drop_after_commit:rate=0.1,seed=7,times=1". The names are those of
// FaultParams and of the kind itself, see FaultKinds. The error names the part that is wrong.
func ParseFault(spec string) (*Fault, error) {
	name, rest, _ := strings.Cut(spec, ":")
	k, known := findKind(name)
	if !known {
		return nil, fmt.Errorf("%w: fault %q: no such kind%s", ErrOption, spec, nearestKind(name))
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
			return nil, fmt.Errorf("%w: fault %q: %q is not of the form name=value", ErrOption, spec, word)
		}
		if err := f.set(key, value); err != nil {
			return nil, fmt.Errorf("%w: fault %q: %w", ErrOption, spec, err)
		}
	}
	return f, nil
}

func (f *Fault) set(key, value string) (err error) {
	switch key {
	case "rate":
		f.rate, err = strconv.ParseFloat(value, 64)
		if err != nil || math.IsNaN(f.rate) || f.rate < 0 || f.rate > 1 {
			return fmt.Errorf("rate=%s: want a number from 0 to 1", value)
		}
	case "seed":
		if f.seed, err = strconv.ParseUint(value, 10, 64); err != nil {
			return fmt.Errorf("seed=%s: want a whole number", value)
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
	i := slices.IndexFunc(f.kind.params, func(p FaultParam) bool { return p.Name == key })
	if i < 0 {
		return fmt.Errorf("%s takes no %q: it takes %s", f.kind.name, key, strings.Join(f.names(), ", "))
	}
	f.args[key] = value
	if p := f.kind.params[i]; len(p.Values) == 0 {
		_, err := wholeNumber(key, value)
		return err
	} else if !slices.Contains(p.Values, value) {
		return fmt.Errorf("%s=%s: want one of %s", key, value, strings.Join(p.Values, ", "))
	}
	return nil
}

func (f *Fault) names() []string {
	var names []string
	for _, p := range slices.Concat(f.kind.params, FaultParams()) {
		names = append(names, p.Name)
	}
	return names
}

func wholeNumber(key, value string) (int64, error) {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 || n > 1e9 {
		return 0, fmt.Errorf("%s=%s: want a whole number from 0 to 1000000000", key, value)
	}
	return n, nil
}

// number is a parameter that setOwn has checked.
func (f *Fault) number(name string) int64 {
	n, _ := strconv.ParseInt(f.args[name], 10, 64)
	return n
}

func (f *Fault) milliseconds() time.Duration { return time.Duration(f.number("ms")) * time.Millisecond }

// hits decides about one request. content is the hash of what was sent, attempt how often it has come.
func (f *Fault) hits(r *request, content uint64) bool {
	if f.method != "" && f.method != r.method || f.path != "" && !wildcard(f.path, r.path) ||
		f.match != "" && !strings.Contains(string(r.raw), f.match) && !strings.Contains(unquote(r.query), f.match) {
		return false
	}
	if f.matched.Add(1) <= f.after || f.times > 0 && r.attempt > f.times {
		return false
	}
	draw := mix(mix(mix(f.seed^hashText(f.kind.name))^content) ^ uint64(r.attempt))
	if float64(draw>>11)/(1<<53) >= f.rate {
		return false
	}
	return f.fired.Add(1) <= f.limit || f.limit == 0
}

// wildcard matches a text against a pattern in which * stands for any run of letters.
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
