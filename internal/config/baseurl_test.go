package config

import (
	"strings"
	"testing"
)

func TestBaseURL_Normalized(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"https://api.hydracore.io", "https://api.hydracore.io"},
		{"https://api.hydracore.io/", "https://api.hydracore.io"},
		{"https://api.hydracore.io/v1", "https://api.hydracore.io"},
		{"https://api.hydracore.io/v1/customers", "https://api.hydracore.io"},
		{"https://example.com/hydra/v1/customers/", "https://example.com/hydra"},
		{"https://api.hydracore.io/v1//", "https://api.hydracore.io"},
		{"HTTPS://API.HydraCore.IO:443", "https://api.hydracore.io"},
		{"https://example.com:8443/hydra/v1/", "https://example.com:8443/hydra"},
		{"https://example.com/dev1", "https://example.com/dev1"},
		{"http://localhost:8000", "http://localhost:8000"},
		{"http://LOCALHOST:80/v1", "http://localhost"},
		{"http://127.8.9.1:1", "http://127.8.9.1:1"},
		{"http://[::1]:8000", "http://[::1]:8000"},
		{"http://[::ffff:127.0.0.1]", "http://[::ffff:127.0.0.1]"},
		{"https://[2001:DB8::1]/v1", "https://[2001:db8::1]"},
	} {
		got, err := BaseURL(tt.text, false)
		if err != nil || got != tt.want {
			t.Errorf("%s: got %q, %v, want %q", tt.text, got, err, tt.want)
		}
		if again, err := BaseURL(got, false); err != nil || again != got {
			t.Errorf("%s: settling twice gives %q, %v", tt.text, again, err)
		}
	}
}

func TestBaseURL_RefusedWithoutQuotingSecrets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"", "empty"},
		{"api.hydracore.io", "write https://api.hydracore.io"},
		{"localhost:8000", "write http://localhost:8000"},
		{"127.0.0.1:8000/v1", "write http://127.0.0.1:8000"},
		{"example.com/CANARY", "write https://example.com"},
		{"hc_live_CANARY", "must start with https://"},
		{strings.Repeat("CANARY", 20), "must start with https://"},
		{"//example.com", "https://"},
		{"https:example.com", "https://"},
		{"ftp://example.com", "https://"},
		{"file:///etc/passwd", "https://"},
		{"https://", "host"},
		{"https:///v1", "host"},
		{"https://user:CANARY@example.com", "user name"},
		{"user:CANARY@example.com", "user name"},
		{"https://CANARY@example.com", "user name"},
		{"https://example.com?key=CANARY", "query"},
		{"https://example.com/?", "query"},
		{"https://example.com#CANARY", "fragment"},
		{"https://example.com\r\nX: CANARY", "control"},
		{"https://example.com/\x7f", "control"},
		{"https://ex ample.com", "space"},
		{"https://exämple.com", "ASCII"},
		{"https://example.com:0", "port"},
		{"https://example.com:65536", "port"},
		{"https://example.com:", "port"},
		{"https://example.com:http", "web address"},
		{"https://example.com/../v2", "path"},
		{"https://example.com/%2e%2e", "path"},
		{"https://exa%6dple.com", "web address"},
		{"https://[::1%25eth0]", "host"},
		{"https://[::g]", "web address"},
		{"http://example.com", "use https://, or --allow-http"},
		{"http://localhost.example.com", "plain http"},
		{"http://0.0.0.0", "plain http"},
		{"http://2130706433", "plain http"},
		{"http://127.1", "plain http"},
	} {
		got, err := BaseURL(tt.text, false)
		if err == nil {
			t.Errorf("%q was accepted as %q", tt.text, got)
			continue
		}
		if !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %q, want something about %q", tt.text, err, tt.want)
		}
		if strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%q: the error quotes the secret part: %v", tt.text, err)
		}
	}
}

func TestBaseURL_PlainHTTPWhenAllowed(t *testing.T) {
	t.Parallel()
	if got, err := BaseURL("http://hydra.example.com/v1", true); err != nil || got != "http://hydra.example.com" {
		t.Errorf("got %q, %v", got, err)
	}
}

func FuzzBaseURL(f *testing.F) {
	for _, text := range []string{"https://api.hydracore.io/v1", "http://[::1]:80", "https://a@b", "x://y?z#", "localhost:1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := BaseURL(text, true)
		if err != nil {
			return
		}
		if again, err := BaseURL(got, true); err != nil || again != got {
			t.Errorf("%q becomes %q, and that %q, %v", text, got, again, err)
		}
		if strings.ContainsAny(got, "@?# \r\n\x00") || !strings.HasPrefix(got, "http") {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}
