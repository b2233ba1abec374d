package fault

import (
	"fmt"
	"iter"
	"net/http"
	"strings"

	"github.com/hydracore/hydractl/internal/sandbox/server"
)

func protocolKinds() []Kind {
	return []Kind{
		delivery("status", "handles the request, then answers with another status", sendStatus,
			choice("status", "the status", "204", "200", "202", "206", "226", "299", "304", "599", "600", "099", "999")),
		delivery("junk", "an answer that is not HTTP/1.1", func(x *server.Exchange, f *Fault) {
			raw(x, map[string][]byte{
				"text": []byte("SSH-2.0-OpenSSH_9.6\r\n"), "http09": x.Answer.Body,
				"status": []byte("HTTP/1.1 abc What\r\nContent-Length: 0\r\n\r\n"),
				"binary": []byte("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
			}[f.args["kind"]])
		}, choice("kind", "what comes instead", "text", "http09", "status", "binary")),
		delivery("huge_header", "one header of so many megabytes", func(x *server.Exchange, f *Fault) {
			flood(x, blanks([]byte("HTTP/1.1 200 OK\r\nX-Huge: "), f.number("mb")))
		}, count("mb", "10", "megabytes")),
		delivery("many_headers", "so many headers", func(x *server.Exchange, f *Fault) {
			lines := []string{contentLength(len(x.Answer.Body))}
			for i := range f.number("n") {
				lines = append(lines, fmt.Sprintf("X-Header-%d: %d", i, i))
			}
			raw(x, append(head(x, lines...), x.Answer.Body...))
		}, count("n", "10000", "how many")),
		delivery("interim", "so many 103 answers before the final one", func(x *server.Exchange, f *Fault) {
			flood(x, interims(x, f.number("n")))
		}, count("n", "100000", "how many")),
		{
			Name: "set_cookie", Help: "cookies, HSTS and Link headers that mean nothing", at: server.After,
			apply: func(x *server.Exchange, _ *Fault) {
				x.Answer = x.Answer.With("Set-Cookie", "session=abc; Path=/").With("Strict-Transport-Security", "max-age=31536000").
					With("Link", `</v1/customers?page=2>; rel="next"`)
			},
		},
	}
}

// sendStatus sends statuses that net/http refuses to, and bodies that a status may not have.
func sendStatus(x *server.Exchange, f *Fault) {
	x.Answer.Status = int(f.number("status"))
	if x.Answer.Status == http.StatusNoContent || x.Answer.Status == http.StatusNotModified {
		x.Answer.Body = nil
	}
	raw(x, append(head(x, contentLength(len(x.Answer.Body)), "Connection: close"), x.Answer.Body...))
}

// interims are 103 answers and, at their end, the final one.
func interims(x *server.Exchange, n int64) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		const each = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
		for ; n > 0; n -= 100 {
			if !yield([]byte(strings.Repeat(each, int(min(n, 100))))) {
				return
			}
		}
		yield(whole(x))
	}
}

func redirectKinds() []Kind {
	params := []Param{
		choice("status", "the status", "307", "301", "302", "303", "308"),
		choice("to", "the target: the same path, another host, another port, http instead of https, itself in a loop, a file, none",
			"same", "host", "port", "downgrade", "loop", "file", "none"),
	}
	return []Kind{
		instead("redirect", "redirects", redirect, params...),
		afterCommit(Kind{
			Name: "redirect_after_commit", Help: "handles and commits, then redirects", Params: params,
			at: server.After, apply: func(x *server.Exchange, f *Fault) { x.Answer = redirect(x, f) },
		}),
	}
}

// redirect goes to a place that a client should not follow blindly. "same" leads to the same resource under one more slash,
// so a client that follows it arrives.
func redirect(x *server.Exchange, f *Fault) server.Answer {
	a := server.Answer{Status: int(f.number("status"))}
	here := x.HTTP.URL.RequestURI()
	switch f.args["to"] {
	case "host":
		return a.With("Location", "http://elsewhere.example.com"+here)
	case "port":
		return a.With("Location", "http://127.0.0.1:9"+here)
	case "downgrade":
		return a.With("Location", "http://api.hydracore.example.com"+here)
	case "loop":
		return a.With("Location", here)
	case "file":
		return a.With("Location", "file:///etc/hostname")
	case "none":
		return a
	}
	return a.With("Location", x.Server.URL()+x.HTTP.URL.EscapedPath()+"/?"+x.Request.Query)
}
