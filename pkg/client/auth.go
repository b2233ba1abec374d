package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
)

const (
	loginPath   = "/auth/login"
	refreshPath = "/auth/refresh"
	logoutPath  = "/auth/logout"

	// keyContextPath answers API keys only: a 401 there says nothing about a bearer token.
	keyContextPath = "/v1/mcp/api-key-context"

	renewMargin = time.Minute               // an access token is renewed this long before it expires
	maxLifetime = 10 * 365 * 24 * time.Hour // a longer one counts as this
)

// AuthService signs in and out, and reads what the credential may do.
type AuthService struct{ client *Client }

// KeyContext is what an API key is and may do. Any field may be null or missing on the server, which is nil or zero here.
type KeyContext struct {
	APIKeyID           string   `json:"api_key_id"`
	CustomerID         *string  `json:"customer_id"`
	HashVersion        any      `json:"hash_version"` // a number (float64) or a word
	NeedsReissue       bool     `json:"needs_reissue"`
	RateLimitPerHour   *int64   `json:"rate_limit_per_hour"`   // requests; nil when it is not known
	RateLimitPerMinute *int64   `json:"rate_limit_per_minute"` // requests; nil when it is not known
	Scopes             []string `json:"scopes"`                // <resource>:<verb>, for example customers:read
	TenantID           string   `json:"tenant_id"`
	UserID             *string  `json:"user_id"`

	Response *Response `json:"-"` // of the answer that it came with, or nil

	rawText
}

// KeyContext reads what the API key is and may do: GET /v1/mcp/api-key-context. It is for API keys: a bearer caller
// gets 401, and 401, 403 or 404 (an [*Error]) can also mean that this deployment does not report it. Everything else
// works without it. Other errors: [*TransportError].
func (s *AuthService) KeyContext(ctx context.Context) (*KeyContext, error) {
	got := &KeyContext{}
	cl := &call{method: http.MethodGet, path: keyContextPath}
	cl.decode = func(r *reader, about *Response) error {
		err := got.read(r)
		got.Response = about
		return err
	}
	if err := s.client.do(ctx, cl); err != nil {
		return nil, err
	}
	return got, nil
}

// UnmarshalJSON reads a key context; it fails when a known field has a value of another kind.
func (k *KeyContext) UnmarshalJSON(data []byte) error { return readAlone(data, k.read) }

func (k *KeyContext) read(r *reader) (err error) {
	*k = KeyContext{}
	k.raw, err = r.record(k.field)
	return err
}

func (k *KeyContext) field(name []byte) any {
	switch string(name) {
	case "api_key_id":
		return &k.APIKeyID
	case "customer_id":
		return &k.CustomerID
	case "hash_version":
		return &k.HashVersion
	case "needs_reissue":
		return &k.NeedsReissue
	case "rate_limit_per_hour":
		return &k.RateLimitPerHour
	case "rate_limit_per_minute":
		return &k.RateLimitPerMinute
	case "scopes":
		return &k.Scopes
	case "tenant_id":
		return &k.TenantID
	case "user_id":
		return &k.UserID
	}
	return nil
}

// Tokens are the result of a sign-in. Printed with any verb they show nothing.
type Tokens struct {
	AccessToken  string        // visible ASCII, never empty in an answer
	RefreshToken string        // "" when the server sent none; each may be good for one refresh only
	Obtained     time.Time     // when they were requested, by this machine's clock
	Lifetime     time.Duration // of the access token from then on; 0 when it is unknown
}

// Format prints a placeholder, whatever the verb.
func (t Tokens) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "tokens (not shown)") }

// ExpiresAt returns when the access token expires, zero when that is unknown.
func (t Tokens) ExpiresAt() time.Time {
	if t.Lifetime <= 0 {
		return time.Time{}
	}
	return t.Obtained.Add(t.Lifetime)
}

// Fresh reports whether the access token is valid for a minute more, or for half of its lifetime when that is shorter. A
// token without a known lifetime is fresh until the server refuses it.
func (t Tokens) Fresh(now time.Time) bool {
	if t.AccessToken == "" {
		return false
	}
	return t.Lifetime <= 0 || now.Sub(t.Obtained) < t.Lifetime-min(renewMargin, t.Lifetime/2)
}

// Login signs in: POST /auth/login. A wrong email or password is an [*Error] with status 401. It sends no other
// credential, and is repeated as a read is. Other errors: [*TransportError].
func (s *AuthService) Login(ctx context.Context, email, password string) (Tokens, error) {
	return s.tokens(ctx, loginPath, map[string]string{"email": email, "password": password}, password)
}

// Refresh trades a refresh token for new tokens: POST /auth/refresh. A token that was used before may end the whole
// sign-in, so one that came with an answer takes the place of the old one at once: see [Session]. Errors as of
// [AuthService.Login].
func (s *AuthService) Refresh(ctx context.Context, refreshToken string) (Tokens, error) {
	return s.tokens(ctx, refreshPath, map[string]string{"refresh_token": refreshToken}, refreshToken)
}

// Logout revokes a refresh token and the sign-in that it belongs to: POST /auth/logout. Errors as of
// [AuthService.Login].
func (s *AuthService) Logout(ctx context.Context, refreshToken string) error {
	cl, err := signInCall(logoutPath, map[string]string{"refresh_token": refreshToken}, refreshToken)
	if err != nil {
		return err
	}
	return s.client.do(ctx, cl)
}

func (s *AuthService) tokens(ctx context.Context, path string, request map[string]string, secret string) (Tokens, error) {
	var t Tokens
	cl, err := signInCall(path, request, secret)
	if err != nil {
		return t, err
	}
	cl.decode = func(r *reader, _ *Response) error { return t.read(r) }
	start := time.Now()
	if err := s.client.do(ctx, cl); err != nil {
		return Tokens{}, err
	}
	t.Obtained = start
	return t, nil
}

func signInCall(path string, fields map[string]string, secret string) (*call, error) {
	body, err := jsonv2.Marshal(fields)
	if err != nil {
		return nil, errors.New("the request cannot be written: the text is not UTF-8") // the cause may quote it
	}
	return &call{method: http.MethodPost, path: path, body: body, secret: secret}, nil
}

// read reads the tokens of an answer. Its errors quote none.
func (t *Tokens) read(r *reader) error {
	var kind string
	var seconds *int64
	_, err := r.record(func(name []byte) any {
		switch string(name) {
		case "access_token":
			return &t.AccessToken
		case "refresh_token":
			return &t.RefreshToken
		case "token_type":
			return &kind
		case "expires_in":
			return &seconds
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case t.AccessToken == "" || strings.ContainsFunc(t.AccessToken, notVisibleASCII):
		return errors.New("it has no access token that can be sent")
	case kind != "" && !strings.EqualFold(kind, "bearer"):
		return fmt.Errorf("it has a token of the type %q where bearer is expected", kind)
	case seconds != nil && *seconds > 0:
		t.Lifetime = time.Duration(min(*seconds, int64(maxLifetime/time.Second))) * time.Second
	}
	return nil
}
