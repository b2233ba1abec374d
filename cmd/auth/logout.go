package auth

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
)

func newLogout(app *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "logout",
		Short: "Sign out, and remove the stored credential",
		Long: `End the sign-in at the server and remove what auth login has stored for the
profile in use. When the server cannot be reached, a warning says so and the
credential is removed anyway. An API key stays valid: revoke it where it was
created.`,
		Example: `  echo sandbox-password | hydractl auth login --email admin@example.com --with-password --store file
  hydractl auth logout`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              app.RunE(runLogout),
	}
}

func runLogout(ctx context.Context, app *cli.App, _ []string) error {
	s, err := app.Settings()
	if err != nil {
		return err
	}
	kind, err := storeInUse(s)
	if err != nil {
		return err
	}
	store, err := s.Store(kind.Value)
	if err != nil {
		return err
	}
	ctx = app.Bounded(ctx, s)
	unlock, err := store.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	stored, err := store.Load(ctx)
	if _, none := errors.AsType[*config.KeyringError](err); none {
		return err
	}
	status := app.Status()
	if err == nil {
		err = revoke(ctx, app, s, stored)
	}
	if err != nil && !errors.Is(err, config.ErrNotStored) {
		status.Warn("cannot end the sign-in at the server (%s): it ends there when its tokens expire", cli.Describe(err))
	}
	if err := store.Remove(ctx); err != nil && !errors.Is(err, config.ErrNotStored) {
		return err
	}
	profile := s.Profile
	if kind.Origin.Kind == config.FromFile {
		profile = ""
	}
	if err := config.Update(ctx, app.ConfigPath(), func(f *config.File) error {
		_, err := f.Unset(profile, "credential_store")
		return err
	}); err != nil {
		return err
	}
	status.Note("Removed the credential of profile %s from %s.", s.Profile, store.Place)
	if !stored.APIKey.IsZero() {
		status.Note("The API key %s itself stays valid: revoke it where it was created.", stored.APIKey)
	}
	warnOfEnvironment(app)
	return nil
}

// storeInUse is the setting that says where auth login has stored the profile's credential.
func storeInUse(s *config.Settings) (config.Setting, error) {
	kind, err := s.Find("credential_store")
	if err != nil || kind.Value != "" && !s.IsSandbox() {
		return kind, err
	}
	none := &config.NoCredentialError{Reason: fmt.Sprintf("auth login has stored nothing for profile %s", s.Profile), Hint: "hydractl auth status"}
	for _, set := range s.List() {
		if d, err := config.Define(set.Name); err == nil && d.Credential() && set.Origin.Kind == config.FromProfile && !s.IsSandbox() {
			none.Hint = "hydractl config unset " + set.Name
		}
	}
	return kind, none
}

// revoke ends a sign-in at the server where it was made. A key stays.
func revoke(ctx context.Context, app *cli.App, s *config.Settings, stored config.Stored) error {
	if stored.RefreshToken.IsZero() {
		return nil
	}
	address, err := config.BaseURL(stored.APIURL, s.AllowHTTP)
	if err != nil {
		return fmt.Errorf("%s %w", stored.APIURL, err)
	}
	a, err := app.Open(ctx, s, address, config.Credential{})
	if err != nil {
		return err
	}
	if err := a.Auth.Logout(ctx, stored.RefreshToken.Reveal()); !isRefusal(err) { // a refusal: it had ended
		return err
	}
	return nil
}
