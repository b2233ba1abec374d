package sandbox

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// caller is who sent a request.
type caller struct {
	tenant   int64
	tenantID uuid
	epoch    int64   // changes when customers of the tenant went away
	key      *apiKey // one of these two is set
	member   *member
}

// apiKey is a key as the table keeps it: its text is nowhere.
type apiKey struct {
	no                   int64
	id                   uuid
	tenant, epoch        int64
	tenantID             uuid
	name, hint           string
	scopes               []string
	perMinute, perHour   int64
	createdAt            int64
	expiresAt, revokedAt *int64
}

// refusal is an answer that ends a request early.
type refusal struct{ answer }

func (r refusal) Error() string { return http.StatusText(r.status) }

func refuse(status int, words string) error { return refusal{detail(status, words)} }

// hashKey is how keys and refresh tokens are stored. They are long and random, so one round without salt is enough.
func hashKey(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// hint is the part of a key that may be shown: its kind and its last four letters.
func hint(key string) string {
	if len(key) < 16 {
		return "***"
	}
	return key[:8] + "…" + key[len(key)-4:]
}

// authenticate finds out who asks: an API key first, else a bearer token.
func (s *Server) authenticate(r *request) (caller, error) {
	if key := r.header.Get("X-Api-Key"); key != "" {
		return s.callerByKey(r, key)
	}
	scheme, token, _ := strings.Cut(r.header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "bearer") && token != "" {
		return s.callerByToken(r, strings.TrimSpace(token))
	}
	status := http.StatusUnauthorized
	if s.settings.is(setMissingAuth, "403") {
		status = http.StatusForbidden
	}
	return caller{}, refuse(status, "Not authenticated")
}

func (s *Server) callerByKey(r *request, text string) (caller, error) {
	k, err := s.store.keyByText(text)
	switch {
	case err != nil:
		return caller{}, err
	case k == nil || k.revokedAt != nil:
		return caller{}, refuse(http.StatusUnauthorized, "Invalid API key")
	case k.expiresAt != nil && *k.expiresAt <= r.now.UnixMicro():
		return caller{}, refuse(http.StatusUnauthorized, "API key has expired")
	}
	return caller{tenant: k.tenant, tenantID: k.tenantID, epoch: k.epoch, key: k}, nil
}

// need is what a route asks of its caller.
type need struct {
	scope   string // of an API key; "" for none
	keyOnly bool   // bearer tokens are no credential here
	anyone  bool   // no credential at all
	member  bool   // a bearer token of any role
}

// admit checks the caller against its limits and against the need.
func (s *Server) admit(r *request, n need) error {
	c := r.caller
	if err := s.limits.take(c, r.now); err != nil {
		return err
	}
	switch {
	case n.keyOnly && c.key == nil:
		return refuse(http.StatusUnauthorized, "API key required")
	case n.member && c.member == nil:
		return refuse(http.StatusUnauthorized, "Not authenticated")
	case c.key != nil && n.scope != "" && !slices.Contains(c.key.scopes, n.scope):
		return refuse(http.StatusForbidden, "Missing required scope: "+n.scope)
	case c.member != nil && n.scope != "" && !c.member.admin:
		return refuse(http.StatusForbidden, "Admin access required")
	}
	return nil
}

// keyContext tells a key about itself.
func (s *Server) keyContext(r *request) (answer, error) {
	k := r.caller.key
	var w jsonText
	w.open('{')
	w.textField("api_key_id", k.id.String())
	w.optField("customer_id", nil)
	w.intField("hash_version", 2)
	w.boolField("needs_reissue", false)
	w.intField("rate_limit_per_hour", k.perHour)
	w.intField("rate_limit_per_minute", k.perMinute)
	w.key("scopes")
	w.open('[')
	for _, scope := range k.scopes {
		w.text(scope)
	}
	w.close(']')
	w.textField("tenant_id", k.tenantID.String())
	w.optField("user_id", nil)
	w.close('}')
	return ok(http.StatusOK, &w), nil
}

const keyColumns = `k.no, k.id, k.tenant, t.id, t.epoch, k.name, k.hint, k.scopes, k.per_minute, k.per_hour, k.created_at,
	k.expires_at, k.revoked_at FROM api_key k JOIN tenant t ON t.no=k.tenant`

func (k *apiKey) scan(row interface{ Scan(dest ...any) error }) error {
	var id, tenantID []byte
	var scopes string
	err := row.Scan(&k.no, &id, &k.tenant, &tenantID, &k.epoch, &k.name, &k.hint, &scopes, &k.perMinute, &k.perHour, &k.createdAt,
		&k.expiresAt, &k.revokedAt)
	copy(k.id[:], id)
	copy(k.tenantID[:], tenantID)
	k.scopes = strings.Fields(scopes)
	return err
}

// keyByText is nil when no key has this text.
func (s *store) keyByText(text string) (*apiKey, error) {
	st, err := s.stmt("SELECT " + keyColumns + " WHERE k.hash=?")
	if err != nil {
		return nil, err
	}
	k := &apiKey{}
	err = k.scan(st.QueryRow(hashKey(text)))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return k, err
}

const insertKey = `INSERT INTO api_key(id, tenant, name, hint, hash, scopes, per_minute, per_hour, created_at, expires_at)
	VALUES(?,?,?,?,?,?,?,?,?,?)`

// addKey stores a key whose text is known to its owner only.
func addKey(tx *sql.Tx, k *apiKey, text string, now time.Time) error {
	_, err := tx.Exec(insertKey, k.id[:], k.tenant, k.name, hint(text), hashKey(text), strings.Join(k.scopes, " "),
		k.perMinute, k.perHour, now.UnixMicro(), k.expiresAt)
	return err
}
