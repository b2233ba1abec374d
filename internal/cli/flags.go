package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// globalFlags are the flags of every command. Those that are settings too are read through given, so that flag,
// environment and file have one order.
type globalFlags struct {
	set *pflag.FlagSet

	jq          string
	template    string
	config      string
	columns     []string
	noHeaders   bool
	noTruncate  bool
	quiet       bool
	verbose     bool
	yes         bool
	debugFile   string
	logPII      bool
	curl        bool
	errorFormat string
	color       string
}

// AddGlobalFlags puts the global flags on the root command, with the completion of their values.
func (a *App) AddGlobalFlags(root *cobra.Command) {
	root.PersistentFlags().SortFlags = false
	root.PersistentFlags().AddFlagSet(a.flags.set)
	a.completeGlobalFlags(root)
}

func newGlobalFlags() *globalFlags {
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.SortFlags = false
	g := &globalFlags{set: f}
	f.StringP("profile", "p", "", "profile to use; sandbox is built in")
	f.StringVar(&g.config, "config", "", "configuration file")
	f.String("api-url", "", "address of the HydraCore API")
	f.String("api-key", "", "API key (visible in the process list: prefer --api-key-file)")
	f.String("api-key-file", "", "file with the API key, readable by its owner alone")
	f.StringP("output", "o", "", "output format: "+JoinOr(output.FormatNames()))
	f.StringArrayVar(&g.columns, "columns", nil, "columns of table, csv and tsv: a,b replaces, +a adds, * is all")
	f.StringVar(&g.jq, "jq", "", "filter the JSON output with a jq expression")
	f.StringVar(&g.template, "template", "", "format the JSON output with a Go template")
	f.BoolVar(&g.noHeaders, "no-headers", false, "omit the header line")
	f.BoolVar(&g.noTruncate, "no-truncate", false, "do not cut or drop columns to fit the terminal")
	f.String("time", "", "how to show times: "+JoinOr(output.TimeModes()))
	f.StringVar(&g.color, "color", "auto", "when to use colour: auto, always or never")
	f.BoolVarP(&g.quiet, "quiet", "q", false, "print no notes and no footer on stderr, only warnings and errors")
	f.BoolVarP(&g.verbose, "verbose", "v", false, "log each request to stderr")
	f.Bool("debug", false, "log each request with headers and timings to stderr, without secrets")
	f.StringVar(&g.debugFile, "debug-file", "", "append the log of --debug to this file instead of stderr")
	f.BoolVar(&g.logPII, "log-pii", false, "do not mask emails in the logs of --verbose and --debug")
	f.BoolVar(&g.curl, "curl", false, "print each request as a curl command on stderr; writes are not sent")
	f.Duration("timeout", 0, "time limit of the whole command (exit 124); 0 for none")
	f.Duration("request-timeout", 30*time.Second, "time limit of one attempt of a request")
	f.Int("retries", 4, "how often a failed read is retried")
	f.Bool("no-input", false, "never prompt")
	f.BoolVarP(&g.yes, "yes", "y", false, "answer yes to every question")
	f.String("ca-cert", "", "PEM file with certificate authorities to trust")
	f.Bool("allow-http", false, "allow plain http to hosts other than this one")
	f.StringVar(&g.errorFormat, "error-format", "", "print errors as text or json (default: json with -o json, jsonl or yaml)")
	return g
}

// changed reports whether a flag is given.
func (g *globalFlags) changed(name string) bool { return g.set.Changed(name) }

// given returns the settings from flags, by the setting's name.
func (g *globalFlags) given() config.Flags {
	given := config.Flags{}
	if g.changed("profile") {
		given["profile"] = g.set.Lookup("profile").Value.String()
	}
	for _, d := range config.Definitions() {
		if d.Flag == "" || d.Name == "columns" { // --columns is a list of its own
			continue
		}
		if name := d.Flag[len("--"):]; g.changed(name) {
			given[d.Name] = g.set.Lookup(name).Value.String()
		}
	}
	return given
}

// readFilter reads --jq and --template.
func (a *App) readFilter() (*output.Filter, error) {
	flag, jq, template := "--jq", a.flags.changed("jq"), a.flags.changed("template")
	if template {
		flag = "--template"
	}
	switch format := a.Given()["output"]; {
	case !jq && !template:
		return nil, nil
	case jq && template:
		return nil, failure.Usagef("--jq and --template exclude each other")
	case a.flags.jq+a.flags.template == "":
		return nil, failure.Invalidf(flag, "must not be empty")
	case format != "" && !strings.EqualFold(format, "json"):
		return nil, failure.Usagef("%s needs JSON output and does not go with -o %s", flag, format)
	}
	return output.NewFilter(a.flags.jq, a.flags.template, a.Now)
}
