package client_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

type lostAnswer struct {
	name  string
	reply func(net.Conn, int) bool
	code  client.ErrorCode // of the TransportError
}

// lostAnswers are all the ways in which the outcome of a write is lost once there is a connection.
func lostAnswers() []lostAnswer {
	const json = "application/json"
	head := "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
	short := head + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(made)+5)
	return []lostAnswer{
		{"close before the answer", sendAndClose(""), "connection_lost"},
		{"reset before the answer", sendAndReset(""), "connection_lost"},
		{"close in the status line", sendAndClose("HTTP/1.1 2"), "connection_lost"},
		{"close in the headers", sendAndClose(head), "connection_lost"},
		{"reset in the headers", sendAndReset(head), "connection_lost"},
		{"close in the body", sendAndClose(short + made[:20]), "connection_lost"},
		{"close after a body shorter than its length", sendAndClose(short + made), "connection_lost"},
		{"reset in the body", sendAndReset(short + made[:20]), "connection_lost"},
		{"cut chunk", sendAndClose(head + "Transfer-Encoding: chunked\r\n\r\n50\r\n" + made[:20]), "connection_lost"},
		{"bad chunk size", sendAndClose(head + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), "connection_lost"},
		{"no last chunk", sendAndClose(head + "Transfer-Encoding: chunked\r\n\r\n" + chunk(made)), "connection_lost"},
		{"half a body that ends with the connection", sendAndClose(head + "Connection: close\r\n\r\n" + made[:40]), "bad_answer"},
		{"silence", silence, "timeout"},
		{"silence after the headers", sayThenSilence(short), "timeout"},
		{"silence in the body", sayThenSilence(short + made[:20]), "timeout"},
		{"not HTTP", sendAndClose("SSH-2.0-OpenSSH_9.6\r\n"), "connection_lost"},
		{"HTTP/0.9", sendAndClose("<html>hello</html>"), "connection_lost"},
		{"status abc", sendAndClose("HTTP/1.1 abc Hm\r\n\r\n"), "connection_lost"},
		{"status 099", send(whole(99, json, made)), "bad_answer"},
		{"status 600", send(whole(600, json, made)), "bad_answer"},
		{"status 999", send(whole(999, json, made)), "bad_answer"},
		{"101 Switching Protocols", sayThenSilence("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), "bad_answer"},
		{"1xx for ever", sendForEver("", "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"), "connection_lost"},
		{"10 MB header", sendForEver(head, "X-Much: "+strings.Repeat("x", 1<<20)+"\r\n"), "connection_lost"},
		{"10,000 headers", sendAndClose(head + manyHeaders(10_000) + "\r\n"), "connection_lost"},
		{"endless body", sendForEver(head+"\r\n", strings.Repeat(" ", 64<<10)), "answer_too_large"},
		{"204", send("HTTP/1.1 204 No Content\r\n\r\n"), "bad_answer"},
		{"201 without a body", send(whole(201, json, "")), "bad_answer"},
		{"200 HTML", send(whole(200, "text/html", "<html><title>Sign in</title></html>")), "bad_answer"},
		{"201 cut JSON", send(whole(201, json, made[:40])), "bad_answer"},
		{"201 with data after the JSON", send(whole(201, json, made+"{}")), "bad_answer"},
		{"201 list", send(whole(201, json, "[]")), "bad_answer"},
		{"201 null", send(whole(201, json, "null")), "bad_answer"},
		{"201 string", send(whole(201, json, `""`)), "bad_answer"},
		{"201 empty object", send(whole(201, json, "{}")), "bad_answer"},
		{"201 id null", send(whole(201, json, `{"id":null}`)), "bad_answer"},
		{"201 id number", send(whole(201, json, `{"id":5}`)), "bad_answer"},
		{"201 id is no UUID", send(whole(201, json, `{"id":"string"}`)), "bad_answer"},
		{"201 id too short", send(whole(201, json, `{"id":"497f6eca-6276-4993-bfeb-53cbbbba6f0"}`)), "bad_answer"},
		{"201 nil UUID", send(whole(201, json, `{"id":"00000000-0000-0000-0000-000000000000"}`)), "bad_answer"},
		{"201 id twice", send(whole(201, json, `{"id":"`+someID+`","id":"`+someID+`"}`)), "bad_answer"},
		{"201 another email", send(whole(201, json, `{"id":"`+someID+`","email":"b@example.com"}`)), "bad_answer"},
		{"201 bad UTF-8", send(whole(201, json, `{"id":"`+someID+`","company_name":"`+"\xff"+`"}`)), "bad_answer"},
		{"201 UTF-16", send(whole(201, json, utf16le(made))), "bad_answer"},
		{"201 gzip that was not asked for", send(gzipped(made)), "bad_answer"},
		{"201 br", send("HTTP/1.1 201 Created\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nabcd"), "bad_answer"},
	}
}

func TestWrite_LostAnswerMeansOneRequest(t *testing.T) {
	t.Parallel()
	writes := map[string]func(context.Context, *client.Client) error{
		"create": func(ctx context.Context, c *client.Client) error {
			_, err := c.Customers.Create(ctx, client.CreateRequest{Email: new("a@example.com")})
			return err
		},
		"clone": func(ctx context.Context, c *client.Client) error {
			_, err := c.Customers.Clone(ctx, otherID, client.CloneRequest{CompanyName: "Foo, Inc.", Email: new("a@example.com")})
			return err
		},
	}
	for _, fault := range lostAnswers() {
		for write, do := range writes {
			t.Run(fault.name+"/"+write, func(t *testing.T) {
				t.Parallel()
				w := serveWire(t, fault.reply)
				timeout := 10 * time.Second
				if fault.code == "timeout" {
					timeout = shortTimeout
				}
				err := do(t.Context(), newClient(t, w.url, client.WithAttemptTimeout(timeout)))
				wantTransportError(t, err, fault.code)
				if !client.MaybeApplied(err) {
					t.Errorf("MaybeApplied is false for %v", err)
				}
				if n := len(w.seen()); n != 1 {
					t.Errorf("the server saw %d requests, want 1", n)
				}
			})
		}
	}
}

// The same faults end a read in an error too, never in an empty value, and leave no write unconfirmed.
func TestRead_LostAnswerIsNoOpenWrite(t *testing.T) {
	t.Parallel()
	for _, fault := range lostAnswers() {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			w := serveWire(t, fault.reply)
			c := newClient(t, w.url, client.WithMaxRetries(0), client.WithAttemptTimeout(time.Second))
			page, err := c.Customers.List(t.Context(), client.ListOptions{})
			if err == nil || page != nil {
				t.Fatalf("got %v, %v", page, err)
			}
			if client.MaybeApplied(err) {
				t.Errorf("MaybeApplied is true for %v", err)
			}
		})
	}
}

