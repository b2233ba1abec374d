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
	"github.com/hydracore/hydractl/pkg/client"
)

// The shortest and the longest time between two looks.
const (
	minLook = 100 * time.Millisecond
	maxLook = time.Hour
)

type customersWaitOptions struct {
	condition string
	interval  time.Duration
}

func newCustomersWait(env *cli.App) *cobra.Command {
	o := &customersWaitOptions{}
	c := &cobra.Command{
		Use:   "wait ID|EMAIL --for CONDITION",
		Short: "Wait until a customer is as it should be",
		Long: `Look at a customer, named by its ID or its exact email, again and again until it
fulfils the condition, and print it then.

The condition is exists, or a field compared with a value: FIELD=VALUE or
FIELD!=VALUE for any field, and >=, <=, > or < for a count. null stands for a
field without a value. Quote what the shell would take for itself.

--for exists waits for a customer to appear. With any other condition a customer
that does not exist ends the wait at once (exit 3). --timeout ends it with exit
code 124. Failures of the server are told, and it is asked again.`,
		Example: `  hydractl customers wait ann@example.com --for exists --timeout 5m
  hydractl customers wait ann@example.com --for 'running_instance_count>=0'
  hydractl customers wait ann@example.com --for 'latest_subscription_status!=active' -o json`,
		Args: cli.ExactArgs("ID|EMAIL"),
		RunE: env.RunE(o.run),
	}
	f := c.Flags()
	f.StringVar(&o.condition, "for", "", "what to wait for: exists, FIELD=VALUE, 'FIELD>=NUMBER' ... (required)")
	f.DurationVar(&o.interval, "interval", 2*time.Second, "time between two looks, 100ms to 1h")
	c.ValidArgsFunction = cobra.NoFileCompletions
	_ = c.RegisterFlagCompletionFunc("for", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		conditions := []string{"exists"}
		for _, field := range waitFields() {
			conditions = append(conditions, field+"=")
		}
		return conditions, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
	return cli.WithColumns(c, detailColumns())
}

func (o *customersWaitOptions) run(ctx context.Context, env *cli.App, args []string) error {
	if o.condition == "" {
		f := failure.Usagef("%s wants --for CONDITION", "hydractl customers wait")
		f.Hint = "hydractl customers wait --help"
		return f
	}
	if o.interval < minLook || o.interval > maxLook {
		return failure.Invalidf("--interval", "%v: %v to %v", o.interval, minLook, maxLook)
	}
	condition, err := parseCondition(o.condition)
	if err != nil {
		return err
	}
	ctx, api, err := env.Connect(ctx)
	if err != nil {
		return err
	}
	printer, err := output.New(api.CustomerOutput(), detailColumns())
	if err != nil {
		return err
	}
	w := &waiting{Session: api, ref: strings.TrimSpace(args[0]), condition: condition, status: api.Status, began: time.Now()}
	w.status.W = env.Err // also where a failure will be JSON: what happens now is said now
	if err := poll(ctx, o.interval, func() (bool, error) { return w.look(ctx) }, w.trouble); err != nil {
		return w.expired(err)
	}
	return printer.Item(env.Out, *w.found, customerSheet)
}

// waiting is a wait under way.
type waiting struct {
	Session   *cli.Session
	ref       string
	condition condition
	status    output.Status
	began     time.Time
	found     *client.CustomerDetail // the customer as it was at the last look, nil when it did not exist
	said      string                 // what was seen last
}

// look tells whether the customer is as it should be.
func (w *waiting) look(ctx context.Context) (bool, error) {
	d, err := cli.GetCustomer(ctx, w.Session, w.ref)
	if cli.IsNotFound(err) && w.condition.field == "" {
		w.say("there is no such customer yet")
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if uuid.Validate(w.ref) != nil { // its ID is its name from now on: one request less, and it may change its email
		w.ref = d.ID
	}
	w.found = d
	ok, is, err := w.condition.holds(d)
	if err == nil && !ok {
		w.say(w.condition.field + " is " + is)
	}
	return ok, err
}

// say tells what is seen, once.
func (w *waiting) say(seen string) {
	if seen != w.said {
		w.status.Note("Waiting for %s: %s.", w.condition.text, seen)
	}
	w.said = seen
}

func (w *waiting) trouble(err error) error {
	if text := err.Error(); text != w.said {
		w.status.Warn("%s; asking again", text)
		w.said = text
	}
	return nil
}

// expired says of a wait that --timeout has ended what was seen last.
func (w *waiting) expired(err error) error {
	if !errors.Is(err, cli.ErrTimeout) {
		return err
	}
	f := &failure.Failure{
		Exit: failure.ExitTimeout, Code: "timeout", Retryable: true, Cause: err,
		Message: "waited " + time.Since(w.began).Round(time.Millisecond*100).String() + " in vain for " + w.condition.text,
	}
	if w.said != "" {
		f.Message += ": " + w.said
	}
	return f
}
