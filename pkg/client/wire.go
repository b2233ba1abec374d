package client

import "net/http"

// wire is the last that sees a request and the first that sees its answer. It gives the request its header and takes from
// net/http the means to replay a write. It hides Location from http.Client, which would follow it, or lose the answer
// when it cannot be parsed.
type wire struct{ http.RoundTripper }

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if h, ok := r.Context().Value(headerKey{}).(http.Header); ok {
		r.Header = h
	}
	if r.Method != http.MethodGet {
		r.GetBody = nil // net/http replays a request whose body it can rewind
	}
	resp, err := w.RoundTripper.RoundTrip(r)
	if err != nil || resp == nil {
		return resp, err
	}
	resp.Request = r // not every transport says so
	if location := resp.Header["Location"]; location != nil {
		resp.Header[setAside] = location
		delete(resp.Header, "Location")
	}
	return resp, nil
}

// CloseIdleConnections is what http.Client looks for.
func (w wire) CloseIdleConnections() {
	if c, ok := w.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
