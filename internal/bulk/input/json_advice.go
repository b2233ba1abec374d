package input

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/jsonobject"
)

const intoImport = " FILE | hydractl customers import -"

// syntaxAdvice says what a text that is not JSON may be, by what stands where it ends to be JSON; "" when that is not known.
func syntaxAdvice(rest []byte) string {
	for _, known := range []struct{ start, text string }{
		{"//", "comments are not JSON; take them out: sed -E '/^ *(\\/\\/|#)/d'" + intoImport},
		{"#", "comments are not JSON; take them out: sed -E '/^ *(\\/\\/|#)/d'" + intoImport},
		{"/*", "comments are not JSON; take them out"},
		{"'", "JSON has double quotes; this may be how Python prints data, and json.dumps writes JSON"},
		{"None", "this is how Python prints data, and json.dumps writes JSON"},
		{"True", "this is how Python prints data, and json.dumps writes JSON"},
		{"False", "this is how Python prints data, and json.dumps writes JSON"},
		{"NaN", "NaN is not JSON; write null: sed -E 's/: *NaN/: null/g'" + intoImport},
	} {
		if bytes.HasPrefix(rest, []byte(known.start)) {
			return known.text
		}
	}
	return ""
}

// noObject says that a value begins here that is no object.
func noObject(rest []byte, unpack string) string {
	switch {
	case bytes.HasPrefix(rest, []byte(`"`)) && unpack != "@csv":
		return "expected an object, got a text; for a list of addresses: jq -r '.[]' FILE | hydractl customers import - --header email"
	case bytes.HasPrefix(rest, []byte("[")):
		return "expected an object, got a list without names of columns; turn the lists into CSV: jq -r " + files.ShellWord(unpack) + intoImport
	case syntaxAdvice(rest) != "":
		return "expected an object; " + syntaxAdvice(rest)
	}
	return "expected an object"
}

// unknownKey is a key that nothing is known of, where it was met first.
type unknownKey struct {
	name         string
	line, column int
	value, item  byte   // the first byte of what it holds, and in a list that of the first item
	inner        string // the path for jq of a list inside an object
	members      []string
}

// isError reports whether servers have the key in answers that are an error.
func (k unknownKey) isError() bool {
	return slices.Contains([]string{"detail", "error", "errors", "message"}, k.name)
}

// isList reports whether the key holds a list of what may be customers: objects, or lists of values.
func (k unknownKey) isList() bool { return k.value == '[' && (k.item == '{' || k.item == '[') }

// inspect finds out what the key holds, by the text behind it.
func (k *unknownKey) inspect(text []byte) {
	text = bytes.TrimLeft(text, ": \t\r\n")
	if len(text) == 0 {
		return
	}
	k.value = text[0]
	switch item := bytes.TrimLeft(text[1:], " \t\r\n"); {
	case k.value == '{':
		k.inner = innerList(text)
		object, _ := jsontext.NewDecoder(bytes.NewReader(text)).ReadValue()
		members, _ := jsonobject.Members(object)
		for _, m := range members {
			if m.Value[0] != '{' && m.Value[0] != '[' { // which no field takes
				k.members = append(k.members, m.Name)
			}
		}
	case len(item) > 0:
		k.item = item[0]
	}
}

// innerList returns the path for jq of the first list inside an object, however deep, "" for none.
func innerList(object []byte) (path string) {
	dec := jsontext.NewDecoder(bytes.NewReader(object))
	for dec.PeekKind() != '[' {
		if _, err := dec.ReadToken(); err != nil || dec.StackDepth() == 0 {
			return ""
		}
	}
	for name := range dec.StackPointer().Tokens() {
		path += jqKey(name)
	}
	return path
}

// unpackAdvice says how to get at the customers of an object that holds them in a list, or one for each key; "" when it does not
// look like that. fed are the fields that its own keys give.
func (m *mapper) unpackAdvice(unknown []unknownKey, fed [record.FieldCount]bool) string {
	isEmail := func(name string) bool {
		use, _ := m.column(name)
		return use.field == record.Email
	}
	isField := func(name string) bool {
		use, _ := m.column(name)
		return use.field >= 0
	}
	if fed[record.Email] {
		return ""
	}
	if i := slices.IndexFunc(unknown, unknownKey.isList); i == 0 || i > 0 && !slices.Contains(fed[:], true) {
		k := unknown[i]
		if k.item == '[' {
			return fmt.Sprintf("the key %q is a list of lists; turn it into CSV: jq -r %s%s", Clip(k.name), files.ShellWord(jqKey(k.name)+"[] | @csv"), intoImport)
		}
		return fmt.Sprintf("the key %q is a whole list: leave --format out, or unpack it: jq -c %s%s", Clip(k.name), files.ShellWord(jqKey(k.name)+"[]"), intoImport)
	}
	if slices.Contains(fed[:], true) {
		return ""
	}
	if i := slices.IndexFunc(unknown, func(k unknownKey) bool { return k.inner != "" }); i >= 0 {
		k := unknown[i]
		path := jqKey(k.name) + k.inner
		return fmt.Sprintf("the key %q contains the list %s: unpack it: jq -c %s%s", Clip(k.name), Clip(path), files.ShellWord(path+"[]"), intoImport)
	}
	if slices.ContainsFunc(unknown, unknownKey.isError) {
		return "this is an error message of a server, and not a list of customers"
	}
	if len(unknown) > 1 && !slices.ContainsFunc(unknown, func(k unknownKey) bool { return !slices.ContainsFunc(k.members, isEmail) }) {
		return "each key is an object, and none is a field: unpack them: jq -c " + files.ShellWord(".[]") + intoImport
	}
	if k := unknown[0]; len(unknown) == 1 && k.value == '{' && !slices.ContainsFunc(k.members, isField) {
		return fmt.Sprintf("the only key %q is an object that gives no field as text: unpack it: jq -c %s%s", Clip(k.name), files.ShellWord(jqKey(k.name)), intoImport)
	}
	return ""
}

// unknownNames are the names of unknown keys; in the place of an object that holds what no other key gives, the names in it. texts are
// those that do not hold an object or a list, which no field takes.
func (m *mapper) unknownNames(unknown []unknownKey, fed [record.FieldCount]bool) (names, texts []string) {
	for _, k := range unknown {
		before := len(names)
		if field, ok := m.likely(k.name); ok && k.value != '{' {
			fed[field] = true
		}
		for _, member := range k.members {
			if use, _ := m.column(member); use.field >= 0 && !fed[use.field] {
				fed[use.field] = true
				names, texts = append(names, k.name+"."+member), append(texts, k.name+"."+member)
			}
		}
		if len(names) == before {
			names = append(names, k.name)
			if k.value != '{' && k.value != '[' {
				texts = append(texts, k.name)
			}
		}
	}
	return names, texts
}

// jqKey is the path of a key for jq.
func jqKey(name string) string {
	if regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(name) {
		return "." + name
	}
	quoted, err := jsontext.AppendQuote(nil, name)
	if err != nil {
		return "." + strings.ToValidUTF8(name, "?")
	}
	return ".[" + string(quoted) + "]"
}
