package auth

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/failure"
)

const (
	maxKeyInput      = 8<<10 + 2 // the longest key with its line break
	maxPasswordInput = 4 << 10
)

type loginOptions struct {
	withKey      bool
	email        string
	withPassword bool
	store        string
}

func newLogin(app *cli.App) *cobra.Command {
	o := &loginOptions{}
	c := &cobra.Command{
		Use:   "login",
		Short: "Store an API key, or sign in with email and password",
		Long: `Store the credential of the profile in use: an API key, read from stdin
(--with-key), or with --email a sign-in, whose tokens renew themselves. Neither
is ever an argument, which others could see. It is tested first, and replaces
what the profile had only when it works.

On a terminal, without these flags, it prompts for what it needs: the address, a
key or an email and a password, and where to store it.

It is stored in the keyring of the operating system. --store file stores it in a
file instead that only you can read: for machines without a keyring. Nothing is
stored in a file unless you ask for it.

A profile that does not exist yet is created when --api-url names its host:

  hydractl auth login --profile staging --api-url https://staging.example.com
  pass show hydracore/prod | hydractl auth login --with-key`,
		Example: `  hydractl sandbox keys create | hydractl auth login --with-key --store file
  echo sandbox-password | hydractl auth login --email admin@example.com --with-password --store file`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              app.RunE(o.run),
	}
	f := c.Flags()
	f.BoolVar(&o.withKey, "with-key", false, "read the API key from stdin")
	f.StringVar(&o.email, "email", "", "sign in with this email and a password")
	f.BoolVar(&o.withPassword, "with-password", false, "read the password from stdin")
	f.StringVar(&o.store, "store", "", "where to store it: keyring (default) or file")
	app.Choice(c, "store", config.StoreKeyring, config.StoreFile)
	app.Check(c, func() error { return o.check(app) })
	return c
}

func (o *loginOptions) run(ctx context.Context, app *cli.App, _ []string) error {
	s, err := loginSettings(app, app.Given())
	if err != nil {
		return err
	}
	if !o.withKey && o.email == "" && o.store == "" && app.CanPrompt() {
		return runWizard(ctx, app, s)
	}
	if o.store == "" {
		o.store = defaultStore(s)
	}
	store, err := s.Store(o.store)
	if err != nil {
		return err
	}
	if o.email != "" {
		if err := s.CheckMode(config.Credential{Origin: loginOrigin()}); err != nil {
			return err
		}
	}
	if !o.withKey && !o.withPassword {
		if err := app.CheckAsk(s, secretName(o.email), withoutTerminal(o.email)); err != nil {
			return err
		}
	}
	if err := probe(ctx, store); err != nil {
		return err
	}
	secret, err := o.secret(ctx, app, s)
	if err != nil {
		return err
	}
	ctx = app.Bounded(ctx, s)
	got, err := try(ctx, app, s, o.email, secret)
	if err != nil {
		return err
	}
	if err := storeLogin(ctx, app, s, store, got); err != nil {
		return err
	}
	printLogin(app, s, store, got)
	return nil
}

// loginOrigin is where the credential that is tried comes from.
func loginOrigin() config.Origin { return config.Origin{Kind: "auth", Name: "login"} }

// defaultStore is the keyring unless the environment names another place.
func defaultStore(s *config.Settings) string {
	if set, err := s.Find("credential_store"); err == nil && set.Origin.Kind == config.FromEnv {
		return set.Value
	}
	return config.StoreKeyring
}

// check refuses flags that do not go together.
func (o *loginOptions) check(app *cli.App) error {
	var wrong cli.Problems
	given := app.Given()
	for _, name := range []string{"api_key", "api_key_file"} {
		f := failure.Usagef("auth login does not take --%s", strings.ReplaceAll(name, "_", "-"))
		f.Hint = "hydractl auth login --with-key < FILE"
		_, used := given[name]
		wrong.If(used, f)
	}
	wrong.If(o.withKey && (o.email != "" || o.withPassword), failure.Usagef("--with-key does not go with --email and --with-password"))
	wrong.If(o.withPassword && o.email == "", failure.Usagef("--with-password goes with --email"))
	err := emailaddr.Check(o.email)
	wrong.If(o.email != "" && err != nil, failure.Invalidf("--email", "%v", err))
	_, settings := loginSettings(app, given) // a bad --output among them
	return wrong.Err(settings)
}

// loginSettings are those of the profile in use, or of one that --profile and --api-url name and that is to be made.
func loginSettings(app *cli.App, given config.Flags) (*config.Settings, error) {
	file, err := app.ConfigFile()
	if err != nil {
		return nil, err
	}
	name, origin := file.ProfileInUse(given, app.LookupEnv)
	_, addressed := given["api_url"]
	if addressed && origin.Kind == config.FromFlag && name != config.Sandbox && name != config.Environment && !file.Has(name) {
		if err := file.AddProfile(name); err != nil {
			return nil, err
		}
	}
	s, err := file.Resolve(given, app.LookupEnv, app.Home)
	if wrong, ok := errors.AsType[*config.Error](err); ok && wrong.Code == config.CodeProfile && !addressed {
		wrong.Hint += "; --api-url URL makes a new one"
	}
	if err != nil {
		return nil, err
	}
	if s.Profile == config.Sandbox || s.Profile == config.Environment {
		f := failure.Usagef("the profile %s is built in, and stores no credential", s.Profile)
		f.Hint = "choose another profile with --profile"
		return nil, f
	}
	return s, s.CheckAddress()
}

// probe returns the error of a keyring that is missing, before a secret is asked for. Other errors of what is stored there do not
// matter: it is replaced.
func probe(ctx context.Context, store *config.Store) error {
	_, err := store.Load(ctx)
	if _, none := errors.AsType[*config.KeyringError](err); none {
		return err
	}
	return nil
}

// secret is the key or the password.
func (o *loginOptions) secret(ctx context.Context, app *cli.App, s *config.Settings) (string, error) {
	switch {
	case o.withKey:
		return app.ReadStdin(maxKeyInput)
	case o.withPassword:
		password, err := app.ReadStdin(maxPasswordInput)
		return cli.TrimLineBreak(password), err
	}
	return askSecret(ctx, app, s, o.email)
}

// askSecret asks for the password of an email, or for a key when there is no email.
func askSecret(ctx context.Context, app *cli.App, s *config.Settings, email string) (string, error) {
	return app.AskHidden(ctx, s, secretName(email), withoutTerminal(email))
}

func secretName(email string) string {
	if email != "" {
		return "Password of " + email
	}
	return "API key"
}

// withoutTerminal is the way to give the secret where it cannot be asked for.
func withoutTerminal(email string) string {
	if email != "" {
		return "give it on stdin: hydractl auth login --email ADDR --with-password < FILE"
	}
	return "set HYDRACORE_API_KEY, or give it on stdin: hydractl auth login --with-key < FILE"
}
