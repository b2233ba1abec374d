package server

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// problem is one entry of the detail of a 422, with the types and messages of pydantic.
type problem struct {
	Type  string         `json:"type"`
	Loc   []any          `json:"loc"` // strings and ints
	Msg   string         `json:"msg"`
	Input any            `json:"input"` // what was sent
	Ctx   map[string]any `json:"ctx,omitempty"`
}

// unprocessable is FastAPI's RequestValidationError.
func unprocessable(problems ...problem) Answer {
	return JSON(http.StatusUnprocessableEntity, map[string]any{"detail": problems})
}

// form reads fields the way pydantic validates them, and collects every problem before one of them is reported.
type form struct{ problems []problem }

// refused is the 422 with every problem.
func (f *form) refused() (Answer, error) { return unprocessable(f.problems...), nil }

func (f *form) add(kind, message string, input any, loc ...any) {
	f.problems = append(f.problems, problem{Type: kind, Loc: loc, Msg: message, Input: input})
}

// addLimit adds a problem whose message ends with a limit or a cause, which its context has under a name.
func (f *form) addLimit(kind, message, name string, limit, input any, loc ...any) {
	f.add(kind, fmt.Sprintf(message, limit), input, loc...)
	f.problems[len(f.problems)-1].Ctx = map[string]any{name: limit}
}

func (f *form) missing(input any, loc ...any) { f.add("missing", "Field required", input, loc...) }

// queryInt reads a whole number between low and high. One beyond an int64 is math.MaxInt64.
func (f *form) queryInt(q query, name string, byDefault, low, high int64) int64 {
	text, given := q.get(name)
	if !given {
		return byDefault
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		f.add("int_parsing", "Input should be a valid integer, unable to parse string as an integer", text, "query", name)
	case n < low:
		f.addLimit("greater_than_equal", "Input should be greater than or equal to %v", "ge", low, text, "query", name)
	case n > high:
		f.addLimit("less_than_equal", "Input should be less than or equal to %v", "le", high, text, "query", name)
	}
	return n
}

// unbounded is the upper limit of a query parameter without one.
const unbounded = math.MaxInt64

// parseUUID reads an id in any spelling: with and without dashes, in braces, after urn:uuid:.
func (f *form) parseUUID(text string, loc ...any) uuid.UUID {
	id, err := uuid.Parse(text)
	if err != nil {
		f.addLimit("uuid_parsing", "Input should be a valid UUID, %v", "error", err.Error(), text, loc...)
	}
	return id
}

// object is the body of a request, or nil and a problem.
func (f *form) object(body any) map[string]any {
	switch b := body.(type) {
	case map[string]any:
		return b
	case nil:
		f.missing(nil, "body")
	default:
		f.add("model_attributes_type", "Input should be a valid dictionary or object to extract fields from", body, "body")
	}
	return nil
}

// optText is a field of type str | None.
func (f *form) optText(o map[string]any, name string) *string {
	v := o[name]
	if v == nil {
		return nil
	}
	return f.asText(v, name)
}

// text is a required str of at most limit code points.
func (f *form) text(o map[string]any, name string, limit int) string {
	v, given := o[name]
	if !given {
		f.missing(o, "body", name)
		return ""
	}
	s := f.asText(v, name)
	if s == nil {
		return ""
	}
	if utf8.RuneCountInString(*s) > limit {
		f.addLimit("string_too_long", "String should have at most %v characters", "max_length", limit, v, "body", name)
	}
	return *s
}

// noLimit is the limit of a text without one.
const noLimit = math.MaxInt

// asText is nil and a problem when v is not a str.
func (f *form) asText(v any, name string) *string {
	s, isText := v.(string)
	if !isText {
		f.add("string_type", "Input should be a valid string", v, "body", name)
		return nil
	}
	return &s
}

// flag is a bool with a default; an explicit null is refused.
func (f *form) flag(o map[string]any, name string, byDefault bool) bool {
	v, given := o[name]
	if !given {
		return byDefault
	}
	switch strings.ToLower(fmt.Sprint(v)) { // pydantic takes numbers and words, too
	case "1", "true", "t", "yes", "y", "on":
		return true
	case "0", "false", "f", "no", "n", "off":
		return false
	}
	f.add("bool_type", "Input should be a valid boolean", v, "body", name)
	return false
}

// uuid is a required UUID in the body.
func (f *form) uuid(o map[string]any, name string) uuid.UUID {
	v, given := o[name]
	text, isText := v.(string)
	switch {
	case !given:
		f.missing(o, "body", name)
	case !isText:
		f.add("uuid_type", "UUID input should be a string, bytes or UUID object", v, "body", name)
	default:
		return f.parseUUID(text, "body", name)
	}
	return uuid.UUID{}
}
