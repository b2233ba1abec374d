package sandbox

import (
	"cmp"
	"slices"
)

// kind is one way to misbehave.
type kind struct {
	name, help   string
	params       []FaultParam
	method, path string // what it hits when the specification does not say
	limit        int64  // likewise
	at           stage
	apply        func(*exchange, *Fault)
}

// stage is when a kind acts.
type stage int

const (
	reading   stage = iota // the request is there but for its last byte
	before                 // before the operation: it may answer in its place, or change how it works
	afterward              // the operation is done and committed; the answer is not sent yet
)

const (
	listPath  = "/v1/customers"
	writePath = "/v1/customers*"
)

// FaultKind describes a kind of fault.
type FaultKind struct {
	Name   string       `json:"name"`
	Family string       `json:"family"` // a heading of the documentation
	Help   string       `json:"help"`   // one line
	Params []FaultParam `json:"params,omitempty"`
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
		{"Lists that drift or lie", listKinds()},
		{"Odd records", recordKinds()},
		{"Writes", writeKinds()},
		{"Restarts", restartKinds()},
	}
}

// FaultKinds tells every kind of fault, in the order of the documentation.
func FaultKinds() []FaultKind {
	var list []FaultKind
	for _, f := range families() {
		for _, k := range f.kinds {
			list = append(list, FaultKind{Name: k.name, Family: f.name, Help: k.help, Params: k.params})
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

// nearestKind is a hint for a name that was mistyped.
func nearestKind(name string) string {
	kinds := FaultKinds()
	best := slices.MinFunc(kinds, func(a, b FaultKind) int { return cmp.Compare(distance(a.Name, name), distance(b.Name, name)) })
	if distance(best.Name, name) > 4 {
		return ""
	}
	return ", did you mean " + best.Name + "?"
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// milliseconds is the parameter of kinds that wait.
func milliseconds(byDefault string) FaultParam {
	return FaultParam{Name: "ms", Default: byDefault, Help: "milliseconds"}
}

func choice(name, help string, values ...string) FaultParam {
	return FaultParam{Name: name, Default: values[0], Values: values, Help: help}
}
