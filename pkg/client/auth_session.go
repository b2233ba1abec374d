package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// renewTimeout bounds the request of one renewal, which the end of the caller's context does not break off.
const renewTimeout = 30 * time.Second

// TokenSource gives the bearer tokens of a client; see [WithTokenSource]. [Session] is one. It is asked from several
// goroutines.
type TokenSource interface {
	// Token gives the access token for the attempt that is about to leave.
	Token(ctx context.Context) (string, error)
	// Renew gives the token to repeat a call with after the server has refused one with 401. When it is the refused one
	// again the call is not repeated. An error that is a *SignedOutError ends the call as a 401.
	Renew(ctx context.Context, refused string) (string, error)
}

// TokenStore keeps the tokens of one sign-in where other processes find them.
type TokenStore interface {
	// Lock keeps other processes from renewing until unlock is called.
	Lock(ctx context.Context) (unlock func(), err error)
	// Load reads the tokens as they are now. It fails with a *SignedOutError when the sign-in is not there any more.
	Load(ctx context.Context) (Tokens, error)
	// Save replaces the tokens as a whole. After it has returned they outlive a crash.
	Save(ctx context.Context, t Tokens) error
}

// SignedOutError means that a sign-in has ended: nothing but a new one helps.
type SignedOutError struct {
	Reason string // for people; holds the server's words
}

// Error gives the reason.
func (e *SignedOutError) Error() string { return e.Reason }

// Session is a sign-in whose access token renews itself: a minute before its end, and when the server refuses it. However
// many calls need that at once, here and in other processes with the same store, there is one renewal: it happens under
// the store's lock, after a look at what is stored now. A new refresh token is stored before the access token that
// came with it is used. It is safe for concurrent use.
type Session struct {
	auth    *AuthService
	store   TokenStore
	now     func() time.Time
	renewal singleflight.Group

	mu     sync.Mutex
	tokens Tokens
	ended  error // a *SignedOutError, once the sign-in has ended
}

// NewSession continues a sign-in with the tokens that were loaded from the store. Renewals are sent through c.
func NewSession(c *Client, store TokenStore, t Tokens) *Session {
	return &Session{auth: c.Auth, store: store, now: time.Now, tokens: t}
}

// Tokens gives the tokens in use.
func (s *Session) Tokens() Tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens
}

// Token gives the access token, renewed when it is about to end. Errors are those of the store, a *SignedOutError,
// an *Error or a *TransportError.
func (s *Session) Token(ctx context.Context) (string, error) {
	t := s.Tokens()
	if t.Fresh(s.now()) {
		return t.AccessToken, nil
	}
	return s.Renew(ctx, "")
}

// Renew gives another access token than the refused one; with "", one that is fresh. (Two tokens may be the same text: a
// JWT tells time in seconds.) Errors are those of [Session.Token].
func (s *Session) Renew(ctx context.Context, refused string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	// A renewal that is broken off may lose the only refresh token that the server still takes.
	ctx = context.WithoutCancel(ctx)
	token, err, _ := s.renewal.Do(refused, func() (any, error) { return s.renew(ctx, refused) })
	if err != nil {
		return "", err
	}
	text, _ := token.(string)
	return text, nil
}

func (s *Session) renew(ctx context.Context, refused string) (string, error) {
	s.mu.Lock()
	current, ended := s.tokens, s.ended
	s.mu.Unlock()
	if ended != nil {
		return "", ended
	}
	another := func(t Tokens) bool { return t.AccessToken != refused && t.Fresh(s.now()) }
	if another(current) {
		return current.AccessToken, nil // somebody was faster
	}
	unlock, err := s.store.Lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	t, err := s.store.Load(ctx)
	if err == nil && !another(t) {
		t, err = s.refresh(ctx, t)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if over, ok := errors.AsType[*SignedOutError](err); ok {
		s.ended = over
	}
	if err != nil {
		return "", err
	}
	s.tokens = t
	return t.AccessToken, nil
}

// refresh trades the stored refresh token and stores what came.
func (s *Session) refresh(ctx context.Context, stored Tokens) (Tokens, error) {
	if stored.RefreshToken == "" {
		return Tokens{}, &SignedOutError{Reason: "the access token has ended, and there is no refresh token"}
	}
	bounded, cancel := context.WithTimeout(ctx, renewTimeout)
	defer cancel()
	t, err := s.auth.Refresh(bounded, stored.RefreshToken)
	if err != nil {
		return Tokens{}, refreshError(err)
	}
	if t.RefreshToken == "" {
		t.RefreshToken = stored.RefreshToken // it does not rotate
	}
	return t, s.store.Save(ctx, t)
}

// refreshError tells a refusal for good from trouble that may pass.
func refreshError(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity:
		return &SignedOutError{Reason: fmt.Sprintf("the sign-in has ended: %s (%d)", e.Message, e.Status)}
	}
	return err
}
