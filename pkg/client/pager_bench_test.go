package client

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"
)

// BenchmarkWalk lists 10 pages of 100 rows without a network: what a page costs beside the connection.
func BenchmarkWalk(b *testing.B) {
	body := benchPage(MaxPerPage)
	c, err := New("https://api.example.com", WithHTTPClient(&http.Client{Transport: answering(body)}))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		p := c.Customers.Pager(ListOptions{PerPage: MaxPerPage})
		for range 10 {
			p.ids = newIDSet()
			if page, err := p.newWalk().fetch(b.Context(), 1, false); err != nil || len(page.Customers) != MaxPerPage {
				b.Fatal(err)
			}
		}
	}
}

type answering []byte

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		return nil, errors.New("this server only lists")
	}
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, ContentLength: int64(len(a)), Body: io.NopCloser(bytes.NewReader(a)),
		Header: http.Header{"Content-Type": {"application/json"}},
	}, nil
}
