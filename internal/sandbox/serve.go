package sandbox

import (
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"time"
)

const (
	// keepAlive is uvicorn's: an idle connection is closed after it.
	keepAlive = 5 * time.Second
	// maxBody is more than any request of the API needs.
	maxBody = 16 << 20
)

func newHTTPServer(handler http.HandlerFunc, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:                      handler,
		IdleTimeout:                  keepAlive,
		ReadHeaderTimeout:            time.Minute,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// answer decides on a request. What a handler cannot explain is a crash, as an exception is in FastAPI.
func (s *Server) answer(r *request) answer {
	a, err := s.decide(r)
	var early refusal
	switch {
	case errors.As(err, &early):
		return early.answer
	case err != nil:
		s.log.Error("sandbox: request failed", "request", r.id, "error", err)
		return crash()
	}
	return a
}

// decide goes through FastAPI's steps in their order: route, syntax of the body, credentials, fields, the operation itself.
func (s *Server) decide(r *request) (answer, error) {
	t, err := find(s.routes, r)
	if err != nil {
		return answer{}, err
	}
	if t.body {
		if err := r.parseBody(s.settings.wording()); err != nil {
			return answer{}, err
		}
	}
	if !t.need.anyone {
		if r.caller, err = s.authenticate(r); err != nil {
			return answer{}, err
		}
		if err := s.admit(r, t.need); err != nil {
			return answer{}, err
		}
	}
	return t.handle(s, r)
}

// send writes the answer. Errors of writing mean that the client has gone, which is its own business.
func (x *exchange) send() {
	x.sendHead()
	_, _ = x.w.Write(x.a.body)
	_ = http.NewResponseController(x.w).Flush() // before the request counts as done, see Close
}

func (x *exchange) sendHead() {
	h := x.w.Header()
	maps.Copy(h, x.a.header)
	h.Set("Server", "uvicorn")
	h.Set("X-Request-Id", x.r.id)
	h["Content-Type"] = nil // no guessing
	if x.a.kind != "" {
		h.Set("Content-Type", x.a.kind)
	}
	if x.a.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(x.a.body)))
	}
	x.w.WriteHeader(x.a.status)
}
