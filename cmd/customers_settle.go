package cmd

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// defaultLook is how long a single command looks for a customer whose answer was lost: someone waits for it.
const defaultLook = 10 * time.Second

// addQuietPeriod adds the flag for how long a lost answer is looked for.
func addQuietPeriod(f *pflag.FlagSet, d *time.Duration) {
	f.DurationVar(d, "quiet-period", defaultLook, "how long to look for a customer whose answer was lost; from 1m0s on its absence is proof")
}

func checkQuietPeriod(d time.Duration) error {
	if d < 0 || d > time.Hour {
		return invalidf("--quiet-period", "%s: 0s to 1h", d)
	}
	return nil
}

// settle finds out what became of a write whose answer was lost. It never sends it again.
func (w write) settle(ctx context.Context, env *Env, printer *output.Printer[createdRecord], sent time.Time, lost error) error {
	w.api.status.Note("The answer was lost (%s); looking for the customer.", words(lost))
	lookup := reconcile.NewAPI(w.api.Client, w.api.Client)
	now, known, err := reconcile.ServerClock(ctx, lookup)
	if err != nil {
		return w.unknown(lost, "looking for it failed: "+words(err))
	}
	sent = sent.Add(now().Sub(env.Now())) // as the server's clock had it
	reconciler := &reconcile.Reconciler{API: lookup, Quiet: max(w.quiet, time.Nanosecond), Now: now, ClockKnown: known, Eager: true}
	found, err := reconciler.Reconcile(ctx, reconcile.Write{Sent: w.values, First: sent, Last: now()})
	switch {
	case err != nil:
		return w.unknown(lost, "looking for it failed: "+words(err))
	case found.State == record.Created:
		w.api.status.Note("Created customer %s: it was found.", found.Customer.ID)
		if w.clone {
			w.api.status.Warn("whether the rules were taken along cannot be told")
		}
		return w.printFound(env, printer, found.Customer, true)
	case found.State == record.Exists && w.ifNotExists:
		return w.printFound(env, printer, found.Customer, false)
	case found.State == record.Exists:
		return w.exists(lost, found.Customer)
	case found.State == record.Pending && w.quiet >= reconcile.QuietPeriod:
		return &failure{
			exit: exitServer, code: "not_created", cause: lost, retryable: true,
			message: "the customer was not created: " + words(lost), hint: "repeat the command",
		}
	}
	return w.unknown(lost, found.Reason)
}

// unknown is the one failure after which repeating may double a customer.
func (w write) unknown(lost error, reason string) error {
	f := &failure{
		exit: exitUnknown, code: "outcome_unknown", cause: lost,
		message: "the outcome is unknown, the customer may have been created: " + words(lost),
		hint:    "look before you repeat: hydractl customers list --per-page 5",
	}
	if reason != "" {
		f.message += "; " + reason
	}
	if w.email != nil {
		f.hint = "look before you repeat: hydractl customers get " + shellWord(*w.email)
	}
	return f
}

// words is what went wrong with a request, without the request.
func words(err error) string {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return said(e)
	}
	if e, ok := errors.AsType[*client.TransportError](err); ok {
		err = e.Err
	}
	return shortened(err.Error())
}
