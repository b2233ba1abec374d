package client

import (
	"net/http"
	"net/url"

	"golang.org/x/net/http/httpproxy"
)

// EnvironmentProxy chooses a proxy as [http.ProxyFromEnvironment] does, but by the variables that lookup reads, and
// anew for each client: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in upper or lower case. For [WithProxy].
func EnvironmentProxy(lookup func(name string) string) func(*http.Request) (*url.URL, error) {
	first := func(names ...string) string {
		for _, name := range names {
			if value := lookup(name); value != "" {
				return value
			}
		}
		return ""
	}
	choose := (&httpproxy.Config{
		HTTPProxy:  first("HTTP_PROXY", "http_proxy"),
		HTTPSProxy: first("HTTPS_PROXY", "https_proxy"),
		NoProxy:    first("NO_PROXY", "no_proxy"),
		CGI:        lookup("REQUEST_METHOD") != "",
	}).ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return choose(r.URL) }
}
