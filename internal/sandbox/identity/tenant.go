package identity

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// TenantInfo describes a company that onboards customers.
type TenantInfo struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"` // unique without case
	Customers int       `json:"customers"`
	Keys      int       `json:"keys"`        // revoked and expired ones included
	Admin     string    `json:"admin_email"` // signs in with DemoPassword
	CreatedAt time.Time `json:"created_at"`
}

// Tenants lists the tenants, the default one first.
func (d *Directory) Tenants() ([]TenantInfo, error) {
	return store.List(d.store, func(row *sql.Rows, t *TenantInfo) error {
		var id uuid.UUID
		var created int64
		err := row.Scan(&id, &t.Name, &created, &t.Customers, &t.Keys, &t.Admin)
		t.ID, t.CreatedAt = id.String(), time.UnixMicro(created).UTC()
		return err
	}, `SELECT t.id, t.name, t.created_at, (SELECT count(*) FROM customer WHERE tenant=t.no),
		(SELECT count(*) FROM api_key WHERE tenant=t.no),
		coalesce((SELECT min(email) FROM member WHERE tenant=t.no AND admin), '') FROM tenant t ORDER BY t.no`)
}

// CreateTenant adds a tenant without customers or keys, and an admin for it. The name must not be empty, nor in use
// (ErrExists).
func (d *Directory) CreateTenant(name string) (TenantInfo, error) {
	t := TenantInfo{Name: strings.TrimSpace(name), CreatedAt: time.Now().UTC().Truncate(time.Microsecond)}
	if t.Name == "" {
		return t, fmt.Errorf("%w: the name of a tenant must not be empty", store.ErrOption)
	}
	id := uuid.New()
	t.ID, t.Admin = id.String(), "admin@"+id.String()[:8]+".example.com"
	return t, d.store.InTx(func(tx *sql.Tx) error {
		var exists bool
		if err := tx.QueryRow("SELECT EXISTS(SELECT 1 FROM tenant WHERE name=?)", t.Name).Scan(&exists); err != nil {
			return err
		}
		if exists {
			return fmt.Errorf("tenant %q %w", t.Name, store.ErrExists)
		}
		no, err := AddTenant(tx, id, t.Name, t.CreatedAt)
		if err != nil {
			return err
		}
		return AddMember(tx, no, t.Admin, true)
	})
}

// AddTenant stores a tenant. Its epoch is random, so a tenant of a reset database is never taken for the old one.
func AddTenant(tx *sql.Tx, id uuid.UUID, name string, now time.Time) (no int64, err error) {
	done, err := tx.Exec("INSERT INTO tenant(id, name, epoch, created_at) VALUES(?,?,?,?)", id[:], name, rand.Int64(), now.UnixMicro())
	if err != nil {
		return 0, err
	}
	return done.LastInsertId()
}

// findTenant takes a name or an id; "" is the default tenant.
func findTenant(tx *sql.Tx, word string) (no int64, name string, err error) {
	id, _ := uuid.Parse(word) // else the zero id, which no tenant has
	err = tx.QueryRow("SELECT no, name FROM tenant WHERE ?='' OR name=? OR id=? ORDER BY no LIMIT 1", word, word, id[:]).Scan(&no, &name)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("tenant %q %w", word, store.ErrNotFound)
	}
	return no, name, err
}
