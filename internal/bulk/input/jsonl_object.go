package input

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

const (
	unknownKey  = -3 // a key that nothing is known of
	kindNotJSON = "not_json"
)

// parse reads the object of the record. What is wrong with one row becomes a fault; the error is what spoils the file.
func (r *jsonReader) parse() error {
	r.input.Reset(r.rec.raw)
	r.dec.Reset(&r.input)
	err := r.parseObject()
	if err == nil {
		return nil
	}
	if _, spoiled := errors.AsType[*InputError](err); spoiled {
		return err
	}
	at, message := int(r.dec.InputOffset()), err.Error()
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		at, message = int(syntax.ByteOffset), syntax.Err.Error()
	}
	message = "not JSON: " + message
	if strings.HasSuffix(message, "invalid UTF-8") {
		message += otherEncoding
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
		r.rec.fault(0, "not_an_object", "an object is due here")
		return nil
	}
	_, err := r.dec.ReadToken()
	for err == nil && r.dec.PeekKind() != '}' {
		err = r.parseMember()
	}
	if err == nil {
		_, err = r.dec.ReadToken()
	}
	if err != nil {
		return err
	}
	if rest := bytes.TrimSpace(r.rec.raw[r.dec.InputOffset():]); len(rest) > 0 {
		at := bytes.LastIndex(r.rec.raw, rest)
		r.rec.fault(at, kindNotJSON, "not JSON: there is more after the object")
	}
	return nil
}

// parseMember reads a key and its value; the decoder itself refuses a key given twice.
func (r *jsonReader) parseMember() error {
	key, err := r.dec.ReadValue()
	if err != nil {
		return err
	}
	at := int(r.dec.InputOffset()) - len(key)
	field, met := r.keys[string(key)]
	if !met {
		if field, err = r.meet(key, at); err != nil {
			return err
		}
	}
	switch kind := r.dec.PeekKind(); {
	case field < 0:
		return r.skipValue()
	case kind == 'n':
		_, err = r.dec.ReadToken()
		return err
	case kind == '"':
		return r.takeText(field)
	case kind != jsontext.KindInvalid:
		r.rec.faults = append(r.rec.faults, fault{
			at: at, kind: "not_text", field: record.Fields()[field].Name, severity: BadRow,
			message: "text is due here; write it in quotes",
		})
	}
	return r.skipValue()
}

// meet finds out what a key feeds, at its first occurrence.
func (r *jsonReader) meet(key jsontext.Value, at int) (field int, err error) {
	if len(r.keys) == maxColumns {
		return 0, r.failf(at, "there are more than %d different keys", maxColumns)
	}
	text, err := jsontext.AppendUnquote(nil, key)
	if err != nil {
		return 0, err
	}
	name := string(text)
	field, ok := r.source.mapper.column(name)
	mapped := Mapped{Column: name}
	switch {
	case !ok:
		field = unknownKey
		message := unknownColumn(name)
		if name == "customers" && r.dec.PeekKind() == '[' {
			message = "this is a whole list in one object: export it as jsonl or csv, or unpack it: jq -c '.customers[]' FILE | hydractl customers import -"
		}
		r.rec.faults = append(r.rec.faults, fault{at: at, kind: "unknown_field", severity: BadFile, message: message})
	case field >= 0:
		mapped.Field = record.Fields()[field].Name
		if r.source.preset[field].given {
			return 0, &InputError{File: "--set " + mapped.Field, Msg: fmt.Sprintf("the file has the key %q for it", name)}
		}
	}
	r.keys[string(key)] = field
	r.mapping = append(r.mapping, mapped)
	return field, nil
}

func (r *jsonReader) takeText(field int) error {
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
	switch {
	case len(text) > maxCellBytes:
		r.rec.fault(at, "long_cell", fmt.Sprintf("the text has %d bytes, more than 64 KiB", len(text)))
	case r.rec.values[field].at > 0:
		r.rec.fault(at, "field_twice", "the field "+record.Fields()[field].Name+" is given twice")
	default:
		given := !isBlank(text) && !(r.source.options.NullToken != "" && string(text) == r.source.options.NullToken)
		r.rec.values[field] = value{text: text, at: int32(at), flags: flagsOf(text), given: given}
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
