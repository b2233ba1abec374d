package client

import (
	"context"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// AuthService tells what the credential may do.
type AuthService struct{ client *Client }

// KeyContext is what an API key is and may do. Fields may be missing; a nil limit is not known.
type KeyContext struct {
	APIKeyID           string   `json:"api_key_id"`
	CustomerID         *string  `json:"customer_id"`
	HashVersion        any      `json:"hash_version"`
	NeedsReissue       bool     `json:"needs_reissue"`
	RateLimitPerHour   *int64   `json:"rate_limit_per_hour"`
	RateLimitPerMinute *int64   `json:"rate_limit_per_minute"`
	Scopes             []string `json:"scopes"` // such as customers:read
	TenantID           string   `json:"tenant_id"`
	UserID             *string  `json:"user_id"`

	raw jsontext.Value
}

// KeyContext reads GET /v1/mcp/api-key-context. It is for API keys: a bearer caller gets 401, and 401, 403 or 404 can
// also mean that this deployment does not tell. Everything else works without it.
func (s *AuthService) KeyContext(ctx context.Context) (*KeyContext, error) {
	got := &KeyContext{}
	cl := call{method: http.MethodGet, path: "/v1/mcp/api-key-context", limit: maxBodyBytes, decode: func(a answer) error {
		return got.UnmarshalJSON(a.body)
	}}
	if err := s.client.do(ctx, cl); err != nil {
		return nil, err
	}
	return got, nil
}

// UnmarshalJSON reads a key context; unknown fields survive in the JSON form.
func (k *KeyContext) UnmarshalJSON(data []byte) error {
	type fields KeyContext
	*k = KeyContext{raw: jsontext.Value(data).Clone()}
	return decodeObject(k.raw, (*fields)(k))
}

// MarshalJSON writes what the server sent, unknown fields included.
func (k KeyContext) MarshalJSON() ([]byte, error) {
	if k.raw != nil {
		return k.raw, nil
	}
	type fields KeyContext
	return json.Marshal(fields(k))
}
