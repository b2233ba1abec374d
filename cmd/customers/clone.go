package customers

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// maxCloneName is the longest company name that a clone takes, in characters (contract: length <= 200).
const maxCloneName = 200

type customersCloneOptions struct {
	companyName string
	email       string
	cloneRules  bool
	ifNotExists bool
	dryRun      bool
	noValidate  bool
	quiet       time.Duration

	emailGiven, rulesGiven, nameGiven bool

	command *cobra.Command
}

func newCustomersClone(env *cli.App) *cobra.Command {
	o := &customersCloneOptions{}
	c := &cobra.Command{
		Use:   "clone SOURCE",
		Short: "Create a customer that is set up like another",
		Long: `Create a customer with the rules of SOURCE, which is named by its ID or its
exact email. On a terminal, what is missing is asked for: SOURCE, the company
name, the email. It then shows the request and asks for a yes. There is no undo.

Only the rules, the company name and the email are set: the API's clone takes
nothing else. A lost answer is treated as in "customers create".`,
		Example: `  hydractl customers clone ann@example.com --company-name "Plumbing, Ltd." --email bob@example.org
  hydractl customers clone ann@example.com --company-name "No rules" --clone-rules=false
  hydractl customers clone ann@example.com --company-name "Try it" --email joe@example.org --dry-run`,
		Args:              env.GuidedArgs(cli.ExactArgs("SOURCE")),
		ValidArgsFunction: cli.FirstArg(env.CompleteCustomer),
	}
	f := c.Flags()
	f.StringVar(&o.companyName, "company-name", "", fmt.Sprintf("company name, at most %d characters (required)", maxCloneName))
	f.StringVar(&o.email, "email", "", "email of the new customer")
	f.BoolVar(&o.cloneRules, "clone-rules", true, "take the source's rules along")
	f.BoolVar(&o.ifNotExists, "if-not-exists", false, "print the existing customer when the email is taken")
	f.BoolVar(&o.dryRun, "dry-run", false, "show the request and what exists, and send nothing that writes")
	addQuietPeriod(f, &o.quiet)
	f.BoolVar(&o.noValidate, "no-validate", false, noValidateHelp)
	cli.GroupFlags(c, "Customer", "company-name", "email", "clone-rules")
	cli.GroupFlags(c, "Safety", "if-not-exists", "dry-run", "quiet-period", "no-validate")
	o.command = c
	c.RunE = env.RunE(o.run)
	env.Check(c, func() error {
		o.emailGiven, o.rulesGiven, o.nameGiven = f.Changed("email"), f.Changed("clone-rules"), f.Changed("company-name")
		return o.check(env.Guided())
	})
	return cli.WithColumns(env, c, createdColumns())
}

func (o *customersCloneOptions) run(ctx context.Context, env *cli.App, args []string) error {
	ctx, api, err := env.ConnectFor(ctx, config.Write)
	if err != nil {
		return err
	}
	guided := len(args) == 0 || o.companyName == ""
	if len(args) == 0 {
		picked, err := pickCustomer(ctx, env, api, o.command)
		if err != nil {
			return err
		}
		args = []string{picked}
	}
	source, err := api.CustomerID(ctx, args[0], "SOURCE")
	if err != nil {
		return err
	}
	if o.dryRun {
		if _, err := cli.GetCustomer(ctx, api, source); err != nil {
			return err
		}
	}
	if o.companyName == "" {
		if err := o.ask(env); err != nil {
			return err
		}
	}
	request := o.request()
	values := record.Values{record.CompanyName: o.companyName, record.Email: o.email}
	places := map[string]failure.Field{
		"source_customer_id": {Field: "SOURCE"}, "customer_id": {Field: "SOURCE"}, "email": {Field: "--email"}, "company_name": {Field: "--company-name"},
	}
	if !o.noValidate {
		if err := confirmValues(env, api, values, places, o.dryRun); err != nil {
			return err
		}
	}
	write := write{
		app: env, session: api, email: request.Email, values: values,
		ifNotExists: o.ifNotExists, clone: true, quiet: o.quiet, places: places,
		send: func(ctx context.Context, c *client.Client) (*client.CreatedCustomer, error) {
			made, err := c.Customers.Clone(ctx, source, request)
			if client.IsNotFound(err) {
				return nil, cli.NoSuchID(source, err)
			}
			return made, err
		},
	}
	if guided && !o.dryRun {
		if err := write.confirmRequest(ctx); err != nil {
			return err
		}
	}
	return write.run(ctx, o.dryRun)
}

// ask asks for what the clone needs and no flag has given, with the checks of the flags.
func (o *customersCloneOptions) ask(env *cli.App) (err error) {
	o.companyName, err = env.Ask(cli.Question{Text: "Company name of the new customer", Check: checkCloneName})
	if err != nil || o.emailGiven {
		return err
	}
	o.email, err = env.Ask(cli.Question{Text: "Email (Enter leaves it out)", Check: func(answer string) error {
		if answer == "" {
			return nil
		}
		return record.CheckField("email", answer)
	}})
	o.emailGiven = o.email != ""
	return err
}

// check refuses flags that cannot be obeyed. A company name that is not given is asked for where that is possible.
func (o *customersCloneOptions) check(canAsk bool) error {
	wrong := []error{checkQuietPeriod(o.quiet)}
	if o.nameGiven || !canAsk {
		if err := checkCloneName(o.companyName); err != nil {
			wrong = append(wrong, failure.Invalidf("--company-name", "%v", err))
		}
	}
	if o.emailGiven {
		if err := record.CheckField("email", o.email); err != nil {
			wrong = append(wrong, failure.Invalidf("--email", "%v", err))
		}
	}
	if o.ifNotExists && !o.emailGiven {
		wrong = append(wrong, failure.Usagef("--if-not-exists needs --email, which identifies the customer"))
	}
	return errors.Join(wrong...)
}

func checkCloneName(name string) error {
	if name == "" {
		return errors.New("is required and must not be empty")
	}
	if n := utf8.RuneCountInString(name); n > maxCloneName {
		return fmt.Errorf("must have 1 to %d characters (got %d)", maxCloneName, n)
	}
	return record.CheckField("company_name", name)
}

func (o *customersCloneOptions) request() client.CloneRequest {
	r := client.CloneRequest{CompanyName: o.companyName}
	if o.emailGiven {
		r.Email = &o.email
	}
	if o.rulesGiven {
		r.CloneRules = &o.cloneRules
	}
	return r
}
