package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/hydracore/hydractl/internal/sandbox/fault"
	"github.com/hydracore/hydractl/internal/sandbox/server"
)

// control is the port on which the faults of a running sandbox are changed and its audit snapshot is read.
type control struct {
	http   *http.Server
	addr   net.Addr
	served chan error
}

// startControl listens on a loopback address, whatever the sandbox itself listens on.
func startControl(ctx context.Context, s *Server, o Options) (*control, error) {
	if err := server.CheckAddr(o.Control, false); err != nil {
		return nil, fmt.Errorf("control port: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.Control)
	if err != nil {
		return nil, fmt.Errorf("sandbox: control port: %w", err)
	}
	c := &control{addr: listener.Addr(), served: make(chan error, 1)}
	c.http = server.NewHTTPServer(localOnly(s.controlHandler()))
	go func() { c.served <- c.http.Serve(listener) }()
	return c, nil
}

func (c *control) close() error {
	_ = c.http.Close()
	if err := <-c.served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// localOnly refuses web pages: a browser sends the origin of a request, and DNS rebinding shows in the host name.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" || !server.LocalHost(r.Host) {
			writeJSON(w, http.StatusForbidden, controlError{"the control port answers to local programs only, not to web pages"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// faultList is the body of requests and answers about faults.
type faultList struct {
	Faults []string `json:"faults"` // specifications, see fault.Parse
}

type controlError struct {
	Error string `json:"error"`
}

func (s *Server) controlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /truth", func(w http.ResponseWriter, _ *http.Request) {
		snapshot, err := s.Snapshot()
		if err != nil {
			writeJSON(w, http.StatusInternalServerError, controlError{err.Error()})
			return
		}
		writeJSON(w, http.StatusOK, snapshot)
	})
	mux.HandleFunc("GET /kinds", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, fault.Kinds()) })
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) { s.writeFaults(w) })
	mux.HandleFunc("PUT /faults", func(w http.ResponseWriter, r *http.Request) { s.changeFaults(w, r, s.SetFaults) })
	mux.HandleFunc("POST /faults", func(w http.ResponseWriter, r *http.Request) { s.changeFaults(w, r, s.addFaults) })
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		_ = s.SetFaults() // none is wrong
		s.writeFaults(w)
	})
	return mux
}

// changeFaults sets or adds the faults of the request.
func (s *Server) changeFaults(w http.ResponseWriter, r *http.Request, change func(specs ...string) error) {
	var body faultList
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		writeJSON(w, http.StatusBadRequest, controlError{fmt.Sprintf(`body: must be {"faults":["KIND:name=value",...]}: %v`, err)})
		return
	}
	if err := change(body.Faults...); err != nil {
		writeJSON(w, http.StatusBadRequest, controlError{err.Error()})
		return
	}
	s.writeFaults(w)
}

func (s *Server) writeFaults(w http.ResponseWriter) {
	list := faultList{Faults: []string{}}
	for _, f := range s.api.Faults() {
		list.Faults = append(list.Faults, f.String())
	}
	writeJSON(w, http.StatusOK, list)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", server.TypeJSON)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client has left
}
