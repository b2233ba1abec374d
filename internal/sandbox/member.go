package sandbox

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
)

// The people of the default tenant. Their password opens made-up data only.
const (
	DemoAdmin    = "admin@example.com"
	DemoMember   = "member@example.com" // is no admin: the customers API answers 403
	DemoPassword = "sandbox-password"
)

// member is a person who signs in.
type member struct {
	no       int64
	id       uuid
	tenant   int64
	tenantID uuid
	epoch    int64 // of the tenant
	email    string
	admin    bool

	salt, password []byte
}

// passwordRounds is few, as everybody may know these passwords and a first start should be quick.
const passwordRounds = 1000

func hashPassword(password string, salt []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password, salt, passwordRounds, sha256.Size)
}

func (m *member) knows(password string) (bool, error) {
	hash, err := hashPassword(password, m.salt)
	return bytes.Equal(hash, m.password), err
}

func addMember(tx *sql.Tx, tenant int64, email string, admin bool) error {
	id, salt := newUUID(), make([]byte, 16)
	_, _ = rand.Read(salt) // never fails since Go 1.24
	hash, err := hashPassword(DemoPassword, salt)
	if err != nil {
		return err
	}
	_, err = tx.Exec("INSERT INTO member(id, tenant, email, salt, password, admin) VALUES(?,?,?,?,?,?)",
		id[:], tenant, fold(email), salt, hash, admin)
	return err
}

// member finds one by email or by number; nil when there is none.
func (s *store) member(column string, value any) (*member, error) {
	st, err := s.stmt(`SELECT m.no, m.id, m.tenant, t.id, t.epoch, m.email, m.admin, m.salt, m.password
		FROM member m JOIN tenant t ON t.no=m.tenant WHERE m.` + column + `=?`)
	if err != nil {
		return nil, err
	}
	m := &member{}
	var id, tenantID []byte
	err = st.QueryRow(value).Scan(&m.no, &id, &m.tenant, &tenantID, &m.epoch, &m.email, &m.admin, &m.salt, &m.password)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	copy(m.id[:], id)
	copy(m.tenantID[:], tenantID)
	return m, err
}
