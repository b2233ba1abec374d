package config

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// maxSecretBytes bounds one key or token; the longest known tokens have about 4 KiB.
const maxSecretBytes = 8 << 10

// Secret is an API key or token that shows itself only to [Secret.Reveal]. Printed with any verb, marshalled or
// logged it reads `hc_live_…` and its last four characters, and `***` when it has fewer than 16 characters or no
// known prefix. The text sits behind a pointer, so that fmt cannot reach it through an unexported field either.
type Secret struct{ text *string }

// NewSecret wraps text as it is; [ParseSecret] checks it too.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// ParseSecret checks an API key or token: one line break at the end is dropped, everything else must be visible
// ASCII without quotes (it becomes a header value) of at most 8 KiB. The error never quotes the text.
func ParseSecret(text string) (Secret, error) {
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	if text == "" {
		return Secret{}, fmt.Errorf("is empty")
	}
	if len(text) > maxSecretBytes {
		return Secret{}, fmt.Errorf("is longer than %d bytes", maxSecretBytes)
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\'' || c == '`':
			return Secret{}, fmt.Errorf("has a quote in it: give the bare key, without quotes around it")
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			return Secret{}, fmt.Errorf("has a space or a line break in it")
		case c < 0x21 || c > 0x7e:
			return Secret{}, fmt.Errorf("has a character in it that is not visible ASCII")
		}
	}
	return NewSecret(text), nil
}

// Reveal returns the text itself. It is for the request header and for nothing that is shown or stored elsewhere.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.text == nil }

// Kind is what the prefix of an API key says: live, test, or "" when it says neither.
func (s Secret) Kind() string {
	for _, kind := range []string{"live", "test"} {
		if strings.HasPrefix(s.Reveal(), "hc_"+kind+"_") {
			return kind
		}
	}
	return ""
}

// String returns the masked form, and "" when there is no secret.
func (s Secret) String() string {
	const shortest, shown = 16, 4
	text := s.Reveal()
	if text == "" {
		return ""
	}
	if len(text) < shortest {
		return "***"
	}
	last := text[len(text)-shown:]
	if kind := s.Kind(); kind != "" {
		return "hc_" + kind + "_…" + last
	}
	return "***"
}

// Format returns the masked form whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText returns the masked form.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON returns the masked form as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// LogValue returns the masked form to log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
