package server

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// Answer is what a request gets, as a value: handlers make it, faults may change it, and only then is it sent.
type Answer struct {
	Status int
	Header http.Header // beyond Content-Type and Content-Length; may be nil
	Type   string      // Content-Type; "" for none
	Body   []byte
}

// The content types of answers.
const (
	TypeJSON = "application/json"
	TypeText = "text/plain; charset=utf-8"
	TypeHTML = "text/html"
)

// With returns the answer with one more header.
func (a Answer) With(name, value string) Answer {
	h := a.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set(name, value)
	a.Header = h
	return a
}

// JSON answers with v as FastAPI writes it: without escapes that JSON does not need.
func JSON(status int, v any) Answer {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return crash()
	}
	return Answer{Status: status, Type: TypeJSON, Body: bytes.TrimSuffix(b.Bytes(), []byte("\n"))}
}

// Detail is the answer that an HTTPException of FastAPI becomes.
func Detail(status int, message string) Answer {
	return JSON(status, map[string]string{"detail": message})
}

// crash is what uvicorn sends when the application raised an exception: neither JSON nor a cause.
func crash() Answer {
	return Answer{Status: http.StatusInternalServerError, Type: TypeText, Body: []byte("Internal Server Error")}
}

// refusal is an answer that ends a request early.
type refusal struct{ Answer }

func (r refusal) Error() string { return http.StatusText(r.Status) }

func refuse(status int, message string) error { return refusal{Detail(status, message)} }
