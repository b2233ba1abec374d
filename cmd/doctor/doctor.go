// Package doctor is the command "hydractl doctor": diagnostics of configuration, network and credential.
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

// New makes the command.
func New(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Find out why something does not work",
		Long: `Look at everything that a command needs: the configuration and who can read it,
the state folder and its journals, the proxy, name, certificate, clock and speed
of the server, and the credential with its scopes and limits. Each line is ok,
warn or fail, and a second one shows how to fix it.

This works with a broken configuration, without a network and without a home.
Nothing is changed on the server. Exit 1 when something fails, 0 with warnings.`,
		Example: `  hydractl doctor
  hydractl doctor -p sandbox
  hydractl doctor -o json --jq '.checks[] | select(.status != "ok") | .name'`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              app.RunE(runDoctor),
	}
	return cli.NameColumns(c, checkColumns())
}

func runDoctor(ctx context.Context, app *cli.App, _ []string) error {
	d := &diagnostics{app: app}
	d.config()
	printer, opts, err := doctorPrinter(app, d.settings)
	if err != nil {
		return err
	}
	ctx = app.Bounded(ctx, d.settings)
	d.permissions()
	d.stateFolder()
	d.journals()
	limited, cancel := context.WithTimeout(ctx, doctorLimit)
	defer cancel()
	d.network(limited)
	if err := context.Cause(ctx); err != nil {
		return err // a signal or --timeout, not what was found
	}
	if err := d.print(printer, opts); err != nil {
		return err
	}
	return d.result()
}

// diagnostics are the checks so far.
type diagnostics struct {
	app      *cli.App
	file     config.Location
	settings *config.Settings // those of a file that could be read, else of what else there is
	checks   []Check
}

// Check is one line of the report.
type Check struct {
	Name    string `json:"name"`
	Status  string `json:"status"` // ok, warn or fail
	Message string `json:"message"`
	Hint    string `json:"hint"` // a command or what to do, "" for none
}

// The status of a check.
const (
	CheckOK   = "ok"
	CheckWarn = "warn"
	CheckFail = "fail"
)

func (d *diagnostics) ok(name, format string, args ...any) {
	d.add(Check{name, CheckOK, fmt.Sprintf(format, args...), ""})
}

func (d *diagnostics) warn(name, hint, format string, args ...any) {
	d.add(Check{name, CheckWarn, fmt.Sprintf(format, args...), hint})
}

func (d *diagnostics) fail(name, hint, format string, args ...any) {
	d.add(Check{name, CheckFail, fmt.Sprintf(format, args...), hint})
}

// add shortens and escapes what may be a text of the server.
func (d *diagnostics) add(c Check) {
	c.Message, c.Hint = output.EscapeCut(c.Message, cli.MaxShown), output.EscapeCut(c.Hint, cli.MaxShown)
	d.checks = append(d.checks, c)
}

// skip is for what could not be looked at because of something before it.
func (d *diagnostics) skip(why string, names ...string) {
	for _, name := range names {
		d.warn(name, "", "not checked: %s", why)
	}
}

func (d *diagnostics) count(status string) int {
	n := 0
	for _, c := range d.checks {
		if c.Status == status {
			n++
		}
	}
	return n
}

// result returns the failure of the command: failed checks count, warnings do not.
func (d *diagnostics) result() error {
	failed := d.count(CheckFail)
	if failed == 0 {
		return nil
	}
	return &failure.Failure{
		Exit: failure.ExitUnexpected, Code: "doctor_failed",
		Message: fmt.Sprintf("%d of %s failed", failed, cli.Plural(int64(len(d.checks)), "check")),
	}
}
