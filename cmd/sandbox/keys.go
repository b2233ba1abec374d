package sandboxcmd

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/sandbox"
)

func newKeys(app *cli.App) *cobra.Command {
	c := cli.NewGroup("keys", "List, create and revoke API keys of the sandbox",
		"Work with the API keys of the sandbox's tenants.",
		`  hydractl sandbox keys list
  hydractl sandbox keys create --name reader --scope customers:read
  hydractl sandbox keys revoke reader`)
	return app.Fill(c, newKeysList, newKeysCreate, newKeysRevoke)
}

func newKeysList(app *cli.App) *cobra.Command {
	c := onDB(app, &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List the API keys",
		Long:    "List the API keys of every tenant. Only the start and the end of a key are\nknown.",
		Example: "  hydractl sandbox keys list\n  hydractl sandbox keys list -o json",
		Args:    cli.ExactArgs(),
	}, func(app *cli.App, db string, _ []string) error {
		keys, err := sandbox.Keys(db)
		return printAll(app, keyColumns(), "keys", keys, err)
	})
	return cli.WithColumns(app, c, keyColumns())
}

func newKeysCreate(app *cli.App) *cobra.Command {
	o := sandbox.KeyOptions{}
	c := &cobra.Command{
		Use: "create", Short: "Create an API key",
		Long: "Create an API key and print it: it is not stored and cannot be shown again.",
		Example: `  hydractl sandbox keys create --name onboarding
  hydractl sandbox keys create --name slow --per-minute 60 --scope customers:read`,
		Args: cli.ExactArgs(),
	}
	f := c.Flags()
	f.StringVar(&o.Tenant, "tenant", "", "tenant, by name or id (default: the first)")
	f.StringVar(&o.Name, "name", "", "name of the key")
	f.BoolVar(&o.Live, "live", false, "a key that looks live, hc_live_...")
	f.StringArrayVar(&o.Scopes, "scope", nil, "customers:read or customers:write; repeatable (default: both)")
	f.Int64Var(&o.LimitPerMin, "per-minute", 0, "requests a minute; 0 is no limit")
	f.Int64Var(&o.LimitPerHour, "per-hour", 0, "requests an hour; 0 is no limit")
	f.DurationVar(&o.ExpiresIn, "expires-in", 0, "how long it is valid; 0 never expires")
	onDB(app, c, func(app *cli.App, db string, _ []string) error {
		key, err := sandbox.CreateKey(db, o)
		if err != nil {
			return cli.SandboxFailure(err)
		}
		return printNewKey(app, key)
	})
	return cli.WithColumns(app, c, newKeyColumns()) // before the key is made, which is shown only once
}

// newKey is a key with its text, which is known only now.
type newKey struct {
	sandbox.Key

	Text string `json:"api_key"`
}

func printNewKey(app *cli.App, key sandbox.Key) error {
	s, err := app.Settings()
	if err != nil {
		return err
	}
	opts := app.Output(s)
	opts.NoHeaders = opts.NoHeaders || opts.Format == "table"
	printer, err := output.New(opts, newKeyColumns())
	if err != nil {
		return err
	}
	return printer.Item(app.Out, newKey{key, key.Text}, nil)
}

func newKeyColumns() []output.Column[newKey] {
	type column = output.Column[newKey]
	return []column{
		{Name: "api_key", Value: func(k newKey) any { return k.Text }},
		{Name: "id", Sets: output.Wide | output.CSV, Value: func(k newKey) any { return k.ID }},
		{Name: "name", Sets: output.Wide | output.CSV, Value: func(k newKey) any { return k.Name }},
	}
}

func newKeysRevoke(app *cli.App) *cobra.Command {
	return onDB(app, &cobra.Command{
		Use: "revoke ID|NAME", Short: "Revoke an API key",
		Long:    "Revoke an API key, named by its id or its name: it answers 401 from now on.",
		Example: "  hydractl sandbox keys create --name old && hydractl sandbox keys revoke old",
		Args:    cli.ExactArgs("ID|NAME"),
	}, func(app *cli.App, db string, args []string) error {
		if err := sandbox.RevokeKey(db, args[0]); err != nil {
			return cli.SandboxFailure(err)
		}
		app.Status().Note("Revoked the key %s.", args[0])
		return nil
	})
}

func keyColumns() []output.Column[sandbox.Key] {
	type column = output.Column[sandbox.Key]
	when := func(t *time.Time) any {
		if t == nil {
			return nil
		}
		return output.Time{At: *t, Raw: t.Format(time.RFC3339), Valid: true}
	}
	return []column{
		{Name: "name", Value: func(k sandbox.Key) any { return k.Name }},
		{Name: "tenant", Value: func(k sandbox.Key) any { return k.Tenant }},
		{Name: "key", Value: func(k sandbox.Key) any { return k.Hint }},
		{Name: "scopes", Fit: output.FitEnd, Min: 14, Value: func(k sandbox.Key) any { return strings.Join(k.Scopes, " ") }},
		{Name: "rate_limit_per_minute", Title: "PER MINUTE", Align: output.AlignRight, Sets: output.Wide | output.CSV, Value: func(k sandbox.Key) any { return k.LimitPerMin }},
		{Name: "rate_limit_per_hour", Title: "PER HOUR", Align: output.AlignRight, Sets: output.Wide | output.CSV, Value: func(k sandbox.Key) any { return k.LimitPerHour }},
		{Name: "created_at", Title: "CREATED", Sets: output.Wide | output.CSV, Value: func(k sandbox.Key) any { return when(&k.CreatedAt) }},
		{Name: "expires_at", Title: "EXPIRES", Sets: output.Wide | output.CSV, Value: func(k sandbox.Key) any { return when(k.ExpiresAt) }},
		{Name: "revoked_at", Title: "REVOKED", Value: func(k sandbox.Key) any { return when(k.RevokedAt) }},
		{Name: "id", Drop: 1, Value: func(k sandbox.Key) any { return k.ID }},
	}
}
