package client

import (
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// decodeObject reads a JSON object into v by exact member names. Whole numbers may come as 5, "5", 5.0 or 5e0.
func decodeObject(data []byte, v any) error {
	if kind := jsontext.Value(data).Kind(); kind != '{' {
		return fmt.Errorf("the answer is %s, not an object", kindName(kind))
	}
	err := json.Unmarshal(data, v, json.WithUnmarshalers(json.UnmarshalFunc(decodeWhole)))
	if se, ok := errors.AsType[*json.SemanticError](err); ok {
		where := strings.TrimPrefix(string(se.JSONPointer), "/")
		if se.Err != nil {
			return fmt.Errorf("field %s: %w", where, se.Err)
		}
		return fmt.Errorf("field %s is %s", where, kindName(se.JSONKind))
	}
	return err
}

// decodeWhole reads a whole number in any spelling; anything else is an error, not a guess.
func decodeWhole(data []byte, n *int64) error {
	text := string(data)
	if jsontext.Value(data).Kind() == '"' {
		unquoted, err := jsontext.AppendUnquote(nil, data)
		if err != nil {
			return err
		}
		text = string(unquoted)
	}
	if len(text) > 40 { // 1e999999999 would be expanded
		return errors.New("the number is too long")
	}
	f, ok := new(big.Float).SetPrec(128).SetString(text)
	if !ok || f.IsInf() {
		return errors.New("a whole number is due here")
	}
	i, accuracy := f.Int64()
	if accuracy != big.Exact {
		return fmt.Errorf("%s is not a whole number that fits", text)
	}
	*n = i
	return nil
}

// checkID refuses an id that names no record: missing, not a UUID, or the nil UUID.
func checkID(id string) error {
	parsed, err := uuid.Parse(id)
	switch {
	case id == "":
		return errors.New("the record has no id")
	case err != nil:
		return errors.New("the record's id is not a UUID")
	case parsed == uuid.Nil:
		return errors.New("the record's id is the nil UUID")
	}
	return nil
}

// pathID puts a UUID in its canonical spelling, the only one that enters a path.
func pathID(id string) (string, error) {
	parsed, err := uuid.Parse(strings.TrimSpace(id))
	if err != nil {
		return "", fmt.Errorf("%q is not a UUID", id)
	}
	return parsed.String(), nil
}

func kindName(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '[':
		return "a list"
	case '{':
		return "an object"
	}
	return "nothing"
}
