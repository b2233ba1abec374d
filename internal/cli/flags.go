package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
)

// globalFlags are the flags of every command. Those that are settings too are read through given, so that flag,
// environment and file have one order.
type globalFlags struct {
	Config      string
	columns     []string
	noHeaders   bool
	noTruncate  bool
	Quiet       bool
	verbose     bool
	yes         bool
	debugFile   string
	logPII      bool
	Curl        bool
	errorFormat string
	color       string
	Filter      *output.Filter // --jq or --template

	Given config.Flags // the settings that the user gave as flags
}

// addGlobalFlags puts the global flags on the root command.
func AddGlobalFlags(root *cobra.Command, env *Env) {
	f, g := root.PersistentFlags(), &env.Flags
	f.StringP("profile", "p", "", "profile to use; sandbox is built in")
	f.StringVar(&g.Config, "config", "", "configuration file")
	f.String("api-url", "", "address of the HydraCore API")
	f.String("api-key", "", "API key (visible in the process list: prefer --api-key-file)")
	f.String("api-key-file", "", "file that holds the API key, readable by its owner alone")
	f.StringP("output", "o", "", "output format: "+JoinOr(output.FormatNames()))
	f.StringArrayVar(&g.columns, "columns", nil, "columns of table, csv and tsv: a,b replaces, +a adds, * is all")
	f.String("jq", "", "print what this jq expression makes of the json document")
	f.String("template", "", "print what this Go template makes of the json document")
	f.BoolVar(&g.noHeaders, "no-headers", false, "leave the header line out")
	f.BoolVar(&g.noTruncate, "no-truncate", false, "never cut or drop columns to fit the terminal")
	f.String("time", "", "how to show times: "+JoinOr(output.TimeModes()))
	f.StringVar(&g.color, "color", "auto", "when to use colour: auto, always or never")
	f.BoolVarP(&g.Quiet, "quiet", "q", false, "no notes and no footer on stderr; errors stay")
	f.BoolVarP(&g.verbose, "verbose", "v", false, "tell each request on stderr")
	f.Bool("debug", false, "tell each request with headers and timings on stderr, without secrets")
	f.StringVar(&g.debugFile, "debug-file", "", "add what --debug tells to this file, in place of stderr")
	f.BoolVar(&g.logPII, "log-pii", false, "show whole emails in what --verbose and --debug tell")
	f.BoolVar(&g.Curl, "curl", false, "show each request as a curl command on stderr; writes are not sent")
	f.Duration("timeout", 0, "limit for the whole command (exit 124); 0 is none")
	f.Duration("request-timeout", 30*time.Second, "limit for one attempt of a request")
	f.Int("retries", 4, "repeats of a read that failed")
	f.Bool("no-input", false, "never prompt")
	f.BoolVarP(&g.yes, "yes", "y", false, "answer yes to every question")
	f.String("ca-cert", "", "PEM file with certificate authorities to trust")
	f.Bool("allow-http", false, "allow plain http to other hosts than this one")
	f.StringVar(&g.errorFormat, "error-format", "", "errors as text or json; json by itself with -o json, jsonl or yaml")
}

// collect notes which settings were given as flags, by the setting's name.
func (g *globalFlags) Collect(set *pflag.FlagSet) {
	g.Given = config.Flags{}
	if f := set.Lookup("profile"); f != nil && f.Changed {
		g.Given["profile"] = f.Value.String()
	}
	for _, d := range config.Definitions() {
		if d.Flag == "" || d.Name == "columns" { // --columns is a list of its own
			continue
		}
		if f := set.Lookup(d.Flag[len("--"):]); f != nil && f.Changed {
			g.Given[d.Name] = f.Value.String()
		}
	}
}

// completeGlobals offers values for the global flags without a network or a keyring.
func CompleteGlobals(root *cobra.Command, env *Env) {
	profiles := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		file, err := env.ConfigFile()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return file.Profiles(), cobra.ShellCompDirectiveNoFileComp
	}
	columns := func(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return strings.Fields(c.Annotations["columns"]), cobra.ShellCompDirectiveNoFileComp
	}
	for name, f := range map[string]cobra.CompletionFunc{
		"columns":      columns,
		"profile":      profiles,
		"output":       Fixed(output.FormatNames()...),
		"time":         Fixed(output.TimeModes()...),
		"color":        Fixed("auto", "always", "never"),
		"error-format": Fixed("text", "json"),
	} {
		_ = root.RegisterFlagCompletionFunc(name, f)
	}
}

// fixed completes a flag with one of these values.
func Fixed(values ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}

// withColumns notes the columns of a command's records for the completion of --columns.
func WithColumns[T any](c *cobra.Command, cols []output.Column[T]) *cobra.Command {
	c.Annotations = map[string]string{"columns": strings.Join(output.ColumnNames(cols), " ")}
	return c
}
