package sandbox

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// The types of a parsed JSON value are nil, bool, integer, float64, string, []any and *object. A string may hold a lone
// surrogate as three bytes (WTF-8), as a Python str may; such a string is not valid UTF-8.
type (
	// integer is the decimal text of a whole number of any size.
	integer string
	// object keeps the order of its members; of equal keys the last value wins, as in a Python dict.
	object struct {
		keys   []string
		values map[string]any
	}
)

// jsonError is json.JSONDecodeError of Python: pos counts code points from 0.
type jsonError struct {
	msg string
	pos int
	doc []rune
}

func (e *jsonError) Error() string { return fmt.Sprintf("%s: char %d", e.msg, e.pos) }

// errBadText stands for every other exception that reading a body raises: UnicodeDecodeError, RecursionError.
var errBadText = errors.New("the body cannot be read")

// maxDepth is about where CPython gives up with a RecursionError.
const maxDepth = 980

// parseJSON reads one value as json.loads of CPython 3.12 does: the same things are accepted (NaN, equal keys, lone
// surrogates, UTF-16, a byte order mark) and the errors have the same words and places.
func parseJSON(body []byte) (any, error) {
	text, err := decodeText(body)
	if err != nil {
		return nil, err
	}
	p := &jsonParser{text: text}
	p.space()
	value, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.pos < len(p.text) {
		return nil, p.fail("Extra data", p.pos)
	}
	return value, nil
}

type jsonParser struct {
	text []rune
	pos  int
}

func (p *jsonParser) fail(msg string, pos int) error {
	return &jsonError{msg: msg, pos: pos, doc: p.text}
}

// peek is the next code point, or -1 at the end.
func (p *jsonParser) peek() rune {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return -1
}

func (p *jsonParser) space() {
	for c := p.peek(); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = p.peek() {
		p.pos++
	}
}

func (p *jsonParser) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, errBadText
	}
	switch c := p.peek(); {
	case c == '"':
		return p.str()
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	return p.constant()
}

func (p *jsonParser) object(depth int) (any, error) {
	o := &object{values: map[string]any{}}
	p.pos++
	if p.space(); p.peek() == '}' {
		p.pos++
		return o, nil
	}
	for {
		if p.peek() != '"' {
			return nil, p.fail("Expecting property name enclosed in double quotes", p.pos)
		}
		key, err := p.str()
		if err != nil {
			return nil, err
		}
		if p.space(); p.peek() != ':' {
			return nil, p.fail("Expecting ':' delimiter", p.pos)
		}
		p.pos++
		p.space()
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o.set(key, value)
		if done, err := p.next('}'); done || err != nil {
			return o, err
		}
	}
}

func (o *object) set(key string, value any) {
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

func (p *jsonParser) array(depth int) (any, error) {
	list := []any{}
	p.pos++
	if p.space(); p.peek() == ']' {
		p.pos++
		return list, nil
	}
	for {
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if done, err := p.next(']'); done || err != nil {
			return list, err
		}
	}
}

// next passes a comma, or the end of an object or array.
func (p *jsonParser) next(end rune) (done bool, err error) {
	p.space()
	switch p.peek() {
	case end:
		p.pos++
		return true, nil
	case ',':
		p.pos++
		p.space()
		return false, nil
	}
	return false, p.fail("Expecting ',' delimiter", p.pos)
}

func (p *jsonParser) constant() (any, error) {
	for _, c := range []struct {
		word  string
		value any
	}{
		{"null", nil},
		{"true", true},
		{"false", false},
		{"NaN", math.NaN()},
		{"Infinity", math.Inf(1)},
		{"-Infinity", math.Inf(-1)},
	} {
		if end := p.pos + len(c.word); end <= len(p.text) && string(p.text[p.pos:end]) == c.word {
			p.pos = end
			return c.value, nil
		}
	}
	return nil, p.fail("Expecting value", p.pos)
}

func (p *jsonParser) number() (any, error) {
	start := p.pos
	if p.peek() == '-' {
		p.pos++
	}
	if p.peek() == '0' {
		p.pos++
	} else if p.digits() == 0 {
		p.pos = start
		return p.constant()
	}
	whole := p.pos
	if p.peek() == '.' {
		if p.pos++; p.digits() == 0 {
			p.pos = whole
		}
	}
	mantissa := p.pos
	if c := p.peek(); c == 'e' || c == 'E' {
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		if p.digits() == 0 {
			p.pos = mantissa
		}
	}
	text := string(p.text[start:p.pos])
	if p.pos == whole {
		if text == "-0" {
			text = "0"
		}
		return integer(text), nil
	}
	f, _ := strconv.ParseFloat(text, 64) // out of range is an infinity, as in Python
	return f, nil
}

func (p *jsonParser) digits() int {
	start := p.pos
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.pos++
	}
	return p.pos - start
}
