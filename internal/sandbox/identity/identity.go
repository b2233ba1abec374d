// Package identity keeps who may use the sandbox: tenants, API keys, the members who sign in, and their tokens.
package identity

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"sync/atomic"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// Directory finds keys, members and tokens in a database, and changes them.
type Directory struct {
	store      *store.Store
	tokenRound atomic.Int64 // access tokens of earlier rounds have expired
}

// New returns the directory of a database.
func New(s *store.Store) *Directory { return &Directory{store: s} }

// Caller is who sent a request: a key or a member.
type Caller struct {
	Tenant Tenant
	Key    *Key
	Member *Member
}

// Tenant is the tenant of a key or a member.
type Tenant struct {
	No    int64
	Epoch int64 // changes when customers were deleted
	ID    string
}

// CredentialError is a credential that is unknown, expired or revoked; its text is what the API answers.
type CredentialError string

func (e CredentialError) Error() string { return string(e) }

// hash is how keys and refresh tokens are stored. They are long and random, so one round without salt is enough.
func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// scanner is a row of a result.
type scanner interface {
	Scan(dest ...any) error
}

// find scans the only row of a query; false when there is none.
func (d *Directory) find(scan func(scanner) error, query string, args ...any) (bool, error) {
	st, err := d.store.Stmt(query)
	if err != nil {
		return false, err
	}
	if err = scan(st.QueryRow(args...)); errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
