package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxExcerpt is how much of an answer that is not JSON an error keeps, in bytes.
const maxExcerpt = 300

// readError turns an answer other than 2xx into an *Error. FastAPI's detail may be a string, a list or an object; a
// proxy answers HTML or plain text; {"error": ...} is understood too.
func readError(method, path string, resp *http.Response, body []byte) *Error {
	e := &Error{
		Method: method, Path: path, Status: resp.StatusCode,
		RequestID: resp.Header.Get("X-Request-Id"),
		Location:  resp.Header.Get("Location"),
	}
	if jsontext.Value(body).IsValid() {
		e.JSON = true
		e.Message, e.Fields = readDetail(body)
	} else {
		e.Message = excerpt(body)
	}
	e.Code = e.code()
	return e
}

func readDetail(body []byte) (string, []FieldError) {
	var doc struct {
		Detail  json.RawMessage `json:"detail"`
		Error   json.RawMessage `json:"error"`
		Message json.RawMessage `json:"message"`
	}
	if json.Unmarshal(body, &doc) != nil {
		return text(body), nil // a bare string or a list
	}
	for _, raw := range []json.RawMessage{doc.Detail, doc.Error, doc.Message} {
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		if fields := readFields(raw); len(fields) > 0 {
			return summary(fields), fields
		}
		return text(raw), nil
	}
	return "", nil
}

// readFields reads pydantic's list of {loc, msg, type}; nil when raw is anything else.
func readFields(raw json.RawMessage) []FieldError {
	var items []struct {
		Loc  []any  `json:"loc"`
		Msg  string `json:"msg"`
		Type string `json:"type"`
	}
	if json.Unmarshal(raw, &items) != nil {
		return nil
	}
	fields := make([]FieldError, 0, len(items))
	for _, it := range items {
		in, field := splitLoc(it.Loc)
		fields = append(fields, FieldError{In: in, Field: field, Message: it.Msg, Type: it.Type})
	}
	return fields
}

// splitLoc reads a location such as ["body", "tags", 1] as body and tags[1].
func splitLoc(loc []any) (in, field string) {
	for i, part := range loc {
		switch v := part.(type) {
		case string:
			if i == 0 && (v == "body" || v == "query" || v == "path" || v == "header") {
				in = v
				continue
			}
			if field != "" {
				field += "."
			}
			field += v
		case float64:
			field += fmt.Sprintf("[%d]", int64(v))
		}
	}
	return in, field
}

func summary(fields []FieldError) string {
	f := fields[0]
	name := f.Field
	if name == "" {
		name = f.In
	}
	if len(fields) == 1 {
		return strings.TrimPrefix(name+": "+f.Message, ": ")
	}
	return fmt.Sprintf("%d fields were refused", len(fields))
}

// text is a JSON string's value, an object's own message, or else the JSON itself.
func text(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) == nil {
		for _, name := range []string{"message", "msg", "detail", "error", "description"} {
			if json.Unmarshal(object[name], &s) == nil && s != "" {
				return s
			}
		}
	}
	return excerpt(raw)
}

// excerpt is the start of an answer on one line; of an HTML page the title.
func excerpt(body []byte) string {
	s := string(body)
	if title, ok := between(s, "<title>", "</title>"); ok {
		s = "an HTML page titled " + strings.TrimSpace(title)
	}
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxExcerpt {
		s = s[:maxExcerpt] + "..."
	}
	return strings.ToValidUTF8(s, "?")
}

func between(s, from, to string) (string, bool) {
	lower := strings.ToLower(s)
	if len(lower) != len(s) {
		return "", false
	}
	i := strings.Index(lower, from)
	if i < 0 {
		return "", false
	}
	j := strings.Index(lower[i:], to)
	if j < 0 {
		return "", false
	}
	return s[i+len(from) : i+j], true
}
