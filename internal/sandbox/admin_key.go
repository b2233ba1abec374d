package sandbox

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Key describes an API key. Its text is known only to whom CreateKey gave it.
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
	Text         string     `json:"-"` // what CreateKey made; "" elsewhere
}

// Keys lists the keys of all tenants in the order of their creation.
func Keys(path string) ([]Key, error) {
	var list []Key
	err := withExisting(path, func(s *store) error {
		rows, err := s.db.Query("SELECT t.name, " + keyColumns + " ORDER BY k.no")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var tenant string
			var k apiKey
			if err := k.scan(prefixed{rows, &tenant}); err != nil {
				return err
			}
			list = append(list, k.public(tenant))
		}
		return rows.Err()
	})
	return list, err
}

// prefixed scans one column before those that its user knows of.
type prefixed struct {
	rows  *sql.Rows
	first any
}

func (p prefixed) Scan(dest ...any) error { return p.rows.Scan(slices.Insert(dest, 0, p.first)...) }

func (k *apiKey) public(tenant string) Key {
	return Key{
		ID: k.id.String(), Tenant: tenant, Name: k.name, Hint: k.hint, Scopes: k.scopes, LimitPerMin: k.perMinute,
		LimitPerHour: k.perHour, CreatedAt: time.UnixMicro(k.createdAt).UTC(), ExpiresAt: optTime(k.expiresAt), RevokedAt: optTime(k.revokedAt),
	}
}

func optTime(us *int64) *time.Time {
	if us == nil {
		return nil
	}
	t := time.UnixMicro(*us).UTC()
	return &t
}

// KeyOptions say what a new key may do. The zero value is a test key of the default tenant with every scope and no limit
// and no end.
type KeyOptions struct {
	Tenant       string // name or id
	Name         string
	Live         bool          // hc_live_ instead of hc_test_
	Scopes       []string      // of customers:read and customers:write; nil for both
	LimitPerMin  int64         // requests; 0 for no limit
	LimitPerHour int64         // likewise
	ExpiresIn    time.Duration // 0 for never; negative for a key that has expired already
}

// CreateKey makes a key; Text of the answer is the only copy of it. An unknown tenant is ErrNotFound, anything else that is
// wrong with the options ErrOption.
func CreateKey(path string, o KeyOptions) (Key, error) {
	if o.Scopes == nil {
		o.Scopes = allScopes()
	}
	for _, scope := range o.Scopes {
		if !slices.Contains(allScopes(), scope) {
			return Key{}, fmt.Errorf("%w: scope %q: want %s", ErrOption, scope, strings.Join(allScopes(), " or "))
		}
	}
	if o.LimitPerMin < 0 || o.LimitPerHour < 0 {
		return Key{}, fmt.Errorf("%w: a limit must be 0 or more", ErrOption)
	}
	kind := "test"
	if o.Live {
		kind = "live"
	}
	text := "hc_" + kind + "_" + strings.ToLower(rand.Text())
	now := time.Now()
	k := &apiKey{
		id: newUUID(), name: o.Name, hint: hint(text), scopes: o.Scopes, perMinute: o.LimitPerMin, perHour: o.LimitPerHour,
		createdAt: now.UnixMicro(),
	}
	if o.ExpiresIn != 0 {
		at := now.Add(o.ExpiresIn).UnixMicro()
		k.expiresAt = &at
	}
	var tenant string
	err := withExisting(path, func(s *store) error {
		return s.inTx(func(tx *sql.Tx) (err error) {
			if k.tenant, tenant, err = findTenant(tx, o.Tenant); err != nil {
				return err
			}
			return addKey(tx, k, text, now)
		})
	})
	public := k.public(tenant)
	public.Text = text
	return public, err
}

// RevokeKey ends a key, named by its id or by its name when only one key has that name. A key that is revoked already stays
// so. An unknown one is ErrNotFound.
func RevokeKey(path, word string) error {
	id, why := parseUUID(word)
	if why != "" {
		id = uuid{}
	}
	return withExisting(path, func(s *store) error {
		return s.inTx(func(tx *sql.Tx) error {
			var keys int
			var no sql.NullInt64
			if err := tx.QueryRow("SELECT count(*), max(no) FROM api_key WHERE id=? OR name=?", id[:], word).Scan(&keys, &no); err != nil {
				return err
			}
			switch {
			case keys == 0:
				return fmt.Errorf("key %q %w", word, ErrNotFound)
			case keys > 1:
				return fmt.Errorf("%w: %d keys are named %q: use the id", ErrOption, keys, word)
			}
			_, err := tx.Exec("UPDATE api_key SET revoked_at=coalesce(revoked_at, ?) WHERE no=?", time.Now().UnixMicro(), no.Int64)
			return err
		})
	})
}
