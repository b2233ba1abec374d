package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// sign gives the call the token of its next attempt.
func (c *Client) sign(ctx context.Context, cl *call) error {
	cl.token = c.config.accessToken
	if c.config.tokens == nil || isSignIn(cl.path) {
		return nil
	}
	var err error
	if cl.token, err = c.config.tokens.Token(ctx); err != nil {
		return tokenError(ctx, *cl, err)
	}
	if strings.ContainsFunc(cl.token, invisibleASCII) {
		return tokenError(ctx, *cl, errors.New("the access token holds a character that no token has"))
	}
	return nil
}

// renewed tells whether a call that failed is worth a repeat with another token: once, after a 401, which proves that
// nothing was carried out. Else it gives the error to return.
func (c *Client) renewed(ctx context.Context, cl *call, err error) (bool, error) {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Status != http.StatusUnauthorized || c.config.tokens == nil || isSignIn(cl.path) || cl.path == keyContextPath || cl.renewed {
		return false, err
	}
	cl.renewed = true
	token, failed := c.config.tokens.Renew(ctx, cl.token)
	if failed != nil {
		return false, tokenError(ctx, *cl, failed)
	}
	return token != cl.token, err
}

// tokenError is a call that was not sent for want of a token, or not repeated after a 401.
func tokenError(ctx context.Context, cl call, err error) error {
	if over, ok := errors.AsType[*SignedOutError](err); ok {
		return &Error{Method: cl.method, Path: cl.path, Status: http.StatusUnauthorized, Code: "signed_out", Message: over.Reason}
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
	return &TransportError{Method: cl.method, Path: cl.path, Code: "no_token", Err: fmt.Errorf("no access token could be had: %w", err)}
}
