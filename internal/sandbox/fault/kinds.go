package fault

import (
	"slices"

	"github.com/hydracore/hydractl/internal/nearest"
	"github.com/hydracore/hydractl/internal/sandbox/server"
)

// kind is one way to misbehave.
type kind struct {
	name, help   string
	params       []Param
	method, path string // what it hits unless the specification says otherwise
	limit        int64  // likewise
	at           server.Stage
	apply        func(*server.Exchange, *Fault)
}

const (
	listPath  = "/v1/customers"
	writePath = "/v1/customers*"
)

// Kind describes a kind of fault.
type Kind struct {
	Name   string  `json:"name"`
	Family string  `json:"family"` // a heading of the documentation
	Help   string  `json:"help"`   // one line
	Params []Param `json:"params,omitempty"`
}

type family struct {
	name  string
	kinds []kind
}

func families() []family {
	return []family{
		{"Slow answers", slowKinds()},
		{"Broken connections", connectionKinds()},
		{"Server errors", errorKinds()},
		{"Refusals", refusalKinds()},
		{"Broken bodies", bodyKinds()},
		{"Compressed bodies", gzipKinds()},
		{"Broken protocol", protocolKinds()},
		{"Redirects", redirectKinds()},
		{"Lists that change or are wrong", listKinds()},
		{"Searches", searchKinds()},
		{"Unexpected records", recordKinds()},
		{"Writes", writeKinds()},
		{"Other operators", operatorKinds()},
		{"Restarts and clocks", serverKinds()},
	}
}

// Kinds returns every kind of fault, in the order of the documentation.
func Kinds() []Kind {
	var list []Kind
	for _, f := range families() {
		for _, k := range f.kinds {
			list = append(list, Kind{Name: k.name, Family: f.name, Help: k.help, Params: k.params})
		}
	}
	return list
}

func findKind(name string) (kind, bool) {
	for _, f := range families() {
		if i := slices.IndexFunc(f.kinds, func(k kind) bool { return k.name == name }); i >= 0 {
			return f.kinds[i], true
		}
	}
	return kind{}, false
}

// suggestion is a hint for a mistyped name.
func suggestion(name string) string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	if best := nearest.Match(name, names); best != "" {
		return ", did you mean " + best + "?"
	}
	return ""
}

// milliseconds is the parameter of kinds that wait.
func milliseconds(byDefault string) Param {
	return Param{Name: "ms", Default: byDefault, Help: "milliseconds"}
}

func choice(name, help string, values ...string) Param {
	return Param{Name: name, Default: values[0], Values: values, Help: help}
}

func count(name, byDefault, help string) Param {
	return Param{Name: name, Default: byDefault, Help: help}
}
