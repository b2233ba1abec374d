package sandboxcmd

import (
	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/sandbox"
)

func newTenants(app *cli.App) *cobra.Command {
	c := cli.NewGroup("tenants", "List and create tenants of the sandbox",
		"Work with the sandbox's tenants. None of them sees the customers of another.",
		`  hydractl sandbox tenants list
  hydractl sandbox tenants create Acme`)
	return app.Fill(c, newTenantsList, newTenantsCreate)
}

func newTenantsList(app *cli.App) *cobra.Command {
	c := onDB(app, &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List the tenants",
		Long:    "List the tenants with how many customers and keys each of them has.",
		Example: "  hydractl sandbox tenants list",
		Args:    cli.ExactArgs(),
	}, func(app *cli.App, db string, _ []string) error {
		tenants, err := sandbox.Tenants(db)
		return printAll(app, tenantColumns(), "tenants", tenants, err)
	})
	return cli.WithColumns(app, c, tenantColumns())
}

func newTenantsCreate(app *cli.App) *cobra.Command {
	c := onDB(app, &cobra.Command{
		Use: "create NAME", Short: "Create a tenant",
		Long: `Create a tenant without customers, and an administrator for it. It needs a key:
hydractl sandbox keys create --tenant NAME.`,
		Example: "  hydractl sandbox tenants create Globex\n  hydractl sandbox keys create --tenant Globex",
		Args:    cli.ExactArgs("NAME"),
	}, func(app *cli.App, db string, args []string) error {
		tenant, err := sandbox.CreateTenant(db, args[0])
		return printAll(app, tenantColumns(), "tenants", []sandbox.Tenant{tenant}, err)
	})
	return cli.WithColumns(app, c, tenantColumns())
}

func tenantColumns() []output.Column[sandbox.Tenant] {
	type column = output.Column[sandbox.Tenant]
	return []column{
		{Name: "name", Value: func(t sandbox.Tenant) any { return t.Name }},
		{Name: "customers", Align: output.AlignRight, Value: func(t sandbox.Tenant) any { return t.Customers }},
		{Name: "keys", Align: output.AlignRight, Value: func(t sandbox.Tenant) any { return t.Keys }},
		{Name: "admin_email", Title: "ADMIN", Value: func(t sandbox.Tenant) any { return t.Admin }},
		{Name: "id", Drop: 1, Value: func(t sandbox.Tenant) any { return t.ID }},
	}
}
