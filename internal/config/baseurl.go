package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// BaseURL checks the address of the API and returns its normal form: scheme and host in lower case, no default port, no slash, no
// /v1 and no /v1/customers at the end; a path in front of that stays. User names, queries, fragments, control characters, other schemes than
// https, and http to another host than this one (unless allowHTTP) are refused. The error is one phrase that never
// quotes the address, which may hold a password.
func BaseURL(text string, allowHTTP bool) (string, error) {
	u, err := parseBase(text)
	if err != nil {
		return "", err
	}
	if u.Scheme == "http" && !allowHTTP && !loopback(u.Hostname()) {
		return "", fmt.Errorf("is plain http, which sends the API key in the clear: use https://, or --allow-http")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.Path = strings.TrimSuffix(u.Path, "/v1/customers") // as in the documentation's example of a request
	u.Path = strings.TrimRight(strings.TrimSuffix(u.Path, "/v1"), "/")
	return u.String(), nil
}

// parseBase parses the address and normalizes its scheme and host.
func parseBase(text string) (*url.URL, error) {
	if text == "" {
		return nil, fmt.Errorf("is empty")
	}
	for _, c := range []byte(text) {
		if c <= 0x20 || c >= 0x7f {
			return nil, fmt.Errorf("has a space, a control character or one outside ASCII in it")
		}
	}
	if strings.ContainsAny(text, "?#") {
		return nil, fmt.Errorf("has a query or a fragment in it: give scheme, host and path alone")
	}
	if strings.Contains(text, "@") {
		return nil, fmt.Errorf("has a user name or password in it: give the key with HYDRACORE_API_KEY or --api-key-file")
	}
	if !strings.Contains(text, "://") {
		return nil, missingScheme(text)
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("is not a web address such as https://api.hydracore.io")
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("must start with https://")
	}
	if err := checkHost(u); err != nil {
		return nil, err
	}
	if strings.ContainsAny(u.EscapedPath(), `%\;`) || strings.Contains(u.Path+"/", "/../") || strings.Contains(u.Path+"/", "/./") {
		return nil, fmt.Errorf("has a path with escapes or dots in it")
	}
	return u, nil
}

// missingScheme offers the host with the scheme that was left out; the rest of the text, and a host of a length that none
// has, may be a key.
func missingScheme(text string) error {
	const longest = 64
	u, err := url.Parse("http://" + text)
	if err != nil || checkHost(u) != nil || len(u.Host) > longest {
		return fmt.Errorf("must start with https://")
	}
	scheme := "https://"
	if loopback(u.Hostname()) {
		scheme = "http://"
	}
	return fmt.Errorf("has no scheme: write %s%s", scheme, u.Host)
}

// checkHost refuses hosts and ports that cannot be, and normalizes the others in place.
func checkHost(u *url.URL) error {
	host := strings.ToLower(u.Hostname())
	if host == "" || strings.ContainsAny(host, `%"<>\^{|},;!$&'()*+=_~`+"`") {
		return fmt.Errorf("has no valid host name")
	}
	port := u.Port()
	if port != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return fmt.Errorf("has a port that is not from 1 to 65535")
		}
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" && port != map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		host += ":" + port
	}
	u.Host = host
	return nil
}

// loopback reports whether the host can only be this machine; other names are not looked up.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// sameHost reports whether two normalized base URLs have the same scheme, host and port.
func sameHost(a, b string) bool {
	u, errA := url.Parse(a)
	v, errB := url.Parse(b)
	return errA == nil && errB == nil && u.Scheme == v.Scheme && u.Host == v.Host
}
