package output

import (
	"io"
	"iter"
	"testing"
)

// page is what a server sends at once.
func page() []customer {
	rows := make([]customer, 100)
	for i := range rows {
		rows[i] = newCustomer(i, "someone.important@example.com", "Müller & Söhne, Inc.", "DE", "active")
	}
	return rows
}

func pages(rows []customer, n int) iter.Seq2[customer, error] {
	return func(yield func(customer, error) bool) {
		for range n {
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

// BenchmarkList prints one page of 100 records per operation.
func BenchmarkList(b *testing.B) {
	rows := page()
	for _, format := range FormatNames() {
		b.Run(format, func(b *testing.B) {
			p, err := New(Options{Format: format, Now: testNow}, customerColumns())
			if err != nil {
				b.Fatal(err)
			}
			n := b.N
			if !p.Format().Streams {
				n = 10 // documents are held; keep them small
			}
			b.ReportAllocs()
			b.ResetTimer()
			for done := 0; done < b.N; done += n {
				if _, err := p.List(io.Discard, pages(rows, n), customersEnvelope()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
