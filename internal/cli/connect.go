package cli

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// ErrTimeout is the cause of a context that --timeout has ended.
var ErrTimeout = errors.New("the command took longer than --timeout allows")

// Connect resolves the configuration and makes the client of a command that reads; no request is sent. The context it
// returns ends with --timeout too.
func (a *App) Connect(ctx context.Context, extra ...client.Option) (context.Context, *Session, error) {
	return a.ConnectFor(ctx, config.Read, extra...)
}

// ConnectFor is Connect for a command that may write: where the environment and the profile in use disagree, a write is
// refused.
func (a *App) ConnectFor(ctx context.Context, access config.Access, extra ...client.Option) (context.Context, *Session, error) {
	s, err := a.Settings()
	if err != nil {
		return ctx, nil, err
	}
	ctx = a.Bounded(ctx, s)
	address, credential, err := a.target(ctx, s, access)
	if err != nil {
		return ctx, nil, err
	}
	session, err := a.Open(ctx, s, address, credential, extra...)
	return ctx, session, err
}

// ConnectTo connects a command that reads to another profile, which a flag names. Its address and its credential come from
// that profile alone, not from other flags and, but for the profile env, not from the environment.
func (a *App) ConnectTo(ctx context.Context, flag, profile string) (*Session, error) {
	file, err := a.ConfigFile()
	if err != nil {
		return nil, err
	}
	given, lookup := a.Given(), config.Lookup(a.LookupEnv)
	for _, d := range config.Definitions() {
		if d.Name == "api_url" || d.Credential() {
			delete(given, d.Name)
			if profile != config.Environment {
				lookup = lookup.Without(d.Env)
			}
		}
	}
	given["profile"] = profile
	s, err := file.Resolve(given, lookup, a.Home)
	if e, ok := errors.AsType[*config.Error](err); ok && e.Where == "--profile" {
		e.Where = flag
	}
	if err != nil {
		return nil, err
	}
	address, credential, err := a.target(ctx, s, config.Read)
	if _, ok := errors.AsType[*config.NoCredentialError](err); ok {
		err = failure.WithHint(err, "hydractl auth login -p "+profile)
	}
	if err != nil {
		return nil, err
	}
	return a.Open(ctx, s, address, credential)
}

// Open makes the client for an address and a credential, which may be none.
func (a *App) Open(ctx context.Context, s *config.Settings, address string, c config.Credential, extra ...client.Option) (*Session, error) {
	opts, err := a.clientOptions(s)
	if err != nil {
		return nil, err
	}
	a.secrets.Add(c.APIKey, c.AccessToken)
	if c.SignIn != nil {
		a.secrets.Add(c.SignIn.Stored.AccessToken, c.SignIn.Stored.RefreshToken)
	}
	session := &Session{Settings: s, Output: a.Output(s), Status: a.Status(), Credential: c}
	session.Output.Filter = session.Output.Filter.WithContext(ctx)
	build := func(signed client.Option, more []client.Option) (*client.Client, error) {
		made, err := client.New(address, slices.Concat(opts, []client.Option{signed}, more)...)
		if err != nil {
			return nil, failure.Usagef("%v", err)
		}
		return made, nil
	}
	signed := signing(c)
	if c.SignIn != nil {
		bare, err := build(signed, nil)
		if err != nil {
			return nil, err
		}
		session.SignIn = bare.Auth.NewSession(signInStore{c.SignIn, a.secrets}, tokensOf(c.SignIn.Stored))
		signed = client.WithTokenSource(session.SignIn)
		a.OnClose(func() { waitForRenewal(session.SignIn) })
	}
	session.plainClient = func(more ...client.Option) (*client.Client, error) { return build(signed, more) }
	session.NewClient = session.plainClient
	if a.flags.curl {
		curl := client.WithTrace(client.Trace{Call: a.preview(s)})
		session.NewClient = func(more ...client.Option) (*client.Client, error) { return session.plainClient(append(more, curl)...) }
	}
	session.Client, err = session.NewClient(extra...)
	return session, err
}

// renewalGrace is how long the process stays for a renewal of its sign-in that the end of the command has overtaken.
const renewalGrace = 5 * time.Second

// waitForRenewal waits until a renewal that is under way has stored its tokens: the server may accept no others any more.
func waitForRenewal(s *client.Session) {
	ctx, cancel := context.WithTimeout(context.Background(), renewalGrace)
	defer cancel()
	_ = s.Wait(ctx)
}

// signing is the client's option for a key or a token, or for none.
func signing(c config.Credential) client.Option {
	if !c.AccessToken.IsZero() {
		return client.WithAccessToken(c.AccessToken.Reveal())
	}
	return client.WithAPIKey(c.APIKey.Reveal())
}

// target is the server and the credential: those of the settings, or of the embedded sandbox.
func (a *App) target(ctx context.Context, s *config.Settings, access config.Access) (string, config.Credential, error) {
	if s.IsSandbox() {
		return a.StartSandbox(ctx, s)
	}
	credential, err := s.Credential(ctx, access)
	if err != nil {
		return "", credential, err
	}
	status := a.Status()
	if credential.Note != "" {
		status.Note("%s", credential.Note)
	}
	if credential.Origin.Name == "--api-key" {
		status.Warn("--api-key is visible to everyone on this machine; use --api-key-file or HYDRACORE_API_KEY")
	}
	if s.PlainHTTP() {
		status.Warn("requests to %s are not encrypted", s.APIURL)
	}
	return s.APIURL, credential, nil
}

// AddConnection puts the flags that say where and as whom to connect into a profile of the configuration.
func (a *App) AddConnection(f *config.File, profile string) error {
	given := a.Given()
	for _, name := range []string{"api_url", "api_key", "api_key_file", "ca_cert", "allow_http"} {
		value, ok := given[name]
		if !ok {
			continue
		}
		d, err := config.Define(name)
		if err != nil {
			return err
		}
		if value, err = Absolute(d, value); err != nil {
			return err
		}
		if err := f.Set(profile, name, value); err != nil {
			return err
		}
	}
	return nil
}

// Absolute makes the path of a setting independent of the current folder; ~ stays as it is.
func Absolute(d config.Definition, value string) (string, error) {
	if d.Kind != config.Path || value == "" || strings.HasPrefix(value, "~") {
		return value, nil
	}
	return filepath.Abs(value)
}
