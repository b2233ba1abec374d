package input

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// normalizer turns the text of a cell into the value that is sent: without the guard of formulas, without blanks around it, left
// out when it is empty or a null token, and converted to a code with --fix-codes. Every change is noted in the value's flags. It
// belongs to one pass over the input.
type normalizer struct {
	raw     bool // take off nothing
	guarded bool // texts are those of CSV, which may have the apostrophe of Guard
	nulls   *nullTokens
	codes   [record.FieldCount]*codeTable // nil without --fix-codes
}

func (s *Source) newNormalizer(rules Rules) *normalizer {
	n := &normalizer{raw: s.options.Raw, guarded: s.Format == FormatCSV && !s.options.Raw, nulls: s.nulls}
	if rules.FixCodes {
		n.codes = newCodeTables()
	}
	return n
}

// take gives a field the text at that place of the record, unless a column of a lower rank has given it one.
func (n *normalizer) take(v *value, use columnUse, at int32, text []byte, found flags) {
	if n.guarded && len(text) > 0 && text[0] == '\'' && isGuarded(text) {
		text, found = text[1:], found|unguarded
	}
	if !n.raw || use.field == record.Email {
		if inner := trimOuter(text); len(inner) != len(text) {
			text, found = inner, found|trimmed
		}
	}
	given := !isBlank(text)
	if given && n.nulls != nil && n.nulls.has(use.field, text) {
		given, found = false, found|nullToken
	}
	if v.given && (!given || v.rank <= use.rank) {
		return
	}
	v.text, v.at, v.rank, v.flags, v.given = text, at, use.rank, found, given
	if table := n.codes[use.field]; table != nil && given {
		if code := table.find(text); code.Message != "" && code.Certain {
			v.before, v.text, v.flags = text, []byte(code.Suggestion), v.flags|converted
		}
	}
}

// nullTokens are the texts that mean an empty cell, in any field or in one.
type nullTokens struct {
	all   map[string]bool
	field [record.FieldCount]map[string]bool
}

// newNullTokens reads the values of --null-token: TOKEN, or COLUMN:TOKEN with the name of a column or of a field.
func newNullTokens(words []string, m *mapper) *nullTokens {
	if len(words) == 0 {
		return nil
	}
	t := &nullTokens{all: map[string]bool{}}
	for _, word := range words {
		column, token, found := strings.Cut(word, ":")
		use := columnUse{field: ignoredColumn}
		if found && token != "" {
			use, _ = m.column(column)
			if field, ok := fieldIndex(column); ok {
				use.field = field
			}
		}
		if use.field < 0 {
			t.all[word] = true
			continue
		}
		if t.field[use.field] == nil {
			t.field[use.field] = map[string]bool{}
		}
		t.field[use.field][token] = true
	}
	return t
}

func (t *nullTokens) has(field int, text []byte) bool {
	return t.all[string(text)] || t.field[field][string(text)]
}

// trimOuter takes blanks and invisible characters off both ends.
func trimOuter(text []byte) []byte {
	if len(text) == 0 || isGraphic(text[0]) && isGraphic(text[len(text)-1]) {
		return text
	}
	return bytes.TrimFunc(text, isOuter)
}

func isGraphic(c byte) bool { return c > ' ' && c < 0x7f }

// isOuter reports whether a character at the end of a text is no part of it: a blank of any kind, a byte order mark, or one of no
// width. Tags, which end the flags of regions, are part of it.
func isOuter(r rune) bool {
	return unicode.IsSpace(r) || r >= utf8.RuneSelf && unicode.Is(unicode.Cf, r) && (r < 0xe0000 || r > 0xe007f)
}

func isBlank(text []byte) bool {
	return len(text) == 0 || (text[0] <= ' ' || text[0] >= utf8.RuneSelf) && len(bytes.TrimLeftFunc(text, isOuter)) == 0
}
