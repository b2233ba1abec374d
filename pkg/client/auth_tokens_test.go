package client_test

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

const password = "CANARY-password-1"

func TestLogin_ReturnsTokens(t *testing.T) {
	t.Parallel()
	w := serveWire(t, send(whole(200, "application/json", `{"access_token":"a.b-c_d","refresh_token":"r","expires_in":1800,"token_type":"bearer","email_verified":true}`)))
	before := time.Now()
	got, err := newClient(t, w.url).Auth.Login(t.Context(), "ann@example.com", password)
	if err != nil {
		t.Fatal(err)
	}
	if got.AccessToken != "a.b-c_d" || got.RefreshToken != "r" || got.Lifetime != 30*time.Minute || got.Obtained.Before(before) || got.ExpiresAt() != got.Obtained.Add(30*time.Minute) {
		t.Errorf("got %s %s %s %s", got.AccessToken, got.RefreshToken, got.Lifetime, got.Obtained)
	}
	seen := w.seen()[0]
	if seen.method != http.MethodPost || seen.target != "/auth/login" || seen.body != `{"email":"ann@example.com","password":"`+password+`"}` &&
		seen.body != `{"password":"`+password+`","email":"ann@example.com"}` {
		t.Errorf("sent %s %s %s", seen.method, seen.target, seen.body)
	}
	if seen.header.Get("X-Api-Key") != "" {
		t.Error("the key of the client went along")
	}
}

func TestLogin_RefusesUnusableTokens(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no access token":      `{"refresh_token":"CANARY","expires_in":1800}`,
		"null":                 `{"access_token":null}`,
		"a number":             `{"access_token":5}`,
		"header injection":     `{"access_token":"CANARY\r\nX-Evil: 1"}`,
		"another type":         `{"access_token":"CANARY","token_type":"mac"}`,
		"a list":               `["CANARY"]`,
		"expires_in as a word": `{"access_token":"CANARY","expires_in":"soon"}`,
		"not JSON":             `CANARY`,
	} {
		t.Run(name, func(t *testing.T) {
			w := serveWire(t, send(whole(200, "application/json", body)))
			_, err := newClient(t, w.url, client.WithMaxRetries(0)).Auth.Login(t.Context(), "ann@example.com", password)
			te := wantTransportError(t, err, "bad_answer")
			if te.MaybeApplied {
				t.Error("a login counts as a write that may have been carried out")
			}
			if name != "not JSON" && strings.Contains(dump(err)+err.Error(), "CANARY") {
				t.Errorf("the error quotes the answer: %v", err)
			}
		})
	}
}

func TestLogin_RepeatedLikeRead(t *testing.T) {
	t.Parallel()
	good := whole(200, "application/json", `{"access_token":"a"}`)
	for name, first := range map[string]func(net.Conn, int) bool{
		"503":       send(whole(503, "text/plain", "no")),
		"cut short": sendAndClose(good[:len(good)-3]),
		"reset":     sendAndReset(""),
	} {
		t.Run(name, func(t *testing.T) {
			w := serveWire(t, func(c net.Conn, n int) bool {
				if n == 1 {
					return first(c, n)
				}
				return send(good)(c, n)
			})
			if _, err := newClient(t, w.url).Auth.Refresh(t.Context(), "refresh-token-0"); err != nil || len(w.seen()) != 2 {
				t.Errorf("%v after %d requests", err, len(w.seen()))
			}
		})
	}
}

func TestLogin_EchoedSecretRedacted(t *testing.T) {
	t.Parallel()
	w := serveWire(t, send(whole(422, "application/json", `{"detail":[{"loc":["body","password"],"msg":"`+password+` is too weak","type":"value_error","input":"`+password+`"}]}`)))
	_, err := newClient(t, w.url).Auth.Login(t.Context(), "ann@example.com", password)
	e := wantError(t, err, "invalid_input")
	if strings.Contains(dump(e)+e.Error(), "CANARY") || !strings.Contains(e.Fields[0].Message, "*** is too weak") {
		t.Errorf("%+v", e)
	}
}

func TestLogout_NeedsNoBody(t *testing.T) {
	t.Parallel()
	for _, reply := range []string{"HTTP/1.1 204 No Content\r\n\r\n", whole(200, "text/plain", ""), whole(200, "application/json", "null")} {
		w := serveWire(t, send(reply))
		if err := newClient(t, w.url).Auth.Logout(t.Context(), "refresh-token-0"); err != nil {
			t.Errorf("%q: %v", reply, err)
		}
	}
}

// A preview that holds writes back must not keep a token from being renewed; a raw request to the same place is one.
func TestTraceCall_HidesSignIn(t *testing.T) {
	t.Parallel()
	var shown string
	stop := errors.New("nothing is sent")
	w := serveWire(t, send(whole(200, "application/json", `{"access_token":"a","token_type":"bearer"}`)))
	c := newClient(t, w.url, client.WithTrace(client.Trace{Call: func(r *client.Request) error {
		shown += dump(r) + string(r.Body)
		return stop
	}}))
	if _, err := c.Auth.Login(t.Context(), "ann@example.com", password); err != nil || shown != "" {
		t.Errorf("%v, shown: %s", err, shown)
	}
	for _, path := range []string{"/auth/login", "/auth/other"} {
		shown = ""
		_, err := c.Do(t.Context(), client.Request{Method: "POST", Path: path, Body: []byte(password)})
		if !errors.Is(err, stop) || !strings.Contains(shown, path) || strings.Contains(shown, password) {
			t.Errorf("%v, shown: %s", err, shown)
		}
	}
}
