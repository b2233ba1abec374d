package customers

import (
	"context"
	"errors"
	"fmt"
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

// cloneOptions is what the flags of clone ask for.
type cloneOptions struct {
	writeFlags

	request client.CloneRequest // without the company name, it is asked for
}

func newClone(app *cli.App) *cobra.Command {
	o := &cloneOptions{}
	var email string
	var rules bool
	c := &cobra.Command{
		Use:   "clone SOURCE",
		Short: "Create a customer that is set up like another",
		Long: `Create a customer with the rules of SOURCE, which is named by its ID or its
exact email. On a terminal it prompts for what is missing (SOURCE, the company
name, the email), shows the request and asks for confirmation. There is no undo.

Only the rules, the company name and the email are set: the API's clone takes
nothing else. A lost answer is treated as in "customers create".`,
		Example: `  hydractl customers clone ann@example.com --company-name "Plumbing, Ltd." --email bob@example.org
  hydractl customers clone ann@example.com --company-name "No rules" --clone-rules=false
  hydractl customers clone ann@example.com --company-name "Try it" --email joe@example.org --dry-run`,
		Args:              app.PromptedArgs(cli.ExactArgs("SOURCE")),
		ValidArgsFunction: cli.FirstArg(app.CompleteCustomer),
	}
	f := c.Flags()
	f.StringVar(&o.request.CompanyName, "company-name", "", fmt.Sprintf("company name, at most %d characters (required)", maxCloneName))
	f.StringVar(&email, "email", "", "email of the new customer")
	f.BoolVar(&rules, "clone-rules", true, "copy the source's rules")
	o.add(c)
	cli.GroupFlags(c, "Customer", "company-name", "email", "clone-rules")
	cli.Checked(app, c, func() (*cloneOptions, error) {
		if f.Changed("email") {
			o.request.Email = &email
		}
		if f.Changed("clone-rules") {
			o.request.CloneRules = &rules
		}
		return o, o.check(f.Changed("company-name") || !app.CanPrompt())
	}, runClone)
	return cli.WithColumns(app, c, createdColumns())
}

func runClone(ctx context.Context, app *cli.App, o *cloneOptions, args []string) error {
	ctx, api, err := app.ConnectFor(ctx, config.Write)
	if err != nil {
		return err
	}
	request := o.request
	guided := len(args) == 0 || request.CompanyName == ""
	source, err := givenCustomer(ctx, app, api, args)
	if err == nil {
		source, err = api.CustomerID(ctx, source, "SOURCE")
	}
	if err != nil {
		return err
	}
	if o.dryRun {
		if _, err := cli.GetCustomer(ctx, api, source); err != nil {
			return err
		}
	}
	if request.CompanyName == "" {
		if err := askClone(ctx, app, &request); err != nil {
			return err
		}
	}
	values := record.Values{record.CompanyName: request.CompanyName}
	if request.Email != nil {
		values[record.Email] = *request.Email
	}
	return write{
		writeFlags: o.writeFlags, app: app, session: api, email: request.Email, values: values, clone: true, guided: guided,
		places: map[string]failure.Field{
			"source_customer_id": {Field: "SOURCE"}, "customer_id": {Field: "SOURCE"}, "email": {Field: "--email"}, "company_name": {Field: "--company-name"},
		},
		send: func(ctx context.Context, c *client.Client) (*client.CreatedCustomer, error) {
			made, err := c.Customers.Clone(ctx, source, request)
			if client.IsNotFound(err) {
				return nil, cli.NoSuchID(source, err)
			}
			return made, err
		},
	}.run(ctx)
}

// askClone asks for what the clone needs and no flag has given, with the checks of the flags.
func askClone(ctx context.Context, app *cli.App, r *client.CloneRequest) (err error) {
	r.CompanyName, err = app.Ask(ctx, cli.Question{Text: "Company name of the new customer", Check: checkCloneName})
	if err != nil || r.Email != nil {
		return err
	}
	email, err := app.Ask(ctx, cli.Question{Text: "Email (Enter leaves it out)", Check: func(answer string) error {
		if answer == "" {
			return nil
		}
		return record.CheckField("email", answer)
	}})
	if email != "" {
		r.Email = &email
	}
	return err
}

// check refuses flags that cannot be obeyed. A company name that is not given is asked for where that is possible.
func (o *cloneOptions) check(named bool) error {
	wrong := cli.Problems{o.writeFlags.check()}
	if named {
		err := checkCloneName(o.request.CompanyName)
		wrong.If(err != nil, failure.Invalidf("--company-name", "%v", err))
	}
	if o.request.Email != nil {
		err := record.CheckField("email", *o.request.Email)
		wrong.If(err != nil, failure.Invalidf("--email", "%v", err))
	}
	wrong.If(o.ifNotExists && o.request.Email == nil, failure.Usagef("--if-not-exists needs --email, which identifies the customer"))
	return wrong.Err()
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
