package client

import (
	"net/http"
	"strings"
)

const maxRedirects = 3

// setAside is where wire keeps a Location: a name that http.Header.Get never finds.
const setAside = "location"

func restoreLocation(h http.Header) {
	location := h[setAside] //nolint:staticcheck // the name is not canonical on purpose
	if location != nil {
		h["Location"] = location
		delete(h, setAside)
	}
}

// redirectTarget follows a read within its own scheme, host and port, at most three times. A write is never
// redirected, and a credential never leaves the host it was meant for.
func redirectTarget(method string, resp *http.Response, hop int) (string, bool) {
	if method != http.MethodGet || hop >= maxRedirects {
		return "", false
	}
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return "", false
	}
	to, err := resp.Location()
	if err != nil || to.User != nil {
		return "", false
	}
	from := resp.Request.URL
	if to.Scheme != from.Scheme || !strings.EqualFold(to.Host, from.Host) {
		return "", false
	}
	return to.String(), true
}
