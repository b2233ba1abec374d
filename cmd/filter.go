package cmd

import (
	"strings"

	"github.com/spf13/pflag"

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
			return invalidf("--"+name, "is empty")
		}
		given, values[name] = append(given, "--"+name), f.Value.String()
	}
	if len(given) == 0 {
		return nil
	}
	if len(given) > 1 {
		return usagef("--jq and --template exclude each other")
	}
	if format := e.flags.given["output"]; format != "" && !strings.EqualFold(format, "json") {
		return usagef("%s prints what it makes of json: it does not go with -o %s", given[0], format)
	}
	var err error
	e.flags.filter, err = output.NewFilter(values["jq"], values["template"], e.Now())
	return err
}
