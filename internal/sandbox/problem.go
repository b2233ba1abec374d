package sandbox

import (
	"net/http"
	"strconv"
)

// problemType is what is wrong with a field; the values are the error types of pydantic 2.
type problemType string

const (
	missing        problemType = "missing"
	jsonInvalid    problemType = "json_invalid"
	notObject      problemType = "model_attributes_type"
	stringType     problemType = "string_type"
	stringTooLong  problemType = "string_too_long"
	intParsing     problemType = "int_parsing"
	intParsingSize problemType = "int_parsing_size"
	tooSmall       problemType = "greater_than_equal"
	tooLarge       problemType = "less_than_equal"
	uuidType       problemType = "uuid_type"
	uuidParsing    problemType = "uuid_parsing"
	boolType       problemType = "bool_type"
	boolParsing    problemType = "bool_parsing"
	literalError   problemType = "literal_error"
	valueError     problemType = "value_error"
)

// problem is one entry of the detail of a 422.
type problem struct {
	is    problemType
	loc   []any // strings and ints
	input any   // what was sent
	limit int   // of tooSmall, tooLarge, stringTooLong
	words string
	doc   []rune // of jsonInvalid: what was parsed
}

// wording renders a problem as one of the two pydantics does.
type wording func(w *jsonText, p problem)

// unprocessable is FastAPI's RequestValidationError.
func unprocessable(say wording, problems ...problem) answer {
	var w jsonText
	w.open('{')
	w.key("detail")
	w.open('[')
	for _, p := range problems {
		w.open('{')
		say(&w, p)
		w.close('}')
	}
	w.close(']')
	w.close('}')
	return ok(http.StatusUnprocessableEntity, &w)
}

func (p problem) writeLoc(w *jsonText) {
	w.key("loc")
	w.any(p.loc)
}

// pydantic2 writes type, loc, msg, input and, for some types, ctx.
func pydantic2(w *jsonText, p problem) {
	msg, ctx, arg := p.pydantic2()
	w.textField("type", string(p.is))
	p.writeLoc(w)
	w.textField("msg", msg)
	w.key("input")
	w.any(p.input)
	if ctx != "" {
		w.key("ctx")
		w.open('{')
		w.key(ctx)
		w.any(arg)
		w.close('}')
	}
}

func (p problem) pydantic2() (msg, ctx string, arg any) {
	limit := strconv.Itoa(p.limit)
	switch p.is {
	case missing:
		return "Field required", "", nil
	case jsonInvalid:
		return "JSON decode error", "error", p.words
	case notObject:
		return "Input should be a valid dictionary or object to extract fields from", "", nil
	case stringType:
		return "Input should be a valid string", "", nil
	case stringTooLong:
		return "String should have at most " + limit + " characters", "max_length", p.limit
	case intParsing:
		return "Input should be a valid integer, unable to parse string as an integer", "", nil
	case intParsingSize:
		return "Unable to parse input string as an integer, exceeded maximum size", "", nil
	case tooSmall:
		return "Input should be greater than or equal to " + limit, "ge", p.limit
	case tooLarge:
		return "Input should be less than or equal to " + limit, "le", p.limit
	case uuidType:
		return "UUID input should be a string, bytes or UUID object", "", nil
	case uuidParsing:
		return "Input should be a valid UUID, " + p.words, "error", p.words
	case boolType:
		return "Input should be a valid boolean", "", nil
	case boolParsing:
		return "Input should be a valid boolean, unable to interpret input", "", nil
	case literalError:
		return "Input should be " + p.words, "expected", p.words
	}
	return "Value error, " + p.words, "error", &object{} // ctx.error is an exception, which becomes {}
}
