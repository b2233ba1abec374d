package customers

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// getWorkers is the number of customers that are read at once.
const getWorkers = 8

type getOptions struct{ ignoreNotFound bool }

func newGet(app *cli.App) *cobra.Command {
	o := &getOptions{}
	c := &cobra.Command{
		Use:   "get ID|EMAIL...",
		Short: "Show customers in full",
		Long: `Show one or more customers in full, each named by its ID or its exact email;
- reads names from stdin, one per line. Without a name, a terminal lets you pick
one. One name prints one record, several print a list in the order of the names.
When one of them is not found nothing is printed and the exit code is 3, unless
--ignore-not-found is given.`,
		Example: `  hydractl customers get ann@example.com
  hydractl customers get ann@example.com -o json
  hydractl customers list --limit 3 -o id | hydractl customers get - -o jsonl`,
		Args:              app.PromptedArgs(cli.MinArgs("ID|EMAIL")),
		ValidArgsFunction: app.CompleteCustomer,
		RunE:              app.RunE(o.run),
	}
	c.Flags().BoolVar(&o.ignoreNotFound, "ignore-not-found", false, "skip customers that do not exist, and exit 0")
	return cli.WithColumns(app, c, detailColumns())
}

func (o *getOptions) run(ctx context.Context, app *cli.App, args []string) error {
	refs, err := readRefs(app.In, args)
	if err != nil {
		return err
	}
	opts, err := customerOutput(app)
	if err != nil {
		return err
	}
	ctx, api, printer, err := connect(ctx, app, opts, detailColumns())
	if err != nil {
		return err
	}
	if len(args) == 0 {
		ref, err := pickCustomer(ctx, app, api)
		if err != nil {
			return err
		}
		args, refs = []string{ref}, []string{ref}
	}
	found, err := o.fetch(ctx, api, refs)
	if err != nil {
		return err
	}
	if len(args) == 1 && args[0] != "-" {
		if len(found) == 0 {
			return nil
		}
		return printer.Item(app.Out, found[0], customerDetail)
	}
	_, err = printer.Items(app.Out, cli.Each(found), customerDetail)
	return err
}

// fetch reads the customers, several at once, and returns them in the order of refs. The error names every one that does not
// exist.
func (o *getOptions) fetch(ctx context.Context, api *cli.Session, refs []string) ([]client.CustomerDetail, error) {
	got := make([]*client.CustomerDetail, len(refs))
	missing := make([]error, len(refs))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(getWorkers)
	for i, ref := range refs {
		group.Go(func() error {
			d, err := cli.GetCustomer(groupCtx, api, ref)
			if cli.IsNotFound(err) {
				missing[i] = err
				return nil
			}
			got[i] = d
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if err := o.notFound(api, refs, missing); err != nil {
		return nil, err
	}
	var found []client.CustomerDetail
	for _, d := range got {
		if d != nil {
			found = append(found, *d)
		}
	}
	return found, nil
}

func (o *getOptions) notFound(api *cli.Session, refs []string, missing []error) error {
	var names []string
	for i, err := range missing {
		if err != nil {
			names = append(names, refs[i])
		}
	}
	switch {
	case len(names) == 0:
		return nil
	case o.ignoreNotFound:
		api.Status.Note("Not found: %s.", cli.JoinComma(names))
		return nil
	case len(refs) == 1:
		return errors.Join(missing...)
	}
	f := failure.NotFoundf("%d of %d customers were not found: %s", len(names), len(refs), cli.JoinComma(names))
	f.Hint = "--ignore-not-found prints the others"
	return f
}

// readRefs replaces the argument "-" by the lines of stdin.
func readRefs(in io.Reader, args []string) ([]string, error) {
	var refs []string
	for _, arg := range args {
		if arg != "-" {
			refs = append(refs, arg)
			continue
		}
		lines := bufio.NewScanner(in)
		for lines.Scan() {
			if line := strings.TrimSpace(lines.Text()); line != "" {
				refs = append(refs, line)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, failure.Invalidf("stdin", "cannot be read: %v", err)
		}
	}
	return refs, nil
}
