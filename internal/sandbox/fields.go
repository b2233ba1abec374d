package sandbox

import (
	"math/big"
	"strings"
	"unicode/utf8"
)

// form reads fields the way pydantic validates them, and collects every problem before one of them is reported.
type form struct {
	v1       bool // coerce as pydantic 1
	say      wording
	problems []problem
}

// form begins one in the wording that is set.
func (s *Server) form() *form {
	return &form{v1: s.settings.is(setPydantic, "1"), say: s.settings.wording()}
}

// refused is the 422 with every problem.
func (f *form) refused() (answer, error) { return unprocessable(f.say, f.problems...), nil }

func (f *form) add(is problemType, input any, loc ...any) *problem {
	f.problems = append(f.problems, problem{is: is, loc: loc, input: input})
	return &f.problems[len(f.problems)-1]
}

// queryInt reads a whole number between low and high (high 0: unbounded). nil means that it is too large for an int64.
func (f *form) queryInt(q query, name string, byDefault, low, high int64) *int64 {
	text, given := q.get(name)
	if !given {
		return &byDefault
	}
	n, is := pythonInt(text, f.v1)
	if is != "" {
		f.add(is, text, "query", name)
		return nil
	}
	if n.Cmp(big.NewInt(low)) < 0 {
		f.add(tooSmall, text, "query", name).limit = int(low)
	} else if high > 0 && n.Cmp(big.NewInt(high)) > 0 {
		f.add(tooLarge, text, "query", name).limit = int(high)
	}
	if !n.IsInt64() {
		return nil
	}
	small := n.Int64()
	return &small
}

// pythonInt is pydantic's lax reading of a text as an int: blanks around, a sign, single underscores between digits and,
// in version 2, a fraction of zeros.
func pythonInt(text string, v1 bool) (*big.Int, problemType) {
	if len(text) > 4300 {
		return nil, intParsingSize
	}
	s := strings.TrimSpace(text)
	if whole, fraction, cut := strings.Cut(s, "."); cut && !v1 && fraction != "" && strings.Trim(fraction, "0") == "" {
		s = whole
	}
	if strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") {
		return nil, intParsing
	}
	s = strings.ReplaceAll(s, "_", "")
	if n, ok := new(big.Int).SetString(s, 10); ok {
		return n, ""
	}
	return nil, intParsing
}

// pathUUID reads an id from the path.
func (f *form) pathUUID(name, text string) uuid {
	u, why := f.parseUUID(text)
	if why != "" {
		f.add(uuidParsing, text, "path", name).words = why
	}
	return u
}

func (f *form) parseUUID(text string) (uuid, string) {
	if f.v1 {
		return parseUUID1(text)
	}
	return parseUUID(text)
}

// object is the body of a request, or nil with a problem noted.
func (f *form) object(body any) *object {
	switch b := body.(type) {
	case *object:
		return b
	case nil:
		f.add(missing, nil, "body")
	default:
		f.add(notObject, body, "body")
	}
	return nil
}

// optText is a field of type str | None.
func (f *form) optText(o *object, name string) *string {
	v, given := o.values[name]
	if !given || v == nil {
		return nil
	}
	return f.asText(v, name)
}

// text is a required str of at most limit code points (0: no limit).
func (f *form) text(o *object, name string, limit int) string {
	v, given := o.values[name]
	if !given {
		f.add(missing, o, "body", name)
		return ""
	}
	s := f.asText(v, name)
	if s == nil {
		return ""
	}
	if limit > 0 && utf8.RuneCountInString(*s) > limit {
		f.add(stringTooLong, v, "body", name).limit = limit
	}
	return *s
}

// asText is nil with a problem noted when v is no str. Pydantic 1 turns numbers and booleans into text.
func (f *form) asText(v any, name string) *string {
	s, isText := v.(string)
	if !isText && f.v1 {
		switch v := v.(type) {
		case integer:
			s, isText = string(v), true
		case float64:
			s, isText = pythonFloat(v), true
		case bool:
			s, isText = map[bool]string{true: "True", false: "False"}[v], true
		}
	}
	if !isText {
		f.add(stringType, v, "body", name)
		return nil
	}
	return &s
}

// flag is a bool with a default; an explicit null is refused.
func (f *form) flag(o *object, name string, byDefault bool) bool {
	v, given := o.values[name]
	if !given {
		return byDefault
	}
	switch v := v.(type) {
	case bool:
		return v
	case integer:
		return f.flagWord(string(v), v, name)
	case string:
		return f.flagWord(strings.ToLower(v), v, name)
	case float64:
		if v == 0 || v == 1 {
			return v == 1
		}
	}
	f.add(boolType, v, "body", name)
	return false
}

func (f *form) flagWord(word string, input any, name string) bool {
	switch word {
	case "1", "true", "t", "yes", "y", "on":
		return true
	case "0", "false", "f", "no", "n", "off":
		return false
	}
	f.add(boolParsing, input, "body", name)
	return false
}

// uuid is a required UUID in the body.
func (f *form) uuid(o *object, name string) uuid {
	v, given := o.values[name]
	if !given {
		f.add(missing, o, "body", name)
		return uuid{}
	}
	text, isText := v.(string)
	if !isText {
		f.add(uuidType, v, "body", name)
		return uuid{}
	}
	u, why := f.parseUUID(text)
	if why != "" {
		f.add(uuidParsing, v, "body", name).words = why
	}
	return u
}
