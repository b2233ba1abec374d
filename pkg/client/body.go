package client

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxListBytes = 8 << 20 // of a decoded list page
	maxBodyBytes = 1 << 20 // of any other decoded answer
	maxGzipRatio = 200     // decoded to encoded; lists reach about 20
	maxDepth     = 64      // of nested arrays and objects
)

// errTooLarge is wrapped by every error about a body beyond its cap.
var errTooLarge = errors.New("the answer is larger than any HydraCore answer")

// readBody reads an answer's body up to limit bytes after decoding. Compression is understood only where the
// request asked for it.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	switch {
	case encoding == "" || encoding == "identity":
		return readCapped(resp.Body, limit)
	case encoding == "gzip" && resp.Request != nil && resp.Request.Header.Get("Accept-Encoding") == "gzip":
		return readGzip(resp.Body, limit)
	}
	return nil, fmt.Errorf("the answer is compressed as %q, which was not asked for", encoding)
}

func readCapped(r io.Reader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > limit {
		return nil, fmt.Errorf("%w (over %d bytes)", errTooLarge, limit)
	}
	return body, nil
}

func readGzip(r io.Reader, limit int64) ([]byte, error) {
	packed, err := readCapped(r, limit)
	if err != nil {
		return nil, err
	}
	if len(packed) == 0 {
		return nil, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("the answer's gzip is damaged: %w", err)
	}
	body, err := readCapped(z, min(limit, max(int64(len(packed))*maxGzipRatio, 64<<10)))
	if err != nil && !errors.Is(err, errTooLarge) {
		return nil, fmt.Errorf("the answer's gzip is damaged: %w", err)
	}
	return body, err
}

// checkJSON accepts one whole JSON value in UTF-8, at most 64 levels deep, without names given twice (RFC 8259 and
// RFC 7493). A byte order mark is dropped. The second value is a warning, for JSON under another label.
func checkJSON(resp *http.Response, body []byte) ([]byte, string, error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if d := depth(body); d > maxDepth {
		return nil, "", fmt.Errorf("the answer is nested %d levels deep", d)
	}
	if !jsontext.Value(body).IsValid() {
		return nil, "", notJSON(resp.StatusCode, kind, body)
	}
	if kind == "application/json" || strings.HasSuffix(kind, "+json") {
		return body, "", nil
	}
	if kind == "" {
		kind = "nothing"
	}
	return body, fmt.Sprintf("the server labels its JSON as %s", kind), nil
}

func notJSON(status int, kind string, body []byte) error {
	switch trimmed := bytes.TrimSpace(body); {
	case len(trimmed) == 0:
		return fmt.Errorf("the answer is empty (status %d)", status)
	case trimmed[0] == '<' || kind == "text/html":
		return fmt.Errorf("this is not HydraCore: %s (status %d)", excerpt(body), status)
	case trimmed[0] == '{' || trimmed[0] == '[':
		return fmt.Errorf("the answer is cut short or damaged JSON (%d bytes, status %d)", len(body), status)
	}
	return fmt.Errorf("the answer is not JSON: %s (status %d)", excerpt(body), status)
}

// depth is the deepest nesting of brackets outside strings; damaged text is left to the parser.
func depth(body []byte) int {
	level, deepest, inString := 0, 0, false
	for i := 0; i < len(body); i++ {
		switch b := body[i]; {
		case inString && b == '\\':
			i++
		case b == '"':
			inString = !inString
		case inString:
		case b == '{' || b == '[':
			level++
			deepest = max(deepest, level)
		case b == '}' || b == ']':
			level--
		}
	}
	return deepest
}