// A refusal by status stands, however damaged the body that explains it.
func TestWrite_RefusalNeedsNoBody(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]struct {
		code  client.ErrorCode
		maybe bool
	}{
		400: {"bad_request", false}, 401: {"not_authenticated", false}, 402: {"rejected", false}, 403: {"not_allowed", false},
		404: {"no_such_route", false}, 405: {"method_not_allowed", false}, 409: {"conflict", false}, 410: {"rejected", false},
		415: {"rejected", false}, 418: {"rejected", false}, 422: {"invalid_input", false}, 451: {"rejected", false},
		499: {"rejected", false}, 301: {"redirect", false}, 304: {"redirect", false},
		408: {"rejected", true}, 425: {"rejected", true}, 500: {"server_error", true}, 502: {"server_error", true},
		503: {"server_error", true}, 504: {"server_error", true}, 520: {"server_error", true}, 527: {"server_error", true},
		599: {"server_error", true},
	} {
		for name, rest := range map[string]string{
			"cut body":      "Content-Length: 99\r\n\r\n{",
			"br":            "Content-Encoding: br\r\nConnection: close\r\n\r\nabcd",
			"damaged gzip":  "Content-Encoding: gzip\r\nConnection: close\r\n\r\nabcd",
			"huge body":     "Connection: close\r\n\r\n" + strings.Repeat("x", 2<<20),
			"no body":       "Content-Length: 0\r\n\r\n",
			"no Location":   "Content-Length: 2\r\n\r\n{}",
			"odd Location":  "Location: http://%zz\r\nContent-Length: 2\r\n\r\n{}",
			"odd host":      "Location: http://a b/\r\nContent-Length: 2\r\n\r\n{}",
			"wrong charset": "Content-Type: application/json; charset=utf-16\r\nContent-Length: 2\r\n\r\n{}",
		} {
			t.Run(fmt.Sprint(status, "/", name), func(t *testing.T) {
				t.Parallel()
				w := serveWire(t, sendAndClose(fmt.Sprintf("HTTP/1.1 %d X\r\n%s", status, rest)))
				_, err := newClient(t, w.url).Customers.Create(t.Context(), client.CreateRequest{Email: new("a@example.com")})
				wantError(t, err, want.code)
				if client.MaybeApplied(err) != want.maybe {
					t.Errorf("MaybeApplied is %v", !want.maybe)
				}
				if n := len(w.seen()); n != 1 {
					t.Errorf("the server saw %d requests, want 1", n)
				}
			})
		}
	}
}

