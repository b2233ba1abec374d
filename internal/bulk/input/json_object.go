package input

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	nestedObject = -3 // a key whose object has keys that are used
	kindNotJSON  = "not_json"
)

// parse reads the object of the record. What is wrong with one row becomes a fault; the error is what spoils the file.
func (r *jsonReader) parse() error {
	r.input.Reset(r.rec.raw)
	r.dec.Reset(&r.input)
	err := r.parseObject()
	if err == nil {
		return nil
	}
	if _, spoiled := errors.AsType[*Error](err); spoiled {
		return err
	}
	at, message := int(r.dec.InputOffset()), err.Error()
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		at, message = int(syntax.ByteOffset), syntax.Err.Error()
	}
	message = "not JSON: " + message
	if explained := syntaxAdvice(r.rec.raw[min(at, len(r.rec.raw)):]); explained != "" {
		message = "not JSON: " + explained
	}
	if strings.HasSuffix(message, "invalid UTF-8") {
		advice, _ := adviseEncodings(guessEncodings(r.rec.raw, false))
		message += "; " + advice
	}
	switch {
	case !r.lines:
		return r.failf(at, "%s", message)
	case !r.complete:
		message += "; the line has no end, the file may be truncated"
	}
	r.rec.fault(at, kindNotJSON, message)
	return nil
}

func (r *jsonReader) parseObject() error {
	if r.dec.PeekKind() != '{' {
		if _, err := r.dec.ReadToken(); err != nil {
			return err
		}
		r.rec.fault(0, "not_an_object", noObject(bytes.TrimLeft(r.rec.raw, " \t"), "@csv"))
		return nil
	}
	if err := r.parseMembers(""); err != nil {
		return err
	}
	if rest := bytes.TrimSpace(r.rec.raw[r.dec.InputOffset():]); len(rest) > 0 {
		message := "not JSON: there is more after the object"
		if string(rest) == "," {
			message = "not JSON: there is a comma after the object; take it out: sed 's/},\r*$/}/' FILE | hydractl customers import -"
		}
		r.rec.fault(bytes.LastIndex(r.rec.raw, rest), kindNotJSON, message)
	}
	return nil
}

// parseMember reads a key and its value; the decoder itself refuses a key given twice.
func (r *jsonReader) parseMember(parent string) error {
	key, err := r.dec.ReadValue()
	if err != nil {
		return err
	}
	at := int(r.dec.InputOffset()) - len(key)
	use, met := r.keys[string(key)]
	if parent != "" {
		use, met = r.keys[parent+"."+string(key)]
	}
	if !met {
		if use, err = r.classifyKey(parent, string(key), at); err != nil {
			return err
		}
	}
	name := ""
	if use.field == nestedObject {
		text, err := jsontext.AppendUnquote(nil, key)
		if err != nil {
			return err
		}
		name = string(text)
	}
	switch kind := r.dec.PeekKind(); {
	case use.field == nestedObject && kind == '{':
		return r.parseMembers(name)
	case use.field < 0:
		return r.skipValue()
	case kind == 'n':
		_, err = r.dec.ReadToken()
		return err
	case kind == '"':
		return r.takeText(use)
	case kind != jsontext.KindInvalid:
		name := fieldName(use.field)
		message := notText(bytes.TrimLeft(r.rec.raw[r.dec.InputOffset():], ": \t\r\n"), name)
		r.rec.faults = append(r.rec.faults, fault{at: at, kind: "not_text", field: name, severity: BadRow, message: message})
	}
	return r.skipValue()
}

// notText says what to do about the value of a field that is no text.
func notText(value []byte, field string) string {
	switch {
	case bytes.HasPrefix(value, []byte(`{"0":`)):
		return `expected text, got a whole column, as pandas writes a table; write rows: df.to_json(FILE, orient="records")`
	case bytes.HasPrefix(value, []byte("{")), bytes.HasPrefix(value, []byte("[")):
		return "expected text, got an object or an array; leave the key out with --ignore-columns, or map one inside an object with --map KEY.INNER=" + field
	}
	return "expected text, got a number or a truth value; write it in quotes"
}

// parseMembers reads an object: the record, with the name "", or one inside it, whose keys are known as OUTER.INNER.
func (r *jsonReader) parseMembers(name string) error {
	_, err := r.dec.ReadToken()
	for err == nil && r.dec.PeekKind() != '}' {
		err = r.parseMember(name)
	}
	if err == nil {
		_, err = r.dec.ReadToken()
	}
	return err
}

// classifyKey finds out what a key is used for, at its first occurrence.
func (r *jsonReader) classifyKey(parent, key string, at int) (use columnUse, err error) {
	if len(r.keys) == maxColumns {
		return use, r.failf(at, "there are more than %d different keys", maxColumns)
	}
	text, err := jsontext.AppendUnquote(nil, key)
	if err != nil {
		return use, err
	}
	name := string(text)
	if parent != "" {
		name, key = parent+"."+name, parent+"."+key
	}
	use, ok := r.source.mapper.column(name)
	switch {
	case use.field < 0 && parent == "" && r.source.mapper.knowsInside(name):
		use.field = nestedObject
	case !ok && parent == "":
		line, column := r.rec.place(at)
		k := unknownKey{name: name, line: line, column: column}
		k.inspect(r.rec.raw[r.dec.InputOffset():])
		r.unknown = append(r.unknown, k)
	case use.field >= 0 && r.source.constants[use.field].given:
		field := fieldName(use.field)
		return use, &Error{File: "--set " + field, Msg: fmt.Sprintf("the file has the key %q for it; leave that out with --ignore-columns", name)}
	}
	r.keys[key] = use
	r.mapping = append(r.mapping, r.source.mapper.mapped(name, use))
	return use, nil
}

func (r *jsonReader) takeText(use columnUse) error {
	raw, err := r.dec.ReadValue()
	if err != nil {
		return err
	}
	at := int(r.dec.InputOffset()) - len(raw)
	start := len(r.scratch)
	if r.scratch, err = jsontext.AppendUnquote(r.scratch, raw); err != nil {
		return err
	}
	text := r.scratch[start:len(r.scratch):len(r.scratch)]
	switch v := &r.rec.values[use.field]; {
	case len(text) > maxCellBytes:
		r.rec.fault(at, "long_cell", fmt.Sprintf("the text has %d bytes, more than 64 KiB", len(text)))
	case v.at > 0 && v.rank == use.rank:
		r.rec.fault(at, "field_twice", "the field "+fieldName(use.field)+" is given twice")
	default:
		r.norm.take(v, use, int32(at), text, flagsOf(text))
	}
	return nil
}

// skipValue reads over a value.
func (r *jsonReader) skipValue() error {
	for depth := r.dec.StackDepth(); ; {
		if _, err := r.dec.ReadToken(); err != nil {
			return err
		}
		switch now := r.dec.StackDepth(); {
		case now <= depth:
			return nil
		case now > maxDepth:
			return fmt.Errorf("it nests deeper than %d levels", maxDepth)
		}
	}
}
