// Package sandboxcmd holds the commands of "hydractl sandbox": a HydraCore on this machine.
package sandboxcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/sandbox"
)

// New makes the command.
func New(app *cli.App) *cobra.Command {
	c := cli.NewGroup("sandbox", "Run a HydraCore of your own, with made-up customers",
		`The sandbox is a HydraCore on this machine, with made-up customers. The built-in
profile sandbox runs it inside any command; sandbox serve runs it for other
programs. Both work on the same data, sandbox.db in the state folder.`,
		`  hydractl -p sandbox customers list
  hydractl sandbox status
  hydractl sandbox reset --yes`)
	return app.Fill(c,
		newSandboxServe,
		newSandboxReset,
		newSandboxStatus,
		newSandboxFaults,
		newSandboxKeys,
		newSandboxTenants,
	)
}

// sandboxPath is the database that a --db flag names, or else the one in the state folder.
func sandboxPath(app *cli.App, db string) (string, error) {
	if db != "" {
		return db, nil
	}
	s, err := app.Settings()
	if err != nil {
		return "", err
	}
	return cli.SandboxDB(s)
}

// onDB adds --db to a command, which runs with the path of the database.
func onDB(app *cli.App, c *cobra.Command, run func(app *cli.App, db string, args []string) error) *cobra.Command {
	db := c.Flags().String("db", "", "database file (default: sandbox.db in the state folder)")
	c.RunE = app.RunE(func(_ context.Context, app *cli.App, args []string) error {
		path, err := sandboxPath(app, *db)
		if err != nil {
			return err
		}
		return run(app, path, args)
	})
	return c
}

// printAll prints what the sandbox has listed, or its error.
func printAll[T any](app *cli.App, columns []output.Column[T], key string, items []T, err error) error {
	if err != nil {
		return cli.SandboxFailure(err)
	}
	return cli.PrintList(app, columns, output.Envelope{Key: key}, items)
}

func newSandboxStatus(app *cli.App) *cobra.Command {
	return onDB(app, &cobra.Command{
		Use:   "status",
		Short: "Show the state of the sandbox",
		Long:  "Show where the sandbox's data is stored, and what is in it.",
		Example: `  hydractl sandbox status
  hydractl sandbox status -o json`,
		Args: cli.ExactArgs(),
	}, printStatus)
}

func printStatus(app *cli.App, path string, _ []string) error {
	s, err := app.Settings()
	if err != nil {
		return err
	}
	printer, err := output.New(app.Output(s), sandboxColumns())
	if err != nil {
		return err
	}
	info, err := sandbox.Status(path)
	if err != nil {
		return cli.SandboxFailure(err)
	}
	return printer.Item(app.Out, info, nil)
}

func sandboxColumns() []output.Column[sandbox.Info] {
	type column = output.Column[sandbox.Info]
	return []column{
		{Name: "path", Value: func(i sandbox.Info) any { return i.Path }},
		{Name: "bytes", Align: output.AlignRight, Value: func(i sandbox.Info) any { return i.Bytes }},
		{Name: "tenants", Align: output.AlignRight, Value: func(i sandbox.Info) any { return i.Tenants }},
		{Name: "customers", Align: output.AlignRight, Value: func(i sandbox.Info) any { return i.Customers }},
	}
}
