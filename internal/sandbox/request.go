package sandbox

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// request is one request as the handlers see it. It is read completely before anything is decided.
type request struct {
	id      string // given here, sent back as X-Request-Id
	attempt int64  // how often a request with the same content has come, this time included
	method  string
	path    string // percent-decoded
	query   string // raw
	host    string
	header  http.Header
	raw     []byte // body as sent
	body    any    // parsed, for routes that take one
	mode    mode
	pathID  string // the {customer_id} of the route
	now     time.Time
	caller  caller
}

// parseBody reads the body as FastAPI does before it looks at anything else, credentials included.
func (r *request) parseBody(say wording) error {
	if len(r.raw) == 0 {
		return nil
	}
	if kind := r.header.Get("Content-Type"); kind != "" && !isJSONType(kind) {
		r.body = string(r.raw) // raw bytes, which then are no dictionary
		return nil
	}
	value, err := parseJSON(r.raw)
	var bad *jsonError
	switch {
	case errors.As(err, &bad):
		return refusal{unprocessable(say, problem{
			is: jsonInvalid, loc: []any{"body", bad.pos}, input: &object{}, words: bad.msg, doc: bad.doc,
		})}
	case err != nil:
		return refuse(http.StatusBadRequest, "There was an error parsing the body")
	}
	r.body = value
	return nil
}

func isJSONType(header string) bool {
	kind, _, err := mime.ParseMediaType(header)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return false
	}
	subtype, found := strings.CutPrefix(kind, "application/")
	return found && (subtype == "json" || strings.HasSuffix(subtype, "+json"))
}

// microseconds is the time of the request as the database keeps it.
func (r *request) microseconds() int64 { return r.now.UnixMicro() }

// storable tells whether PostgreSQL would take the texts: no NUL, no lone surrogate.
func storable(texts ...*string) bool {
	for _, t := range texts {
		if t != nil && (strings.ContainsRune(*t, 0) || !utf8.ValidString(*t)) {
			return false
		}
	}
	return true
}

// escapePath writes a decoded path as Starlette does for a Location.
func escapePath(path string) string { return (&url.URL{Path: path}).EscapedPath() }
