// Package doctor holds `hydractl doctor`: checks of the configuration, the network and the credential.
package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

const (
	doctorLimit = 14 * time.Second // for everything
	stepLimit   = 4 * time.Second  // for one look into the network
)

// New returns the command with its subcommands.
func New(app *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Find out why something does not work",
		Long: `Look at everything that a command needs: the configuration and who can read it,
the state folder and its journals, the proxy, name, certificate, clock and speed
of the server, and the credential with its scopes and limits. Each line is ok,
warn or fail, and a second one says how to mend it.

This works with a broken configuration, without a network and without a home.
Nothing is changed on the server. Exit 1 when something fails, 0 with warnings.`,
		Example: `  hydractl doctor
  hydractl doctor -p sandbox
  hydractl doctor -o json --jq '.checks[] | select(.status != "ok") | .name'`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              app.RunE(runDoctor),
	}
}

func runDoctor(ctx context.Context, app *cli.App, _ []string) error {
	x := &examination{app: app}
	x.config()
	printer, opts, err := doctorPrinter(app, x.settings)
	if err != nil {
		return err
	}
	ctx = app.Bounded(ctx, x.settings)
	x.permissions()
	x.stateFolder()
	x.journals()
	limited, cancel := context.WithTimeout(ctx, doctorLimit)
	defer cancel()
	x.network(limited)
	if err := cli.ContextCause(ctx); err != nil {
		return err // a signal or --timeout, not what was found
	}
	if err := x.print(printer, opts); err != nil {
		return err
	}
	return x.verdict()
}

// examination is what was looked at so far.
type examination struct {
	app      *cli.App
	file     config.Location
	settings *config.Settings // those of a file that could be read, else of what else there is
	checks   []Check
}

// Check is one line of the doctor's.
type Check struct {
	Name    string `json:"name"`
	Status  string `json:"status"` // ok, warn or fail
	Message string `json:"message"`
	Hint    string `json:"hint"` // a command or what to do, "" for none
}

// The results of a check.
const (
	CheckOK   = "ok"
	CheckWarn = "warn"
	CheckFail = "fail"
)

func (x *examination) ok(name, format string, args ...any) {
	x.add(Check{name, CheckOK, fmt.Sprintf(format, args...), ""})
}

func (x *examination) warn(name, hint, format string, args ...any) {
	x.add(Check{name, CheckWarn, fmt.Sprintf(format, args...), hint})
}

func (x *examination) fail(name, hint, format string, args ...any) {
	x.add(Check{name, CheckFail, fmt.Sprintf(format, args...), hint})
}

// add bounds and cleans what may be a server's words.
func (x *examination) add(c Check) {
	c.Message, c.Hint = output.EscapeCut(c.Message, cli.MaxShown), output.EscapeCut(c.Hint, cli.MaxShown)
	x.checks = append(x.checks, c)
}

// skip is for what could not be looked at because of something before it.
func (x *examination) skip(why string, names ...string) {
	for _, name := range names {
		x.warn(name, "", "not checked: %s", why)
	}
}

func (x *examination) count(status string) int {
	n := 0
	for _, c := range x.checks {
		if c.Status == status {
			n++
		}
	}
	return n
}

// verdict is the exit code: failures count, warnings do not.
func (x *examination) verdict() error {
	failed := x.count(CheckFail)
	if failed == 0 {
		return nil
	}
	return &failure.Failure{
		Exit: failure.ExitUnexpected, Code: "doctor_failed",
		Message: fmt.Sprintf("%s of %d failed", cli.Plural(int64(failed), "check"), len(x.checks)),
	}
}
