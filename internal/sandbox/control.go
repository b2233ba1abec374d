package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"
)

// control is the port on which the faults of a running sandbox are changed and its ground truth is read.
type control struct {
	http   *http.Server
	addr   net.Addr
	served chan error
}

// startControl listens on a loopback address, whatever the sandbox itself may listen on.
func startControl(ctx context.Context, s *Server, addr string) (*control, error) {
	if err := checkLoopback(addr, false); err != nil {
		return nil, fmt.Errorf("control port: %w", err)
	}
	on, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: control port: %w", err)
	}
	c := &control{addr: on.Addr(), served: make(chan error, 1)}
	c.http = &http.Server{Handler: localOnly(s.controlHandler()), ReadHeaderTimeout: time.Minute}
	go func() { c.served <- c.http.Serve(on) }()
	return c, nil
}

func (c *control) close() error {
	_ = c.http.Close()
	if err := <-c.served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// localOnly keeps web pages away: a browser tells where a request comes from, and DNS tricks show in the host name.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		ip, err := netip.ParseAddr(host)
		if r.Header.Get("Origin") != "" || host != "localhost" && (err != nil || !ip.IsLoopback()) {
			writeJSON(w, http.StatusForbidden, controlError{"the control port answers to local programs only, not to web pages"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// faultList is the body of requests and answers about faults.
type faultList struct {
	Faults []string `json:"faults"` // specifications, see ParseFault
}

type controlError struct {
	Error string `json:"error"`
}

func (s *Server) controlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /truth", func(w http.ResponseWriter, r *http.Request) {
		truth, err := s.Truth(r.Context())
		if err != nil {
			writeJSON(w, http.StatusInternalServerError, controlError{err.Error()})
			return
		}
		writeJSON(w, http.StatusOK, truth)
	})
	mux.HandleFunc("GET /kinds", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, FaultKinds()) })
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) { s.writeFaults(w) })
	mux.HandleFunc("PUT /faults", func(w http.ResponseWriter, r *http.Request) { s.changeFaults(w, r, nil) })
	mux.HandleFunc("POST /faults", func(w http.ResponseWriter, r *http.Request) { s.changeFaults(w, r, s.faults()) })
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		s.setFaults(nil)
		s.writeFaults(w)
	})
	return mux
}

// changeFaults puts the faults of the request after those that stay. When one of them is wrong nothing changes.
func (s *Server) changeFaults(w http.ResponseWriter, r *http.Request, stay []*Fault) {
	var body faultList
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		writeJSON(w, http.StatusBadRequest, controlError{fmt.Sprintf(`want {"faults":["KIND:name=value",...]}: %v`, err)})
		return
	}
	more, err := parseFaults(body.Faults)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, controlError{err.Error()})
		return
	}
	s.setFaults(slices.Concat(stay, more))
	s.writeFaults(w)
}

func (s *Server) writeFaults(w http.ResponseWriter) {
	writeJSON(w, http.StatusOK, faultList{Faults: s.Faults()})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", typeJSON)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client has gone
}

// Faults are the specifications of the faults that are on.
func (s *Server) Faults() []string {
	specs := []string{}
	for _, f := range s.faults() {
		specs = append(specs, f.String())
	}
	return specs
}

// SetFaults replaces all faults; each begins to count anew. When one specification is wrong nothing changes.
func (s *Server) SetFaults(specs ...string) error {
	faults, err := parseFaults(specs)
	if err == nil {
		s.setFaults(faults)
	}
	return err
}

func parseFaults(specs []string) ([]*Fault, error) {
	var faults []*Fault
	for _, spec := range specs {
		f, err := ParseFault(spec)
		if err != nil {
			return nil, err
		}
		faults = append(faults, f)
	}
	return faults, nil
}
