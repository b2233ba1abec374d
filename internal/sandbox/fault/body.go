package fault

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf16"

	"github.com/hydracore/hydractl/internal/sandbox/server"
)

// bodyKind makes a kind that changes the body of a successful answer.
func bodyKind(name, help string, change func(a *server.Answer, f *Fault), params ...Param) Kind {
	return Kind{
		Name: name, Help: help, Params: params, at: server.After,
		apply: func(x *server.Exchange, f *Fault) {
			if x.Answer.Status < http.StatusMultipleChoices {
				change(&x.Answer, f)
			}
		},
	}
}

func bodyKinds() []Kind {
	return append(textKinds(),
		delivery("truncated", "a Content-Length beyond the body, then the end", func(x *server.Exchange, _ *Fault) {
			raw(x, append(head(x, contentLength(len(x.Answer.Body)+100)), x.Answer.Body...))
		}),
		delivery("cut_chunk", "a chunked body that ends inside a chunk", func(x *server.Exchange, _ *Fault) {
			raw(x, append(head(x, "Transfer-Encoding: chunked"), append([]byte("ffff\r\n"), x.Answer.Body...)...))
		}),
		delivery("endless", "a body that never ends, until the client leaves or so many megabytes were sent", func(x *server.Exchange, f *Fault) {
			flood(x, blanks(head(x, "Connection: close"), f.number("mb")))
		}, count("mb", "1024", "megabytes")))
}

// textKinds replace or recode the text of the body.
func textKinds() []Kind {
	return []Kind{
		bodyKind("empty_body", "an empty body under the right headers", func(a *server.Answer, _ *Fault) { a.Body = nil }),
		bodyKind("html_200", "an HTML page with status 200, as a captive portal sends", func(a *server.Answer, _ *Fault) {
			*a = server.Answer{
				Status: http.StatusOK, Type: server.TypeHTML,
				Body: []byte("<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body>Welcome!</body></html>"),
			}
		}),
		bodyKind("wrong_type", "valid JSON with another Content-Type", func(a *server.Answer, f *Fault) { a.Type = f.args["type"] },
			choice("type", "the Content-Type", "text/html", "text/plain", "application/octet-stream")),
		bodyKind("no_type", "valid JSON without a Content-Type", func(a *server.Answer, _ *Fault) { a.Type = "" }),
		bodyKind("odd_json", "valid JSON of another shape", func(a *server.Answer, f *Fault) {
			a.Body = []byte(map[string]string{"list": "[]", "null": "null", "text": `""`, "object": "{}", "number": "7"}[f.args["value"]])
		}, choice("value", "the shape", "list", "null", "text", "object", "number")),
		bodyKind("deep_json", "JSON nested 10,000 deep", func(a *server.Answer, _ *Fault) {
			a.Body = []byte(strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000))
		}),
		bodyKind("trailing_data", "valid JSON with more after it", func(a *server.Answer, _ *Fault) { a.Body = append(a.Body, `{"more":1}`...) }),
		bodyKind("half_json", "JSON that stops in the middle under a matching Content-Length",
			func(a *server.Answer, _ *Fault) { a.Body = a.Body[:len(a.Body)/2] }),
		bodyKind("bom", "a byte order mark before the JSON",
			func(a *server.Answer, _ *Fault) { a.Body = append([]byte("\xEF\xBB\xBF"), a.Body...) }),
		bodyKind("bad_utf8", "JSON with bytes that are not UTF-8",
			func(a *server.Answer, _ *Fault) {
				a.Body = bytes.ReplaceAll(a.Body, []byte(`":"`), []byte("\":\"\xFF\xC3"))
			}),
		bodyKind("utf16", "JSON in UTF-16", func(a *server.Answer, _ *Fault) {
			utf := []byte{0xFF, 0xFE}
			for _, unit := range utf16.Encode([]rune(string(a.Body))) {
				utf = append(utf, byte(unit), byte(unit>>8))
			}
			a.Body = utf
		}),
		bodyKind("huge_body", "valid JSON after so many megabytes of blanks", func(a *server.Answer, f *Fault) {
			a.Body = append(bytes.Repeat([]byte(" "), int(f.number("mb"))<<20), a.Body...)
		}, count("mb", "64", "megabytes")),
	}
}

func gzipKinds() []Kind {
	return []Kind{
		bodyKind("gzip", "a gzip body, requested or not", func(a *server.Answer, _ *Fault) { compress(a, a.Body) }),
		bodyKind("gzip_corrupt", "a gzip body with a broken checksum and end", func(a *server.Answer, _ *Fault) {
			compress(a, a.Body)
			a.Body = append(a.Body[:len(a.Body)-8], "\x00\x01\x02\x03\x04\x05\x06\x07"...)
		}),
		bodyKind("gzip_bomb", "a small gzip body that unpacks to so many megabytes", func(a *server.Answer, f *Fault) {
			compress(a, append(bytes.Repeat([]byte(" "), int(f.number("mb"))<<20), a.Body...))
		}, count("mb", "200", "megabytes")),
		bodyKind("not_gzip", "plain JSON that is labelled as gzip or another coding", func(a *server.Answer, f *Fault) {
			*a = a.With("Content-Encoding", f.args["coding"])
		}, choice("coding", "the Content-Encoding", "gzip", "br", "deflate", "zstd")),
	}
}

// compress makes the body gzip.
func compress(a *server.Answer, plain []byte) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(plain) // a bytes.Buffer takes all
	_ = z.Close()
	*a = a.With("Content-Encoding", "gzip")
	a.Body = b.Bytes()
}

// edit changes the JSON object in an answer; an answer without one stays as it is.
func edit(a *server.Answer, change func(o map[string]any)) {
	d := json.NewDecoder(bytes.NewReader(a.Body))
	d.UseNumber() // numbers keep their digits
	var o map[string]any
	if d.Decode(&o) != nil || o == nil {
		return
	}
	change(o)
	a.Body = server.JSON(a.Status, o).Body
}

// replace changes a member that exists.
func replace(o map[string]any, key string, value any) {
	if _, exists := o[key]; exists {
		o[key] = value
	}
}
