package imports

import (
	"context"
	"sync/atomic"

	"github.com/hydracore/hydractl/pkg/client"
)

// importTokens leaves the renewal after a 401 to the import, which has each of its sends in the journal.
type importTokens struct {
	signIn *client.Session
	used   atomic.Pointer[string]
}

// Token returns the access token for a send.
func (t *importTokens) Token(ctx context.Context) (string, error) {
	token, err := t.signIn.Token(ctx)
	if err == nil {
		t.used.Store(&token)
	}
	return token, err
}

// ready renews a token that is about to expire.
func (t *importTokens) ready(ctx context.Context) error {
	_, err := t.signIn.Token(ctx)
	return err
}

// Renew returns the refused token, so that nothing is sent again.
func (t *importTokens) Renew(_ context.Context, refused string) (string, error) { return refused, nil }

// refresh renews the token that was used last.
func (t *importTokens) refresh(ctx context.Context) error {
	refused := ""
	if used := t.used.Load(); used != nil {
		refused = *used
	}
	_, err := t.signIn.Renew(ctx, refused)
	return err
}
