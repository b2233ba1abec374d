package customers

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

type customersCreateOptions struct {
	fields      map[string]*string // by the API's name; set when the flag was given
	file        string
	fileGiven   bool
	ifNotExists bool
	dryRun      bool
	allowEmpty  bool
	noValidate  bool
	quiet       time.Duration
}

func newCustomersCreate(env *cli.App) *cobra.Command {
	o := &customersCreateOptions{fields: map[string]*string{}}
	c := &cobra.Command{
		Use:   "create",
		Short: "Create a customer",
		Long: `Create a customer from flags, or from a JSON or YAML file with flags on top.
There is no undo.

On a terminal, without any field, it asks for them (Tab completes a country, a
currency or a time zone), shows the request and asks for a yes.

A taken email exits 5; with --if-not-exists the existing customer is printed
instead ("created": false) and the exit code is 0.

What an import warns about is a warning here too, such as a country, currency,
locale or time zone that is not a known code, or NULL; to send it takes a yes,
--yes or --no-validate.

When the answer is lost, the customer is looked for and nothing is sent again:
exit 0 when one is found that was created just now with exactly these fields,
else exit 9.`,
		Example: `  hydractl customers create --email ann@example.com --company-name "Ann & Sons, Inc." --country-code DE
  hydractl customers create --email bob@example.com --if-not-exists -o json
  hydractl customers create --email eve@example.com --dry-run -o json
  echo '{"email": "joe@example.com", "currency": "EUR"}' | hydractl customers create -f - --timezone Europe/Berlin`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	f := c.Flags()
	for _, field := range record.Fields() {
		f.String(flagName(field.Name), "", field.Help)
		_ = c.RegisterFlagCompletionFunc(flagName(field.Name), completeCode(field.Name))
	}
	f.StringVarP(&o.file, "file", "f", "", "JSON or YAML file with the fields; - is stdin")
	f.BoolVar(&o.ifNotExists, "if-not-exists", false, "print the existing customer when the email is taken")
	f.BoolVar(&o.dryRun, "dry-run", false, "show the request and what exists, and send nothing that writes")
	addQuietPeriod(f, &o.quiet)
	f.BoolVar(&o.allowEmpty, "allow-empty", false, "create a customer without any field")
	f.BoolVar(&o.noValidate, "no-validate", false, noValidateHelp)
	for _, field := range record.Fields() {
		cli.GroupFlags(c, "Customer", flagName(field.Name))
	}
	cli.GroupFlags(c, "Customer", "file", "allow-empty")
	cli.GroupFlags(c, "Safety", "if-not-exists", "dry-run", "quiet-period", "no-validate")
	c.RunE = env.RunE(o.run)
	env.Check(c, func() error {
		o.collect(f)
		o.fileGiven = f.Changed("file")
		return o.checkFlags()
	})
	return cli.WithColumns(env, c, createdColumns())
}

// checkFlags refuses flags that cannot be obeyed, whatever the file says.
func (o *customersCreateOptions) checkFlags() error {
	wrong := []error{checkQuietPeriod(o.quiet)}
	if o.fileGiven && o.file == "" {
		wrong = append(wrong, failure.Invalidf("--file", "must not be empty (- is stdin)"))
	}
	for _, field := range record.Fields() {
		if value := o.fields[field.Name]; value != nil {
			if err := record.CheckField(field.Name, *value); err != nil {
				wrong = append(wrong, failure.Invalidf("--"+flagName(field.Name), "%v", err))
			}
		}
	}
	return errors.Join(wrong...)
}

// completeCode completes a code of a field; there is nothing to offer for other fields.
func completeCode(field string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var all []cobra.Completion
		for _, code := range input.CodeList(field) {
			all = append(all, cobra.CompletionWithDesc(code.Code, code.Name))
		}
		return all, cobra.ShellCompDirectiveNoFileComp
	}
}

func flagName(field string) string { return strings.ReplaceAll(field, "_", "-") }

// collect keeps the fields whose flags were given: an empty one is a mistake, one not given is left out.
func (o *customersCreateOptions) collect(set *pflag.FlagSet) {
	for _, field := range record.Fields() {
		if f := set.Lookup(flagName(field.Name)); f.Changed {
			value := f.Value.String()
			o.fields[field.Name] = &value
		}
	}
}

func (o *customersCreateOptions) run(ctx context.Context, env *cli.App, _ []string) error {
	record, places, err := o.record(env)
	if err != nil {
		return err
	}
	guided := len(record) == 0 && !o.fileGiven && !o.allowEmpty && env.Guided()
	if !guided {
		err = o.check(record)
	}
	if err != nil {
		return err
	}
	ctx, api, err := env.ConnectFor(ctx, config.Write)
	if err == nil && guided { // a missing credential is reported before the questions
		record, places, err = o.ask(env)
	}
	if err == nil && guided {
		err = o.check(record)
	}
	if err != nil {
		return err
	}
	fields := values(record)
	request := fields.Request()
	if !o.noValidate {
		if err := confirmValues(env, api, fields, places, o.dryRun); err != nil {
			return err
		}
	}
	write := write{
		app: env, session: api, email: request.Email, values: fields, ifNotExists: o.ifNotExists, quiet: o.quiet, places: places,
		send: func(ctx context.Context, c *client.Client) (*client.CreatedCustomer, error) {
			return c.Customers.Create(ctx, request)
		},
	}
	if guided && !o.dryRun {
		if err := write.confirmRequest(ctx); err != nil {
			return err
		}
	}
	return write.run(ctx, o.dryRun)
}

// record is the file's fields with those of the flags on top, and where each came from.
func (o *customersCreateOptions) record(env *cli.App) (given map[string]string, places map[string]failure.Field, err error) {
	given, places = map[string]string{}, map[string]failure.Field{}
	if o.fileGiven {
		if err := o.readFile(env, given, places); err != nil {
			return nil, nil, err
		}
	}
	for name, value := range o.fields {
		given[name], places[name] = *value, failure.Field{Field: "--" + flagName(name)}
	}
	return given, places, nil
}

// readFile checks the fields of the file that no flag replaces.
func (o *customersCreateOptions) readFile(env *cli.App, values map[string]string, places map[string]failure.Field) error {
	texts, err := input.ReadRecord(env.In, o.file)
	if err != nil {
		return err
	}
	var wrong []error
	for _, field := range record.Fields() {
		text, given := texts[field.Name]
		if _, replaced := o.fields[field.Name]; !given || replaced {
			continue
		}
		place := input.Error{File: o.file, Line: text.Line, Column: text.Column, Field: field.Name}
		values[field.Name], places[field.Name] = text.Value, place.ReportField()
		if err := record.CheckField(field.Name, text.Value); err != nil {
			place.Msg = err.Error()
			wrong = append(wrong, &place)
		}
	}
	return errors.Join(wrong...)
}

func (o *customersCreateOptions) check(given map[string]string) error {
	fields := values(given)
	r := fields.Request()
	if r == (client.CreateRequest{}) && !o.allowEmpty {
		f := failure.Usagef("nothing to create a customer from: give at least one field")
		f.Hint = "hydractl customers create --email ann@example.com (or --allow-empty)"
		return f
	}
	if o.ifNotExists && r.Email == nil {
		return failure.Usagef("--if-not-exists needs an email, which identifies the customer")
	}
	return nil
}

// values puts a record in the order of the API's fields.
func values(given map[string]string) (v record.Values) {
	for i, field := range record.Fields() {
		v[i] = given[field.Name]
	}
	return v
}
