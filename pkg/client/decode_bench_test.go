package client

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkDecodePage decodes a page of 100 rows, about 40 KB, from the bytes of its body.
func BenchmarkDecodePage(b *testing.B) {
	body := benchPage(MaxPerPage)
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}}
	c := &Client{config: defaults()}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var page CustomerPage
		if err := (&attempt{client: c, call: &call{decode: func(r *reader, _ *Response) error { return page.decode(r, func(string) {}) }}}).decode(resp, body); err != nil || len(page.Customers) != MaxPerPage {
			b.Fatal(err, len(page.Customers))
		}
	}
}

// benchPage is a page whose rows differ in length, in nulls and in what they escape.
func benchPage(n int) []byte {
	rows := make([]string, n)
	for i := range rows {
		status, company := `"active"`, fmt.Sprintf(`"Wöhler \u0026 Söhne %d, Inc."`, i)
		if i%3 == 0 {
			status, company = "null", fmt.Sprintf(`"Company %d"`, i)
		}
		rows[i] = fmt.Sprintf(`{"active_subscription_count": %d, "company_name": %s, "country_code": "DE", `+
			`"created_at": "2024-03-0%dT10:%02d:%02d.123456+00:00", "currency": "EUR", "email": "user%d@example.com", `+
			`"id": "%08x-6276-4993-bfeb-53cbbbba6f08", "instance_count": %d, "latest_subscription_status": %s, `+
			`"running_instance_count": %d, "subscription_count": 2, "timezone": "Europe/Berlin"}`,
			i%3, company, 1+i%9, i%60, i%60, i, i+1, i%70, status, i%5)
	}
	return fmt.Appendf(nil, `{"customers": [%s], "page": 1, "per_page": 100, "total": 254, "total_pages": 3}`, strings.Join(rows, ", "))
}
