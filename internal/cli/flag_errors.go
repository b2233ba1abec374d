package cli

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/nearest"
)

// FlagError returns one usage error about every flag of the command line that cannot be read or obeyed; pflag stops at the
// first. A word that is no command is reported alone: its flags would be those of another command.
func (a *App) FlagError(c *cobra.Command, err error) error {
	words, wrong := readFlags(c, a.args)
	for len(words) > 0 { // an unknown flag may have hidden a command from cobra
		sub := subcommand(c, words[0])
		if sub == nil {
			break
		}
		c = sub
		words, wrong = readFlags(c, a.args)
	}
	if c.HasSubCommands() && len(words) > 0 {
		return UnknownCommand(c, words)
	}
	if len(wrong) == 0 { // pflag refuses something else, such as a flag without a name
		f := failure.Usagef("%s", err.Error())
		f.Hint = usageHint(c)
		return f
	}
	return errors.Join(append([]error{a.checkFlags(c)}, wrong...)...)
}

// readFlags reads args as pflag does for c, and goes on after an error. It returns the words that are no flag and no value, without
// the command's own name, and an error for each flag that cannot be read.
func readFlags(c *cobra.Command, args []string) (words []string, wrong []error) {
	c.InheritedFlags() // adds the global flags to those of c
	before := map[*pflag.Flag]bool{}
	c.Flags().Visit(func(f *pflag.Flag) { before[f] = true })
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	set.AddFlagSet(c.Flags())
	type value struct {
		flag *pflag.Flag
		text string
	}
	var given []value
	for {
		given = nil
		err := set.ParseAll(args, func(f *pflag.Flag, text string) error {
			given = append(given, value{f, text})
			return nil
		})
		if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
			name, letters := unknown.GetSpecifiedName(), unknown.GetSpecifiedShortnames()
			switch { // the next time it is known, and its value is not read
			case letters == "":
				set.Bool(name, false, "")
				name = "-" + name
			case len(name) > 1: // not ASCII, which no flag can be
				name = letters
				args = slices.DeleteFunc(slices.Clone(args), func(word string) bool {
					return strings.HasPrefix(word, "-") && strings.HasSuffix(word, letters)
				})
			case len(letters) == 1:
				set.BoolP("-"+name, name, false, "")
			default: // what follows the letter is its value
				set.StringP("-"+name, name, "", "")
			}
			wrong = append(wrong, unknownFlag(c, "-"+name))
			continue
		}
		if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
			wrong = append(wrong, badValue(c, missing.GetFlag(), "needs a value (%s)", expected(missing.GetFlag().Value.Type())))
		}
		break
	}
	for _, v := range given {
		kind := v.flag.Value.Type()
		if c.Flags().Lookup(v.flag.Name) != v.flag || before[v.flag] && kind == "stringArray" { // a second time would add it again
			continue
		}
		if err := c.Flags().Set(v.flag.Name, v.text); err != nil {
			_ = v.flag.Value.Set(v.flag.DefValue) // pflag leaves 0 of a bad number, which would be refused once more
			wrong = append(wrong, badValue(c, v.flag, "expected %s (got %q)", expected(kind), v.text))
		}
	}
	words = set.Args()
	for parent := c; parent.HasParent() && len(words) > 0; parent = parent.Parent() {
		words = words[1:]
	}
	return words, wrong
}

func badValue(c *cobra.Command, flag *pflag.Flag, format string, args ...any) error {
	f := failure.Invalidf("--"+flag.Name, format, args...)
	f.Code, f.Hint = "usage", usageHint(c)
	return f
}

// expected describes the values of a flag of a type.
func expected(kind string) string {
	switch kind {
	case "bool":
		return "true or false"
	case "int", "int64":
		return "a whole number"
	case "duration":
		return "a duration such as 30s or 5m"
	case "string", "stringArray":
		return "text"
	}
	return "a " + kind
}

// unknownFlag returns a usage error with what may have been meant.
func unknownFlag(c *cobra.Command, typed string) *failure.Failure {
	f := failure.Invalidf(typed, "unknown flag for %s", c.CommandPath())
	f.Code = "usage"
	var names []string
	c.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	name := strings.ToLower(strings.TrimLeft(typed, "-"))
	f.Hint = cmp.Or(flagGuess(c, name), usageHint(c))
	if near := nearest.Match(name, names); near != "" && len(name) > 1 && f.Hint == usageHint(c) {
		f.Hint = "did you mean --" + near + "?"
	}
	return f
}

// usageHint leads to the help of c.
func usageHint(c *cobra.Command) string { return c.CommandPath() + " --help" }

// flagGuess returns what does the work of a flag that other programs have; "" for none.
func flagGuess(c *cobra.Command, name string) string {
	if condition := conditionGuesses()[name]; condition != "" && c.Flags().Lookup("where") != nil {
		return "use --where " + condition + ": hydractl help where"
	}
	for _, guess := range []struct {
		names []string
		flag  string // that the command must have
		hint  string
	}{
		{[]string{"json", "yaml", "csv", "tsv", "jsonl", "wide"}, "output", "use -o " + name},
		{[]string{"format"}, "output", "use -o json, or another format: hydractl help output"},
		{[]string{"sort", "order-by"}, "sort-by", "did you mean --sort-by FIELD, with --sort-dir asc or desc?"},
		{[]string{"order", "desc", "asc", "reverse"}, "sort-dir", "did you mean --sort-dir asc or desc?"},
		{[]string{"size", "page-size", "count"}, "per-page", "did you mean --per-page?"},
		{[]string{"query", "q"}, "search", "did you mean --search?"},
		{[]string{"name", "company"}, "company-name", "did you mean --company-name?"},
		{[]string{"country"}, "country-code", "did you mean --country-code?"},
		{[]string{"country", "filter"}, "search", "not possible with this API: it searches by email alone"},
		{[]string{"n", "max", "head", "top"}, "limit", "did you mean --limit?"},
		{[]string{"a"}, "all", "did you mean --all?"},
		{[]string{"fields", "field", "column", "cols"}, "columns", "did you mean --columns?"},
		{[]string{"file", "output-file"}, "out", "did you mean --out FILE?"},
		{[]string{"force", "confirm"}, "yes", "did you mean --yes?"},
		{[]string{"port", "listen", "address", "bind"}, "addr", "did you mean --addr 127.0.0.1:PORT?"},
		{[]string{"url", "host", "server", "endpoint"}, "api-url", "did you mean --api-url?"},
		{[]string{"key", "apikey", "token"}, "api-key-file", "set HYDRACORE_API_KEY, or give --api-key-file FILE"},
		{[]string{"insecure", "skip-verify", "k"}, "ca-cert", "certificates are always checked; --ca-cert FILE trusts a further authority"},
	} {
		if slices.Contains(guess.names, name) && c.Flags().Lookup(guess.flag) != nil {
			return guess.hint
		}
	}
	return ""
}

// conditionGuesses are the conditions of --where that do what a flag named as a field would do.
func conditionGuesses() map[string]string {
	return map[string]string{
		"filter": "FIELD=VALUE", "country": "country_code=DE", "country-code": "country_code=DE", "currency": "currency=EUR",
		"timezone": "timezone=Europe/Berlin", "company": "company~TEXT", "status": "status=active", "subs": "subs=0", "instances": "instances=0",
	}
}
