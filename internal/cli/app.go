package cli

import (
	"context"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
)

// App is one run of hydractl: the process, the command line with its global flags, the settings that follow from both,
// and what has to be closed in the end. cmd.Execute makes one for each run and hands it to every command.
type App struct {
	Env

	args        []string // the command line; nil where the whole tree of commands is needed
	flags       *globalFlags
	settings    func() (*config.Settings, error)
	filter      func() (*output.Filter, error)
	out         *ErrorWriter
	secrets     *config.Redactor // masks keys in all that goes to stderr
	stderr      io.Writer        // as the process has it
	annotations io.Writer        // for workflow commands of GitHub Actions
	notes       *noteBuffer      // holds the notes where a failure is one JSON object on stderr
	closers     *closers
	checks      map[*cobra.Command][]func() error // of the flags, before a command runs
}

// NewApp makes a run of the command line args, without the program's name. With nil the tree of commands is complete,
// for documentation; else it has only the branch that args may lead to.
func NewApp(env *Env, args []string) *App {
	a := &App{
		Env: *env, args: args, out: &ErrorWriter{W: env.Out}, secrets: &config.Redactor{}, stderr: env.Err, notes: &noteBuffer{}, closers: &closers{},
		checks: map[*cobra.Command][]func() error{},
		flags:  newGlobalFlags(),
	}
	a.Out = a.out
	a.Err = a.secrets.Writer(env.Err)
	a.annotations = a.Err
	if a.OnGitHub() {
		a.Err = workflowLog{a.Err}
	}
	if a.Terminal.Err {
		a.Err = output.NewTerminal(a.Err)
	}
	for _, name := range []string{"HYDRACORE_API_KEY", "HYDRACORE_ACCESS_TOKEN"} {
		a.secrets.Add(config.NewSecret(strings.TrimSpace(a.Variable(name))))
	}
	for _, arg := range args { // a key given by --api-key, or by mistake
		a.maskKey(arg)
	}
	a.settings = sync.OnceValues(a.resolve)
	a.filter = sync.OnceValues(a.readFilter)
	return a
}

// maskKey masks a text on stderr from now on, if it is a key.
func (a *App) maskKey(text string) {
	if secret, err := config.ParseSecret(text); err == nil && secret.Kind() != "" {
		a.secrets.Add(secret)
	}
}

// Stderr returns the process's own stderr, for a program that is started on the terminal.
func (a *App) Stderr() io.Writer { return a.stderr }

// Settings returns the settings of the run. The configuration is read once.
func (a *App) Settings() (*config.Settings, error) { return a.settings() }

func (a *App) resolve() (*config.Settings, error) {
	file, err := a.ConfigFile()
	if err != nil {
		return nil, err
	}
	return file.Resolve(a.Given(), a.LookupEnv, a.Home)
}

// Given returns the settings from flags, by the setting's name.
func (a *App) Given() config.Flags { return a.flags.given() }

// ConfigLocation returns where the configuration file is.
func (a *App) ConfigLocation() config.Location {
	return config.Locate(a.flags.config, a.LookupEnv, a.Home)
}

// ConfigPath returns the path of the configuration file, which is where changes are written.
func (a *App) ConfigPath() string { return a.ConfigLocation().Path }

// ConfigFile reads the configuration file.
func (a *App) ConfigFile() (*config.File, error) { return a.ConfigLocation().Open() }

// Quiet reports whether --quiet is given.
func (a *App) Quiet() bool { return a.flags.quiet }

// Curl reports whether --curl is given.
func (a *App) Curl() bool { return a.flags.curl }

// Filter returns the filter of --jq or --template, nil for none.
func (a *App) Filter() *output.Filter {
	filter, _ := a.filter() // an error has ended the command already
	return filter
}

// Status returns the writer of notes and warnings: stderr, or a buffer where a failure will be one JSON object there.
// --quiet silences notes, never warnings.
func (a *App) Status() output.Status {
	color := a.flags.color
	if s, err := a.settings(); err == nil {
		color = s.Color
	}
	s := output.Status{W: a.Err, Quiet: a.flags.quiet, Color: a.colored(color, a.Terminal.Err)}
	switch {
	case a.Terminal.Err:
		s.Width = a.errWidth()
	case a.JSONErrors():
		s.W, s.Color = a.notes, false
	}
	return s
}

// JSONErrors reports whether errors are printed as JSON. It works with an unusable command line and configuration too,
// since those may be what is wrong.
func (a *App) JSONErrors() bool {
	if a.flags.errorFormat != "" {
		return a.flags.errorFormat == "json"
	}
	format := a.Given()["output"]
	if format == "" {
		format = a.Variable("HYDRACTL_OUTPUT")
	}
	if s, err := a.settings(); err == nil {
		format = s.Output
	}
	return format == "json" || format == "jsonl" || format == "yaml"
}

// WatchSignals returns a context that ends with the signals of [Env].Signals; until then they end the process.
func (a *App) WatchSignals(ctx context.Context) context.Context {
	ctx, stop := a.Signals(ctx)
	a.OnClose(stop)
	return context.WithValue(ctx, endsWithSignals{}, true)
}

// endsWithSignals is the key of contexts that signals end.
type endsWithSignals struct{}

// Bounded returns a context that ends with a signal and with --timeout.
func (a *App) Bounded(ctx context.Context, s *config.Settings) context.Context {
	ctx = a.WatchSignals(ctx)
	if s.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.Timeout, ErrTimeout)
		a.OnClose(cancel)
	}
	return ctx
}

// OnClose calls f when the command has ended, the latest first.
func (a *App) OnClose(f func()) { *a.closers = append(*a.closers, f) }

// Annotations returns where workflow commands of GitHub Actions are written.
func (a *App) Annotations() io.Writer { return a.annotations }

// closers are functions that end what a run has begun.
type closers []func()

func (c *closers) close() {
	for _, f := range slices.Backward(*c) {
		f()
	}
	*c = nil
}
