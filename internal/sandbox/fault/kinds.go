package fault

import (
	"slices"

	"github.com/hydracore/hydractl/internal/nearest"
	"github.com/hydracore/hydractl/internal/sandbox/server"
)

const (
	listPath  = "/v1/customers"
	writePath = "/v1/customers*"
)

// Kind is one way to misbehave.
type Kind struct {
	Name   string  `json:"name"`
	Family string  `json:"family"` // a heading of the documentation
	Help   string  `json:"help"`   // one line
	Params []Param `json:"params,omitempty"`

	method, path string // what it hits unless the specification says otherwise
	limit        int64  // likewise
	at           server.Stage
	apply        func(*server.Exchange, *Fault)
}

type family struct {
	name  string
	kinds []Kind
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
			k.Family = f.name
			list = append(list, k)
		}
	}
	return list
}

func findKind(name string) (Kind, bool) {
	list := Kinds()
	if i := slices.IndexFunc(list, func(k Kind) bool { return k.Name == name }); i >= 0 {
		return list[i], true
	}
	return Kind{}, false
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
