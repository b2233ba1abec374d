package customers

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/query"
	"github.com/hydracore/hydractl/pkg/client"
)

// The limits of --interval.
const (
	minInterval = 100 * time.Millisecond
	maxInterval = time.Hour
)

type waitOptions struct {
	condition string
	interval  time.Duration
}

// exists is the condition that only needs the customer to be there.
const exists = "exists"

func newWait(app *cli.App) *cobra.Command {
	o := &waitOptions{}
	c := &cobra.Command{
		Use:   "wait ID|EMAIL --for CONDITION",
		Short: "Wait until a customer fulfils a condition",
		Long: `Read a customer, named by its ID or its exact email, until it fulfils the
condition, then print it.

The condition is exists, or one of "hydractl help where": FIELD=VALUE or != for
any field, ~ (contains) for text, <, <=, > or >= for numbers and dates. null
means a field without a value. Quote the condition for the shell.

--for exists waits for a customer to appear. With any other condition a customer
that does not exist ends the wait at once (exit 3). --timeout ends it with exit
code 124. Server errors are reported and retried.`,
		Example: `  hydractl customers wait ann@example.com --for exists --timeout 5m
  hydractl customers wait ann@example.com --for 'running>=0'
  hydractl customers wait ann@example.com --for 'status!=active' -o json`,
		Args:              app.PromptedArgs(cli.ExactArgs("ID|EMAIL")),
		ValidArgsFunction: cli.FirstArg(app.CompleteCustomer),
	}
	f := c.Flags()
	f.StringVar(&o.condition, "for", "", "what to wait for: exists, FIELD=VALUE, 'FIELD>=NUMBER' ... (required; see help where)")
	f.DurationVar(&o.interval, "interval", 2*time.Second, "time between two requests, 100ms to 1h")
	cli.Checked(app, c, func() (query.Condition[client.CustomerDetail], error) { return o.parse(app.Now()) }, o.run)
	_ = c.RegisterFlagCompletionFunc("for", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		conditions := []string{exists}
		for _, field := range query.Names(detailFields()) {
			conditions = append(conditions, field+"=")
		}
		return conditions, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
	return cli.WithColumns(app, c, detailColumns())
}

// parse returns the condition, or everything that is wrong with the flags.
func (o *waitOptions) parse(now time.Time) (condition query.Condition[client.CustomerDetail], err error) {
	condition.Text = exists
	switch {
	case o.condition == exists:
	case o.condition == "":
		f := failure.Usagef("customers wait: missing flag: --for CONDITION")
		f.Hint = "hydractl customers wait --help"
		err = f
	case !strings.ContainsAny(o.condition, "=!<>~"):
		err = failure.Invalidf("--for", "must be exists, or FIELD=VALUE with = != ~ < <= > or >= (got %q)", o.condition)
	default:
		condition, err = query.Parse("--for", o.condition, detailFields(), now)
	}
	if o.interval < minInterval || o.interval > maxInterval {
		err = errors.Join(err, failure.Invalidf("--interval", "must be between %v and %v (got %v)", minInterval, maxInterval, o.interval))
	}
	return condition, err
}

func (o *waitOptions) run(ctx context.Context, app *cli.App, condition query.Condition[client.CustomerDetail], args []string) error {
	opts, err := customerOutput(app)
	if err != nil {
		return err
	}
	ctx, api, printer, err := connect(ctx, app, opts, detailColumns())
	if err != nil {
		return err
	}
	ref, err := givenCustomer(ctx, app, api, args)
	if err != nil {
		return err
	}
	w := &waiting{Session: api, ref: strings.TrimSpace(ref), condition: condition, status: api.Status, began: time.Now()}
	w.status.W = app.Err // at once, also with JSON errors
	if err := poll(ctx, o.interval, func() (bool, error) { return w.look(ctx) }, w.trouble); err != nil {
		return w.expired(err)
	}
	return printer.Item(app.Out, *w.found, customerDetail)
}

// waiting is the state of a wait.
type waiting struct {
	Session   *cli.Session
	ref       string
	condition query.Condition[client.CustomerDetail]
	status    output.Status
	began     time.Time
	found     *client.CustomerDetail // as last read, nil when it did not exist
	last      string                 // the last note
}

// look reports whether the customer fulfils the condition.
func (w *waiting) look(ctx context.Context) (bool, error) {
	d, err := cli.GetCustomer(ctx, w.Session, w.ref)
	if cli.IsNotFound(err) && w.condition.Text == exists {
		w.say("there is none yet")
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if uuid.Validate(w.ref) != nil { // use its ID from now on: one request less, and its email can change
		w.ref = d.ID
	}
	w.found = d
	ok := w.condition.Holds(*d)
	if !ok {
		w.say(w.condition.Field.Name + " is " + w.condition.Field.String(*d))
	}
	return ok, nil
}

// say prints a note unless it is the same as the last one.
func (w *waiting) say(seen string) {
	if seen != w.last {
		w.status.Note("Waiting for %s: %s.", w.awaited(), seen)
	}
	w.last = seen
}

// awaited is what the command waits for, in words.
func (w *waiting) awaited() string {
	if w.condition.Text == exists {
		return "the customer"
	}
	return w.condition.Text
}

func (w *waiting) trouble(err error) error {
	if text := err.Error(); text != w.last {
		w.status.Warn("%s; retrying", text)
		w.last = text
	}
	return nil
}

// expired returns the failure of a wait that --timeout ended, with the last note.
func (w *waiting) expired(err error) error {
	if !errors.Is(err, cli.ErrTimeout) {
		return err
	}
	f := &failure.Failure{
		Exit: failure.ExitTimeout, Code: "timeout", Retryable: true, Cause: err,
		Hint:    "allow more time with --timeout; hydractl customers get shows the customer as it is",
		Message: "timed out after " + output.Duration(time.Since(w.began).Round(time.Millisecond*100)) + " waiting for " + w.awaited(),
	}
	if w.last != "" {
		f.Message += ": " + w.last
	}
	return f
}
