package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"hash/fnv"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/sandbox/identity"
	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// Request is one request as the handlers see it. It is read completely before anything is decided.
type Request struct {
	ID        string // assigned here, sent back as X-Request-Id
	Attempt   int64  // how many requests with the same content have come, including this one
	Content   uint64 // hash of method, path, query and body
	Method    string
	Path      string // percent-decoded
	Query     string // raw
	Raw       []byte // body as sent
	Now       time.Time
	Caller    identity.Caller
	Overrides Overrides

	host   string
	header http.Header
	body   any    // parsed, for routes that take one
	pathID string // the {customer_id} of the route
}

// Overrides are how faults make one operation work differently. The zero value changes nothing.
type Overrides struct {
	Page           func(*store.PageQuery) // changes which customers a list returns
	Lag            time.Duration          // reads do not see what was committed in this time
	CommitDelay    time.Duration          // the commit comes so much after the answer
	LoseCommit     bool                   // the commit never comes
	UniqueOff      bool                   // the email need not be unique
	DuplicateCrash bool                   // a duplicate is a 500
	FoldEmail      func(string) string    // changes the email that is stored
}

// Horizon is the time of the last commit that a read sees, when it lags so much behind the writes.
func (r *Request) Horizon(lag time.Duration) int64 {
	if lag == 0 {
		return math.MaxInt64
	}
	return r.Now.Add(-lag).UnixMicro()
}

// parseBody reads the body as FastAPI does before it looks at anything else, credentials included.
func (r *Request) parseBody() error {
	if len(r.Raw) == 0 {
		return nil
	}
	if kind := r.header.Get("Content-Type"); kind != "" && !isJSONType(kind) {
		r.body = string(r.Raw) // not an object, whatever it is
		return nil
	}
	if !utf8.Valid(r.Raw) {
		return refuse(http.StatusBadRequest, "There was an error parsing the body")
	}
	err := json.Unmarshal(r.Raw, &r.body)
	if bad, is := errors.AsType[*json.SyntaxError](err); is {
		return refusal{unprocessable(problem{
			Type: "json_invalid", Loc: []any{"body", max(0, bad.Offset-1)}, Msg: "JSON decode error", Input: map[string]any{},
			Ctx: map[string]any{"error": bad.Error()},
		})}
	}
	return err
}

func isJSONType(header string) bool {
	kind, _, err := mime.ParseMediaType(header)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return false
	}
	subtype, found := strings.CutPrefix(kind, "application/")
	return found && (subtype == "json" || strings.HasSuffix(subtype, "+json"))
}

// storable reports whether PostgreSQL would take the texts of the body: no NUL and no lone surrogate, which decodes as U+FFFD.
func (r *Request) storable(texts ...*string) bool {
	for _, t := range texts {
		if t == nil {
			continue
		}
		surrogate := strings.ContainsRune(*t, utf8.RuneError) && !bytes.ContainsRune(r.Raw, utf8.RuneError) &&
			!bytes.Contains(bytes.ToLower(r.Raw), []byte(`\ufffd`))
		if surrogate || strings.ContainsRune(*t, 0) {
			return false
		}
	}
	return true
}

// query is a query string as Starlette reads it: of equal names the last value counts.
type query url.Values

func parseQuery(raw string) query {
	values, _ := url.ParseQuery(raw) // without the pairs that have an invalid escape
	return query(values)
}

func (q query) get(name string) (value string, given bool) {
	values := q[name]
	if len(values) == 0 {
		return "", false
	}
	return strings.ToValidUTF8(values[len(values)-1], "\uFFFD"), true
}

// content is a hash of what a request says, whoever sends it.
func (r *Request) content() uint64 {
	h := fnv.New64a()
	for _, part := range []string{r.Method, r.Path, r.Query} {
		_, _ = io.WriteString(h, part+"\x00")
	}
	_, _ = h.Write(r.Raw)
	return h.Sum64()
}

// attempts counts the requests with the same content. Two generations bound its size: content that has not been seen for
// half a million requests starts again.
type attempts struct {
	mu       sync.Mutex
	now, old map[uint64]int64
}

const attemptsKept = 500_000

func (a *attempts) count(content uint64) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.now == nil || len(a.now) >= attemptsKept {
		a.old, a.now = a.now, map[uint64]int64{}
	}
	n, seen := a.now[content]
	if !seen {
		n = a.old[content]
	}
	a.now[content] = n + 1
	return n + 1
}
