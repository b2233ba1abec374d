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
	found := readFlags(c, a.args)
	for len(found.words) > 0 { // an unknown flag may have hidden a command from cobra
		sub := subcommand(c, found.words[0])
		if sub == nil {
			break
		}
		c = sub
		found = readFlags(c, a.args)
	}
	if c.HasSubCommands() && len(found.words) > 0 {
		return UnknownCommand(c, found.words)
	}
	if len(found.wrong) == 0 { // pflag refuses something else, such as a flag without a name
		f := failure.Usagef("%s", err.Error())
		f.Hint = usageHint(c)
		return f
	}
	all := []error{a.checkFlags(c)}
	for _, f := range found.wrong {
		all = append(all, f)
	}
	return errors.Join(all...)
}

// Check lets f refuse the flags of a command before it runs. All that is wrong with a command line is reported together.
func (a *App) Check(c *cobra.Command, f func() error) { a.checks[c] = append(a.checks[c], f) }

// checkFlags returns what is wrong with the values of flags that can be read.
func (a *App) checkFlags(c *cobra.Command) error {
	var wrong []error
	if format := a.flags.errorFormat; format != "" && format != "text" && format != "json" {
		wrong = append(wrong, failure.Invalidf("--error-format", "must be text or json (got %q)", format))
	}
	_, err := a.filter()
	wrong = append(wrong, err)
	for _, check := range a.checks[c] {
		wrong = append(wrong, check())
	}
	return errors.Join(wrong...)
}

// Problems are what is wrong with flags, to be reported together.
type Problems []error

// If adds err where something is wrong.
func (p *Problems) If(wrong bool, err error) {
	if wrong {
		*p = append(*p, err)
	}
}

// Err returns the problems and more errors, which may be nil, as one error; nil for none.
func (p *Problems) Err(more ...error) error { return errors.Join(append(*p, more...)...) }

// subcommand returns the command below c that a word names, nil for none.
func subcommand(c *cobra.Command, word string) *cobra.Command {
	for _, sub := range c.Commands() {
		if sub.Name() == word || sub.HasAlias(word) {
			return sub
		}
	}
	return nil
}

// readArgs is a command line as a command reads it.
type readArgs struct {
	flags *pflag.FlagSet
	read  map[*pflag.Flag]bool // what pflag has read before it stopped
	words []string             // what is no flag and no value, without the command's own name
	wrong []*failure.Failure   // of each flag that cannot be read
}

// readFlags reads args as pflag does for c, and goes on after an error.
func readFlags(c *cobra.Command, args []string) readArgs {
	c.InheritedFlags() // adds the global flags to those of c
	r := readArgs{flags: c.Flags(), read: map[*pflag.Flag]bool{}}
	r.flags.Visit(func(f *pflag.Flag) { r.read[f] = true })
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		switch {
		case word == "--":
			r.words = append(r.words, args...)
			args = nil
		case strings.HasPrefix(word, "--"):
			args = r.long(c, word[2:], args)
		case len(word) > 1 && word[0] == '-':
			args = r.short(c, word[1:], args)
		default:
			r.words = append(r.words, word)
		}
	}
	for parent := c; parent.HasParent() && len(r.words) > 0; parent = parent.Parent() {
		r.words = r.words[1:]
	}
	return r
}

// long reads --NAME or --NAME=VALUE, and returns the words that are left.
func (r *readArgs) long(c *cobra.Command, text string, args []string) []string {
	name, value, given := strings.Cut(text, "=")
	flag := r.flags.Lookup(name)
	if flag == nil {
		r.wrong = append(r.wrong, unknownFlag(c, "--"+name))
		return args
	}
	return r.value(c, flag, value, given, args)
}

// short reads one-letter flags: -q, -qv, -ojson, -o=json or -o json.
func (r *readArgs) short(c *cobra.Command, letters string, args []string) []string {
	for i, letter := range letters {
		flag := r.flags.ShorthandLookup(string(letter))
		if flag == nil {
			r.wrong = append(r.wrong, unknownFlag(c, "-"+string(letter)))
			return args
		}
		if rest := letters[i+1:]; flag.NoOptDefVal == "" || strings.HasPrefix(rest, "=") {
			return r.value(c, flag, strings.TrimPrefix(rest, "="), rest != "", args)
		}
	}
	return args
}

