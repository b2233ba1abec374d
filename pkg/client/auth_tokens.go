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

	renewMargin = time.Minute               // before its end an access token is renewed
	maxLifetime = 10 * 365 * 24 * time.Hour // a longer one is not believed, and counts as this
)

// isSignIn tells the requests that sign in and out: they may be carried out twice.
func isSignIn(path string) bool {
	return path == loginPath || path == refreshPath || path == logoutPath
}

// Tokens are what a sign-in gives. Printed with any verb they show nothing.
type Tokens struct {
	AccessToken  string        // visible ASCII, never empty in an answer
	RefreshToken string        // "" when the server gave none; each may be good for one refresh only
	Obtained     time.Time     // when they were asked for, by this machine's clock
	Lifetime     time.Duration // of the access token from then on; 0 when it is not known
}

// Format prints that there are tokens, whatever the verb.
func (t Tokens) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "tokens (not shown)") }

// ExpiresAt is when the access token ends, zero when that is not known.
func (t Tokens) ExpiresAt() time.Time {
	if t.Lifetime <= 0 {
		return time.Time{}
	}
	return t.Obtained.Add(t.Lifetime)
}

// Fresh tells whether the access token lasts for a minute more, or for half of its life when that is shorter. One
// without a known end is fresh until the server refuses it.
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
	cl.decode = func(a answer) error { return t.read(a.json) }
	began := time.Now()
	if err := s.client.do(ctx, cl); err != nil {
		return Tokens{}, err
	}
	t.Obtained = began
	return t, nil
}

func signInCall(path string, request map[string]string, secret string) (call, error) {
	body, err := jsonv2.Marshal(request)
	if err != nil {
		return call{}, errors.New("the request cannot be written: the text is not UTF-8") // the cause may quote it
	}
	return call{method: http.MethodPost, path: path, body: body, limit: maxBodyBytes, secret: secret}, nil
}

// read takes the tokens from an answer. Its errors quote none.
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
	case t.AccessToken == "" || strings.ContainsFunc(t.AccessToken, invisibleASCII):
		return errors.New("it brings no access token that can be sent")
	case kind != "" && !strings.EqualFold(kind, "bearer"):
		return fmt.Errorf("it brings a token of the type %q where bearer is due", kind)
	case seconds != nil && *seconds > 0:
		t.Lifetime = time.Duration(min(*seconds, int64(maxLifetime/time.Second))) * time.Second
	}
	return nil
}
