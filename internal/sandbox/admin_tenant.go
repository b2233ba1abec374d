package sandbox

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNotFound says that there is no such tenant or key.
var ErrNotFound = errors.New("not found in the sandbox")

// ErrExists says that the name is taken.
var ErrExists = errors.New("exists in the sandbox already")

// Tenant is a company that onboards customers.
type Tenant struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"` // unique without case
	Customers int       `json:"customers"`
	Keys      int       `json:"keys"`        // revoked and expired ones included
	Admin     string    `json:"admin_email"` // signs in with DemoPassword
	CreatedAt time.Time `json:"created_at"`
}

// Tenants lists the tenants of a database, the default one first.
func Tenants(path string) ([]Tenant, error) {
	var list []Tenant
	err := withExisting(path, func(s *store) error {
		rows, err := s.db.Query(`SELECT t.id, t.name, t.created_at, (SELECT count(*) FROM customer WHERE tenant=t.no),
			(SELECT count(*) FROM api_key WHERE tenant=t.no), (SELECT min(email) FROM member WHERE tenant=t.no AND admin)
			FROM tenant t ORDER BY t.no`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var t Tenant
			var id []byte
			var at int64
			var admin sql.NullString
			if err := rows.Scan(&id, &t.Name, &at, &t.Customers, &t.Keys, &admin); err != nil {
				return err
			}
			t.ID, t.CreatedAt, t.Admin = idText(id), time.UnixMicro(at).UTC(), admin.String
			list = append(list, t)
		}
		return rows.Err()
	})
	return list, err
}

// CreateTenant adds a tenant without customers or keys, and an admin for it. The name must not be empty, nor taken
// (ErrExists).
func CreateTenant(path, name string) (Tenant, error) {
	t := Tenant{Name: strings.TrimSpace(name), CreatedAt: time.Now().UTC().Truncate(time.Microsecond)}
	if t.Name == "" {
		return t, fmt.Errorf("%w: the name of a tenant must not be empty", ErrOption)
	}
	id := newUUID()
	t.ID, t.Admin = id.String(), "admin@"+id.String()[:8]+".example.com"
	return t, withExisting(path, func(s *store) error {
		return s.inTx(func(tx *sql.Tx) error {
			var taken bool
			if err := tx.QueryRow("SELECT EXISTS(SELECT 1 FROM tenant WHERE name=?)", t.Name).Scan(&taken); err != nil {
				return err
			}
			if taken {
				return fmt.Errorf("tenant %q %w", t.Name, ErrExists)
			}
			no, err := addTenant(tx, id, t.Name, t.CreatedAt)
			if err != nil {
				return err
			}
			return addMember(tx, no, t.Admin, true)
		})
	})
}

// findTenant takes a name or an id; "" is the default tenant.
func findTenant(tx *sql.Tx, word string) (no int64, name string, err error) {
	if word == "" {
		err = tx.QueryRow("SELECT no, name FROM tenant ORDER BY no LIMIT 1").Scan(&no, &name)
		return no, name, err
	}
	id, why := parseUUID(word)
	if why != "" {
		id = uuid{}
	}
	err = tx.QueryRow("SELECT no, name FROM tenant WHERE name=? OR id=?", word, id[:]).Scan(&no, &name)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("tenant %q %w", word, ErrNotFound)
	}
	return no, name, err
}
