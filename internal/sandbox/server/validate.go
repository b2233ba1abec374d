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

// problemKind is what is wrong with a field; the values are the error types of pydantic.
type problemKind string

const (
	missing       problemKind = "missing"
	jsonInvalid   problemKind = "json_invalid"
	notObject     problemKind = "model_attributes_type"
	stringType    problemKind = "string_type"
	stringTooLong problemKind = "string_too_long"
	intParsing    problemKind = "int_parsing"
	tooSmall      problemKind = "greater_than_equal"
	tooLarge      problemKind = "less_than_equal"
	uuidType      problemKind = "uuid_type"
	uuidParsing   problemKind = "uuid_parsing"
	boolType      problemKind = "bool_type"
	literalError  problemKind = "literal_error"
	valueError    problemKind = "value_error"
)

// problem is one entry of the detail of a 422.
type problem struct {
	kind  problemKind
	loc   []any // strings and ints
	input any   // what was sent
	arg   any   // a limit, or the cause; nil for none
}

// message is pydantic's text, in which %v is the argument, and the name of the argument in the context; "" for none.
func (k problemKind) message() (text, argument string) {
	m := map[problemKind][2]string{
		missing:       {"Field required"},
		jsonInvalid:   {"JSON decode error", "error"},
		notObject:     {"Input should be a valid dictionary or object to extract fields from"},
		stringType:    {"Input should be a valid string"},
		stringTooLong: {"String should have at most %v characters", "max_length"},
		intParsing:    {"Input should be a valid integer, unable to parse string as an integer"},
		tooSmall:      {"Input should be greater than or equal to %v", "ge"},
		tooLarge:      {"Input should be less than or equal to %v", "le"},
		uuidType:      {"UUID input should be a string, bytes or UUID object"},
		uuidParsing:   {"Input should be a valid UUID, %v", "error"},
		boolType:      {"Input should be a valid boolean"},
		literalError:  {"Input should be %v", "expected"},
		valueError:    {"Value error, %v"},
	}[k]
	return m[0], m[1]
}

// entry is the problem in JSON.
type entry struct {
	Type  problemKind    `json:"type"`
	Loc   []any          `json:"loc"`
	Msg   string         `json:"msg"`
	Input any            `json:"input"`
	Ctx   map[string]any `json:"ctx,omitempty"`
}

// unprocessable is FastAPI's RequestValidationError.
func unprocessable(problems ...problem) Answer {
	entries := make([]entry, len(problems))
	for i, p := range problems {
		text, argument := p.kind.message()
		entries[i] = entry{Type: p.kind, Loc: p.loc, Msg: strings.Replace(text, "%v", fmt.Sprint(p.arg), 1), Input: p.input}
		if argument != "" {
			entries[i].Ctx = map[string]any{argument: p.arg}
		}
	}
	return JSON(http.StatusUnprocessableEntity, map[string]any{"detail": entries})
}

// form reads fields the way pydantic validates them, and collects every problem before one of them is reported.
type form struct{ problems []problem }

// refused is the 422 with every problem.
func (f *form) refused() (Answer, error) { return unprocessable(f.problems...), nil }

func (f *form) add(kind problemKind, input, arg any, loc ...any) {
	f.problems = append(f.problems, problem{kind: kind, loc: loc, input: input, arg: arg})
}

// queryInt reads a whole number between low and high. One beyond an int64 is math.MaxInt64.
func (f *form) queryInt(q query, name string, byDefault, low, high int64) int64 {
	text, given := q.get(name)
	if !given {
		return byDefault
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		f.add(intParsing, text, nil, "query", name)
	case n < low:
		f.add(tooSmall, text, low, "query", name)
	case n > high:
		f.add(tooLarge, text, high, "query", name)
	}
	return n
}

// unbounded is the upper limit of a query parameter without one.
const unbounded = math.MaxInt64

// parseUUID reads an id in any spelling: with and without dashes, in braces, after urn:uuid:.
func (f *form) parseUUID(text string, loc ...any) uuid.UUID {
	id, err := uuid.Parse(text)
	if err != nil {
		f.add(uuidParsing, text, err.Error(), loc...)
	}
	return id
}

// object is the body of a request, or nil and a problem.
func (f *form) object(body any) map[string]any {
	switch b := body.(type) {
	case map[string]any:
		return b
	case nil:
		f.add(missing, nil, nil, "body")
	default:
		f.add(notObject, body, nil, "body")
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
		f.add(missing, o, nil, "body", name)
		return ""
	}
	s := f.asText(v, name)
	if s == nil {
		return ""
	}
	if utf8.RuneCountInString(*s) > limit {
		f.add(stringTooLong, v, limit, "body", name)
	}
	return *s
}

// noLimit is the limit of a text without one.
const noLimit = math.MaxInt

// asText is nil and a problem when v is not a str.
func (f *form) asText(v any, name string) *string {
	s, isText := v.(string)
	if !isText {
		f.add(stringType, v, nil, "body", name)
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
	f.add(boolType, v, nil, "body", name)
	return false
}

// uuid is a required UUID in the body.
func (f *form) uuid(o map[string]any, name string) uuid.UUID {
	v, given := o[name]
	text, isText := v.(string)
	switch {
	case !given:
		f.add(missing, o, nil, "body", name)
	case !isText:
		f.add(uuidType, v, nil, "body", name)
	default:
		return f.parseUUID(text, "body", name)
	}
	return uuid.UUID{}
}
