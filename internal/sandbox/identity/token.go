package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The lifetimes of tokens.
const (
	AccessLife  = 30 * time.Minute
	RefreshLife = 30 * 24 * time.Hour
)

// claims are the contents of an access token (a JWT, RFC 7519, signed with HS256).
type claims struct {
	Subject string `json:"sub"` // the member's id
	Member  int64  `json:"member"`
	Expires int64  `json:"exp"`
	Issued  int64  `json:"iat"`
	Round   int64  `json:"round"` // see ExpireTokens
}

const jwtHeader = `{"alg":"HS256","typ":"JWT"}`

// AccessToken issues an access token.
func (d *Directory) AccessToken(m *Member, now time.Time) (string, error) {
	body, err := json.Marshal(claims{
		Subject: m.ID, Member: m.no, Issued: now.Unix(), Expires: now.Add(AccessLife).Unix(), Round: d.tokenRound.Load(),
	})
	if err != nil {
		return "", err
	}
	signed := encode64([]byte(jwtHeader)) + "." + encode64(body)
	signature, err := d.sign(signed)
	return signed + "." + signature, err
}

func (d *Directory) sign(text string) (string, error) {
	var secret []byte
	_, err := d.find(func(row scanner) error { return row.Scan(&secret) }, "SELECT value FROM meta WHERE name='secret'")
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(text))
	return encode64(mac.Sum(nil)), err
}

func encode64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// ExpireTokens expires every access token issued so far.
func (d *Directory) ExpireTokens() { d.tokenRound.Add(1) }

// CallerByToken returns the owner of an access token, or CredentialError.
func (d *Directory) CallerByToken(token string, now time.Time) (Caller, error) {
	const invalid = CredentialError("Could not validate credentials")
	last := strings.LastIndexByte(token, '.')
	if last < 0 {
		return Caller{}, invalid
	}
	signature, err := d.sign(token[:last])
	if err != nil {
		return Caller{}, err
	}
	_, payload, _ := strings.Cut(token[:last], ".")
	var c claims
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || !hmac.Equal([]byte(signature), []byte(token[last+1:])) || json.Unmarshal(raw, &c) != nil {
		return Caller{}, invalid
	}
	if c.Expires <= now.Unix() || c.Round < d.tokenRound.Load() {
		return Caller{}, CredentialError("Token has expired")
	}
	m, err := d.member("no", c.Member)
	if err != nil {
		return Caller{}, err
	}
	if m == nil || m.ID != c.Subject {
		return Caller{}, invalid
	}
	return Caller{Tenant: m.Tenant, Member: m}, nil
}

// NewRefreshToken starts a sign-in: a family of refresh tokens, of which the database keeps the hashes.
func (d *Directory) NewRefreshToken(m *Member, now time.Time) (text string, err error) {
	family := uuid.New()
	text = refreshText()
	return text, d.store.InTx(func(tx *sql.Tx) error { return addRefreshToken(tx, text, m.no, family[:], now) })
}

func refreshText() string { return "hrt_" + rand.Text() }

func addRefreshToken(tx *sql.Tx, text string, member int64, family []byte, now time.Time) error {
	_, err := tx.Exec("INSERT INTO refresh_token(hash, member, family, expires_at, used) VALUES(?,?,?,?,0)",
		hash(text), member, family, now.Add(RefreshLife).UnixMicro())
	return err
}

// UseRefreshToken returns the member of a refresh token and the next token of its family, which is the same one when rotate
// is false. An unknown or expired token has no member; one that was used before ends the whole sign-in, as a stolen one must.
func (d *Directory) UseRefreshToken(text string, rotate bool, now time.Time) (m *Member, next string, err error) {
	var member int64
	next = text
	err = d.store.InTx(func(tx *sql.Tx) error {
		var family []byte
		var expires int64
		var used bool
		err := tx.QueryRow("SELECT member, family, expires_at, used FROM refresh_token WHERE hash=?", hash(text)).
			Scan(&member, &family, &expires, &used)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return nil
		case err != nil:
			return err
		case used || expires <= now.UnixMicro():
			member = 0
			_, err = tx.Exec("DELETE FROM refresh_token WHERE family=?", family)
			return err
		case !rotate:
			return nil
		}
		if _, err := tx.Exec("UPDATE refresh_token SET used=1 WHERE hash=?", hash(text)); err != nil {
			return err
		}
		next = refreshText()
		return addRefreshToken(tx, next, member, family, now)
	})
	if err != nil {
		return nil, "", err
	}
	m, err = d.member("no", member)
	return m, next, err
}

// EndSignIn revokes a refresh token and every other of its family. An unknown one is no error.
func (d *Directory) EndSignIn(text string) error {
	return d.store.InTx(func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM refresh_token WHERE family=(SELECT family FROM refresh_token WHERE hash=?)", hash(text))
		return err
	})
}
