package cli

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/sandbox"
	"github.com/hydracore/hydractl/pkg/client"
)

// SandboxSeed is how many made-up customers a new sandbox holds.
const SandboxSeed = 250

// ErrTimeout is the cause of a context that --timeout has ended.
var ErrTimeout = errors.New("the command took longer than --timeout allows")

// Session is a command's connection to HydraCore, and how the command prints.
type Session struct {
	*client.Client

	Settings   *config.Settings
	Output     output.Options
	Status     output.Status
	Credential config.Credential
	SignIn     *client.Session // of a sign-in, else nil
	// NewClient makes another client for the same server and credential.
	NewClient func(...client.Option) (*client.Client, error)

	plainClient func(...client.Option) (*client.Client, error) // the same without --curl
}

// Describe returns the request that f would send first, and sends nothing.
func (s *Session) Describe(f func(*client.Client) error) (*client.Request, error) {
	var shown *client.Request
	stop := errors.New("the request is only shown")
	c, err := s.plainClient(client.WithTrace(client.Trace{Call: func(r *client.Request) error {
		shown = r
		return stop
	}}))
	if err != nil {
		return nil, err
	}
	if err := f(c); !errors.Is(err, stop) {
		return nil, err
	}
	return shown, nil
}

// CustomerOutput returns how customers are printed: the columns of the environment and the file are meant for them,
// where the format has columns at all.
func (a *App) CustomerOutput(s *config.Settings) output.Options {
	o := a.Output(s)
	for _, f := range output.Formats() {
		if f.Name == s.Output && f.Columns && o.Filter == nil && s.Columns != "" && len(o.Columns) == 0 {
			o.Columns = []string{s.Columns}
		}
	}
	return o
}

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
	given, lookup := a.Given(), a.LookupEnv
	for _, d := range config.Definitions() {
		if d.Name == "api_url" || d.Credential() {
			delete(given, d.Name)
			if hidden := lookup; profile != config.Environment {
				lookup = func(name string) (string, bool) {
					if name == d.Env {
						return "", false
					}
					return hidden(name)
				}
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
	session := &Session{Settings: s, Output: a.Output(s), Status: *a.Status(), Credential: c}
	session.Output.Within = Within(ctx)
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
		a.OnClose(func() error { return waitForRenewal(session.SignIn) })
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

// waitForRenewal lets a renewal that is under way store its tokens: the server may accept no others any more.
func waitForRenewal(s *client.Session) error {
	ctx, cancel := context.WithTimeout(context.Background(), renewalGrace)
	defer cancel()
	return s.Wait(ctx)
}

// Key returns what the server reports of the API key; nil where it reports nothing: a deployment may lack that, and a bearer token
// has no key.
func (s *Session) Key(ctx context.Context) (*client.KeyContext, error) {
	if s.Credential.APIKey.IsZero() {
		return nil, nil
	}
	key, err := s.Auth.KeyContext(ctx)
	if e, ok := errors.AsType[*client.Error](err); ok {
		switch e.Status {
		case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
			return nil, nil
		}
	}
	return key, err
}

// Tenant returns the tenant whose customers a session sees, "" where the server does not report it.
func (s *Session) Tenant(ctx context.Context) string {
	if key, err := s.Key(ctx); err == nil && key != nil {
		return key.TenantID
	}
	return ""
}

// Where names the profile and the host that requests go to.
func (s *Session) Where() string {
	host := s.BaseURL()
	if u, err := url.Parse(host); err == nil && u.Host != "" {
		host = u.Host
	}
	return "profile " + s.Settings.Profile + " at " + host
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

// StartSandbox starts the embedded sandbox, which ends with the run, and returns its address and credential.
func (a *App) StartSandbox(ctx context.Context, s *config.Settings) (string, config.Credential, error) {
	var credential config.Credential
	db, err := SandboxDB(s)
	if err != nil {
		return "", credential, err
	}
	server, err := sandbox.Start(ctx, sandbox.Options{DB: db, Seed: SandboxSeed})
	if err != nil {
		if files.IsUnusable(err) {
			f := failure.Usagef("cannot store the sandbox's data: %v", err)
			f.Hint = "set HYDRACTL_STATE_DIR to a folder that you can write to"
			return "", credential, f
		}
		return "", credential, SandboxFailure(err)
	}
	a.OnClose(server.Close)
	for _, name := range []string{"HYDRACORE_API_KEY", "HYDRACORE_ACCESS_TOKEN", "HYDRACORE_API_URL"} {
		if a.Variable(name) != "" {
			a.Status().Note("%s is ignored: the profile sandbox has its own, made-up customers.", name)
			break
		}
	}
	credential.APIKey = config.NewSecret(server.Key())
	credential.Origin = config.Origin{Kind: config.FromProfile, Name: config.Sandbox}
	return server.URL(), credential, nil
}

// SandboxDB returns the path of the database of the embedded sandbox.
func SandboxDB(s *config.Settings) (string, error) {
	dir, err := s.RequireStateDir()
	return filepath.Join(dir, "sandbox.db"), err
}

// SandboxFailure returns the failure for an error of the sandbox: exit 2 for the command line, 3 for an unknown name, 1 for
// its file or port.
func SandboxFailure(err error) error {
	f := &failure.Failure{Exit: failure.ExitUnexpected, Code: "sandbox_failed", Message: err.Error(), Cause: err}
	switch {
	case errors.Is(err, sandbox.ErrOption) || errors.Is(err, sandbox.ErrExists):
		f.Exit, f.Code = failure.ExitUsage, "invalid_input"
		f.Message = strings.TrimPrefix(f.Message, sandbox.ErrOption.Error()+": ")
	case errors.Is(err, sandbox.ErrNotFound):
		f.Exit, f.Code = failure.ExitNotFound, "not_found"
	case errors.Is(err, sandbox.ErrVersion):
		f.Hint = "hydractl sandbox reset creates it again"
	case errors.Is(err, fs.ErrNotExist):
		f.Exit, f.Code = failure.ExitNotFound, "not_found"
		f.Hint = "the first use creates it: hydractl -p sandbox customers list"
	}
	return f
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
