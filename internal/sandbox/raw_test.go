package sandbox

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// rawCase is one request as it goes over the wire, and the answer: the status, and the body in which * stands for anything.
type rawCase struct {
	name    string
	request string // the request line without "HTTP/1.1", header lines, and after an empty line the body
	want    string // "STATUS BODY"
}

// reply is an answer as it came over the wire.
type reply struct {
	status int
	header http.Header
	body   string
}

// raw sends the request on a connection of its own. Host, X-Api-Key, Content-Type and Content-Length are added unless they
// are given; a header line that begins with "-" keeps one from being added.
func raw(t *testing.T, s *Server, request string) reply {
	t.Helper()
	resp, err := exchangeRaw(s, request)
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	return resp
}

func exchangeRaw(s *Server, request string) (reply, error) {
	c, err := dial(s)
	if err != nil {
		return reply{}, err
	}
	defer c.Close()
	method, _, _ := strings.Cut(request, " ")
	if _, err := io.WriteString(c, wire(s, request)); err != nil {
		return reply{}, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, string(body)}, err
}

// dial opens a connection that ends in 20 seconds at the latest.
func dial(s *Server) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", address(s))
	if err != nil {
		return nil, err
	}
	return c, c.SetDeadline(time.Now().Add(20 * time.Second))
}

// wire completes a request.
func wire(s *Server, request string) string {
	head, body, hasBody := strings.Cut(request, "\n\n")
	lines := strings.Split(head, "\n")
	has := map[string]bool{}
	out := lines[0] + " HTTP/1.1\r\n"
	for _, line := range lines[1:] {
		name, _, _ := strings.Cut(line, ":")
		has[strings.ToLower(strings.TrimPrefix(name, "-"))] = true
		if !strings.HasPrefix(line, "-") {
			out += line + "\r\n"
		}
	}
	for _, h := range []struct {
		name, value string
		want        bool
	}{
		{"Host", address(s), true},
		{"X-Api-Key", s.Key(), true},
		{"Connection", "close", true},
		{"Content-Type", "application/json", hasBody},
		{"Content-Length", strconv.Itoa(len(body)), hasBody},
	} {
		if h.want && !has[strings.ToLower(h.name)] {
			out += h.name + ": " + h.value + "\r\n"
		}
	}
	return out + "\r\n" + body
}

// address is the HOST:PORT of the server.
func address(s *Server) string { return strings.TrimPrefix(s.URL(), "http://") }

// wildcard matches a text against a pattern in which * stands for anything.
func wildcard(pattern, text string) bool {
	start, rest, wild := strings.Cut(pattern, "*")
	text, begins := strings.CutPrefix(text, start)
	if !begins || !wild {
		return begins && text == ""
	}
	parts := strings.Split(rest, "*")
	end := len(parts) - 1
	for _, part := range parts[:end] {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return strings.HasSuffix(text, parts[end])
}

// runRaw checks every case, and that every answer to a documented operation is as api/openapi.yaml says.
func runRaw(t *testing.T, s *Server, cases []rawCase) {
	t.Helper()
	contract := loadContract(t)
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			got := raw(t, s, tt.request)
			if line := fmt.Sprintf("%d %s", got.status, got.body); !wildcard(tt.want, line) {
				t.Errorf("%q\n got %s\nwant %s", tt.request, line, tt.want)
			}
			contract.check(t, s, tt.request, got)
		})
	}
}

// textOf cuts the first text with this key out of a JSON body.
func textOf(body, key string) string {
	_, after, _ := strings.Cut(body, `"`+key+`":"`)
	text, _, _ := strings.Cut(after, `"`)
	return text
}
