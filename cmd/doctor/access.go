package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/pkg/client"
)

// access tells which credential there is and what the server lets it do. unreachable is why the server is not asked.
func (x *examination) access(ctx context.Context, address string, c config.Credential, credentialErr, unreachable error) {
	if credentialErr != nil {
		x.noCredential(credentialErr)
		x.skip("there is no credential", "scopes", "limits")
		return
	}
	what := credentialName(c)
	if unreachable != nil {
		x.warn("credential", "", "%s, not tried: the server cannot be reached", what)
		x.skip("the server cannot be reached", "scopes", "limits")
		return
	}
	a, err := x.app.Open(ctx, x.settings, address, c)
	if err == nil {
		defer a.Close()
		_, err = a.Customers.List(ctx, client.ListOptions{PerPage: 1})
	}
	var key *client.KeyContext
	if err == nil || statusOf(err) == http.StatusForbidden {
		key = x.keyContext(ctx, a)
	}
	if !x.credential(what, err, key) {
		x.skip("the credential cannot be used", "scopes", "limits")
		return
	}
	x.scopes(err, key)
	x.limits(err, key)
}

func (x *examination) noCredential(err error) {
	hint := "hydractl auth login"
	if e, ok := errors.AsType[*config.NoCredentialError](err); ok && e.Hint != "" {
		hint = e.Hint
	}
	if e, ok := errors.AsType[*config.Error](err); ok {
		hint = e.Hint
	}
	if e, ok := errors.AsType[*config.KeyringError](err); ok {
		hint = e.Hint
	}
	x.fail("credential", hint, "%v", err)
}

// credentialName says which credential this is, without what is secret of it.
func credentialName(c config.Credential) string {
	text := c.APIKey.String()
	switch {
	case c.SignIn != nil:
		text = "sign-in of " + c.SignIn.Stored.Email
	case !c.AccessToken.IsZero():
		text = "access token"
	case !strings.HasPrefix(text, "hc_"):
		text = "API key " + text
	}
	if c.Origin.Kind != "" {
		text += ", from " + c.Origin.String()
	}
	if c.Place != "" && c.Place != c.Origin.Name {
		text += " (" + c.Place + ")"
	}
	return text
}

// keyContext asks what an API key may do; nil where that is not told.
func (x *examination) keyContext(ctx context.Context, a *cli.Session) *client.KeyContext {
	if a.Credential.APIKey.IsZero() {
		return nil
	}
	key, err := a.Auth.KeyContext(ctx)
	if err != nil {
		return nil
	}
	return key
}

// credential tells whether the server takes it.
func (x *examination) credential(what string, err error, key *client.KeyContext) bool {
	const name = "credential"
	switch status := statusOf(err); {
	case status == http.StatusUnauthorized, status == http.StatusForbidden && key == nil:
		x.fail(name, "hydractl auth login", "%s, refused by the server: %s", what, cli.Describe(err))
		return false
	case err != nil && status != http.StatusForbidden && status != http.StatusTooManyRequests:
		x.fail(name, "check that the address is that of the API: hydractl config get api_url", "%s, could not be tried: %s", what, cli.Describe(err))
		return false
	case key != nil && key.NeedsReissue:
		x.warn(name, "make a new key, then: hydractl auth login", "%s, accepted, but the server wants it to be replaced", what)
	default:
		x.ok(name, "%s, accepted", what)
	}
	return true
}

func statusOf(err error) int {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return e.Status
	}
	return 0
}

// scopes compares what the key may do with what hydractl needs.
func (x *examination) scopes(err error, key *client.KeyContext) {
	const name = "scopes"
	if key == nil || key.Scopes == nil {
		x.ok(name, "reading customers is allowed; the server does not tell more about this credential")
		return
	}
	lacks := func(scope string) bool { return !slices.Contains(key.Scopes, scope) }
	all := cli.JoinComma(key.Scopes)
	if all == "" {
		all = "none"
	}
	switch {
	case lacks("customers:read") || err != nil && statusOf(err) == http.StatusForbidden:
		x.fail(name, "use a key with the scope customers:read", "%s: customers cannot be read", all)
	case lacks("customers:write"):
		x.warn(name, "to create, clone and import, use a key with the scope customers:write", "%s: nothing can be created", all)
	default:
		x.ok(name, "%s", all)
	}
}

// limits tells the key's pace.
func (x *examination) limits(err error, key *client.KeyContext) {
	const name = "limits"
	if statusOf(err) == http.StatusTooManyRequests {
		x.warn(name, "wait for a minute", "the limit is reached just now")
		return
	}
	if key == nil || key.RateLimitPerMinute == nil && key.RateLimitPerHour == nil {
		x.ok(name, "the server does not tell them; hydractl finds out on its way")
		return
	}
	var parts []string
	for unit, n := range map[string]*int64{"minute": key.RateLimitPerMinute, "hour": key.RateLimitPerHour} {
		if n != nil {
			parts = append(parts, fmt.Sprintf("%d requests per %s", *n, unit))
		}
	}
	slices.SortFunc(parts, func(a, b string) int { return strings.Compare(b, a) }) // the minute first
	x.ok(name, "%s", cli.JoinComma(parts))
}
