package sandbox

import (
	"bytes"
	"iter"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"
)

// body makes a kind that changes the body of a good answer.
func bodyKind(name, help string, change func(a *answer, f *Fault), params ...FaultParam) kind {
	return kind{
		name: name, help: help, params: params, at: afterward,
		apply: func(x *exchange, f *Fault) {
			if x.a.status < http.StatusMultipleChoices {
				change(&x.a, f)
			}
		},
	}
}

func bodyKinds() []kind {
	return append(textKinds(), []kind{
		{
			name: "truncated", help: "a Content-Length beyond the body, then the end",
			at: afterward, apply: func(x *exchange, _ *Fault) {
				x.deliver = func(x *exchange) { x.deliverRaw(append(x.head(contentLength(len(x.a.body)+100)), x.a.body...)) }
			},
		},
		{
			name: "cut_chunk", help: "a chunked body that ends inside a chunk",
			at: afterward, apply: func(x *exchange, _ *Fault) {
				x.deliver = func(x *exchange) {
					chunk := append([]byte("ffff\r\n"), x.a.body...)
					x.deliverRaw(append(x.head("Transfer-Encoding: chunked"), chunk...))
				}
			},
		},
		{
			name: "endless", help: "a body that never ends, until the client leaves or so many megabytes were sent",
			params: []FaultParam{{Name: "mb", Default: "1024", Help: "megabytes"}},
			at:     afterward, apply: func(x *exchange, f *Fault) {
				x.deliver = func(x *exchange) { x.flood(x.head("Connection: close"), blanks(f.number("mb"))) }
			},
		},
	}...)
}

// textKinds replace or recode the text of the body.
func textKinds() []kind {
	return []kind{
		bodyKind("empty_body", "an empty body under the right headers", func(a *answer, _ *Fault) { a.body = nil }),
		bodyKind("html_200", "a page of HTML with status 200, as a captive portal sends", func(a *answer, _ *Fault) {
			*a = answer{
				status: http.StatusOK, kind: typeHTML,
				body: []byte("<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body>Welcome!</body></html>"),
			}
		}),
		bodyKind("wrong_type", "good JSON that is labelled as something else", func(a *answer, f *Fault) { a.kind = f.args["type"] },
			choice("type", "the Content-Type", "text/html", "text/plain", "application/octet-stream")),
		bodyKind("no_type", "good JSON without a Content-Type", func(a *answer, _ *Fault) { a.kind = "" }),
		bodyKind("odd_json", "valid JSON of another shape", func(a *answer, f *Fault) {
			a.body = []byte(map[string]string{"list": "[]", "null": "null", "text": `""`, "object": "{}", "number": "7"}[f.args["value"]])
		}, choice("value", "the shape", "list", "null", "text", "object", "number")),
		bodyKind("deep_json", "JSON nested 10,000 deep", func(a *answer, _ *Fault) {
			a.body = []byte(strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000))
		}),
		bodyKind("trailing_data", "good JSON with more after it", func(a *answer, _ *Fault) { a.body = append(a.body, `{"more":1}`...) }),
		bodyKind("half_json", "JSON that stops in the middle under a Content-Length that fits",
			func(a *answer, _ *Fault) { a.body = a.body[:len(a.body)/2] }),
		bodyKind("bom", "a byte order mark before the JSON",
			func(a *answer, _ *Fault) { a.body = append([]byte("\xEF\xBB\xBF"), a.body...) }),
		bodyKind("bad_utf8", "JSON with bytes in it that are no UTF-8",
			func(a *answer, _ *Fault) { a.body = bytes.ReplaceAll(a.body, []byte(`":"`), []byte("\":\"\xFF\xC3")) }),
		bodyKind("utf16", "JSON in UTF-16", func(a *answer, _ *Fault) { a.body = encodeUTF16(a.body) }),
		bodyKind("huge_body", "good JSON after so many megabytes of blanks", func(a *answer, f *Fault) {
			a.body = append(bytes.Repeat([]byte(" "), int(f.number("mb"))<<20), a.body...)
		}, FaultParam{Name: "mb", Default: "64", Help: "megabytes"}),
	}
}

func encodeUTF16(b []byte) []byte {
	out := []byte{0xFF, 0xFE}
	for _, unit := range utf16.Encode([]rune(string(b))) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return out
}

// blanks are megabytes of spaces.
func blanks(megabytes int64) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		chunk := bytes.Repeat([]byte(" "), 1<<20)
		for range megabytes {
			if !yield(chunk) {
				return
			}
		}
	}
}

// flood writes chunks to the bare connection until the client leaves.
func (x *exchange) flood(head []byte, chunks iter.Seq[[]byte]) {
	c := x.conn()
	if c == nil {
		return
	}
	defer func() { _ = c.Close() }()
	_, err := c.Write(head)
	for chunk := range chunks {
		if err != nil || x.s.isClosing() {
			return
		}
		_ = c.SetWriteDeadline(time.Now().Add(keepAlive))
		_, err = c.Write(chunk)
	}
}
