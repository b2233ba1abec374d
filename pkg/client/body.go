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
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxListBytes = 8 << 20 // of a decoded list page
	maxBodyBytes = 1 << 20 // of any other decoded answer
	maxGzipRatio = 200     // decoded to encoded; lists reach about 20
	firstRead    = 64 << 10

	byteOrderMark = "\xef\xbb\xbf"
)

// errTooLarge is wrapped by every error about a body beyond its cap.
var errTooLarge = errors.New("the answer is larger than any HydraCore answer")

// readBody reads an answer's body up to limit bytes after decoding. Compression is understood only where the
// request asked for it.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	switch {
	case encoding == "" || encoding == "identity":
		return readCapped(resp.Body, limit, resp.ContentLength)
	case encoding == "gzip" && resp.Request.Header.Get("Accept-Encoding") == "gzip":
		return readGzip(resp.Body, limit)
	}
	return nil, &contractError{fmt.Errorf("the answer is compressed as %q, which was not asked for", encoding)}
}

// readCapped reads up to limit bytes. announced is how many are said to come, if that is known; no more than a page of a
// list is made room for beforehand.
func readCapped(r io.Reader, limit, announced int64) ([]byte, error) {
	if announced <= 0 {
		announced = bytes.MinRead
	}
	body := make([]byte, 0, min(announced+1, firstRead))
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

func readGzip(r io.Reader, limit int64) ([]byte, error) {
	packed, err := readCapped(r, limit, 0)
	if err != nil || len(packed) == 0 {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, damagedGzip(err)
	}
	body, err := readCapped(z, min(limit, max(int64(len(packed))*maxGzipRatio, 64<<10)), int64(len(packed))*4)
	if err != nil && !errors.Is(err, errTooLarge) {
		return nil, damagedGzip(err)
	}
	return body, err
}

func damagedGzip(err error) error {
	return &contractError{fmt.Errorf("the answer's gzip is damaged: %w", err)}
}

// drain reads a little of a body that nobody wants, so that its connection can be used again.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 64<<10)
	_ = body.Close()
}

// mediaType is the answer's Content-Type without its parameters, "" when there is none that can be read.
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

// notJSON says what a body is that is not one JSON value.
func notJSON(resp *http.Response, body []byte, err error) error {
	switch trimmed := bytes.TrimSpace(body); {
	case len(trimmed) == 0:
		return fmt.Errorf("the answer is empty (status %d)", resp.StatusCode)
	case errors.Is(err, jsontext.ErrDuplicateName):
		return fmt.Errorf("the answer gives a name twice (status %d): %w", resp.StatusCode, jsontext.ErrDuplicateName)
	case trimmed[0] == '<' || mediaType(resp) == "text/html":
		return fmt.Errorf("this is not HydraCore: %s (status %d)", excerpt(body), resp.StatusCode)
	case trimmed[0] == '{' || trimmed[0] == '[':
		return fmt.Errorf("the answer is cut short or damaged JSON (%d bytes, status %d)", len(body), resp.StatusCode)
	}
	return fmt.Errorf("the answer is not JSON: %s (status %d)", excerpt(body), resp.StatusCode)
}
