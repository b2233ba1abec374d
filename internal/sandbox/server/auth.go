package server

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/sandbox/identity"
)

// access is what a route requires of its caller.
type access struct {
	scope      string // of an API key; "" for none
	keyOnly    bool   // bearer tokens are not a credential here
	memberOnly bool   // a bearer token of any role
	public     bool   // no credential at all
}

// authenticate finds the caller: by an API key first, else by a bearer token.
func (s *Server) authenticate(r *Request) error {
	err := refuse(s.settings.status(setMissingAuth, http.StatusUnauthorized), "Not authenticated")
	scheme, token, _ := strings.Cut(r.header.Get("Authorization"), " ")
	if key := r.header.Get("X-Api-Key"); key != "" {
		r.Caller, err = s.identity.CallerByKey(key, r.Now)
	} else if strings.EqualFold(scheme, "bearer") && token != "" {
		r.Caller, err = s.identity.CallerByToken(strings.TrimSpace(token), r.Now)
	}
	if bad, is := errors.AsType[identity.CredentialError](err); is {
		return refuse(http.StatusUnauthorized, bad.Error())
	}
	return err
}

// authorize checks the caller against its limits and against what the route requires.
func (s *Server) authorize(r *Request, needs access) error {
	key, member := r.Caller.Key, r.Caller.Member
	if err := s.limits.take(key, r.Now); err != nil {
		return err
	}
	switch {
	case needs.keyOnly && key == nil:
		return refuse(http.StatusUnauthorized, "API key required")
	case needs.memberOnly && member == nil:
		return refuse(http.StatusUnauthorized, "Not authenticated")
	case key != nil && needs.scope != "" && !slices.Contains(key.Scopes, needs.scope):
		return refuse(http.StatusForbidden, "Missing required scope: "+needs.scope)
	case member != nil && needs.scope != "" && !member.Admin:
		return refuse(http.StatusForbidden, "Admin access required")
	}
	return nil
}

// keyContext is GET /v1/mcp/api-key-context.
func (s *Server) keyContext(r *Request) (Answer, error) {
	k := r.Caller.Key
	return JSON(http.StatusOK, map[string]any{
		"api_key_id": k.ID, "customer_id": nil, "hash_version": 2, "needs_reissue": false, "rate_limit_per_hour": k.LimitPerHour,
		"rate_limit_per_minute": k.LimitPerMin, "scopes": k.Scopes, "tenant_id": k.Owner.ID, "user_id": nil,
	}), nil
}

// me is GET /auth/me.
func (s *Server) me(r *Request) (Answer, error) {
	m := r.Caller.Member
	role := "member"
	if m.Admin {
		role = "admin"
	}
	return JSON(http.StatusOK, map[string]any{
		"email": m.Email, "email_verified": true, "id": m.ID, "role": role, "tenant_id": m.Tenant.ID,
	}), nil
}

// login is POST /auth/login.
func (s *Server) login(r *Request) (Answer, error) {
	f := &form{}
	var email, password string
	if o := f.object(r.body); o != nil {
		email, password = f.text(o, "email", noLimit), f.text(o, "password", noLimit)
	}
	if len(f.problems) > 0 {
		return f.refused()
	}
	if !r.storable(&email, &password) {
		return crash(), nil
	}
	m, err := s.identity.MemberByPassword(email, password)
	if err != nil {
		return Answer{}, err
	}
	if m == nil {
		return Detail(http.StatusUnauthorized, "Incorrect email or password"), nil
	}
	refresh, err := s.identity.NewRefreshToken(m, r.Now)
	if err != nil {
		return Answer{}, err
	}
	return s.issueTokens(m, refresh, r)
}

// refresh is POST /auth/refresh.
func (s *Server) refresh(r *Request) (Answer, error) {
	text, err := s.refreshToken(r)
	if err != nil {
		return Answer{}, err
	}
	m, next, err := s.identity.UseRefreshToken(text, !s.settings.is(setRefreshTokens, "keep"), r.Now)
	if err != nil {
		return Answer{}, err
	}
	if m == nil {
		return Detail(http.StatusUnauthorized, "Invalid refresh token"), nil
	}
	return s.issueTokens(m, next, r)
}

// logout is POST /auth/logout.
func (s *Server) logout(r *Request) (Answer, error) {
	text, err := s.refreshToken(r)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Status: http.StatusNoContent}, s.identity.EndSignIn(text)
}

// refreshToken reads the one field of refresh and logout.
func (s *Server) refreshToken(r *Request) (string, error) {
	f := &form{}
	var text string
	if o := f.object(r.body); o != nil {
		text = f.text(o, "refresh_token", noLimit)
	}
	if len(f.problems) > 0 {
		return "", refusal{unprocessable(f.problems...)}
	}
	if text == "" {
		return "", refuse(http.StatusUnauthorized, "Invalid refresh token")
	}
	return text, nil
}

// issueTokens answers with a pair of tokens.
func (s *Server) issueTokens(m *identity.Member, refresh string, r *Request) (Answer, error) {
	token, err := s.identity.AccessToken(m, r.Now)
	return JSON(http.StatusOK, map[string]any{
		"access_token": token, "refresh_token": refresh, "token_type": "bearer", "expires_in": int(identity.AccessLife.Seconds()),
		"email_verified": true,
	}), err
}
