package imports

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// login identifies who sends: by the tenant or the subject that a bearer token names, else by a fingerprint of the host and
// the sign-in, token or key.
func (t *target) login(ctx context.Context) (string, error) {
	token, credential := t.Credential.AccessToken.Reveal(), t.Credential.APIKey.Reveal()
	if t.SignIn != nil {
		current, err := t.SignIn.Token(ctx)
		if err != nil {
			return "", err
		}
		token, credential = current, t.Credential.SignIn.Stored.Email
	}
	claims := tokenClaims(token)
	for _, name := range []string{"tenant_id", "tenant", "tid", "org_id", "organization_id"} {
		if claims[name] != "" {
			return journal.TenantLogin + claims[name], nil
		}
	}
	if subject := claims["sub"]; subject != "" {
		return "subject:" + fingerprint(t.host(), subject), nil
	}
	return "key:" + fingerprint(t.host(), cmp.Or(credential, token)), nil
}

func fingerprint(host, secret string) string {
	sum := sha256.Sum256([]byte(host + "\n" + secret))
	return hex.EncodeToString(sum[:8])
}

// tokenClaims returns the claims of a JWT (RFC 7519) that are texts or numbers; none for another token. Nothing is verified:
// the server does that.
func tokenClaims(token string) map[string]string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return nil
	}
	var all map[string]any
	if json.Unmarshal(payload, &all) != nil {
		return nil
	}
	claims := map[string]string{}
	for name, value := range all {
		switch value.(type) {
		case string, float64:
			claims[name] = fmt.Sprint(value)
		}
	}
	return claims
}

// checkTenant refuses to resume another tenant's import. Where the server does not report the tenant, an import of another
// login is resumed only if a customer that its journal names is visible to this credential, or if nothing came of it yet.
func (t *target) checkTenant(ctx context.Context, j *journal.Journal, h journal.Header) error {
	owner := j.Owner()
	if owner.Tenant != "" && h.Tenant != "" {
		return nil // the journal has compared them
	}
	related := owner.Relation(h.Owner())
	if id := j.SampleID(); id != "" {
		_, err := t.Customers.Get(ctx, id)
		if client.IsNotFound(err) {
			return otherTenant(j, "customer "+id+" of this import does not exist for this credential: it belongs to another tenant")
		}
		return err
	}
	if related == journal.SameTenant || j.Untouched() {
		return nil
	}
	return otherTenant(j, "another login started this import, and without a customer in its journal nothing shows that it belongs to the same tenant")
}

func otherTenant(j *journal.Journal, message string) error {
	return &failure.Failure{
		Exit: failure.ExitJournal, Code: "journal_mismatch", Message: "journal " + j.Dir() + ": " + message,
		Hint: "to resume it, use the credential that started it; to import the file into this tenant, add --new",
	}
}

// checkHost refuses to resume an import at another host: a journal never decides where a credential goes.
func (j *job) checkHost() error {
	past := j.resumed
	if past == nil {
		return nil
	}
	s, err := j.app.Settings()
	if err != nil {
		return err
	}
	host := s.APIURL
	if s.IsSandbox() {
		host = sandboxHost
	}
	if strings.TrimRight(past.host, "/") == strings.TrimRight(host, "/") {
		return nil
	}
	f := failure.Usagef("the import %s belongs to %s, and the settings of this run name %s; nothing was sent", filepath.Base(past.dir), past.host, cmp.Or(host, "no host"))
	f.Hint = "choose the profile of that host: -p NAME"
	if past.profile != "" {
		f.Hint = "it was started with the profile " + past.profile + ": -p " + past.profile
	}
	return f
}

// sandboxHost stands for the embedded sandbox, whose port is another one each time.
const sandboxHost = "sandbox"
