// Package api is the command "hydractl api": any request to the server.
package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

type options struct {
	fields    []string
	rawFields []string
	input     string
	headers   []string
	include   bool
	paginate  bool
	dryRun    bool
}

// New makes the command.
func New(app *cli.App) *cobra.Command {
	o := &options{}
	c := &cobra.Command{
		Use:   "api METHOD PATH",
		Short: "Send any request to the API",
		Long: `Send any request to the API, with the credential, limits, repeats and exit codes
of every other command: GET and HEAD are repeated when they fail, everything
else only when it is certain that nothing was done. PATH is below the address of
the API.

-F sends a field: true, false, null and numbers as what they are, @FILE as the
content of a file (@- is stdin), everything else as text. -f sends any value as
text. For GET and HEAD the fields become the query, otherwise a JSON object:
NAME[]=V, repeated, is a list, and NAME[KEY]=V an object. Numbers keep all their
digits. --input sends a file as it is.

JSON is printed as JSON whatever the profile's format; -o jsonl and yaml, --jq
and --template work on it. Other answers are printed as they come. With
--paginate the pages of a list become one, and a list that may be incomplete
exits 8. When the answer to a write is lost the exit code is 9: look before you
repeat it.`,
		Example: `  hydractl api GET /v1/customers -F per_page=5
  hydractl api GET /v1/customers --paginate --jq '.customers[].email'
  hydractl api POST /v1/customers -f company_name="Foo, Inc." -F email=null
  echo '{"company_name": "Bar"}' | hydractl api POST /v1/customers --input - -i
  hydractl api POST /v1/customers -f company_name=Baz --dry-run
  hydractl api POST /v1/customers -f 'tags[]=a' -f 'tags[]=b' -F 'address[floor]=3' --dry-run`,
		Args: cli.ExactArgs("METHOD", "PATH"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return []cobra.Completion{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: app.RunE(o.run),
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringArrayVarP(&o.fields, "field", "F", nil, "KEY=VALUE to send: text, number, true, false, null or @FILE")
	f.StringArrayVarP(&o.rawFields, "raw-field", "f", nil, "KEY=VALUE to send as text")
	f.StringVar(&o.input, "input", "", "file to send as the body, - for stdin")
	f.StringArrayVarP(&o.headers, "header", "H", nil, "NAME: VALUE of a further header")
	f.BoolVarP(&o.include, "include", "i", false, "print the status and the headers too")
	f.BoolVar(&o.paginate, "paginate", false, "read every page of a list")
	f.BoolVar(&o.dryRun, "dry-run", false, "print the request and send nothing")
	cli.GroupFlags(c, "Request", "field", "raw-field", "input", "header", "dry-run")
	cli.GroupFlags(c, "Output", "include", "paginate")
	return c
}

func (o *options) run(ctx context.Context, app *cli.App, args []string) error {
	request, err := o.request(app, args[0], args[1])
	if err != nil {
		return err
	}
	o.include = o.include || request.Method == http.MethodHead // its answer has nothing else
	access := config.Write
	if isRead(request.Method) {
		access = config.Read
	}
	ctx, api, err := app.ConnectFor(ctx, access)
	if err != nil {
		return err
	}
	opts, err := o.output(app, api)
	if err != nil {
		return err
	}
	if o.dryRun {
		return printDryRun(app, api, opts, request.Request)
	}
	printer, err := output.New[json.RawMessage](opts, nil)
	if err != nil {
		return err
	}
	if o.paginate {
		return walkPages(ctx, app, api, printer, request)
	}
	answer, err := api.Do(ctx, request.Request)
	if answer != nil && (err == nil || o.include) {
		if err := printable(app, request.Method, answer); err != nil {
			return err
		}
		if err := o.print(app, printer, answer); err != nil {
			return err
		}
	}
	return request.explain(err)
}

// output is how the API's JSON is printed: no table, since those are for records that are known.
func (o *options) output(app *cli.App, api *cli.Session) (output.Options, error) {
	opts := api.Output
	formats := []string{"json", "jsonl", "yaml"}
	switch given := app.Given()["output"]; {
	case o.include && opts.Filter != nil:
		return opts, failure.Usagef("--include does not go with --jq and --template, which read the body alone")
	case slices.Contains(formats, opts.Format):
	case given != "":
		return opts, output.InvalidOption("--output", fmt.Sprintf("%.100q is not available for this command", given), formats, "")
	default:
		opts.Format = "json"
	}
	return opts, nil
}
