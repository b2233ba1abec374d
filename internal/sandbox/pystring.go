package sandbox

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string; the parser stands on its opening quote.
func (p *jsonParser) str() (string, error) {
	begin := p.pos
	p.pos++
	out := make([]byte, 0, 32)
	for {
		switch c := p.peek(); {
		case c < 0:
			return "", p.fail("Unterminated string starting at", begin)
		case c == '"':
			p.pos++
			return string(out), nil
		case c < ' ':
			return "", p.fail("Invalid control character at", p.pos)
		case c != '\\':
			out = appendRune(out, c)
			p.pos++
		default:
			r, err := p.escape(begin)
			if err != nil {
				return "", err
			}
			out = appendRune(out, r)
		}
	}
}

func (p *jsonParser) escape(begin int) (rune, error) {
	slash := p.pos
	p.pos++
	c := p.peek()
	if c < 0 {
		return 0, p.fail("Unterminated string starting at", begin)
	}
	p.pos++
	switch c {
	case '"', '\\', '/':
		return c, nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		return p.unicode(slash + 1)
	}
	return 0, p.fail(`Invalid \escape`, slash)
}

// unicode reads the four digits after \u and, when they are the first half of a pair, the second half too.
func (p *jsonParser) unicode(at int) (rune, error) {
	r, ok := p.hex4()
	if !ok {
		return 0, p.fail(`Invalid \uXXXX escape`, at)
	}
	if r < 0xD800 || r > 0xDBFF || p.pos+6 >= len(p.text) || p.text[p.pos] != '\\' || p.text[p.pos+1] != 'u' {
		return r, nil
	}
	back := p.pos
	p.pos += 2
	if low, ok := p.hex4(); ok && low >= 0xDC00 && low <= 0xDFFF {
		return utf16.DecodeRune(r, low), nil
	}
	p.pos = back
	return r, nil
}

func (p *jsonParser) hex4() (rune, bool) {
	if p.pos+4 >= len(p.text) { // CPython wants one code point more: the closing quote
		return 0, false
	}
	n, err := strconv.ParseUint(string(p.text[p.pos:p.pos+4]), 16, 16)
	if err != nil {
		return 0, false
	}
	p.pos += 4
	return rune(n), true
}

// appendRune is utf8.AppendRune that keeps a lone surrogate.
func appendRune(b []byte, r rune) []byte {
	if r >= 0xD800 && r <= 0xDFFF {
		return append(b, 0xED, 0x80|byte(r>>6&0x3F), 0x80|byte(r&0x3F))
	}
	return utf8.AppendRune(b, r)
}
