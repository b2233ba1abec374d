package client_test

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// readPage lists once from a server that answers with body.
func readPage(t *testing.T, body string) (*client.CustomerPage, []string, error) {
	t.Helper()
	var warnings []string
	w := serveWire(t, sendAndClose(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sat, 01 Jan 2022 10:00:00 GMT\r\n"+
		"Content-Length: %d\r\n\r\n%s", len(body), body)))
	trace := client.Trace{Warning: func(text string) { warnings = append(warnings, text) }}
	page, err := newClient(t, w.url, client.WithMaxRetries(0), client.WithTrace(trace)).Customers.List(t.Context(), client.ListOptions{})
	return page, warnings, err
}

func TestPage_KeepsEnvelopeAndRecords(t *testing.T) {
	t.Parallel()
	body := "\ufeff {\"new\": [1, 2.50],\n \"customers\": [ {\"id\": \"" + someID + "\", \"unknown\": {\"a\": 1e2}} , {\"id\":\"" + otherID + "\"}\t]," +
		" \"page\": 2, \"per_page\": \"20\", \"total\": 5e1, \"total_pages\": 3.0, \"Total\": -7} \r\n"
	page, warnings, err := readPage(t, body)
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) != 0 {
		t.Errorf("warnings %q", warnings)
	}
	if page.Page != 2 || page.PerPage != 20 || page.Total != 50 || page.TotalPages != 3 {
		t.Errorf("page %d, per page %d, total %d, pages %d", page.Page, page.PerPage, page.Total, page.TotalPages)
	}
	if want := time.Date(2022, 1, 1, 10, 0, 0, 0, time.UTC); !page.Date.Equal(want) {
		t.Errorf("date %s, want %s", page.Date, want)
	}
	want := `{"new":[1, 2.50],"page":2,"per_page":"20","total":5e1,"total_pages":3.0,"Total":-7}`
	if got := string(page.Envelope); got != want {
		t.Errorf("envelope %s, want %s", got, want)
	}
	for i, want := range []string{`{"id": "` + someID + `", "unknown": {"a": 1e2}}`, `{"id":"` + otherID + `"}`} {
		if got := page.Customers[i].RawJSON(); got != want {
			t.Errorf("customer %d is %s, want %s", i, got, want)
		}
	}
}

func TestPage_InvalidCounts(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"-1", "1e30", "1.5", `"many"`, `""`, "null", "true", "[]", "{}", `"0x10"`, `"1_0"`, `" 5"`, `"5 "`, `"+5"`, "1e-999999999", "1e999999999", `"Inf"`, "9223372036854775808"} {
		page, warnings, err := readPage(t, `{"customers":[],"page":`+bad+`,"per_page":`+bad+`,"total":`+bad+`,"total_pages":`+bad+`}`)
		if err != nil {
			t.Fatalf("%s: %v", bad, err)
		}
		if page.Page != -1 || page.PerPage != -1 || page.Total != -1 || page.TotalPages != -1 {
			t.Errorf("%s: page %d, per page %d, total %d, pages %d", bad, page.Page, page.PerPage, page.Total, page.TotalPages)
		}
		if len(warnings) != 4 {
			t.Errorf("%s: warnings %q", bad, warnings)
		}
	}
	page, warnings, err := readPage(t, `{"customers":[]}`)
	if err != nil || page.Total != -1 || len(warnings) != 0 {
		t.Errorf("no counts at all: %+v, %q, %v", page, warnings, err)
	}
}

func TestPage_MoreRowsThanReported(t *testing.T) {
	t.Parallel()
	rows := `{"customers":[{"id":"` + someID + `"},{"id":"` + otherID + `"}],`
	for counts, want := range map[string]int{
		`"per_page":2,"total":2}`: 0, `"per_page":1,"total":2}`: 1, `"per_page":2,"total":0}`: 1, `"per_page":1,"total":1}`: 2,
	} {
		page, warnings, err := readPage(t, rows+counts)
		if err != nil || len(page.Customers) != 2 || len(warnings) != want {
			t.Errorf("%s: %v, %q, %v", counts, page, warnings, err)
		}
	}
}

func TestPage_JSONUnderAnotherLabel(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]int{
		"Content-Type: application/json\r\n": 0, "Content-Type: application/json; charset=utf-8\r\n": 0,
		"Content-Type: APPLICATION/JSON\r\n": 0, "Content-Type: application/problem+json\r\n": 0,
		"Content-Type: text/html\r\n": 1, "Content-Type: text/plain\r\n": 1, "Content-Type: ;;;\r\n": 1, "": 1,
	} {
		var warnings []string
		w := serveWire(t, func(c net.Conn, n int) bool {
			return sendAndClose(fmt.Sprintf("HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s", label, len(emptyPage), emptyPage))(c, n)
		})
		trace := client.Trace{Warning: func(text string) { warnings = append(warnings, text) }}
		_, err := newClient(t, w.url, client.WithTrace(trace)).Customers.List(t.Context(), client.ListOptions{})
		if err != nil || len(warnings) != want {
			t.Errorf("%q: %q, %v", label, warnings, err)
		}
	}
}
