package doctor

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// access checks the credential and what the server allows it to do. unreachable is why the server is not asked.
func (d *diagnostics) access(ctx context.Context, address string, c config.Credential, credentialErr, unreachable error) {
	if credentialErr != nil {
		d.noCredential(credentialErr)
		d.skip("there is no credential", "scopes", "limits")
		return
	}
	what := credentialName(c)
	if unreachable != nil {
		d.warn("credential", "", "%s, not tried: the server cannot be reached", what)
		d.skip("the server cannot be reached", "scopes", "limits")
		return
	}
	a, err := d.app.Open(ctx, d.settings, address, c)
	if err == nil {
		defer a.Close()
		_, err = a.Customers.List(ctx, client.ListOptions{PerPage: 1})
	}
	var key *client.KeyContext
	if err == nil || statusOf(err) == http.StatusForbidden {
		key, _ = a.Key(ctx) // what fails here is not reported
	}
	if !d.credential(what, err, key) {
		d.skip("the credential cannot be used", "scopes", "limits")
		return
	}
	d.scopes(err, key)
	d.limits(err, key)
}

func (d *diagnostics) noCredential(err error) {
	d.fail("credential", hintOf(err, "hydractl auth login"), "%v", err)
}

// credentialName describes a credential without its secret.
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

// credential reports whether the server accepts it.
func (d *diagnostics) credential(what string, err error, key *client.KeyContext) bool {
	const name = "credential"
	switch status := statusOf(err); {
	case status == http.StatusUnauthorized, status == http.StatusForbidden && key == nil:
		d.fail(name, "hydractl auth login", "%s, refused by the server: %s", what, cli.Describe(err))
		return false
	case err != nil && status != http.StatusForbidden && status != http.StatusTooManyRequests:
		d.fail(name, "check that the address is that of the API: hydractl config get api_url", "%s, could not be tried: %s", what, cli.Describe(err))
		return false
	case key != nil && key.NeedsReissue:
		d.warn(name, "create a new key, then: hydractl auth login", "%s, accepted, but the server asks for it to be replaced", what)
	default:
		d.ok(name, "%s, accepted", what)
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
func (d *diagnostics) scopes(err error, key *client.KeyContext) {
	const name = "scopes"
	if key == nil || key.Scopes == nil {
		d.ok(name, "reading customers is allowed; the server reports no more about this credential")
		return
	}
	lacks := func(scope string) bool { return !slices.Contains(key.Scopes, scope) }
	all := cli.JoinComma(key.Scopes)
	if all == "" {
		all = "none"
	}
	switch {
	case lacks("customers:read") || err != nil && statusOf(err) == http.StatusForbidden:
		d.fail(name, "use a key with the scope customers:read", "%s: customers cannot be read", all)
	case lacks("customers:write"):
		d.warn(name, "to create, clone and import, use a key with the scope customers:write", "%s: nothing can be created", all)
	default:
		d.ok(name, "%s", all)
	}
}

// limits checks the rate limits of the key.
func (d *diagnostics) limits(err error, key *client.KeyContext) {
	const name = "limits"
	if statusOf(err) == http.StatusTooManyRequests {
		d.warn(name, "wait for a minute", "the rate limit is reached now")
		return
	}
	if key == nil || key.RateLimitPerMinute == nil && key.RateLimitPerHour == nil {
		d.ok(name, "not reported by the server; hydractl adapts to them")
		return
	}
	var parts []string
	for unit, n := range map[string]*int64{"minute": key.RateLimitPerMinute, "hour": key.RateLimitPerHour} {
		if n != nil {
			parts = append(parts, output.Number(*n)+" requests per "+unit)
		}
	}
	slices.SortFunc(parts, func(a, b string) int { return strings.Compare(b, a) }) // the minute first
	d.ok(name, "%s", cli.JoinComma(parts))
}
