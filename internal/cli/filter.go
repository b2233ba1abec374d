package cli

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// readFilter reads --jq or --template before anything else is done: neither may fail on its spelling after a write.
func (e *Env) readFilter(set *pflag.FlagSet) error {
	var given []string
	values := map[string]string{}
	for _, name := range []string{"jq", "template"} {
		f := set.Lookup(name)
		if f == nil || !f.Changed || f.Value.Type() != "string" { // a command may have a --template of its own
			continue
		}
		if f.Value.String() == "" {
			return failure.Invalidf("--"+name, "is empty")
		}
		given, values[name] = append(given, "--"+name), f.Value.String()
	}
	if len(given) == 0 {
		return nil
	}
	if len(given) > 1 {
		return failure.Usagef("--jq and --template exclude each other")
	}
	if format := e.Flags.Given["output"]; format != "" && !strings.EqualFold(format, "json") {
		return failure.Usagef("%s prints what it makes of json: it does not go with -o %s", given[0], format)
	}
	var err error
	e.Flags.Filter, err = output.NewFilter(values["jq"], values["template"], e.Now())
	return err
}
