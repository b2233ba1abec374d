package input

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json"
)

const (
	maxHeadBytes = 256      // of a list in an object, up to the bracket of its customers
	maxTailBytes = 64 << 10 // and from that bracket's end
)

// listHead gives the length of the beginning of a list as the API and an export write it, {"customers": [ with any
// blanks; 0 when text begins otherwise. Short tells that text is the beginning of such a beginning.
func listHead(text []byte) (length int, short bool) {
	rest := text
	for _, part := range []string{"{", `"customers"`, ":", "["} {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if len(rest) < len(part) {
			return 0, bytes.HasPrefix([]byte(part), rest)
		}
		if !bytes.HasPrefix(rest, []byte(part)) {
			return 0, false
		}
		rest = rest[len(part):]
	}
	return len(text) - len(rest), false
}

func isList(text []byte) bool {
	n, _ := listHead(text)
	return n > 0
}

// enterList steps over the beginning of a list in an object, if that is what begins here.
func (r *jsonReader) enterList() (bool, error) {
	for {
		n, short := listHead(r.bytes())
		if n > 0 {
			r.drop(n)
			r.listed = true
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
		Complete *bool `json:"complete"`
	}
	if err := json.Unmarshal(append([]byte(`{"customers":[]`), r.bytes()...), &list); err != nil {
		return r.failf(0, "not JSON: the object of the list is not closed as it should be; the file may be truncated")
	}
	if list.Complete != nil && !*list.Complete {
		return r.failf(0, "the list says that it is not complete; hydractl customers export writes one that is")
	}
	r.drop(len(r.bytes()))
	return io.EOF
}
