package cli

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

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

// FirstRequest returns the request that f would send first, and sends nothing.
func (s *Session) FirstRequest(f func(*client.Client) error) (*client.Request, error) {
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

// ProfileAndHost names the profile and the host that requests go to.
func (s *Session) ProfileAndHost() string {
	host := s.BaseURL()
	if u, err := url.Parse(host); err == nil && u.Host != "" {
		host = u.Host
	}
	return "profile " + s.Settings.Profile + " at " + host
}
