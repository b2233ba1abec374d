package customers

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// createOptions is what the flags of create ask for.
type createOptions struct {
	writeFlags

	fields     map[string]string // of the flags that were given, by the API's name
	file       string            // "" for none
	allowEmpty bool
}

func newCreate(app *cli.App) *cobra.Command {
	o := &createOptions{}
	c := &cobra.Command{
		Use:   "create",
		Short: "Create a customer",
		Long: `Create a customer from flags, or from a JSON or YAML file with flags on top.
There is no undo.

On a terminal, without any field, it prompts for them (Tab completes a country,
a currency or a time zone), shows the request and asks for confirmation.

When another customer has the email the exit code is 5; with --if-not-exists
that customer is printed instead ("created": false) and the exit code is 0.

What an import warns about is a warning here too, such as a country, currency,
locale or time zone that is not a known code, or NULL. To send it anyway,
confirm it, or give --yes or --no-validate.

When the answer is lost, hydractl searches for the customer and sends nothing
again: exit 0 if one was created just now with exactly these fields, else 9.`,
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
	o.add(c)
	f.BoolVar(&o.allowEmpty, "allow-empty", false, "create a customer without any field")
	for _, field := range record.Fields() {
		cli.GroupFlags(c, "Customer", flagName(field.Name))
	}
	cli.GroupFlags(c, "Customer", "file", "allow-empty")
	cli.Checked(app, c, func() (*createOptions, error) { return o.withFields(f) }, runCreate)
	return cli.WithColumns(app, c, createdColumns())
}

// withFields adds the fields whose flags are given: an empty one is a mistake, one not given is left out. It returns everything that
// is wrong with the flags, whatever the file says.
func (o createOptions) withFields(given *pflag.FlagSet) (*createOptions, error) {
	o.fields = map[string]string{}
	wrong := cli.Problems{o.check()}
	wrong.If(given.Changed("file") && o.file == "", failure.Invalidf("--file", "must not be empty (- is stdin)"))
	for _, field := range record.Fields() {
		name := flagName(field.Name)
		if !given.Changed(name) {
			continue
		}
		o.fields[field.Name] = given.Lookup(name).Value.String()
		err := record.CheckField(field.Name, o.fields[field.Name])
		wrong.If(err != nil, failure.Invalidf("--"+name, "%v", err))
	}
	return &o, wrong.Err()
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

func runCreate(ctx context.Context, app *cli.App, o *createOptions, _ []string) error {
	given, places, err := o.record(app)
	guided := len(given) == 0 && o.file == "" && !o.allowEmpty && app.CanPrompt()
	if err == nil && !guided {
		err = o.checkRecord(given)
	}
	if err != nil {
		return err
	}
	ctx, api, err := app.ConnectFor(ctx, config.Write)
	if err == nil && guided { // a missing credential is reported before the questions
		if given, places, err = askFields(ctx, app); err == nil {
			err = o.checkRecord(given)
		}
	}
	if err != nil {
		return err
	}
	fields := values(given)
	request := fields.Request()
	return write{
		writeFlags: o.writeFlags, app: app, session: api, email: request.Email, values: fields, places: places, guided: guided,
		send: func(ctx context.Context, c *client.Client) (*client.CreatedCustomer, error) {
			return c.Customers.Create(ctx, request)
		},
	}.run(ctx)
}

// record is the file's fields with those of the flags on top, and where each came from.
func (o *createOptions) record(app *cli.App) (given map[string]string, places map[string]failure.Field, err error) {
	given, places = map[string]string{}, map[string]failure.Field{}
	if o.file != "" {
		err = o.readFile(app, given, places)
	}
	for name, value := range o.fields {
		given[name], places[name] = value, failure.Field{Field: "--" + flagName(name)}
	}
	return given, places, err
}

// readFile checks the fields of the file that no flag replaces.
func (o *createOptions) readFile(app *cli.App, values map[string]string, places map[string]failure.Field) error {
	texts, err := input.ReadRecord(app.In, o.file)
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

// checkRecord refuses a record that cannot be created.
func (o *createOptions) checkRecord(given map[string]string) error {
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
