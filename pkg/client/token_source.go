package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// TokenSource returns the bearer tokens of a client; see [WithTokenSource]. [Session] is one. It is called from several
// goroutines, and returns when ctx ends.
type TokenSource interface {
	// Token returns the access token for the next attempt.
	Token(ctx context.Context) (string, error)
	// Renew returns the token to repeat a call with after the server has refused one with 401. When it is the refused one
	// again the call is not repeated. A *SignedOutError ends the call as a 401.
	Renew(ctx context.Context, refused string) (string, error)
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
