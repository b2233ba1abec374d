package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxExcerpt is how much of an answer that is not JSON an error keeps, in bytes.
const maxExcerpt = 300

// readError turns an answer other than 2xx into an *Error. FastAPI's detail may be a string, a list or an object; a
// proxy answers HTML or plain text; {"error": ...} is understood too.
func readError(cl *call, resp *http.Response, body []byte) *Error {
	e := &Error{
		Method: cl.method, Path: cl.path, Status: resp.StatusCode,
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
		switch jsontext.Value(raw).Kind() {
		case '[':
			fields := readFields(raw)
			return summary(fields), fields
		case '{', '"', '0', 't', 'f':
			return text(raw), nil
		}
	}
	return "", nil
}

// readFields reads pydantic's list of {loc, msg, type}. Of an entry of another shape the text is kept.
func readFields(raw json.RawMessage) []FieldError {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return nil
	}
	fields := make([]FieldError, 0, len(items))
	for _, item := range items {
		var entry struct {
			Loc, Msg, Type json.RawMessage
		}
		if json.Unmarshal(item, &entry) != nil || entry.Msg == nil {
			fields = append(fields, FieldError{Message: text(item)})
			continue
		}
		in, field := splitLoc(entry.Loc)
		fields = append(fields, FieldError{In: in, Field: field, Message: text(entry.Msg), Type: text(entry.Type)})
	}
	return fields
}

// splitLoc reads a location such as ["body", "tags", 1] as body and tags[1].
func splitLoc(raw json.RawMessage) (in, field string) {
	var loc []json.RawMessage
	if json.Unmarshal(raw, &loc) != nil {
		return "", text(raw)
	}
	for i, part := range loc {
		name := text(part)
		switch {
		case jsontext.Value(part).Kind() == '0':
			field += "[" + name + "]"
		case i == 0 && (name == "body" || name == "query" || name == "path" || name == "header" || name == "cookie"):
			in = name
		case field != "":
			field += "." + name
		default:
			field = name
		}
	}
	return in, field
}

func summary(fields []FieldError) string {
	switch len(fields) {
	case 0:
		return ""
	case 1:
	default:
		return fmt.Sprintf("%d fields were refused", len(fields))
	}
	f := fields[0]
	name := f.Field
	if name == "" {
		name = f.In
	}
	return strings.TrimPrefix(name+": "+f.Message, ": ")
}

// text is a JSON string's value, an object's own message, or else the JSON itself. The echo of what was sent, which
// pydantic calls input, is not among them.
func text(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return excerpt(raw)
	}
	for _, name := range []string{"message", "msg", "detail", "error", "description"} {
		if json.Unmarshal(object[name], &s) == nil && s != "" {
			return s
		}
	}
	if _, echo := object["input"]; echo || len(object) == 0 {
		return ""
	}
	return excerpt(raw)
}

// excerpt is the start of an answer on one line; of an HTML page the title.
func excerpt(body []byte) string {
	s := string(body)
	if title := regexp.MustCompile(`(?is)<title>(.*?)</title>`).FindStringSubmatch(s); title != nil {
		s = "an HTML page titled " + title[1]
	}
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxExcerpt {
		s = s[:maxExcerpt] + "..."
	}
	return strings.ToValidUTF8(s, "?")
}
