package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hydracore/hydractl/test/bench/parts"
)

// keptRecords is how many customers the server remembers: an import reads the first ones back.
const keptRecords = 1000

// serve answers every POST with a new customer that has what was sent, and every GET with one of the first customers or with
// an empty list, until stdin ends.
func serve() error {
	var made atomic.Int64
	var kept sync.Map // records by path
	return parts.Serve(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		record, known := kept.Load(r.URL.Path)
		switch {
		case r.Method == http.MethodPost:
			n := made.Add(1)
			id := fmt.Sprintf("497f6eca-6276-4993-bfeb-%012x", n)
			record := fmt.Appendf(nil, `{"id":"%s","created_at":"%s",%s`, id, time.Now().UTC().Format(time.RFC3339Nano), bytes.TrimPrefix(sent, []byte("{")))
			if n <= keptRecords {
				kept.Store(r.URL.Path+"/"+id, record)
			}
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write(record)
		case known:
			_, _ = w.Write(record.([]byte))
		default:
			fmt.Fprint(w, `{"customers":[],"page":1,"per_page":100,"total":0,"total_pages":0}`)
		}
	})
}
