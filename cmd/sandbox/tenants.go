package sandboxcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/sandbox"
)

func newSandboxTenants(app *cli.App) *cobra.Command {
	c := cli.NewGroup("tenants", "List and create tenants of the sandbox",
		"Work with the sandbox's tenants. None of them sees the customers of another.",
		`  hydractl sandbox tenants list
  hydractl sandbox tenants create Acme`)
	return app.Fill(c, newSandboxTenantsList, newSandboxTenantsCreate)
}

func newSandboxTenantsList(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List the tenants",
		Long:    "List the tenants with how many customers and keys each of them has.",
		Example: "  hydractl sandbox tenants list",
		Args:    cli.ExactArgs(),
	}
	path := sandboxDBFlag(c, app)
	c.RunE = app.RunE(func(_ context.Context, app *cli.App, _ []string) error {
		db, err := path()
		if err != nil {
			return err
		}
		tenants, err := sandbox.Tenants(db)
		if err != nil {
			return cli.SandboxFailure(err)
		}
		return cli.PrintAll(app, tenantColumns(), "tenants", tenants)
	})
	return c
}

func newSandboxTenantsCreate(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use: "create NAME", Short: "Create a tenant",
		Long: `Create a tenant without customers, and an administrator for it. It needs a key:
hydractl sandbox keys create --tenant NAME.`,
		Example: "  hydractl sandbox tenants create Globex\n  hydractl sandbox keys create --tenant Globex",
		Args:    cli.ExactArgs("NAME"),
	}
	path := sandboxDBFlag(c, app)
	c.RunE = app.RunE(func(_ context.Context, app *cli.App, args []string) error {
		db, err := path()
		if err != nil {
			return err
		}
		tenant, err := sandbox.CreateTenant(db, args[0])
		if err != nil {
			return cli.SandboxFailure(err)
		}
		return cli.PrintAll(app, tenantColumns(), "tenants", []sandbox.Tenant{tenant})
	})
	return c
}

func tenantColumns() []output.Column[sandbox.Tenant] {
	type column = output.Column[sandbox.Tenant]
	return []column{
		{Name: "name", Sets: output.Default | output.CSV, Value: func(t sandbox.Tenant) any { return t.Name }},
		{Name: "customers", Sets: output.Default | output.CSV, Align: output.AlignRight, Value: func(t sandbox.Tenant) any { return t.Customers }},
		{Name: "keys", Sets: output.Default | output.CSV, Align: output.AlignRight, Value: func(t sandbox.Tenant) any { return t.Keys }},
		{Name: "admin_email", Title: "ADMIN", Sets: output.Default | output.CSV, Value: func(t sandbox.Tenant) any { return t.Admin }},
		{Name: "id", Sets: output.Default | output.CSV, Value: func(t sandbox.Tenant) any { return t.ID }},
	}
}
