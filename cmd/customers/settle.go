package customers

import (
	"context"
	"time"

	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
)

// defaultLook is how long a single command looks for a customer whose answer was lost: someone waits for it.
const defaultLook = 10 * time.Second

// addQuietPeriod adds the flag for how long a lost answer is looked for.
func addQuietPeriod(f *pflag.FlagSet, d *time.Duration) {
	f.DurationVar(d, "quiet-period", defaultLook, "how long to look for a customer whose answer was lost; from 1m0s on its absence is proof")
}

func checkQuietPeriod(d time.Duration) error {
	if d < 0 || d > time.Hour {
		return failure.Invalidf("--quiet-period", "must be between 0s and 1h (got %s)", d)
	}
	return nil
}

// settle finds out what became of a write whose answer was lost. It never sends it again.
func (w write) settle(ctx context.Context, env *cli.App, printer *output.Printer[createdRecord], sent time.Time, lost error) error {
	w.Session.Status.Note("The answer was lost (%s); looking for the customer.", cli.Describe(lost))
	lookup := reconcile.NewAPI(w.Session.Client, w.Session.Client)
	ended := env.Now()
	learned := &reconcile.Learned{}
	if err := learned.ReadDate(ctx, lookup); err != nil {
		return w.unknown(lost, "looking for it failed: "+cli.Describe(err))
	}
	reconciler := &reconcile.Reconciler{API: lookup, Learned: learned, Quiet: max(w.quiet, time.Nanosecond), Eager: true}
	found, err := reconciler.Reconcile(ctx, reconcile.Write{Sent: w.values, First: sent, Last: ended})
	switch {
	case err != nil:
		return w.unknown(lost, "looking for it failed: "+cli.Describe(err))
	case found.State == record.Created:
		w.Session.Status.Note("Created customer %s (%s): it was found.", found.Customer.ID, w.Session.Where())
		if w.clone {
			w.Session.Status.Warn("whether the rules were taken along cannot be told")
		}
		return w.printFound(env, printer, found.Customer, true)
	case found.State == record.Exists && w.ifNotExists:
		return w.printFound(env, printer, found.Customer, false)
	case found.State == record.Exists:
		return w.exists(lost, found.Customer)
	case found.State == record.Pending && w.quiet >= reconcile.QuietPeriod:
		return &failure.Failure{
			Exit: failure.ExitServer, Code: "not_created", Cause: lost, Retryable: true,
			Message: "the customer was not created: " + cli.Describe(lost), Hint: "repeat the command",
		}
	}
	return w.unknown(lost, found.Reason)
}

// unknown is the one failure after which repeating may double a customer.
func (w write) unknown(lost error, reason string) error {
	f := &failure.Failure{
		Exit: failure.ExitUnknown, Code: "outcome_unknown", Cause: lost,
		Message: "the outcome is unknown, the customer may have been created: " + cli.Describe(lost),
		Hint:    "look before you repeat: hydractl customers list --per-page 5",
	}
	if reason != "" {
		f.Message += "; " + reason
	}
	if w.email != nil {
		f.Hint = "look before you repeat: hydractl customers get " + files.ShellWord(*w.email)
	}
	return f
}
