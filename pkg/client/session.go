package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// renewTimeout bounds the refresh and the save of one renewal, which the end of the caller's context does not break off.
const renewTimeout = 30 * time.Second

// TokenSource returns the bearer tokens of a client; see [WithTokenSource]. [Session] is one. It is called from several
// goroutines, and returns when ctx ends.
type TokenSource interface {
	// Token returns the access token for the next attempt.
	Token(ctx context.Context) (string, error)
	// Renew returns the token to repeat a call with after the server has refused one with 401. When it is the refused one
	// again the call is not repeated. A *SignedOutError ends the call as a 401.
	Renew(ctx context.Context, refused string) (string, error)
}

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

// renewal is one renewal and the callers that wait for it. Its fields are guarded by the session's mutex until done is
// closed.
type renewal struct {
	refused string
	done    chan struct{}
	waiting int                // callers
	stop    context.CancelFunc // ends the wait for the lock and the stored tokens
	sent    bool               // the refresh token has been sent, so nothing stops the renewal
	token   string
	err     error
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
	if err := ctx.Err(); err != nil {
		return "", err
	}
	s.mu.Lock()
	switch {
	case s.ended != nil:
		s.mu.Unlock()
		return "", s.ended
	case replaces(s.tokens, refused):
		defer s.mu.Unlock()
		return s.tokens.AccessToken, nil
	case s.current == nil:
		s.start(context.WithoutCancel(ctx), refused)
	}
	r := s.current
	r.waiting++
	s.mu.Unlock()
	select {
	case <-r.done:
		return r.token, r.err
	case <-ctx.Done():
		s.leave(r)
		return "", ctx.Err()
	}
}

// Wait returns when no renewal is under way, or with the error of ctx when that ends first.
func (s *Session) Wait(ctx context.Context) error {
	s.mu.Lock()
	r := s.current
	s.mu.Unlock()
	if r == nil {
		return nil
	}
	select {
	case <-r.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// replaces reports whether t can be used in place of the refused token.
func replaces(t Tokens, refused string) bool {
	return t.AccessToken != refused && t.Fresh(time.Now())
}

// start begins a renewal. The mutex is held.
func (s *Session) start(ctx context.Context, refused string) {
	waiting, stop := context.WithCancel(ctx)
	r := &renewal{refused: refused, done: make(chan struct{}), stop: stop}
	s.current = r
	go func() {
		t, err := s.renew(waiting, r)
		s.finish(r, t, err)
		stop()
	}()
}

// leave takes a caller away from a renewal, which ends with its last caller unless the refresh token has been sent.
func (s *Session) leave(r *renewal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.waiting--; r.waiting > 0 || r.sent {
		return
	}
	r.stop()
	if s.current == r {
		s.current = nil // the next caller starts one of its own
	}
}

func (s *Session) finish(r *renewal, t Tokens, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == r {
		s.current = nil
	}
	if err == nil {
		s.tokens = t
	} else if _, ended := errors.AsType[*SignedOutError](err); ended {
		s.ended = err
	}
	r.token, r.err = t.AccessToken, err
	close(r.done)
}

// renew returns the stored tokens if they are good already, and refreshes them otherwise. ctx ends when no caller waits.
func (s *Session) renew(ctx context.Context, r *renewal) (Tokens, error) {
	unlock, err := s.store.Lock(ctx)
	if err != nil {
		return Tokens{}, err
	}
	defer unlock()
	stored, err := s.store.Load(ctx)
	switch {
	case err != nil:
		return Tokens{}, err
	case replaces(stored, r.refused):
		return stored, nil
	case stored.RefreshToken == "":
		return Tokens{}, &SignedOutError{Reason: "the access token has expired, and there is no refresh token"}
	}
	s.mu.Lock()
	r.sent = ctx.Err() == nil
	s.mu.Unlock()
	if !r.sent {
		return Tokens{}, ctx.Err()
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

// sign sets the token of the call's next attempt.
func (c *Client) sign(ctx context.Context, cl *call) error {
	cl.token = c.config.accessToken
	if c.config.tokens == nil || cl.isSignIn() {
		return nil
	}
	var err error
	if cl.token, err = c.config.tokens.Token(ctx); err != nil {
		return tokenError(ctx, cl, err)
	}
	if strings.ContainsFunc(cl.token, notVisibleASCII) {
		return tokenError(ctx, cl, errors.New("the access token contains a character that no token has"))
	}
	return nil
}

// renew reports whether a call that failed is worth a repeat with another token: once, after a 401, which proves that
// nothing was carried out. Otherwise it returns the error of the call.
func (c *Client) renew(ctx context.Context, cl *call, err error) (bool, error) {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Status != http.StatusUnauthorized || c.config.tokens == nil || cl.isSignIn() || cl.path == keyContextPath || cl.renewed {
		return false, err
	}
	cl.renewed = true
	token, failed := c.config.tokens.Renew(ctx, cl.token)
	if failed != nil {
		return false, tokenError(ctx, cl, failed)
	}
	return token != cl.token, err
}

// tokenError is the error of a call that was not sent for lack of a token, or not repeated after a 401.
func tokenError(ctx context.Context, cl *call, err error) error {
	if ended, ok := errors.AsType[*SignedOutError](err); ok {
		return &Error{Method: cl.method, Path: cl.path, Status: http.StatusUnauthorized, Code: codeSignedOut, Message: ended.Reason}
	}
	if ctx.Err() != nil {
		return unsentError(ctx, cl, err)
	}
	if IsRateLimited(err) {
		return err
	}
	if _, ok := errors.AsType[*Error](err); ok {
		err = errors.New(err.Error()) // it is the answer to another request
	}
	return &TransportError{Method: cl.method, Path: cl.path, Code: CodeNoToken, Err: fmt.Errorf("no access token is available: %w", err)}
}
