package sandbox

import (
	"net/http"
	"unicode/utf8"
)

// answer is what a request gets, as a value: handlers make it, faults may change it, and only then is it sent.
type answer struct {
	status int
	header http.Header // beyond Content-Type and Content-Length; may be nil
	kind   string      // Content-Type; "" for none
	body   []byte
}

const (
	typeJSON = "application/json"
	typeText = "text/plain; charset=utf-8"
	typeHTML = "text/html"
)

// with adds a header to the answer.
func (a answer) with(name, value string) answer {
	h := a.header.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set(name, value)
	a.header = h
	return a
}

// ok is a JSON answer.
func ok(status int, w *jsonText) answer {
	return crashUnlessUTF8(answer{status: status, kind: typeJSON, body: w.buf})
}

// detail is what an HTTPException of FastAPI becomes.
func detail(status int, words string) answer {
	var w jsonText
	w.open('{')
	w.textField("detail", words)
	w.close('}')
	return ok(status, &w)
}

// crash is what uvicorn sends when the application raised: no JSON, no cause.
func crash() answer {
	return answer{status: http.StatusInternalServerError, kind: typeText, body: []byte("Internal Server Error")}
}

// crashUnlessUTF8 is the moment when Starlette encodes the answer: a lone surrogate or NaN that it would echo makes the
// whole answer a 500.
func crashUnlessUTF8(a answer) answer {
	if !utf8.Valid(a.body) {
		return crash()
	}
	return a
}

func notFound() answer        { return detail(http.StatusNotFound, "Not Found") }
func missingCustomer() answer { return detail(http.StatusNotFound, "Customer not found") }
