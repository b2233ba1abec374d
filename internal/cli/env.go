// Package cli is what every command needs: the process it runs in (Env), the run with its flags and settings (App), the
// connection to the server (Session), and the report of what failed.
//
// A run goes like this: main fills an Env; NewApp makes the App; App.Execute builds the commands, and cobra parses the flags and
// calls RunE of one of them. That checks the flags (App.Check, Checked) and calls the command's own function, which connects
// (App.Connect), asks the API and prints. Execute then closes what was opened, prints the report of an error and returns its
// exit code.
package cli

import (
	"context"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hydracore/hydractl/internal/failure"
)

// Env is the process in which hydractl runs. It is filled once, in main, and never changes.
type Env struct {
	In        io.Reader
	Out, Err  io.Writer
	Terminal  Terminal
	LookupEnv func(name string) (string, bool)
	Environ   []string // NAME=value of every variable
	Now       func() time.Time
	Home      string // the user's home folder, "" when there is none
	Build     Build
	// Signals returns a context that ends with SIGINT, SIGTERM or SIGHUP, and a function that stops watching for them. Commands
	// that have something to finish call it; the other commands are ended by the signal itself.
	Signals func(context.Context) (context.Context, func())
}

// Terminal describes which streams are terminals, and the size of the one on stdout.
type Terminal struct {
	In, Out, Err bool
	Width        func() int // columns, 0 when not known
	Height       func() int // lines, 0 when not known
	// Raw passes every key on as it is typed, and shows none; signals stay. redraw is called when the line that is typed has to
	// be drawn once more. It is nil where the terminal has no such mode.
	Raw     func(redraw func()) (restore func())
	Mute    func() (restore func()) // does not show what is typed; may be nil
	Discard func()                  // drops what was typed and is not read yet; may be nil
}

// Variable returns a variable of the environment, "" when it is not set.
func (e *Env) Variable(name string) string {
	value, _ := e.LookupEnv(name)
	return value
}

// Width returns the width of the terminal on stdout, 0 when there is none. COLUMNS overrides it.
func (e *Env) Width() int { return e.widthOf(e.Terminal.Out) }

// errWidth returns the width of the terminal on stderr, 0 when there is none.
func (e *Env) errWidth() int { return e.widthOf(e.Terminal.Err) }

func (e *Env) widthOf(isTerminal bool) int {
	if !isTerminal {
		return 0
	}
	if n, err := strconv.Atoi(e.Variable("COLUMNS")); err == nil && n > 0 {
		return n
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
	if e.Variable("NO_COLOR") != "" {
		return false
	}
	if v := e.Variable("CLICOLOR_FORCE"); v != "" && v != "0" {
		return true
	}
	return isTerminal && !monochrome(e.Variable("TERM"))
}

// monochrome reports whether a kind of terminal has no colours, by the names that terminfo has for these.
func monochrome(term string) bool {
	return term == "dumb" || strings.HasPrefix(term, "vt1") || strings.HasPrefix(term, "vt2") || strings.HasSuffix(term, "-m") || strings.HasSuffix(term, "-mono")
}

// OnGitHub reports whether the process is a step of GitHub Actions.
func (e *Env) OnGitHub() bool { return e.Variable("GITHUB_ACTIONS") == "true" }

// Interrupted is the cause of a context that a signal has ended.
type Interrupted struct{ Signal os.Signal }

// Error names the signal.
func (i Interrupted) Error() string {
	switch i.Signal {
	case syscall.SIGTERM:
		return "stopped by SIGTERM"
	case syscall.SIGHUP:
		return "stopped by SIGHUP"
	}
	return "stopped by SIGINT"
}

// exitCode is 130 for SIGINT and 143 for the others.
func (i Interrupted) exitCode() int {
	if i.Signal == os.Interrupt {
		return failure.ExitInterrupt
	}
	return failure.ExitTerminated
}
