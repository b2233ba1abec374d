package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// renewTimeout bounds the refresh and the save of one renewal, which the end of the caller's context does not break off.
const renewTimeout = 30 * time.Second

// TokenStore keeps the tokens of one sign-in where other processes find them.
type TokenStore interface {
	// Lock keeps other processes from renewing until unlock is called. It returns when ctx ends.
	Lock(ctx context.Context) (unlock func(), err error)
	// Load reads the stored tokens. It fails with a *SignedOutError when the sign-in does not exist any more.
	Load(ctx context.Context) (Tokens, error)
	// Save replaces the tokens as a whole. After it has returned they outlive a crash.
	Save(ctx context.Context, t Tokens) error
}

// SignedOutError means that a sign-in has ended: only a new one helps.
type SignedOutError struct {
	Reason string // for people; holds the server's message
}

// Error returns the reason.
func (e *SignedOutError) Error() string { return e.Reason }

// Session is a sign-in whose access token renews itself: a minute before it expires, and when the server refuses it.
// However many calls need that at once, here and in other processes with the same store, there is one renewal. It runs
// under the store's lock, after the stored tokens were read again. A new refresh token is stored before the access token
// that came with it is used.
//
// A call that waits for a renewal returns when its context ends. The refresh itself then continues in the background,
// because one that is broken off may lose the only refresh token that the server still accepts: call [Session.Wait]
// before the process exits. A Session is safe for concurrent use.
type Session struct {
	auth  *AuthService
	store TokenStore

	mu      sync.Mutex
	tokens  Tokens
	ended   error    // a *SignedOutError, once the sign-in has ended
	current *renewal // nil when none is under way
}

// renewal is a renewal that is under way, with its result once done is closed.
type renewal struct {
	done    chan struct{}
	token   string
	err     error
	stopped bool // by the end of the context that it began with: the other callers need another one
}

// NewSession returns a session that continues a sign-in with the tokens that were loaded from the store. It sends its
// renewals through the service's client.
func (s *AuthService) NewSession(store TokenStore, t Tokens) *Session {
	return &Session{auth: s, store: store, tokens: t}
}

// Tokens returns the tokens in use.
func (s *Session) Tokens() Tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens
}

// Token returns the access token, renewed when it is about to expire. Errors are those of the store and of ctx, a
// [*SignedOutError], an [*Error] or a [*TransportError].
func (s *Session) Token(ctx context.Context) (string, error) {
	if t := s.Tokens(); t.Fresh(time.Now()) {
		return t.AccessToken, nil
	}
	return s.Renew(ctx, "")
}

// Renew returns another access token than the refused one; with "", one that is fresh. (Two tokens may be the same text,
// because a JWT has its times in seconds.) Errors are those of [Session.Token].
func (s *Session) Renew(ctx context.Context, refused string) (string, error) {
	for ctx.Err() == nil {
		r := s.join(ctx, refused)
		select {
		case <-r.done:
			if !r.stopped {
				return r.token, r.err
			}
		case <-ctx.Done():
		}
	}
	return "", ctx.Err()
}

// Wait returns when no renewal is under way, or with the error of ctx when that ends first.
func (s *Session) Wait(ctx context.Context) error {
	for {
		s.mu.Lock()
		r := s.current
		s.mu.Unlock()
		if r == nil {
			return nil
		}
		select {
		case <-r.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// replaces reports whether t can be used in place of the refused token.
func replaces(t Tokens, refused string) bool {
	return t.AccessToken != refused && t.Fresh(time.Now())
}

// join returns the renewal that is under way, or begins one.
func (s *Session) join(ctx context.Context, refused string) *renewal {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		s.current = &renewal{done: make(chan struct{})}
		go s.run(ctx, s.current, refused)
	}
	return s.current
}

// run carries a renewal out and gives its result to all who wait for it.
func (s *Session) run(ctx context.Context, r *renewal, refused string) {
	t, err := s.renew(ctx, refused)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.tokens = t
	} else if _, ended := errors.AsType[*SignedOutError](err); ended {
		s.ended = err
	}
	s.current = nil
	r.token, r.err, r.stopped = t.AccessToken, err, err != nil && ctx.Err() != nil
	close(r.done)
}

// renew returns the tokens in use or those in the store if they are good already, and refreshes them otherwise. The end of
// ctx stops it as long as the refresh token has not been sent.
func (s *Session) renew(ctx context.Context, refused string) (Tokens, error) {
	s.mu.Lock()
	current, ended := s.tokens, s.ended
	s.mu.Unlock()
	switch {
	case ended != nil:
		return Tokens{}, ended
	case replaces(current, refused):
		return current, nil
	}
	unlock, err := s.store.Lock(ctx)
	if err != nil {
		return Tokens{}, err
	}
	defer unlock()
	stored, err := s.store.Load(ctx)
	switch {
	case err != nil:
		return Tokens{}, err
	case replaces(stored, refused):
		return stored, nil
	case ctx.Err() != nil:
		return Tokens{}, ctx.Err()
	case stored.RefreshToken == "":
		return Tokens{}, &SignedOutError{Reason: "the access token has expired, and there is no refresh token"}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewTimeout)
	defer cancel()
	return s.refresh(ctx, stored.RefreshToken)
}

// refresh trades the stored refresh token and stores the answer.
func (s *Session) refresh(ctx context.Context, refreshToken string) (Tokens, error) {
	t, err := s.auth.Refresh(ctx, refreshToken)
	if err != nil {
		return Tokens{}, refreshError(err)
	}
	if t.RefreshToken == "" {
		t.RefreshToken = refreshToken // this server does not rotate it
	}
	if err := s.store.Save(context.WithoutCancel(ctx), t); err != nil {
		return Tokens{}, err
	}
	return t, nil
}

// refreshError marks a final refusal, as opposed to trouble that may pass.
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
