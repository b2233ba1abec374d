package client

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// stringOf reads a string.
func stringOf(v jsontext.Value) (string, error) {
	if v.Kind() != '"' {
		return "", wrongKind(v.Kind(), "a string")
	}
	s, err := unquoted(v)
	return string(s), err
}

// whole reads a whole number in any spelling: 5, "5", 5.0 or 5e0. Anything else is an error, not a guess.
func whole(v jsontext.Value) (int64, error) {
	if v.Kind() == '"' {
		s, err := unquoted(v)
		if err != nil {
			return 0, err
		}
		v = jsontext.Value(s)
		if !v.IsValid() { // big.Rat would take 0x10 and 1/1
			return 0, wrongKind('"', "a whole number")
		}
	}
	if v.Kind() != '0' {
		return 0, wrongKind(v.Kind(), "a whole number")
	}
	if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
		return n, nil
	}
	return wholeFraction(string(v))
}

// wholeFraction reads a number with a fraction or an exponent exactly.
func wholeFraction(number string) (int64, error) {
	exponent := strings.IndexAny(number, "eE")
	if len(number) > 40 || exponent >= 0 && len(number)-exponent > 4 { // 1e999999999 would be expanded
		return 0, errors.New("a number out of range")
	}
	r, ok := new(big.Rat).SetString(number)
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, errors.New("a number that is not whole, or does not fit in 64 bits")
	}
	return r.Num().Int64(), nil
}

// checkID refuses an id that names no record: missing, not a UUID, or the nil UUID.
func checkID(id string) error {
	parsed, err := parseID(id)
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
	parsed, err := parseID(strings.TrimSpace(id))
	if err != nil {
		return "", fmt.Errorf("%q is not a UUID", id)
	}
	return parsed.String(), nil
}

// parseID reads the four spellings of a UUID: plain, without dashes, in braces, and after urn:uuid:.
func parseID(id string) (uuid.UUID, error) {
	parsed, err := uuid.Parse(id)
	if len(id) == len("{}")+36 && (id[0] != '{' || id[len(id)-1] != '}') {
		err = errors.New("these are no braces") // uuid.Parse does not look
	}
	return parsed, err
}