func TestWrite_Success(t *testing.T) {
	t.Parallel()
	for name, reply := range map[string]string{
		"201":                        whole(201, "application/json", made),
		"200":                        whole(200, "application/json; charset=utf-8", made),
		"202":                        whole(202, "application/json", made),
		"206":                        whole(206, "application/json", made),
		"226":                        whole(226, "application/json", made),
		"299":                        whole(299, "application/json", made),
		"vendor type":                whole(201, "application/vnd.hydracore+json", made),
		"JSON labelled as HTML":      whole(201, "text/html", made),
		"JSON without a label":       "HTTP/1.1 201 Created\r\nContent-Length: " + fmt.Sprint(len(made)) + "\r\n\r\n" + made,
		"byte order mark":            whole(201, "application/json", "\ufeff"+made),
		"no length":                  "HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n" + made,
		"chunks":                     "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(made) + "0\r\n\r\n",
		"HTTP/1.0":                   "HTTP/1.0 201 Created\r\n\r\n" + made,
		"early hints first":          "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + whole(201, "application/json", made),
		"email in another spelling":  whole(201, "application/json", `{"id":"`+someID+`","email":"A@Example.COM"}`),
		"email missing":              whole(201, "application/json", `{"id":"`+someID+`"}`),
		"an unknown field":           whole(201, "application/json", `{"id":"`+someID+`","new":{"a":[1]}}`),
		"the id in another case too": whole(201, "application/json", `{"ID":"x","id":"`+someID+`"}`),
		"zone-less time":             whole(201, "application/json", `{"id":"`+someID+`","created_at":"2019-08-24T14:15:22.123456"}`),
		"a time that is none":        whole(201, "application/json", `{"id":"`+someID+`","created_at":99999}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := serveWire(t, sendAndClose(reply))
			got, err := newClient(t, w.url).Customers.Create(t.Context(), client.CreateRequest{Email: new("a@example.com")})
			if err != nil {
				t.Fatal(err)
			}
			if got.ID != someID {
				t.Errorf("id %q", got.ID)
			}
		})
	}
}

func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

func manyHeaders(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "X-%d: some value\r\n", i)
	}
	return b.String()
}

func sayThenSilence(text string) func(net.Conn, int) bool {
	return func(c net.Conn, n int) bool {
		_, _ = io.WriteString(c, text)
		return silence(c, n)
	}
}

func utf16le(s string) string {
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for _, c := range []byte(s) {
		b.Write([]byte{c, 0})
	}
	return b.String()
}

func gzipped(body string) string {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, body)
	_ = z.Close()
	return "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: " +
		fmt.Sprint(packed.Len()) + "\r\n\r\n" + packed.String()
}

var _ http.RoundTripper = roundTrip(nil)

// A 2xx that cannot be used still says which customer to look at.
func TestWrite_LostAnswerNamesCustomer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, email string }{
		"another email":            {`{"id":"` + someID + `","email":"b@example.com"}`, "b@example.com"},
		"a name of another kind":   {`{"company_name":5,"id":"` + someID + `"}`, ""},
		"an email of another kind": {`{"id":"` + someID + `","email":7}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := serveWire(t, send(whole(201, "application/json", test.body)))
			_, err := newClient(t, w.url).Customers.Create(t.Context(), client.CreateRequest{Email: new("a@example.com")})
			got, ok := errors.AsType[*client.TransportError](err)
			if !ok || !client.MaybeApplied(err) || got.Created == nil || got.Created.ID != someID {
				t.Fatalf("%#v", err)
			}
			if email := got.Created.Email; (email == nil) != (test.email == "") || email != nil && *email != test.email {
				t.Errorf("email %v", email)
			}
			if n := len(w.seen()); n != 1 {
				t.Errorf("the server saw %d requests, want 1", n)
			}
		})
	}
}