// value sets a flag to its value, which is the next word unless it was given with the flag.
func (r *readArgs) value(c *cobra.Command, flag *pflag.Flag, value string, given bool, args []string) []string {
	want := expected(flag.Value.Type())
	switch {
	case given:
	case flag.NoOptDefVal != "":
		value = flag.NoOptDefVal
	case len(args) == 0:
		r.refuse(c, flag, "needs a value: %s", want)
		return nil
	default:
		value, args = args[0], args[1:]
	}
	if r.read[flag] && flag.Value.Type() == "stringArray" {
		return args // a second time would add it again
	}
	if err := r.flags.Set(flag.Name, value); err != nil {
		_ = flag.Value.Set(flag.DefValue) // pflag leaves 0 of a bad number, which would be refused once more
		r.refuse(c, flag, "expected %s (got %q)", want, value)
	}
	return args
}

func (r *readArgs) refuse(c *cobra.Command, flag *pflag.Flag, format string, args ...any) {
	f := failure.Invalidf("--"+flag.Name, format, args...)
	f.Code, f.Hint = "usage", usageHint(c)
	r.wrong = append(r.wrong, f)
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
		return "a text"
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
	if name == "country" || name == "filter" {
		switch {
		case c.Flags().Lookup("where") != nil:
			return "use --where country_code=DE"
		case c.Flags().Lookup("country-code") != nil:
			return "did you mean --country-code?"
		}
		return "not possible with this API: it searches by email alone"
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
		{[]string{"force", "confirm"}, "yes", "did you mean --yes?"},
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

// sameCommand are words that programs use for one thing.
func sameCommand() [][]string {
	return [][]string{
		{"delete", "remove", "rm", "destroy", "unset"},
		{"list", "ls"},
		{"get", "show", "describe", "view"},
		{"create", "add", "new"},
		{"clone", "copy"},
		{"use", "switch"},
		{"login", "signin"},
		{"logout", "signout"},
		{"status", "whoami", "me"},
		{"export", "dump"},
		{"profile", "profiles", "context", "contexts"},
		{"set", "update", "edit"},
	}
}

// commandGuess returns the command that does what a word stands for in other programs; "" for none.
func commandGuess(c *cobra.Command, word string) string {
	word = strings.ToLower(word)
	for _, same := range sameCommand() {
		for _, other := range same {
			if slices.Contains(same, word) && subcommand(c, other) != nil {
				return c.CommandPath() + " " + other
			}
		}
	}
	for _, guess := range commandGuesses() {
		if slices.Contains(strings.Fields(guess.words), word) {
			return guess.hint
		}
	}
	return ""
}

// guessedCommand is what words that are no command stand for in other programs.
type guessedCommand struct{ words, hint string }

func commandGuesses() []guessedCommand {
	return []guessedCommand{
		{"delete remove rm destroy", "not possible with this API: it has no delete, and what is created stays created"},
		{"update edit patch modify set", "not possible with this API: it has no update, and what is created stays as it is"},
		{"list ls", "hydractl customers list"},
		{"get show describe view", "hydractl customers get ID|EMAIL"},
		{"create add new", "hydractl customers create"},
		{"clone copy", "hydractl customers clone SOURCE"},
		{"import load", "hydractl customers import FILE"},
		{"export dump", "hydractl customers export --out FILE"},
		{"search find", "hydractl customers list --search TEXT"},
		{"count", "hydractl customers count"},
		{"stats", "hydractl customers stats"},
		{"browse", "hydractl customers browse"},
		{"resume", "hydractl imports resume ID"},
		{"login signin", "hydractl auth login"},
		{"logout signout", "hydractl auth logout"},
		{"whoami me status", "hydractl auth status"},
		{"token", "hydractl auth token"},
		{"profile profiles context contexts", "hydractl config profile list"},
		{"use switch", "hydractl config profile use NAME"},
		{"settings configure", "hydractl config list"},
	}
}

// UnknownCommand returns a usage error with what may have been meant, also where the word is mistyped.
func UnknownCommand(c *cobra.Command, args []string) error {
	f := failure.Usagef("unknown command %q for %q", args[0], c.CommandPath())
	f.Hint = commandGuess(c, args[0])
	if f.Hint == "" {
		f.Hint = nearestCommand(c, strings.ToLower(args[0]))
	}
	f.Hint = cmp.Or(f.Hint, usageHint(c))
	return f
}

// nearestCommand returns the command that a mistyped word is near to; "" for none.
func nearestCommand(c *cobra.Command, word string) string {
	names := Subcommands(c)
	for _, same := range sameCommand() {
		names = append(names, same...)
	}
	for _, guess := range commandGuesses() {
		names = append(names, strings.Fields(guess.words)...)
	}
	near := nearest.Match(word, names)
	switch sub := subcommand(c, near); {
	case near == "":
		return ""
	case sub != nil:
		return sub.CommandPath()
	}
	return commandGuess(c, near)
}
