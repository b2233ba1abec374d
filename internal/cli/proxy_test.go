package cli

import (
	"net/http"
	"net/url"
	"testing"
)

func TestEnvironmentProxy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		vars map[string]string
		url  string
		want string
	}{
		{nil, "https://api.example.com", ""},
		{map[string]string{"HTTPS_PROXY": "http://proxy.example.com:3128"}, "https://api.example.com", "http://proxy.example.com:3128"},
		{map[string]string{"https_proxy": "proxy.example.com"}, "https://api.example.com", "http://proxy.example.com"},
		{map[string]string{"HTTPS_PROXY": "http://a", "https_proxy": "http://b"}, "https://api.example.com", "http://a"},
		{map[string]string{"HTTPS_PROXY": "http://a", "NO_PROXY": "example.com"}, "https://api.example.com", ""},
		{map[string]string{"HTTP_PROXY": "http://a"}, "https://api.example.com", ""},
		{map[string]string{"HTTPS_PROXY": "http://a"}, "https://127.0.0.1:1", ""},
	} {
		u, err := url.Parse(c.url)
		if err != nil {
			t.Fatal(err)
		}
		got, err := EnvironmentProxy(func(name string) string { return c.vars[name] })(&http.Request{URL: u})
		if text := proxyText(got); err != nil || text != c.want {
			t.Errorf("%v, %s: %q, want %q; %v", c.vars, c.url, text, c.want, err)
		}
	}
}

func proxyText(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}
