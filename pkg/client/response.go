package client

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxListBytes = 8 << 20 // of a decoded list page
	maxBodyBytes = 1 << 20 // of any other decoded answer
	maxGzipRatio = 200     // decoded to encoded; lists reach about 20
	firstRead    = 64 << 10
	maxSpare     = 256 << 10 // of a body whose memory is used again
)

// Response is what an answer says about itself.
type Response struct {
	Status    int
	RequestID string    // the answer's X-Request-ID, or ""
	Date      time.Time // the server's clock, to the second; zero when it sent none

	RateLimit     int64     // X-RateLimit-Limit, -1 when the server does not send it
	RateRemaining int64     // X-RateLimit-Remaining, -1 when the server does not send it
	RateReset     time.Time // X-RateLimit-Reset, zero when the server does not send it

	Header http.Header // only what can hold no secret; of [Client.Do] only
	Body   []byte      // decoded, at most 8 MiB, without an echo of the credential; of [Client.Do] only
	JSON   bool        // the body is one JSON value; of [Client.Do] only
}

func newResponse(resp *http.Response) *Response {
	h := resp.Header
	r := &Response{
		Status: resp.StatusCode, RequestID: h.Get("X-Request-Id"),
		RateLimit: countHeader(h, "X-Ratelimit-Limit"), RateRemaining: countHeader(h, "X-Ratelimit-Remaining"),
	}
	r.Date, _ = http.ParseTime(h.Get("Date"))
	switch reset := countHeader(h, "X-Ratelimit-Reset"); {
	case reset >= 1e9:
		r.RateReset = time.Unix(reset, 0)
	case reset >= 0: // seconds from now, not since 1970
		r.RateReset = time.Now().Add(time.Duration(reset) * time.Second)
	}
	return r
}

// countHeader returns a header that is a count, -1 for any other.
func countHeader(h http.Header, name string) int64 {
	value := h.Get(name)
	if value == "" { // the usual case, without the error of ParseInt
		return -1
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// decode reads the answer to one of this package's methods, which has to be one JSON value of the contract's shape.
func (a *attempt) decode(resp *http.Response, body []byte) error {
	err := parseJSON(body, func(r *reader) error { return a.call.decode(r, newResponse(resp)) })
	var syntax *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntax):
		return &contractError{notJSON(resp, []byte(a.client.redact(a.call, string(body))), err)}
	case err != nil:
		return &contractError{fmt.Errorf("the answer breaks the contract: %w", err)}
	}
	if kind := mediaType(resp); !isJSONType(kind) {
		a.client.config.traces.warn(fmt.Sprintf("the server labels its JSON as %q", kind))
	}
	return nil
}

// readRaw takes a 2xx answer as it is, but for what a proxy answers in place of HydraCore.
func (a *attempt) readRaw(resp *http.Response, body []byte) error {
	body = []byte(a.client.redact(a.call, string(body)))
	err := checkJSON(body)
	if kind := mediaType(resp); err != nil && len(body) > 0 && (isJSONType(kind) || kind == "text/html") {
		return &contractError{notJSON(resp, body, err)}
	}
	a.keepRaw(resp, body, err == nil)
	return nil
}

func (a *attempt) keepRaw(resp *http.Response, body []byte, isJSON bool) {
	if raw := a.call.raw; raw != nil {
		*raw = *newResponse(resp)
		raw.Header, raw.Body, raw.JSON = visibleHeaders(resp.Header), body, isJSON
	}
}

// contractError marks a 2xx answer that cannot be what the contract promises.
type contractError struct{ error }

func (e *contractError) Unwrap() error { return e.error }

// errTooLarge is wrapped by every error about a body beyond its cap.
var errTooLarge = errors.New("the answer is larger than any HydraCore answer")

// readBody reads an answer's body up to limit bytes after decoding. Compression is understood only where the
// request asked for it. The body is put into the memory of spare where that is large enough.
func readBody(resp *http.Response, limit int64, spare []byte) ([]byte, error) {
	encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	switch {
	case encoding == "" || encoding == "identity":
		return readCapped(resp.Body, limit, resp.ContentLength, spare)
	case encoding == "gzip" && resp.Request.Header.Get("Accept-Encoding") == "gzip":
		return readGzip(resp.Body, limit, spare)
	}
	return nil, &contractError{fmt.Errorf("the answer is compressed as %q, which was not asked for", encoding)}
}

// readCapped reads up to limit bytes. announced is the Content-Length, if it is known; no more than the size of a list
// page is allocated beforehand.
func readCapped(r io.Reader, limit, announced int64, body []byte) ([]byte, error) {
	if announced <= 0 {
		announced = bytes.MinRead
	}
	body = slices.Grow(body, int(min(announced+1, firstRead)))
	for {
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case int64(len(body)) > limit:
			return nil, fmt.Errorf("%w (over %d bytes)", errTooLarge, limit)
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil:
			return nil, err
		}
		if len(body) == cap(body) {
			body = slices.Grow(body, len(body))
		}
	}
}

func readGzip(r io.Reader, limit int64, spare []byte) ([]byte, error) {
	packed, err := readCapped(r, limit, 0, nil)
	if err != nil || len(packed) == 0 {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, damagedGzip(err)
	}
	body, err := readCapped(z, min(limit, max(int64(len(packed))*maxGzipRatio, 64<<10)), int64(len(packed))*4, spare)
	if err != nil && !errors.Is(err, errTooLarge) {
		return nil, damagedGzip(err)
	}
	return body, err
}

func damagedGzip(err error) error {
	return &contractError{fmt.Errorf("the answer's gzip is damaged: %w", err)}
}

// drain reads a little of an unused body, so that its connection can be used again.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 64<<10)
	_ = body.Close()
}

// mediaType returns the answer's Content-Type without its parameters, "" when there is none that can be read.
func mediaType(resp *http.Response) string {
	if kind := resp.Header.Get("Content-Type"); kind == "application/json" {
		return kind // the usual answer needs no parsing
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return kind
}

func isJSONType(kind string) bool {
	return kind == "application/json" || strings.HasSuffix(kind, "+json")
}

// notJSON returns the error for a body that is not one JSON value.
func notJSON(resp *http.Response, body []byte, err error) error {
	switch trimmed := bytes.TrimSpace(body); {
	case len(trimmed) == 0:
		return fmt.Errorf("the answer is empty (status %d)", resp.StatusCode)
	case errors.Is(err, jsontext.ErrDuplicateName):
		return fmt.Errorf("the answer has a name twice (status %d): %w", resp.StatusCode, jsontext.ErrDuplicateName)
	case trimmed[0] == '<' || mediaType(resp) == "text/html":
		return fmt.Errorf("this is not HydraCore: %s (status %d)", excerpt(body), resp.StatusCode)
	case trimmed[0] == '{' || trimmed[0] == '[':
		return fmt.Errorf("the answer is cut short or damaged JSON (%d bytes, status %d)", len(body), resp.StatusCode)
	}
	return fmt.Errorf("the answer is not JSON: %s (status %d)", excerpt(body), resp.StatusCode)
}
