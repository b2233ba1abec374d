package cli

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"golang.org/x/net/http/httpproxy"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

func (a *App) clientOptions(s *config.Settings) ([]client.Option, error) {
	trace, err := a.trace(s)
	if err != nil {
		return nil, err
	}
	opts := []client.Option{
		client.WithUserAgent(a.Build.UserAgent()),
		client.WithAttemptTimeout(s.RequestTimeout),
		client.WithMaxRetries(s.Retries),
		client.WithTrace(trace),
	}
	transport := &http.Transport{Proxy: EnvironmentProxy(a.Variable)}
	if s.CACert != "" {
		roots, err := readRoots(s.CACert)
		if err != nil {
			return nil, err
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return append(opts, client.WithHTTPClient(&http.Client{Transport: transport})), nil
}

// EnvironmentProxy chooses a proxy as [http.ProxyFromEnvironment] does, but by the variables that lookup reads, and
// for each client separately: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in upper or lower case.
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

// readRoots adds the authorities of a PEM file to the system's.
func readRoots(path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--ca-cert: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, failure.Invalidf("--ca-cert", "%s contains no PEM certificate", path)
	}
	return roots, nil
}
