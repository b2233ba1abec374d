package cli

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
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
		roots, err := readRoots(s)
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

// readRoots adds the authorities of the PEM file that ca_cert names to the system's.
func readRoots(s *config.Settings) (*x509.CertPool, error) {
	place := "ca_cert"
	if set, err := s.Find("ca_cert"); err == nil && (set.Origin.Kind == config.FromFlag || set.Origin.Kind == config.FromEnv) {
		place = set.Origin.Name
	}
	pem, err := os.ReadFile(s.CACert)
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	if err != nil {
		f := failure.Invalidf(place, "%s: %v", s.CACert, err)
		f.Code, f.Hint = "unreadable_file", "name a PEM file of certificate authorities, or leave "+place+" out"
		return nil, f
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, failure.Invalidf(place, "%s contains no PEM certificate", s.CACert)
	}
	return roots, nil
}
