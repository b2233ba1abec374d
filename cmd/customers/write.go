package customers

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// defaultSearch is how long a single command looks for a customer whose answer was lost, while the user waits.
const defaultSearch = 10 * time.Second

// writeFlags are the flags that create and clone have in common.
type writeFlags struct {
	ifNotExists bool
	dryRun      bool
	noValidate  bool
	quiet       time.Duration // how long to look for the customer when the answer is lost
}

func (w *writeFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.BoolVar(&w.ifNotExists, "if-not-exists", false, "print the existing customer when another one has the email")
	f.BoolVar(&w.dryRun, "dry-run", false, "show the request and what exists, and send nothing that writes")
	f.DurationVar(&w.quiet, "quiet-period", defaultSearch, "how long to look for a customer whose answer was lost; from 1m0s on its absence is proof")
	f.BoolVar(&w.noValidate, "no-validate", false, "send values that an import warns about, such as a country that is not a known code, without a question")
	cli.GroupFlags(c, "Safety", "if-not-exists", "dry-run", "quiet-period", "no-validate")
}

func (w *writeFlags) check() error {
	if w.quiet < 0 || w.quiet > time.Hour {
		return failure.Invalidf("--quiet-period", "must be between 0s and 1h (got %s)", w.quiet)
	}
	return nil
}

// write is a create or a clone: the one request that cannot be undone, and what is looked up around it.
type write struct {
	writeFlags

	app     *cli.App
	session *cli.Session
	email   *string
	clone   bool
	guided  bool // the fields were asked for: the request is shown, and sent after a yes
	values  record.Values
	places  map[string]failure.Field // where the user gave each field
	send    func(context.Context, *client.Client) (*client.CreatedCustomer, error)
}

// run sends the write, with the consent that it needs, and prints the customer.
func (w write) run(ctx context.Context) error {
	if err := w.confirmValues(ctx); err != nil {
		return err
	}
	if w.dryRun {
		return w.runDry(ctx)
	}
	if w.guided {
		if err := w.confirmRequest(ctx); err != nil {
			return err
		}
	}
	printer, err := output.New(w.session.Output, createdColumns()) // before anything is sent
	if err != nil {
		return err
	}
	c, err := w.commit(ctx)
	if err != nil {
		return err
	}
	if err = printer.Item(w.app.Out, *c, createdDetail); c.created {
		return madeButUnprinted(c.ID, err)
	}
	return err
}

// commit sends the write, and returns the customer that it created, or that exists already.
func (w write) commit(ctx context.Context) (*createdRecord, error) {
	if w.ifNotExists {
		// Looking first avoids the refusal; a customer that appears meanwhile leads to one below.
		if existing, err := w.find(ctx); existing != nil || err != nil {
			return w.existing(existing), err
		}
	}
	w.session.Close() // the server may just be closing a connection that the look has left
	started := w.app.Now()
	made, err := w.send(ctx, w.session.Client)
	sent := reconcile.Write{Sent: w.values, First: started, Last: w.app.Now(), Absent: w.ifNotExists}
	lost, _ := errors.AsType[*client.TransportError](err)
	switch {
	case err == nil:
		return w.answered(ctx, sent, made)
	case client.MaybeApplied(err) && ctx.Err() != nil: // no time is left to look
		return nil, w.unknown(err, "")
	case client.MaybeApplied(err) && lost != nil && lost.Created != nil:
		return w.confirm(ctx, sent, lost.Created, err)
	case client.MaybeApplied(err):
		return w.search(ctx, sent, err)
	case w.email == nil || !reconcile.MayBeDuplicate(err):
		return nil, cli.WithPlaces(err, w.places)
	}
	existing, searchErr := w.findDuplicate(ctx, err)
	if w.ifNotExists && existing != nil {
		return w.existing(existing), nil
	}
	return nil, w.duplicate(err, existing, searchErr)
}

// answered accepts an answer, unless its customer may be another one, or older than the send.
func (w write) answered(ctx context.Context, sent reconcile.Write, made *client.CreatedCustomer) (*createdRecord, error) {
	create := reconcile.Create{ID: made.ID, Sent: w.values, Started: sent.First, Ended: sent.Last, CreatedAt: made.CreatedAt.Time}
	if made.Response != nil {
		create.Date = made.Response.Date
	}
	if !reconcile.SameCompany(w.values, made) || !(&reconcile.Learned{}).Confirm(create) {
		return w.confirm(ctx, sent, made, nil)
	}
	w.session.Status.Note("Created customer %s (%s).", made.ID, w.session.ProfileAndHost())
	return &createdRecord{CreatedCustomer: *made, created: true}, nil
}

