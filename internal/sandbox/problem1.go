package sandbox

import (
	"fmt"
	"strconv"
)

// pydantic1 writes loc, msg, type and, for some types, ctx; it never echoes the input of a field.
func pydantic1(w *jsonText, p problem) {
	if p.is == jsonInvalid {
		p.writeDecodeError(w)
		return
	}
	limit := strconv.Itoa(p.limit)
	kind, msg, ctx := "type_error", "", ""
	switch p.is {
	case missing:
		kind, msg = "value_error.missing", "field required"
	case notObject:
		kind, msg = "type_error.dict", "value is not a valid dict"
	case stringType:
		kind, msg = "type_error.str", "str type expected"
	case stringTooLong:
		kind, msg = "value_error.any_str.max_length", "ensure this value has at most "+limit+" characters"
		ctx = "limit_value"
	case intParsing, intParsingSize:
		kind, msg = "type_error.integer", "value is not a valid integer"
	case tooSmall:
		kind, msg = "value_error.number.not_ge", "ensure this value is greater than or equal to "+limit
		ctx = "limit_value"
	case tooLarge:
		kind, msg = "value_error.number.not_le", "ensure this value is less than or equal to "+limit
		ctx = "limit_value"
	case uuidType, uuidParsing:
		kind, msg = "type_error.uuid", "value is not a valid uuid"
	case boolType, boolParsing:
		kind, msg = "type_error.bool", "value could not be parsed to a boolean"
	case literalError:
		kind, msg = "value_error.const", "unexpected value; permitted: "+p.words
	case valueError:
		kind, msg = "value_error", p.words
	}
	if p.input == nil && p.is != missing && p.is != notObject {
		kind, msg, ctx = "type_error.none.not_allowed", "none is not an allowed value", ""
	}
	p.writeLoc(w)
	w.textField("msg", msg)
	w.textField("type", kind)
	if ctx != "" {
		w.key("ctx")
		w.open('{')
		w.intField(ctx, int64(p.limit))
		w.close('}')
	}
}

// writeDecodeError is how pydantic 1 shows a json.JSONDecodeError. The place is the last part of loc.
func (p problem) writeDecodeError(w *jsonText) {
	pos, _ := p.loc[len(p.loc)-1].(int)
	line, column := 1, 1
	for _, c := range p.doc[:min(pos, len(p.doc))] {
		if column++; c == '\n' {
			line, column = line+1, 1
		}
	}
	p.writeLoc(w)
	w.textField("msg", fmt.Sprintf("%s: line %d column %d (char %d)", p.words, line, column, pos))
	w.textField("type", "value_error.jsondecode")
	w.key("ctx")
	w.open('{')
	w.textField("msg", p.words)
	w.textField("doc", string(p.doc))
	w.intField("pos", int64(pos))
	w.intField("lineno", int64(line))
	w.intField("colno", int64(column))
	w.close('}')
}
