package auth

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// shownToken is a credential that the user asked to see.
type shownToken struct {
	Kind  string `json:"kind"` // api_key or access_token
	Token string `json:"token"`
}

func newToken(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:   "token",
		Short: "Print the credential, for other programs",
		Long: `Print the API key or the access token that a command would use now, the latter
renewed when it is about to end. This is the only command that shows a secret:
keep it off the screen.

  export HYDRACORE_API_KEY="$(hydractl auth token --profile prod)"`,
		Example: `  hydractl auth token --profile sandbox
  hydractl auth token --profile sandbox -o json`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              app.RunE(runToken),
	}
	return cli.WithColumns(app, c, tokenColumns())
}

func tokenColumns() []output.Column[shownToken] {
	return []output.Column[shownToken]{
		{Name: "kind", Sets: output.CSV, Value: func(t shownToken) any { return t.Kind }},
		{Name: "token", Value: func(t shownToken) any { return t.Token }},
		{Name: "id", Sets: output.Named, Value: func(t shownToken) any { return t.Token }},
	}
}

func runToken(ctx context.Context, app *cli.App, _ []string) error {
	ctx, a, err := app.Connect(ctx)
	if err != nil {
		return err
	}
	printer, err := output.New(a.Output, tokenColumns())
	if err != nil {
		return err
	}
	got := shownToken{"api_key", a.Credential.APIKey.Reveal()}
	if a.Credential.APIKey.IsZero() {
		got = shownToken{"access_token", a.Credential.AccessToken.Reveal()}
	}
	if a.SignIn != nil {
		if got.Token, err = a.SignIn.Token(ctx); err != nil {
			return err
		}
	}
	if app.Terminal.Out {
		app.Status().Warn("this is a secret: anyone who has it can act as you")
	}
	if printer.Format().Name == "table" {
		return app.Print(got.Token + "\n")
	}
	return printer.Item(app.Out, got, nil)
}
