package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
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

// decodeText turns the bytes into code points after the rules of json.detect_encoding: by a byte order mark, else by where the
// zero bytes are. UTF-32 is not read.
func decodeText(b []byte) ([]rune, error) {
	zero := func(i int) bool { return i < len(b) && b[i] == 0 }
	switch {
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return decodeUTF16(b[2:], 0)
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return decodeUTF16(b[2:], 1)
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		return decodeUTF8(b[3:])
	case len(b) < 2 || len(b) == 3 || !zero(0) && !zero(1):
		return decodeUTF8(b)
	case zero(0) && zero(1), zero(1) && zero(2) && zero(3):
		return nil, errBadText
	case zero(0):
		return decodeUTF16(b, 1)
	}
	return decodeUTF16(b, 0)
}

func decodeUTF16(b []byte, low int) ([]rune, error) {
	if len(b)%2 != 0 {
		return nil, errBadText
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i < len(b); i += 2 {
		units = append(units, uint16(b[i+low])|uint16(b[i+1-low])<<8)
	}
	return utf16.Decode(units), nil
}

// decodeUTF8 takes encoded surrogates too ("surrogatepass").
func decodeUTF8(b []byte) ([]rune, error) {
	text := make([]rune, 0, len(b))
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			if len(b) < 3 || b[0] != 0xED || b[1]&0xE0 != 0xA0 || b[2]&0xC0 != 0x80 {
				return nil, errBadText
			}
			r, size = 0xD000|rune(b[1]&0x3F)<<6|rune(b[2]&0x3F), 3
		}
		text, b = append(text, r), b[size:]
	}
	return text, nil
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