// confirm looks at the customer that an answer named. cause is the error of the answer, nil for none.
func (w write) confirm(ctx context.Context, sent reconcile.Write, named *client.CreatedCustomer, cause error) (*createdRecord, error) {
	if named.Response != nil {
		sent.Date = named.Response.Date
	}
	found, err := w.reconciler(&reconcile.Learned{}).Answered(ctx, sent, named.ID)
	if found.State == record.Created && err == nil {
		switch {
		case found.Warning != "":
			w.session.Status.Warn("%s", found.Warning)
		case cause != nil:
			w.session.Status.Warn("%s", cli.Describe(cause))
		}
		w.session.Status.Note("Created customer %s (%s).", named.ID, w.session.ProfileAndHost())
		return foundRecord(found.Customer, true), nil
	}
	if cause == nil {
		cause = errors.New("the answer may be about another customer")
	}
	switch {
	case err != nil:
		return nil, w.unknown(cause, "reading customer "+named.ID+" failed: "+cli.Describe(err))
	case found.State == record.Exists && w.ifNotExists:
		return w.existing(found.Customer), nil
	case found.State == record.Exists:
		return nil, w.exists(cause, found.Customer)
	}
	return nil, w.unknown(cause, found.Reason)
}

// search looks for the customer of a write whose answer was lost. It never sends it again.
func (w write) search(ctx context.Context, sent reconcile.Write, lost error) (*createdRecord, error) {
	w.session.Status.Note("The answer was lost (%s); looking for the customer.", cli.Describe(lost))
	learned := &reconcile.Learned{}
	reconciler := w.reconciler(learned)
	if err := learned.ReadDate(ctx, reconciler.API); err != nil {
		return nil, w.unknown(lost, "looking for it failed: "+cli.Describe(err))
	}
	found, err := reconciler.Reconcile(ctx, sent)
	switch {
	case err != nil:
		return nil, w.unknown(lost, "looking for it failed: "+cli.Describe(err))
	case found.State == record.Created:
		w.session.Status.Note("Created customer %s (%s), found by a search.", found.Customer.ID, w.session.ProfileAndHost())
		if w.clone {
			w.session.Status.Warn("it is not known whether the rules were copied")
		}
		return foundRecord(found.Customer, true), nil
	case found.State == record.Pending && w.quiet >= reconcile.QuietPeriod:
		return nil, &failure.Failure{
			Exit: failure.ExitServer, Code: "not_created", Cause: lost, Retryable: true,
			Message: "the customer was not created: " + cli.Describe(lost), Hint: "repeat the command",
		}
	}
	reason := found.Reason
	if found.Customer != nil {
		reason += " (customer " + found.Customer.ID + ")"
	}
	return nil, w.unknown(lost, reason)
}

func (w write) reconciler(learned *reconcile.Learned) *reconcile.Reconciler {
	api := reconcile.NewAPI(w.session.Client, w.session.Client)
	return &reconcile.Reconciler{API: api, Learned: learned, Quiet: max(w.quiet, time.Nanosecond), Eager: true}
}

// unknown is the one failure after which repeating may create a second customer.
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

// madeButUnprinted names a customer that was created when its record cannot be printed: repeating would fail or double it.
func madeButUnprinted(id string, err error) error {
	if err == nil || cli.IsClosedPipe(err) {
		return err
	}
	return &failure.Failure{
		Exit: failure.ExitUnexpected, Code: "write_failed", Cause: err, Outcome: failure.OutcomePartial,
		Message: "customer " + id + " was created, but cannot be printed: " + err.Error(),
		Hint:    "do not repeat the command; hydractl customers get " + id + " shows the customer",
	}
}

// existing returns the record of a customer that is there already, nil for none.
func (w write) existing(c *client.Customer) *createdRecord {
	if c == nil {
		return nil
	}
	w.session.Status.Note("Customer %s exists already; nothing was created.", c.ID)
	return foundRecord(c, false)
}

// foundRecord returns a customer that was read in the shape of a create's answer.
func foundRecord(c *client.Customer, created bool) *createdRecord {
	return &createdRecord{client.CreatedCustomer{CompanyName: c.CompanyName, CreatedAt: c.CreatedAt, Email: c.Email, ID: c.ID}, created}
}

// confirmValues warns about the values that an import warns about too. To send them takes consent.
func (w write) confirmValues(ctx context.Context) error {
	if w.noValidate {
		return nil
	}
	warnings := 0
	for i, field := range record.Fields() {
		if message := input.CheckValue(field.Name, w.values[i]); message != "" {
			warnings++
			at := w.places[field.Name]
			w.session.Status.Warn("%s: %s", cmp.Or(at.Place, at.Field), message)
		}
	}
	if warnings == 0 || w.dryRun {
		return nil
	}
	err := w.app.Confirm(ctx, "Create the customer anyway?", "Nothing was created.")
	if f, ok := errors.AsType[*failure.Failure](err); ok && f.Code == "usage" {
		f.Hint = "correct the value, or add --yes or --no-validate"
	}
	return err
}

// request returns the request of the write, which is not sent.
func (w write) request(ctx context.Context) (*client.Request, error) {
	return w.session.FirstRequest(func(c *client.Client) error {
		_, err := w.send(ctx, c)
		return err
	})
}

// confirmRequest shows the request of the write and asks for consent.
func (w write) confirmRequest(ctx context.Context) error {
	request, err := w.request(ctx)
	if err != nil {
		return err
	}
	w.session.Status.Note("Request")
	w.session.Status.Note("  %s %s", request.Method, request.URL) // indented: not broken between words
	w.session.Status.Note("  %s", request.Body)
	return w.app.Confirm(ctx, "Create this customer ("+w.session.ProfileAndHost()+")? There is no undo.", "Nothing was created.")
}
