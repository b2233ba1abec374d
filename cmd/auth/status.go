package auth

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// authStatus is the document of auth status. It contains no secret.
type authStatus struct {
	Schema       string   `json:"schema"` // auth.status
	Profile      string   `json:"profile"`
	APIURL       string   `json:"api_url"`
	Usable       *bool    `json:"usable"`     // null when the server could not be asked
	Kind         string   `json:"kind"`       // api_key, access_token, sign_in for tokens that renew themselves, or none
	Credential   string   `json:"credential"` // masked
	Source       string   `json:"source"`     // flag, environment variable, profile or file, with its name
	Place        *string  `json:"place"`      // where it is stored, when the source does not say it
	Email        *string  `json:"email"`      // of a sign-in
	Mode         *string  `json:"mode"`       // the setting
	TenantID     *string  `json:"tenant_id"`  // from here on null when the server does not report it
	APIKeyID     *string  `json:"api_key_id"`
	Scopes       []string `json:"scopes"`
	PerMinute    *int64   `json:"rate_limit_per_minute"`
	PerHour      *int64   `json:"rate_limit_per_hour"`
	NeedsReissue *bool    `json:"needs_reissue"`
	ExpiresAt    *string  `json:"expires_at"` // of the access token
	Problem      *string  `json:"problem"`
}

func newStatus(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:   "status",
		Short: "Show which credential is used, and what it may do",
		Long: `Show which credential a command would use, where it came from and where it is
stored, and ask the server what it may do. Exit 4 when it cannot be used.

Servers report tenant, scopes and limits of API keys only, and not all of them
do. The end shown for a sign-in is that of its access token, which renews
itself.`,
		Example: `  hydractl auth status
  hydractl auth status -o json`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              app.RunE(runStatus),
	}
	return cli.WithColumns(app, c, authColumns())
}

func runStatus(ctx context.Context, app *cli.App, _ []string) error {
	ctx, a, err := app.Connect(ctx)
	if missing, ok := errors.AsType[*config.NoCredentialError](err); ok {
		return printNoCredential(app, missing)
	}
	if err != nil {
		return err
	}
	printer, err := output.New(a.Output, authColumns())
	if err != nil {
		return err
	}
	known, problem := whoami(ctx, a)
	if context.Cause(ctx) != nil {
		return problem
	}
	st := statusOf(a, known)
	switch {
	case problem == nil:
		st.Usable = new(true)
	case isRefusal(problem):
		st.Usable = new(false)
	}
	if problem != nil {
		st.Problem = new(cli.Describe(problem))
	}
	if err := printer.Item(app.Out, st, authDetail); err != nil {
		return err
	}
	return problem
}

// printNoCredential prints the status as a document where one is asked for: a script reads usable, not the absence of output.
func printNoCredential(app *cli.App, missing *config.NoCredentialError) error {
	s, err := app.Settings()
	if err != nil {
		return err
	}
	printer, err := output.New(app.Output(s), authColumns())
	if err != nil || printer.Format().Human {
		return errors.Join(err, missing)
	}
	st := authStatus{Schema: "auth.status", Profile: s.Profile, APIURL: s.APIURL, Usable: new(false), Kind: "none", Mode: filled(s.Mode), Problem: &missing.Reason}
	return errors.Join(printer.Item(app.Out, st, nil), missing)
}

func statusOf(a *cli.Session, known *client.KeyContext) authStatus {
	c := a.Credential
	st := authStatus{
		Schema: "auth.status", Profile: a.Settings.Profile, APIURL: a.BaseURL(), Kind: "api_key", Credential: c.APIKey.String(),
		Source: c.Origin.String(), Place: filled(c.Place), Mode: filled(a.Settings.Mode),
	}
	switch {
	case c.SignIn != nil:
		st.Kind, st.Credential, st.Email = "sign_in", "***", filled(c.SignIn.Stored.Email)
		if end := a.SignIn.Tokens().ExpiresAt(); !end.IsZero() {
			st.ExpiresAt = new(end.UTC().Format(time.RFC3339))
		}
	case !c.AccessToken.IsZero():
		st.Kind, st.Credential = "access_token", c.AccessToken.String()
	}
	if known != nil {
		st.TenantID, st.APIKeyID, st.Scopes = filled(known.TenantID), filled(known.APIKeyID), known.Scopes
		st.PerMinute, st.PerHour, st.NeedsReissue = known.RateLimitPerMinute, known.RateLimitPerHour, &known.NeedsReissue
	}
	return st
}

// filled is nil for an empty text.
func filled(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (st authStatus) expires() any {
	if st.ExpiresAt == nil {
		return nil
	}
	at, err := time.Parse(time.RFC3339, *st.ExpiresAt)
	return output.Time{At: at, Raw: *st.ExpiresAt, Valid: err == nil}
}

func authDetail(st authStatus) []output.Section {
	usable, color := "not known", output.Yellow
	if st.Usable != nil && *st.Usable {
		usable, color = "yes", output.Green
	} else if st.Usable != nil {
		usable, color = "no", output.Red
	}
	local := []output.Field{
		{Label: "Profile", Value: st.Profile},
		{Label: "Address", Value: st.APIURL},
		{Label: "Works", Value: usable, Color: color},
		{Label: "Credential", Value: st.Kind + " " + st.Credential},
		{Label: "Source", Value: st.Source},
	}
	for _, f := range []output.Field{
		{Label: "Stored in", Value: st.Place}, {Label: "Signed in as", Value: st.Email}, {Label: "Mode", Value: st.Mode},
	} {
		if text, _ := f.Value.(*string); text != nil {
			local = append(local, f)
		}
	}
	if st.ExpiresAt != nil {
		local = append(local, output.Field{Label: "Token expires", Value: st.expires()})
	}
	if st.TenantID == nil && st.Scopes == nil {
		return []output.Section{{Rows: append(local, output.Field{Label: "Tenant", Value: "not reported by the server"})}}
	}
	return []output.Section{{Rows: append(local,
		output.Field{Label: "Tenant", Value: st.TenantID},
		output.Field{Label: "Scopes", Value: cli.JoinComma(st.Scopes)},
		output.Field{Label: "Per minute", Value: st.PerMinute},
		output.Field{Label: "Per hour", Value: st.PerHour},
	)}}
}

func authColumns() []output.Column[authStatus] {
	type column = output.Column[authStatus]
	col := func(name string, value func(authStatus) any) column {
		return column{Name: name, Value: value}
	}
	return []column{
		col("profile", func(s authStatus) any { return s.Profile }),
		col("api_url", func(s authStatus) any { return s.APIURL }),
		col("usable", func(s authStatus) any { return s.Usable }),
		col("kind", func(s authStatus) any { return s.Kind }),
		col("credential", func(s authStatus) any { return s.Credential }),
		col("source", func(s authStatus) any { return s.Source }),
		{Name: "place", Sets: output.Wide | output.CSV, Value: func(s authStatus) any { return s.Place }},
		{Name: "tenant_id", Title: "TENANT", Value: func(s authStatus) any { return s.TenantID }},
		{Name: "scopes", Sets: output.Wide | output.CSV, Value: func(s authStatus) any { return cli.JoinComma(s.Scopes) }},
		{Name: "expires_at", Title: "EXPIRES", Sets: output.Wide | output.CSV, Value: func(s authStatus) any { return s.expires() }},
		{Name: "id", Sets: output.Named, Value: func(s authStatus) any { return s.Profile }},
	}
}
