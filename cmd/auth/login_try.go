package auth

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// login is a credential that works.
type login struct {
	config.Stored

	context *client.KeyContext // nil when the server does not report it
}

// try uses the key or the password once. The live guard comes before any request.
func try(ctx context.Context, app *cli.App, s *config.Settings, email, secret string) (login, error) {
	if email != "" {
		return signIn(ctx, app, s, email, secret)
	}
	key, err := config.ParseSecret(secret)
	if err != nil {
		return login{}, failure.Invalidf("the API key", "%v", err)
	}
	credential := config.Credential{APIKey: key, Origin: loginOrigin()}
	if err := s.CheckMode(credential); err != nil {
		return login{}, err
	}
	a, err := app.Open(ctx, s, s.APIURL, credential)
	if err != nil {
		return login{}, err
	}
	known, err := whoami(ctx, a)
	return login{config.Stored{APIURL: s.APIURL, APIKey: key}, known}, notStored(err, "check the key and the address")
}

// signIn gets tokens for the password and tries them.
func signIn(ctx context.Context, app *cli.App, s *config.Settings, email, password string) (login, error) {
	if password == "" {
		return login{}, failure.Invalidf("the password", "must not be empty")
	}
	if err := cli.CheckText("the password", password); err != nil {
		return login{}, err
	}
	bare, err := app.Open(ctx, s, s.APIURL, config.Credential{})
	if err != nil {
		return login{}, err
	}
	t, err := bare.Auth.Login(ctx, email, password)
	if err != nil {
		return login{}, notStored(err, "check the email, the password and the address")
	}
	got := login{Stored: cli.WithTokens(config.Stored{APIURL: s.APIURL, SignIn: rand.Text(), Email: email}, t)}
	a, err := app.Open(ctx, s, s.APIURL, config.Credential{AccessToken: got.AccessToken})
	if err == nil {
		_, err = whoami(ctx, a)
	}
	if err != nil && t.RefreshToken != "" {
		_ = bare.Auth.Logout(context.WithoutCancel(ctx), t.RefreshToken) // it expires anyway
	}
	return got, notStored(err, "only an admin of a tenant may use the customers API")
}

// notStored is a refusal of what was about to be stored.
func notStored(err error, hint string) error {
	if !isRefusal(err) {
		return err
	}
	e, _ := errors.AsType[*client.Error](err)
	return &failure.Failure{
		Exit: failure.ExitAuth, Code: string(e.Code), Message: "the server refuses this credential, and nothing was stored: " + cli.ServerMessage(e),
		Hint: hint, Cause: err,
	}
}

// storeLogin stores the credential, then makes the profile point to it in place of what it had. The earlier credential is in
// use until the very end.
func storeLogin(ctx context.Context, app *cli.App, s *config.Settings, store *config.Store, got login) error {
	unlock, err := store.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := store.Save(ctx, got.Stored); err != nil {
		return err
	}
	before := ""
	err = config.Update(ctx, app.ConfigPath(), func(f *config.File) error {
		if !f.Has(s.Profile) {
			if err := addLoginProfile(f, s.Profile); err != nil {
				return err
			}
		}
		for _, d := range config.Definitions() {
			if !d.Credential() {
				continue
			}
			if d.Name == "credential_store" {
				before, _, _ = f.Get(s.Profile, d.Name)
			}
			if _, err := f.Unset(s.Profile, d.Name); err != nil {
				return err
			}
		}
		if err := app.AddConnection(f, s.Profile); err != nil {
			return err
		}
		if set, err := s.Find("api_url"); err == nil && (set.Origin.Kind == config.FromEnv || set.Origin.Kind == config.FromFlag) {
			if err := f.Set(s.Profile, "api_url", got.APIURL); err != nil {
				return err // credential and address are a pair
			}
		}
		return f.Set(s.Profile, "credential_store", store.Kind)
	})
	if err != nil || before == "" || before == store.Kind {
		return err
	}
	if old, err := s.Store(before); err == nil {
		_ = old.Remove(ctx) // nothing points there any more
	}
	return nil
}

// addLoginProfile adds a profile; the first one of the file becomes the one in use.
func addLoginProfile(f *config.File, name string) error {
	first := f.Current() == "" && len(f.Own()) == 0
	if err := f.AddProfile(name); err != nil || !first {
		return err
	}
	return f.UseProfile(name)
}

// printLogin prints what is in use now, and what may override it. It reports whether the profile is in use.
func printLogin(app *cli.App, s *config.Settings, store *config.Store, got login) (inUse bool) {
	status := app.Status()
	who := "the API key " + got.APIKey.String()
	if got.Email != "" {
		who = got.Email
	}
	status.Note("Profile %s uses %s at %s.", s.Profile, who, got.APIURL)
	if got.context != nil && got.context.TenantID != "" {
		status.Note("Tenant %s; scopes: %s.", got.context.TenantID, cli.JoinComma(got.context.Scopes))
	}
	status.Note("Stored in %s.", store.Place)
	inUse = printInUse(app, s, status)
	warnOfEnvironment(app)
	return inUse
}

// printInUse prints and reports whether the profile is the one in use now.
func printInUse(app *cli.App, s *config.Settings, status output.Status) bool {
	file, err := app.ConfigFile()
	if err != nil {
		return false
	}
	none := func(string) (string, bool) { return "", false }
	if inUse, _ := file.ProfileInUse(nil, none); inUse != s.Profile {
		status.Note("Profile %s is in use, not %s. To use it: -p %s, or hydractl config profile use %s", inUse, s.Profile, s.Profile, s.Profile)
		return false
	}
	status.Note("Profile %s is in use.", s.Profile)
	return true
}

// warnOfEnvironment warns about the variables that take precedence over a profile.
func warnOfEnvironment(app *cli.App) {
	for _, name := range []string{"HYDRACORE_API_KEY", "HYDRACORE_ACCESS_TOKEN"} {
		if value, _ := app.LookupEnv(name); value != "" {
			app.Status().Warn("%s is set: without --profile reads use it, and writes are refused", name)
		}
	}
}
