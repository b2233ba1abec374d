package cli

import (
	"context"
	"io"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// Env is all that a command knows of the process it runs in. It is filled once, in main.
type Env struct {
	In        io.Reader
	Out, Err  io.Writer
	Terminal  Terminal
	LookupEnv func(name string) (string, bool)
	Now       func() time.Time
	Home      string // the user's home folder, "" when there is none
	Build     Build
	// Signals gives a context that ends with SIGINT or SIGTERM, and what to call when they need no watching any more.
	// It is called by the commands that have something to end in order; to the others a signal is the end.
	Signals func(context.Context) (context.Context, func())

	runState
}

// Terminal says which streams are terminals and how wide the one of stdout is.
type Terminal struct {
	In, Out, Err bool
	Width        func() int // columns, 0 when not known
	Height       func() int // lines, 0 when not known
	ReadPassword func() ([]byte, error)
}

// runState is what one run knows of itself.
type runState struct {
	UnknownTopic error    // help was asked for about a command that does not exist, which cobra has no way to say
	Words        []string // the command line, nil where the whole tree of commands is wanted
	Flags        globalFlags
	Settled      *config.Settings // once the configuration was read
	Notes        noteBuffer       // where a failure is to be one JSON object on stderr
	RunStarted   bool             // a RunE began: whatever failed before was a usage error
	closers      []func() error   // in the order of their making
	// within runs work with the context that connect has made.
	Within func(work func(context.Context) error) error
}

// Interrupted is the cause of a context that a signal has ended.
type Interrupted struct{ Signal os.Signal }

// Error names the signal.
func (i Interrupted) Error() string {
	if i.Signal == syscall.SIGTERM {
		return "stopped by SIGTERM"
	}
	return "stopped by SIGINT"
}

// onClose lets f run when the command has ended, the latest first.
func (e *Env) OnClose(f func() error) { e.closers = append(e.closers, f) }

func (e *Env) Close() {
	for _, f := range slices.Backward(e.closers) {
		_ = f()
	}
	e.closers = nil
}

// settings reads the configuration and settles every value. Nothing is opened before a command asks.
func (e *Env) Settings() (*config.Settings, error) {
	file, err := e.ConfigFile()
	if err != nil {
		return nil, err
	}
	s, err := file.Resolve(e.Flags.Given, e.LookupEnv, e.Home)
	if err == nil {
		e.Settled = s
	}
	return s, err
}

func (e *Env) ConfigFile() (*config.File, error) {
	return config.Locate(e.Flags.Config, e.LookupEnv, e.Home).Open()
}

// exitCode is 130 for SIGINT and 143 for SIGTERM.
func (i Interrupted) exitCode() int {
	if i.Signal == syscall.SIGTERM {
		return failure.ExitTerminated
	}
	return failure.ExitInterrupt
}

// watchSignals lets SIGINT and SIGTERM end the context; until then they end the process.
func (e *Env) WatchSignals(ctx context.Context) context.Context {
	ctx, stop := e.Signals(ctx)
	e.OnClose(func() error { stop(); return nil })
	return ctx
}

// outputOptions settles how data is printed.
func (e *Env) OutputOptions(s *config.Settings) output.Options {
	o := output.Options{
		Format:     s.Output,
		Preferred:  e.Flags.Given["output"] == "",
		Columns:    e.Flags.columns,
		NoHeaders:  e.Flags.noHeaders,
		NoTruncate: e.Flags.noTruncate,
		Now:        e.Now(),
		Width:      e.Width(),
		Color:      e.colored(s.Color, e.Terminal.Out),
		Filter:     e.Flags.Filter,
		Within:     e.Within,
	}
	if set, err := s.Find("time"); err == nil && set.Origin.Kind != config.FromDefault {
		o.Time = s.Time
	}
	return o
}

// customerOptions settles how customers are printed: the columns of the environment and the file are meant for them,
// where the format has columns at all.
func (e *Env) CustomerOptions(s *config.Settings) output.Options {
	o := e.OutputOptions(s)
	for _, f := range output.Formats() {
		if f.Name == s.Output && f.Columns && o.Filter == nil && s.Columns != "" && len(o.Columns) == 0 {
			o.Columns = []string{s.Columns}
		}
	}
	return o
}

// variable is one of the environment, "" when it is not set.
func (e *Env) Variable(name string) string {
	value, _ := e.LookupEnv(name)
	return value
}

// width is that of the terminal on stdout, 0 when there is none. COLUMNS overrides it, as everywhere.
func (e *Env) Width() int {
	if !e.Terminal.Out {
		return 0
	}
	if text, _ := e.LookupEnv("COLUMNS"); text != "" {
		if n, err := strconv.Atoi(text); err == nil && n > 0 {
			return n
		}
	}
	if n := e.Terminal.Width(); n > 0 {
		return n
	}
	return 80
}

// colored follows --color, then NO_COLOR, CLICOLOR_FORCE and TERM (no-color.org, bixense.com/clicolors).
func (e *Env) colored(mode string, isTerminal bool) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	if v, _ := e.LookupEnv("NO_COLOR"); v != "" {
		return false
	}
	if v, _ := e.LookupEnv("CLICOLOR_FORCE"); v != "" && v != "0" {
		return true
	}
	term, _ := e.LookupEnv("TERM")
	return isTerminal && term != "dumb"
}

// status writes notes to stderr; --quiet silences them, errors never.
func (e *Env) Status() *output.Status {
	color := e.Flags.color
	if e.Settled != nil {
		color = e.Settled.Color
	}
	s := &output.Status{W: e.Err, Quiet: e.Flags.Quiet, Color: e.colored(color, e.Terminal.Err)}
	if e.JSONErrors() && !e.Terminal.Err {
		s.W, s.Color = &e.Notes, false
	}
	return s
}

// interactive tells whether a question can be asked.
func (e *Env) interactive(s *config.Settings) bool {
	return e.Terminal.In && e.Terminal.Err && !s.NoInput
}

// contextCause gives the reason why a context has ended: a signal or the --timeout.
func ContextCause(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return context.Cause(ctx)
}
