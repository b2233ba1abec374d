package sandbox

import (
	"fmt"
	"iter"
	"net/http"
	"strings"
)

func protocolKinds() []kind {
	return []kind{
		{
			name: "status", help: "handles the request, then answers with another status",
			params: []FaultParam{choice("status", "the status", "204", "200", "202", "206", "226", "299", "304", "599", "600", "099", "999")},
			at:     afterward, apply: func(x *exchange, f *Fault) { x.a.status = int(f.number("status")); x.deliver = (*exchange).sendBare },
		},
		{
			name: "junk", help: "an answer that is not HTTP/1.1",
			params: []FaultParam{choice("kind", "what comes instead", "text", "http09", "status", "binary")},
			at:     afterward, apply: func(x *exchange, f *Fault) { x.deliver = func(x *exchange) { x.deliverRaw(x.junk(f.args["kind"])) } },
		},
		{
			name: "huge_header", help: "one header of so many megabytes", params: []FaultParam{{Name: "mb", Default: "10", Help: "megabytes"}},
			at: afterward, apply: func(x *exchange, f *Fault) {
				x.deliver = func(x *exchange) {
					x.flood([]byte("HTTP/1.1 200 OK\r\nX-Huge: "), blanks(f.number("mb")))
				}
			},
		},
		{
			name: "many_headers", help: "so many headers", params: []FaultParam{{Name: "n", Default: "10000", Help: "how many"}},
			at: afterward, apply: func(x *exchange, f *Fault) {
				x.deliver = func(x *exchange) {
					lines := []string{contentLength(len(x.a.body))}
					for i := range f.number("n") {
						lines = append(lines, fmt.Sprintf("X-Header-%d: %d", i, i))
					}
					x.deliverRaw(append(x.head(lines...), x.a.body...))
				}
			},
		},
		{
			name: "interim", help: "so many 103 answers before the real one", params: []FaultParam{{Name: "n", Default: "100000", Help: "how many"}},
			at: afterward, apply: func(x *exchange, f *Fault) {
				x.deliver = func(x *exchange) { x.flood(nil, x.interims(f.number("n"))) }
			},
		},
		{
			name: "set_cookie", help: "cookies, HSTS and Link headers that mean nothing", at: afterward,
			apply: func(x *exchange, _ *Fault) {
				x.a = x.a.with("Set-Cookie", "session=abc; Path=/").with("Strict-Transport-Security", "max-age=31536000").
					with("Link", `</v1/customers?page=2>; rel="next"`)
			},
		},
	}
}

// sendBare sends statuses that net/http refuses to, and bodies that a status may not have.
func (x *exchange) sendBare() {
	body := x.a.body
	if x.a.status == http.StatusNoContent || x.a.status == http.StatusNotModified {
		body = nil
	}
	x.deliverRaw(append(x.head(contentLength(len(body)), "Connection: close"), body...))
}

func (x *exchange) junk(kind string) []byte {
	switch kind {
	case "http09":
		return x.a.body
	case "status":
		return []byte("HTTP/1.1 abc What\r\nContent-Length: 0\r\n\r\n")
	case "binary":
		return []byte("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
	}
	return []byte("SSH-2.0-OpenSSH_9.6\r\n")
}

// interims are 103 answers and, at their end, the real one.
func (x *exchange) interims(n int64) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		const each = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
		for ; n > 0; n -= 100 {
			if !yield([]byte(strings.Repeat(each, int(min(n, 100))))) {
				return
			}
		}
		yield(append(x.head(contentLength(len(x.a.body))), x.a.body...))
	}
}

func redirectKinds() []kind {
	params := []FaultParam{
		choice("status", "the status", "307", "301", "302", "303", "308"),
		choice("to", "where to: the same path, another host, another port, https turned to http, itself for ever, a file, nowhere",
			"same", "host", "port", "downgrade", "loop", "file", "none"),
	}
	return []kind{
		{
			name: "redirect", help: "redirects; nothing is done", params: params, at: before,
			apply: func(x *exchange, f *Fault) { x.reply(x.redirect(f)) },
		},
		{
			name: "redirect_after_commit", help: "handles and commits, then redirects", params: params,
			method: "POST", path: writePath, at: afterward,
			apply: func(x *exchange, f *Fault) { x.a = x.redirect(f) },
		},
	}
}

// redirect goes to a place that the client should think twice about. "same" leads to the same resource under one more slash,
// so a client that follows it arrives.
func (x *exchange) redirect(f *Fault) answer {
	a := answer{status: int(f.number("status"))}
	here := x.http.URL.RequestURI()
	switch f.args["to"] {
	case "host":
		return a.with("Location", "http://elsewhere.example.com"+here)
	case "port":
		return a.with("Location", "http://127.0.0.1:9"+here)
	case "downgrade":
		return a.with("Location", "http://api.hydracore.example.com"+here)
	case "loop":
		return a.with("Location", here)
	case "file":
		return a.with("Location", "file:///etc/hostname")
	case "none":
		return a
	}
	return a.with("Location", strings.TrimSuffix(x.s.URL(), "/")+x.http.URL.EscapedPath()+"/?"+x.r.query)
}
