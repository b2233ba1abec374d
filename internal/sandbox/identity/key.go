package identity

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// Key describes an API key. The database has no key's text.
type Key struct {
	ID           string     `json:"id"`
	Tenant       string     `json:"tenant"` // its name
	Name         string     `json:"name"`
	Hint         string     `json:"key"` // start and end of the text
	Scopes       []string   `json:"scopes"`
	LimitPerMin  int64      `json:"rate_limit_per_minute"` // requests; 0 for no limit
	LimitPerHour int64      `json:"rate_limit_per_hour"`
	CreatedAt    time.Time  `json:"created_at"`
	ExpiresAt    *time.Time `json:"expires_at"`
	RevokedAt    *time.Time `json:"revoked_at"`
	Text         string     `json:"-"` // of a new key; "" elsewhere

	No    int64  `json:"-"`
	Owner Tenant `json:"-"`
}

// Scopes are the scopes that a key can have.
func Scopes() []string { return []string{"customers:read", "customers:write"} }

// KeyHint is the part of a key that may be shown: its kind and its last four letters.
func KeyHint(text string) string {
	if len(text) < 16 {
		return "***"
	}
	return text[:8] + "…" + text[len(text)-4:]
}

const selectKeys = `SELECT k.no, k.id, t.no, t.id, t.epoch, t.name, k.name, k.hint, k.scopes, k.per_minute, k.per_hour,
	k.created_at, k.expires_at, k.revoked_at FROM api_key k JOIN tenant t ON t.no=k.tenant`

func (k *Key) scan(row scanner) error {
	var id, tenant uuid.UUID
	var scopes string
	var created int64
	var expires, revoked *int64
	err := row.Scan(&k.No, &id, &k.Owner.No, &tenant, &k.Owner.Epoch, &k.Tenant, &k.Name, &k.Hint, &scopes, &k.LimitPerMin,
		&k.LimitPerHour, &created, &expires, &revoked)
	k.ID, k.Owner.ID, k.Scopes = id.String(), tenant.String(), strings.Fields(scopes)
	k.CreatedAt, k.ExpiresAt, k.RevokedAt = time.UnixMicro(created).UTC(), microTime(expires), microTime(revoked)
	return err
}

func microTime(us *int64) *time.Time {
	if us == nil {
		return nil
	}
	t := time.UnixMicro(*us).UTC()
	return &t
}

// CallerByKey returns the owner of an API key, or CredentialError.
func (d *Directory) CallerByKey(text string, now time.Time) (Caller, error) {
	k := &Key{}
	known, err := d.find(k.scan, selectKeys+" WHERE k.hash=?", hash(text))
	switch {
	case err != nil:
		return Caller{}, err
	case !known || k.RevokedAt != nil:
		return Caller{}, CredentialError("Invalid API key")
	case k.ExpiresAt != nil && !now.Before(*k.ExpiresAt):
		return Caller{}, CredentialError("API key has expired")
	}
	return Caller{Tenant: k.Owner, Key: k}, nil
}

// AddKey stores a key whose text only its owner knows.
func AddKey(tx *sql.Tx, id uuid.UUID, k *Key) error {
	var expires *int64
	if k.ExpiresAt != nil {
		us := k.ExpiresAt.UnixMicro()
		expires = &us
	}
	_, err := tx.Exec(`INSERT INTO api_key(id, tenant, name, hint, hash, scopes, per_minute, per_hour, created_at, expires_at)
		VALUES(?,?,?,?,?,?,?,?,?,?)`, id[:], k.Owner.No, k.Name, KeyHint(k.Text), hash(k.Text), strings.Join(k.Scopes, " "),
		k.LimitPerMin, k.LimitPerHour, k.CreatedAt.UnixMicro(), expires)
	return err
}

// Keys lists the keys of all tenants in the order of their creation.
func (d *Directory) Keys() ([]Key, error) {
	return store.List(d.store, func(row *sql.Rows, k *Key) error { return k.scan(row) }, selectKeys+" ORDER BY k.no")
}

// KeyOptions configure a new key. The zero value is a test key of the default tenant with every scope, without limit or
// expiry.
type KeyOptions struct {
	Tenant       string // name or id
	Name         string
	Live         bool          // hc_live_ instead of hc_test_
	Scopes       []string      // nil for every scope
	LimitPerMin  int64         // requests; 0 for no limit
	LimitPerHour int64         // likewise
	ExpiresIn    time.Duration // 0 for never; negative for a key that has expired already
}

// CreateKey makes a key; Text of the result is the only copy of it. An unknown tenant is ErrNotFound, any other bad option
// ErrOption.
func (d *Directory) CreateKey(o KeyOptions) (Key, error) {
	if o.Scopes == nil {
		o.Scopes = Scopes()
	}
	for _, scope := range o.Scopes {
		if !slices.Contains(Scopes(), scope) {
			return Key{}, fmt.Errorf("%w: scope %q: must be %s", store.ErrOption, scope, strings.Join(Scopes(), " or "))
		}
	}
	if o.LimitPerMin < 0 || o.LimitPerHour < 0 {
		return Key{}, fmt.Errorf("%w: a limit must be 0 or more", store.ErrOption)
	}
	prefix := "hc_test_"
	if o.Live {
		prefix = "hc_live_"
	}
	id, now := uuid.New(), time.Now().UTC().Truncate(time.Microsecond)
	k := Key{
		ID: id.String(), Text: prefix + strings.ToLower(rand.Text()), Name: o.Name, Scopes: o.Scopes, LimitPerMin: o.LimitPerMin,
		LimitPerHour: o.LimitPerHour, CreatedAt: now,
	}
	k.Hint = KeyHint(k.Text)
	if o.ExpiresIn != 0 {
		at := now.Add(o.ExpiresIn)
		k.ExpiresAt = &at
	}
	return k, d.store.InTx(func(tx *sql.Tx) (err error) {
		if k.Owner.No, k.Tenant, err = findTenant(tx, o.Tenant); err != nil {
			return err
		}
		return AddKey(tx, id, &k)
	})
}

// RevokeKey revokes a key, named by its id or by its name when only one key has that name. A revoked key stays revoked. An
// unknown one is ErrNotFound.
func (d *Directory) RevokeKey(word string) error {
	id, _ := uuid.Parse(word) // else the zero id, which no key has
	return d.store.InTx(func(tx *sql.Tx) error {
		var keys int
		var no sql.NullInt64
		if err := tx.QueryRow("SELECT count(*), max(no) FROM api_key WHERE id=? OR name=?", id[:], word).Scan(&keys, &no); err != nil {
			return err
		}
		switch {
		case keys == 0:
			return fmt.Errorf("key %q %w", word, store.ErrNotFound)
		case keys > 1:
			return fmt.Errorf("%w: %d keys are named %q: use the id", store.ErrOption, keys, word)
		}
		_, err := tx.Exec("UPDATE api_key SET revoked_at=coalesce(revoked_at, ?) WHERE no=?", time.Now().UnixMicro(), no.Int64)
		return err
	})
}
