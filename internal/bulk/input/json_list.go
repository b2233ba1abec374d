package input

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/hydracore/hydractl/internal/bulk/record"
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
// without content, none of them the email or the name of a customer, and the key of the objects. It is 0 when text begins otherwise; short means
// that text ends in the beginning of such a beginning.
func (m *mapper) listHead(text []byte) (length int, short bool) {
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
		case kind == '{' && name != "paging" && name != "meta" && name != "links" && name != "pagination", m.isOfCustomer(name):
			return 0, false
		}
		if err := dec.SkipValue(); err != nil {
			return 0, isCut(err)
		}
	}
}

// isOfCustomer reports whether a key gives the email or the company name.
func (m *mapper) isOfCustomer(key string) bool {
	use, _ := m.column(key)
	return use.field == record.Email || use.field == record.CompanyName
}

func isCut(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) }

// enterList steps over the beginning of a list in an object, if that is what begins here.
func (r *jsonReader) enterList() (bool, error) {
	for {
		n, short := r.source.mapper.listHead(r.bytes())
		if n > 0 {
			r.head = bytes.Clone(r.bytes()[:n])
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
	var list map[string]any
	if err := json.Unmarshal(slices.Concat(r.head, []byte("]"), r.bytes()), &list); err != nil {
		return r.failf(0, "not JSON: the object of the list is not closed as it should be; the file may be truncated")
	}
	if list["complete"] == false {
		return r.failf(0, "the list says that it is not complete; hydractl customers export writes one that is")
	}
	for _, name := range slices.Sorted(maps.Keys(list)) {
		if r.source.mapper.isOfCustomer(name) {
			return r.failf(0, "the object around this list is a customer itself, by its key %q; to take those in the list: jq -c '.KEY[]'%s", Clip(name), intoImport)
		}
	}
	r.morePages = hasMorePages(list, r.rec.index+1)
	r.drop(len(r.bytes()))
	return io.EOF
}

// hasMorePages reports whether the object around a list says that there are more than the objects read, as web services do: by a flag,
// a link or a cursor, or by a total.
func hasMorePages(list map[string]any, read int) bool {
	for name, value := range list {
		name = foldName(name)
		isNext := strings.HasPrefix(name, "next") || strings.HasSuffix(name, "nextlink") || name == "after"
		switch value := value.(type) {
		case bool:
			more := []string{"hasmore", "morerecords", "moreitemsincollection", "hasnextpage", "hasnext"}
			if value && (isNext || slices.Contains(more, name)) || !value && slices.Contains([]string{"done", "last", "islast"}, name) {
				return true
			}
		case float64:
			totals := []string{"total", "count", "totalcount", "totalsize", "totalresults", "totalelements", "totalitems", "totalrecords", "@odata.count"}
			if isNext || value > float64(read) && slices.Contains(totals, name) {
				return true
			}
		case string:
			if isNext && value != "" {
				return true
			}
		case map[string]any:
			if isNext && len(value) > 0 || hasMorePages(value, read) {
				return true
			}
		}
	}
	return false
}
