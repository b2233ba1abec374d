package sandbox

import (
	"errors"
	"io"
	"log/slog"
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

func newHTTPServer(s *Server) *http.Server {
	return &http.Server{
		Handler:                      http.HandlerFunc(s.serve),
		IdleTimeout:                  keepAlive,
		ReadHeaderTimeout:            time.Minute,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

// serve reads one request, decides on it, and sends the answer. A client that leaves after its request is complete changes
// nothing: the work is done all the same, as under uvicorn.
func (s *Server) serve(w http.ResponseWriter, hr *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, hr.Body, maxBody))
	r := &request{
		id: requestID(s.requests.Add(1)), attempt: 1, method: hr.Method, path: hr.URL.Path, query: hr.URL.RawQuery,
		host: hr.Host, header: hr.Header, raw: body, now: s.now().UTC(),
	}
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			s.send(w, r, detail(http.StatusRequestEntityTooLarge, "Request Entity Too Large"))
		}
		return
	}
	s.send(w, r, s.answer(r))
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
		if err := t.need.admit(r.caller); err != nil {
			return answer{}, err
		}
	}
	return t.handle(s, r)
}

// send writes the answer. Errors of writing mean that the client has gone, which is its own business.
func (s *Server) send(w http.ResponseWriter, r *request, a answer) {
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	h.Set("Server", "uvicorn")
	h.Set("X-Request-Id", r.id)
	h["Content-Type"] = nil // no guessing
	if a.kind != "" {
		h.Set("Content-Type", a.kind)
	}
	if a.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}
