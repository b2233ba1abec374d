package output

import (
	"bytes"
	"encoding/json"
	"io"
)

// JSONLine writes v as one line of JSON. Characters that could drive a terminal or hide are written as \uXXXX, so that
// the line is made of visible characters whatever its values hold.
func JSONLine(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(append(appendCompact(nil, b.Bytes()), '\n'))
	return err
}
