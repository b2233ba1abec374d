package client

import (
	"context"
	"net/http"
)

// keyContextPath answers API keys only: a 401 there says nothing about a bearer token.
const keyContextPath = "/v1/mcp/api-key-context"

// AuthService signs in and out, and tells what the credential may do.
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

	raw string
}

// KeyContext reads what the API key is and may do: GET /v1/mcp/api-key-context. It is for API keys: a bearer caller
// gets 401, and 401, 403 or 404 (an *Error) can also mean that this deployment does not tell. Everything else works
// without it. Other errors: *TransportError.
func (s *AuthService) KeyContext(ctx context.Context) (*KeyContext, error) {
	got := &KeyContext{}
	cl := call{method: http.MethodGet, path: keyContextPath, limit: maxBodyBytes, decode: func(a answer) error {
		return got.read(a.json)
	}}
	if err := s.client.do(ctx, cl); err != nil {
		return nil, err
	}
	return got, nil
}

// UnmarshalJSON reads a key context; it fails when a known field has a value of another kind.
func (k *KeyContext) UnmarshalJSON(data []byte) error { return readAlone(data, k.read) }

// RawJSON returns the JSON text that the context was read from, unknown members included; "" for one that was not read.
// Changes to the fields do not show in it.
func (k *KeyContext) RawJSON() string { return k.raw }

func (k *KeyContext) read(r *reader) (err error) {
	*k = KeyContext{}
	k.raw, err = r.record(k.field)
	return err
}
