package output

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"text/template"
)

// templateFunc is a function of a --template.
type templateFunc struct {
	least, most int // arguments; most is -1 for any number
	call        func(args []any) (any, error)
}

// templateBuiltins are the functions of text/template.
func templateBuiltins() map[string]templateFunc {
	printed := func(f func(...any) string) templateFunc {
		return templateFunc{0, -1, func(args []any) (any, error) { return f(args...), nil }}
	}
	ordered := func(f func(order int) bool) templateFunc {
		return templateFunc{2, 2, func(args []any) (any, error) {
			order, err := compareValues(args[0], args[1])
			return f(order), err
		}}
	}
	last := func(args []any) (any, error) { return args[len(args)-1], nil }
	return map[string]templateFunc{
		"and":   {1, -1, last}, // the arguments before it are true
		"call":  {1, -1, func([]any) (any, error) { return nil, errors.New("a value is not a function") }},
		"eq":    {2, -1, func(args []any) (any, error) { return equalsAny(args[0], args[1:]) }},
		"ge":    ordered(func(order int) bool { return order >= 0 }),
		"gt":    ordered(func(order int) bool { return order > 0 }),
		"html":  printed(template.HTMLEscaper),
		"index": {1, -1, func(args []any) (any, error) { return indexValue(args[0], args[1:]) }},
		"js":    printed(template.JSEscaper),
		"le":    ordered(func(order int) bool { return order <= 0 }),
		"len":   {1, 1, func(args []any) (any, error) { return lenOf(args[0]) }},
		"lt":    ordered(func(order int) bool { return order < 0 }),
		"ne": {2, 2, func(args []any) (any, error) {
			equal, err := equalsAny(args[0], args[1:])
			return !equal, err
		}},
		"not":   {1, 1, func(args []any) (any, error) { return !truth(args[0]), nil }},
		"or":    {1, -1, last}, // the arguments before it are false
		"print": printed(fmt.Sprint),
		"printf": {1, -1, func(args []any) (any, error) {
			format, ok := args[0].(string)
			if !ok {
				return nil, fmt.Errorf("the format is %s", valueKind(args[0]))
			}
			return fmt.Sprintf(format, args[1:]...), nil
		}},
		"println":  printed(fmt.Sprintln),
		"slice":    {1, 4, func(args []any) (any, error) { return sliceValue(args[0], args[1:]) }},
		"urlquery": printed(template.URLQueryEscaper),
	}
}

// null is a null of the document: it prints nothing, counts as false and as equal to "".
type null string

// MarshalJSON is for the function json.
func (null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// templateValue returns v, a decoded document, with whole numbers as int, so that they compare with those of a template, and
// with null for nil.
func templateValue(v any) any {
	switch v := v.(type) {
	case nil:
		return null("")
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return int(n)
		}
		if !strings.ContainsAny(v.String(), ".eE") {
			return v // a whole number that no type holds is printed as it is
		}
		if f, err := v.Float64(); err == nil && !strings.ContainsAny(v.String(), "eE") {
			return f
		}
	case []any:
		for i := range v {
			v[i] = templateValue(v[i])
		}
		return slices.Clip(v) // slice reaches as far as there is room
	case map[string]any:
		for name := range v {
			v[name] = templateValue(v[name])
		}
	}
	return v
}

// truth reports whether a value counts as true: it is neither missing, nor null, false, 0 or empty.
func truth(v any) bool {
	switch v := basicValue(v).(type) {
	case bool:
		return v
	case int:
		return v != 0
	case float64:
		return v != 0
	case complex128:
		return v != 0
	case nil:
		return false
	}
	n, _ := lenOf(v)
	return n > 0
}

// basicValue is v as the type that compares: all texts as string, whole numbers as int.
func basicValue(v any) any {
	switch v := v.(type) {
	case null:
		return string(v)
	case json.Number:
		return string(v)
	case uint8:
		return int(v)
	}
	return v
}

