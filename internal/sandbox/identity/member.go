package identity

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// The members of the default tenant. Their password opens made-up data only.
const (
	DemoAdmin    = "admin@example.com"
	DemoMember   = "member@example.com" // not an admin: the customers API answers 403
	DemoPassword = "sandbox-password"
)

// Member is a person who signs in.
type Member struct {
	ID     string
	Tenant Tenant
	Email  string
	Admin  bool

	no             int64
	salt, password []byte
}

// passwordRounds is low, as these passwords are public and the first start should be quick.
const passwordRounds = 1000

func hashPassword(password string, salt []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password, salt, passwordRounds, sha256.Size)
}

// AddMember stores a member of a tenant, with DemoPassword.
func AddMember(tx *sql.Tx, tenant int64, email string, admin bool) error {
	id, salt := uuid.New(), make([]byte, 16)
	_, _ = rand.Read(salt) // never fails since Go 1.24
	password, err := hashPassword(DemoPassword, salt)
	if err != nil {
		return err
	}
	_, err = tx.Exec("INSERT INTO member(id, tenant, email, salt, password, admin) VALUES(?,?,?,?,?,?)",
		id[:], tenant, store.Fold(email), salt, password, admin)
	return err
}

// MemberByPassword returns the member with this email and password, nil when there is none.
func (d *Directory) MemberByPassword(email, password string) (*Member, error) {
	m, err := d.member("email", store.Fold(email))
	if m == nil || err != nil {
		return nil, err
	}
	given, err := hashPassword(password, m.salt)
	if err != nil || !bytes.Equal(given, m.password) {
		return nil, err
	}
	return m, nil
}

// member finds one by a column; nil when there is none.
func (d *Directory) member(column string, value any) (*Member, error) {
	m := &Member{}
	var id, tenant uuid.UUID
	known, err := d.find(func(row scanner) error {
		return row.Scan(&m.no, &id, &m.Tenant.No, &tenant, &m.Tenant.Epoch, &m.Email, &m.Admin, &m.salt, &m.password)
	}, `SELECT m.no, m.id, m.tenant, t.id, t.epoch, m.email, m.admin, m.salt, m.password
		FROM member m JOIN tenant t ON t.no=m.tenant WHERE m.`+column+`=?`, value)
	if !known {
		return nil, err
	}
	m.ID, m.Tenant.ID = id.String(), tenant.String()
	return m, nil
}
