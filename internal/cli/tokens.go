package cli

import (
	"context"
	"errors"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/pkg/client"
)

// signInStore stores the tokens of a sign-in for the SDK where auth login has put them.
type signInStore struct {
	*config.SignIn

	secrets *config.Redactor // learns the tokens of a renewal
}

func (s signInStore) Lock(ctx context.Context) (func(), error) { return s.Store.Lock(ctx) }

// Load never returns the tokens of another sign-in: they may belong to another tenant.
func (s signInStore) Load(ctx context.Context) (client.Tokens, error) {
	stored, err := s.Store.Load(ctx)
	switch {
	case errors.Is(err, config.ErrNotStored):
		return client.Tokens{}, &client.SignedOutError{Reason: "the profile has been signed out meanwhile"}
	case err != nil:
		return client.Tokens{}, err
	case stored.SignIn != s.Stored.SignIn:
		return client.Tokens{}, &client.SignedOutError{Reason: "the profile has been signed in again meanwhile"}
	}
	return tokensOf(stored), nil
}

func (s signInStore) Save(ctx context.Context, t client.Tokens) error {
	stored := WithTokens(s.Stored, t)
	s.secrets.Add(stored.AccessToken, stored.RefreshToken)
	return s.Store.Save(ctx, stored)
}

func tokensOf(c config.Stored) client.Tokens {
	return client.Tokens{
		AccessToken: c.AccessToken.Reveal(), RefreshToken: c.RefreshToken.Reveal(), Obtained: c.Obtained, Lifetime: c.Lifetime,
	}
}

// WithTokens returns a stored credential with these tokens.
func WithTokens(c config.Stored, t client.Tokens) config.Stored {
	c.AccessToken, c.RefreshToken = config.NewSecret(t.AccessToken), config.NewSecret(t.RefreshToken)
	c.Obtained, c.Lifetime = t.Obtained, t.Lifetime
	return c
}
