package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

func TestSecret_ShowsPrefixAndLastFour(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"a", "***"},
		{"hc_live_1234567", "***"},
		{"hc_live_12345678", "hc_live_…5678"},
		{"hc_test_abcdefghijkl", "hc_test_…ijkl"},
		{"eyJhbGciOiJIUzI1NiJ9.payload.signature", "***"},
	} {
		if got := NewSecret(tt.text).String(); got != tt.want {
			t.Errorf("%d characters: got %q, want %q", len(tt.text), got, tt.want)
		}
		if got := NewSecret(tt.text).Reveal(); got != tt.text {
			t.Errorf("Reveal gave %q, want %q", got, tt.text)
		}
	}
}

// printed returns every form in which a value can reach the outside.
func printed(t interface{ Fatal(...any) }, s Secret) []string {
	holder := struct {
		Public  Secret
		private Secret
		list    []Secret
	}{s, s, []Secret{s}}
	var out []string
	for _, verb := range "vdsqxXtTbcoOUeEfFgGp" {
		for _, flags := range []string{"", "+", "#", "-40", "+#", "0", " "} {
			format := "%" + flags + string(verb)
			out = append(out, fmt.Sprintf(format, s), fmt.Sprintf(format, &s), fmt.Sprintf(format, holder), fmt.Sprintf(format, &holder))
		}
	}
	asJSON, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(map[string]any{"s": s})
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&logged, nil), slog.NewJSONHandler(&logged, nil)} {
		slog.New(h).Info("request", "key", s, "in", holder.Public)
	}
	return append(out, string(asJSON), string(asYAML), logged.String(), fmt.Errorf("bad %w %v", fmt.Errorf("inner"), s).Error())
}

func TestSecret_NeverPrinted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.SampledFrom([]string{"", "hc_live_", "hc_test_"}).Draw(t, "prefix")
		hidden := rapid.StringMatching(`[Q-Z]{5,64}`).Draw(t, "hidden")
		text := (prefix + hidden)[:min(64, len(prefix+hidden))]
		for _, form := range printed(t, NewSecret(text)) {
			if strings.Contains(form, text) || strings.Contains(form, hidden[:5]) {
				t.Fatalf("%q shows the secret", form)
			}
			if strings.Contains(strings.ToLower(form), fmt.Sprintf("%x", hidden)) {
				t.Fatalf("%q shows the secret in hexadecimal", form)
			}
		}
	})
}

func TestParseSecret_RefusesWithoutQuoting(t *testing.T) {
	t.Parallel()
	const canary = "hc_live_CANARYcanary"
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "empty"},
		{"only a line break", "\n", "empty"},
		{"double quotes", `"` + canary + `"`, "quote"},
		{"single quotes", "'" + canary + "'", "quote"},
		{"space inside", canary + " " + canary, "space"},
		{"space in front", " " + canary, "space"},
		{"two line breaks", canary + "\n\n", "line break"},
		{"header injection", canary + "\r\nX-Evil: 1", "line break"},
		{"control character", canary + "\x00", "visible ASCII"},
		{"not ASCII", canary + "é", "visible ASCII"},
		{"too long", strings.Repeat("a", maxSecretBytes+1), "longer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseSecret(tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want an error about %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "CANARY") {
				t.Fatalf("the error quotes the secret: %v", err)
			}
		})
	}
	for _, end := range []string{"", "\n", "\r\n"} {
		if s, err := ParseSecret(canary + end); err != nil || s.Reveal() != canary {
			t.Errorf("one line break at the end: got %q, %v", s.Reveal(), err)
		}
	}
}
