package sandbox

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

const (
	accessLife  = 30 * time.Minute
	refreshLife = 30 * 24 * time.Hour
)

// claims are what an access token (a JWT, RFC 7519, signed with HS256) says.
type claims struct {
	Subject string `json:"sub"` // the member's id
	Member  int64  `json:"member"`
	Expires int64  `json:"exp"`
	Issued  int64  `json:"iat"`
	Round   int64  `json:"round"` // see expireTokens
}

const jwtHeader = `{"alg":"HS256","typ":"JWT"}`

func (s *Server) accessToken(m *member, now time.Time) (string, error) {
	body, err := json.Marshal(claims{
		Subject: m.id.String(), Member: m.no, Issued: now.Unix(), Expires: now.Add(accessLife).Unix(), Round: s.tokenRound.Load(),
	})
	if err != nil {
		return "", err
	}
	signed := encode64([]byte(jwtHeader)) + "." + encode64(body)
	signature, err := s.sign(signed)
	return signed + "." + signature, err
}

func (s *Server) sign(text string) (string, error) {
	var secret []byte
	st, err := s.store.stmt("SELECT value FROM meta WHERE name='secret'")
	if err != nil {
		return "", err
	}
	if err := st.QueryRow().Scan(&secret); err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(text))
	return encode64(mac.Sum(nil)), nil
}

func encode64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// expireTokens ends every access token that this server has issued so far.
func (s *Server) expireTokens() { s.tokenRound.Add(1) }

func (s *Server) callerByToken(r *request, token string) (caller, error) {
	bad := refuse(http.StatusUnauthorized, "Could not validate credentials")
	last := strings.LastIndexByte(token, '.')
	if last < 0 {
		return caller{}, bad
	}
	signature, err := s.sign(token[:last])
	if err != nil {
		return caller{}, err
	}
	_, payload, _ := strings.Cut(token[:last], ".")
	var c claims
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || !hmac.Equal([]byte(signature), []byte(token[last+1:])) || json.Unmarshal(raw, &c) != nil {
		return caller{}, bad
	}
	if c.Expires <= r.now.Unix() || c.Round < s.tokenRound.Load() {
		return caller{}, refuse(http.StatusUnauthorized, "Token has expired")
	}
	m, err := s.store.member("no", c.Member)
	if err != nil {
		return caller{}, err
	}
	if m == nil || m.id.String() != c.Subject {
		return caller{}, bad
	}
	return caller{tenant: m.tenant, tenantID: m.tenantID, epoch: m.epoch, member: m}, nil
}

// newRefreshToken is random; the database has its hash.
func newRefreshToken() string { return "hrt_" + rand.Text() }

func (s *store) addRefreshToken(text string, member int64, family uuid, now time.Time) error {
	return s.inTx(func(tx *sql.Tx) error { return insertRefreshToken(tx, text, member, family[:], now) })
}

func insertRefreshToken(tx *sql.Tx, text string, member int64, family []byte, now time.Time) error {
	_, err := tx.Exec("INSERT INTO refresh_token(hash, member, family, expires_at, used) VALUES(?,?,?,?,0)",
		hashKey(text), member, family, now.Add(refreshLife).UnixMicro())
	return err
}

// useRefreshToken trades a token for the next one of its family, which may be itself, and tells whose it is. 0: nobody's.
func (s *store) useRefreshToken(text, next string, now time.Time) (member int64, err error) {
	err = s.inTx(func(tx *sql.Tx) error {
		var family []byte
		var expires int64
		var used bool
		err := tx.QueryRow("SELECT member, family, expires_at, used FROM refresh_token WHERE hash=?", hashKey(text)).
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
		case text == next:
			return nil
		}
		if _, err := tx.Exec("UPDATE refresh_token SET used=1 WHERE hash=?", hashKey(text)); err != nil {
			return err
		}
		return insertRefreshToken(tx, next, member, family, now)
	})
	return member, err
}

// endFamily revokes a refresh token and all that came from the same sign-in. An unknown one is no error.
func (s *store) endFamily(text string) error {
	return s.inTx(func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM refresh_token WHERE family=(SELECT family FROM refresh_token WHERE hash=?)", hashKey(text))
		return err
	})
}
