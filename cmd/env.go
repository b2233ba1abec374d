package cmd

import (
	"context"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/hydracore/hydractl/internal/config"
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

	flags globalFlags
	state runState
}

// Terminal says which streams are terminals and how wide the one of stdout is.
type Terminal struct {
	In, Out, Err bool
	Width        func() int // columns, 0 when not known
	ReadPassword func() ([]byte, error)
}

// runState is what one run leaves behind.
type runState struct {
	entered bool           // a RunE began: whatever failed before was a usage error
	closers []func() error // in the order of their making
}

// Interrupted is the cause of a context that a signal has ended.
type Interrupted struct{ Signal os.Signal }

// Error names the signal.
func (i Interrupted) Error() string { return "stopped by " + i.Signal.String() }

// enter marks that the command itself has begun.
func (e *Env) enter() { e.state.entered = true }

// onClose lets f run when the command has ended, the latest first.
func (e *Env) onClose(f func() error) { e.state.closers = append(e.state.closers, f) }

func (e *Env) close() {
	for _, f := range slices.Backward(e.state.closers) {
		_ = f()
	}
	e.state.closers = nil
}

// settings reads the configuration and settles every value. Nothing is opened before a command asks.
func (e *Env) settings() (*config.Settings, error) {
	file, err := e.configFile()
	if err != nil {
		return nil, err
	}
	return file.Resolve(e.flags.given, e.LookupEnv, e.Home)
}

func (e *Env) configFile() (*config.File, error) {
	return config.Open(config.Locate(e.flags.config, e.LookupEnv, e.Home).Path)
}

// outputOptions settles how data is printed.
func (e *Env) outputOptions(s *config.Settings) output.Options {
	o := output.Options{
		Format:     s.Output,
		NoHeaders:  e.flags.noHeaders,
		NoTruncate: e.flags.noTruncate,
		Now:        e.Now(),
		Width:      e.width(),
		Color:      e.colored(s.Color, e.Terminal.Out),
	}
	if set, err := s.Find("time"); err == nil && set.Origin.Kind != config.FromDefault {
		o.Time = s.Time
	}
	o.Columns = e.columns(s)
	return o
}

// columns are the flag's, or else those of the environment or the file where the format has columns at all.
func (e *Env) columns(s *config.Settings) []string {
	if len(e.flags.columns) > 0 {
		return e.flags.columns
	}
	for _, f := range output.Formats() {
		if f.Name == s.Output && f.Columns && s.Columns != "" {
			return []string{s.Columns}
		}
	}
	return nil
}

// width is that of the terminal on stdout, 0 when there is none. COLUMNS overrides it, as everywhere.
func (e *Env) width() int {
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
func (e *Env) status() *output.Status {
	return &output.Status{W: e.Err, Quiet: e.flags.quiet, Color: e.colored(e.flags.color, e.Terminal.Err)}
}

// interactive tells whether a question can be asked.
func (e *Env) interactive(s *config.Settings) bool {
	return e.Terminal.In && e.Terminal.Err && !s.NoInput
}

// contextCause gives the reason why a context has ended: a signal or the --timeout.
func contextCause(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return context.Cause(ctx)
}
