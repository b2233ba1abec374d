// Package sandboxcmd holds the commands of "hydractl sandbox": a HydraCore on this machine.
package sandboxcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// New makes the command.
func New(app *cli.App) *cobra.Command {
	c := cli.NewGroup("sandbox", "Run a local HydraCore with made-up customers",
		`The sandbox is a HydraCore on this machine, with made-up customers. The built-in
profile sandbox runs it inside any command; sandbox serve runs it for other
programs. Both work on the same data, sandbox.db in the state folder.`,
		`  hydractl -p sandbox customers list
  hydractl sandbox status
  hydractl sandbox reset --yes`)
	return app.Fill(c,
		newServe,
		newReset,
		newStatus,
		newFaults,
		newKeys,
		newTenants,
	)
}

// dbPath is the database that a --db flag names, or else the one in the state folder.
func dbPath(app *cli.App, db string) (string, error) {
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
		path, err := dbPath(app, *db)
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