// valueKind is the kind of a value in a message.
func valueKind(v any) string {
	switch v.(type) {
	case nil:
		return "a missing value"
	case null:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "a number"
}

// templateItems are the keys and values, in order, that a range with so many variables sees. A number has no keys.
func templateItems(v any, vars int) (iter.Seq2[any, any], error) {
	switch v := v.(type) {
	case nil:
		return func(func(any, any) bool) {}, nil
	case int:
		if vars < 2 {
			return counted(v), nil
		}
	case uint8:
		if vars < 2 {
			return counted(v), nil
		}
	case []any:
		return func(yield func(any, any) bool) {
			for i, item := range v {
				if !yield(i, item) {
					return
				}
			}
		}, nil
	case map[string]any:
		return func(yield func(any, any) bool) {
			for _, name := range slices.Sorted(maps.Keys(v)) {
				if !yield(name, v[name]) {
					return
				}
			}
		}, nil
	}
	return nil, fmt.Errorf("cannot range over %s with %d variables", valueKind(v), vars)
}

// counted are the numbers below n.
func counted[N int | uint8](n N) iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		for i := N(0); i < n; i++ {
			if !yield(nil, i) {
				return
			}
		}
	}
}

func lenOf(v any) (int, error) {
	switch v := basicValue(v).(type) {
	case string:
		return len(v), nil
	case []any:
		return len(v), nil
	case map[string]any:
		return len(v), nil
	}
	return 0, fmt.Errorf("%s has no length", valueKind(v))
}

// indexValue is v[indexes[0]][indexes[1]]... of lists, objects and texts, whose items are bytes. What an object lacks is missing.
func indexValue(v any, indexes []any) (any, error) {
	if v == nil {
		return nil, errors.New("the value is missing")
	}
	for _, index := range indexes {
		switch of := basicValue(v).(type) {
		case string:
			i, err := indexIn(index, len(of)-1)
			if err != nil {
				return nil, err
			}
			v = of[i]
		case []any:
			i, err := indexIn(index, len(of)-1)
			if err != nil {
				return nil, err
			}
			v = of[i]
		case map[string]any:
			name, ok := index.(string)
			if !ok {
				return nil, fmt.Errorf("a name in an object is a string, not %s", valueKind(index))
			}
			v = of[name]
		default:
			return nil, fmt.Errorf("%s has no items", valueKind(v))
		}
	}
	return v, nil
}

// indexIn is v as a number from 0 to most.
func indexIn(v any, most int) (int, error) {
	i, ok := basicValue(v).(int)
	if !ok {
		return 0, fmt.Errorf("the index is %s", valueKind(v))
	}
	if i < 0 || i > most {
		return 0, fmt.Errorf("index out of range: %d", i)
	}
	return i, nil
}

// sliceValue is v[indexes[0]:indexes[1]:indexes[2]] of a list or a text.
func sliceValue(v any, indexes []any) (any, error) {
	list, isList := v.([]any)
	text, isText := basicValue(v).(string)
	if !isList && (!isText || len(indexes) > 2) {
		return nil, fmt.Errorf("cannot slice %s by %d indexes", valueKind(v), len(indexes))
	}
	at := [3]int{0, len(list) + len(text), cap(list) + len(text)} // one of them is empty
	most := at[2]
	for i, index := range indexes {
		var err error
		if at[i], err = indexIn(index, most); err != nil {
			return nil, err
		}
	}
	switch {
	case at[0] > at[1] || at[1] > at[2]:
		return nil, fmt.Errorf("index out of order: %v", at)
	case isList:
		return list[at[0]:at[1]:at[2]], nil
	}
	part := text[at[0]:at[1]]
	switch v.(type) {
	case null:
		return null(part), nil
	case json.Number:
		return json.Number(part), nil
	}
	return part, nil
}

// equalsAny reports whether v equals one of others. A missing value equals a missing value only; others have to be of one type.
func equalsAny(v any, others []any) (bool, error) {
	a := basicValue(v)
	for _, other := range others {
		b := basicValue(other)
		_, object := a.(map[string]any)
		_, list := a.([]any)
		switch {
		case a == nil, b == nil:
		case reflect.TypeOf(a) != reflect.TypeOf(b), object, list:
			return false, fmt.Errorf("cannot compare %s with %s", valueKind(v), valueKind(other))
		}
		if a == b {
			return true, nil
		}
	}
	return false, nil
}

// compareValues is cmp.Compare for numbers of one type and texts.
func compareValues(v, other any) (int, error) {
	switch a := basicValue(v).(type) {
	case int:
		if b, ok := basicValue(other).(int); ok {
			return cmp.Compare(a, b), nil
		}
	case float64:
		if b, ok := basicValue(other).(float64); ok {
			return cmp.Compare(a, b), nil
		}
	case string:
		if b, ok := basicValue(other).(string); ok {
			return cmp.Compare(a, b), nil
		}
	}
	return 0, fmt.Errorf("cannot order %s and %s", valueKind(v), valueKind(other))
}
