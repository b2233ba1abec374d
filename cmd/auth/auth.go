// Package auth holds the commands of "hydractl auth": sign in, sign out, and which credential is used.
package auth

import (
	"context"
	"errors"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/pkg/client"
)

// New makes the command.
func New(app *cli.App) *cobra.Command {
	c := cli.NewGroup("auth", "Sign in, sign out, show which credential is used",
		`Store the credential of a profile, and show which one is used. A credential is
taken from the first of: a flag, the environment, the profile, the defaults in
the file. What auth login stores belongs to the profile, and is sent only to the
host where it was tried.`,
		`  hydractl auth status --profile sandbox
  hydractl auth token --profile sandbox`)
	return app.Fill(c, newLogin, newLogout, newStatus, newToken)
}

// whoami tries the credential, and returns what the server reports of a key. Where it reports nothing, reading one customer is the
// proof.
func whoami(ctx context.Context, a *cli.Session) (*client.KeyContext, error) {
	known, err := a.Key(ctx)
	if known == nil && err == nil {
		_, err = a.Customers.List(ctx, client.ListOptions{PerPage: 1})
	}
	return known, err
}

// isRefusal reports whether the server refuses the credential, at all or for this request.
func isRefusal(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	return ok && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden)
}
