package input

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxHeadBytes = 4 << 10  // of a list in an object, up to the bracket of its objects
	maxTailBytes = 64 << 10 // and from that bracket's end
)

// listKeys are the keys under which APIs and exports put the objects of a list.
func listKeys() []string {
	return []string{"customers", "data", "value", "results", "records", "users", "contacts", "companies", "accounts", "items", "Resources", "list"}
}

// listHead returns the length of the beginning of a list in an object, such as {"object":"list","data": [ with any blanks: members
// without content, and the key of the objects. It is 0 when text begins otherwise; short means that text ends in the beginning of
// such a beginning.
func listHead(text []byte) (length int, short bool) {
	dec := jsontext.NewDecoder(bytes.NewReader(text))
	if token, err := dec.ReadToken(); err != nil || token.Kind() != '{' {
		return 0, isCut(err)
	}
	for {
		key, err := dec.ReadToken()
		if err != nil || key.Kind() != '"' {
			return 0, isCut(err)
		}
		name := key.String()
		switch kind := dec.PeekKind(); {
		case kind == '[' && slices.Contains(listKeys(), name):
			if _, err := dec.ReadToken(); err != nil {
				return 0, isCut(err)
			}
			offset := dec.InputOffset()
			if next := dec.PeekKind(); next != '{' && next != ']' {
				return 0, next == jsontext.KindInvalid && len(bytes.TrimSpace(text[offset:])) == 0
			}
			return int(offset), false
		case kind == '{' && name != "paging" && name != "meta" && name != "links" && name != "pagination":
			return 0, false
		}
		if err := dec.SkipValue(); err != nil {
			return 0, isCut(err)
		}
	}
}

func isCut(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) }

func isList(text []byte) bool {
	n, _ := listHead(text)
	return n > 0
}

// enterList steps over the beginning of a list in an object, if that is what begins here.
func (r *jsonReader) enterList() (bool, error) {
	for {
		n, short := listHead(r.bytes())
		if n > 0 {
			r.head, r.listed = bytes.Clone(r.bytes()[:n]), true
			r.drop(n)
			return true, nil
		}
		if !short || len(r.bytes()) > maxHeadBytes {
			return false, nil
		}
		if err := r.more(); errors.Is(err, io.EOF) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
}

// leaveList reads what follows the customers of a list in an object: it must be whole, and not say that customers are
// missing.
func (r *jsonReader) leaveList() error {
	for len(r.bytes()) <= maxTailBytes {
		if err := r.more(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
	}
	var list struct {
		Complete *bool          `json:"complete"`
		HasMore  bool           `json:"has_more"`
		NextLink string         `json:"@odata.nextLink"`
		NextPage any            `json:"next_page"`
		Paging   map[string]any `json:"paging"`
	}
	if err := json.Unmarshal(slices.Concat(r.head, []byte("]"), r.bytes()), &list); err != nil {
		return r.failf(0, "not JSON: the object of the list is not closed as it should be; the file may be truncated")
	}
	if list.Complete != nil && !*list.Complete {
		return r.failf(0, "the list says that it is not complete; hydractl customers export writes one that is")
	}
	r.morePages = list.HasMore || list.NextLink != "" || list.NextPage != nil || list.Paging["next"] != nil
	r.drop(len(r.bytes()))
	return io.EOF
}
