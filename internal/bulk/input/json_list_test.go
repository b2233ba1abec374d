package input

import (
	"slices"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

func TestJSONList_InObject(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}],"total":2,"complete":true}`:     "",
		"{\n  \"customers\" : [\n    {\"email\":\"a@example.com\"},{\"email\":\"b@example.com\"}\n  ]\n}\n": "",
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}],"complete":false}`:              "not complete",
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}],"total":2`:                      "truncated",
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}`:                                 "truncated",
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}]}{}`:                             "truncated",
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}],` + strings.Repeat(" ", 70<<10): "truncated",
	} {
		for _, name := range []string{"list.json", "list"} {
			source, err := Open(t.Context(), writeInput(t, name, text), nil, t.TempDir(), ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			checked, err := Validate(t.Context(), source, Rules{})
			if err == nil {
				err = checked.Err()
			}
			if want == "" && (err != nil || checked.Rows != 2 || allValues(t, checked)[1][record.Email] != "b@example.com") {
				t.Errorf("%s, %.90s: %v", name, text, err)
			}
			if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s, %.90s: %v; want %q", name, text, err, want)
			}
			_ = source.Close()
		}
	}
}

func TestJSONList_MorePages(t *testing.T) {
	t.Parallel()
	for text, more := range map[string]bool{
		`{"count":9,"next":"https://example.com/?page=2","results":[{"email":"a@example.com"}]}`:                                  true, // Django
		`{"count":1,"next":null,"previous":null,"results":[{"email":"a@example.com"}]}`:                                           false,
		`{"totalSize":2,"done":false,"nextRecordsUrl":"/x","records":[{"email":"a@example.com"}]}`:                                true, // Salesforce
		`{"totalSize":1,"done":true,"records":[{"email":"a@example.com"}]}`:                                                       false,
		`{"data":[{"email":"a@example.com"}],"info":{"page":1,"more_records":true}}`:                                              true, // Zoho
		`{"success":true,"data":[{"email":"a@example.com"}],"additional_data":{"pagination":{"more_items_in_collection":true}}}`:  true, // Pipedrive
		`{"success":true,"data":[{"email":"a@example.com"}],"additional_data":{"pagination":{"more_items_in_collection":false}}}`: false,
		`{"items":[{"email":"a@example.com"}],"total":2,"page":1,"size":1}`:                                                       true, // FastAPI
		`{"items":[{"email":"a@example.com"}],"total":1,"page":1,"size":50}`:                                                      false,
		`{"data":[{"email":"a@example.com"}],"pages":{"page":1,"next":{"starting_after":"x"}}}`:                                   true, // Intercom
		`{"customers":[{"email":"a@example.com"}],"meta":{"cursors":{"before":null,"after":"CU9"}}}`:                              true, // GoCardless
		`{"customers":[{"email":"a@example.com"}],"meta":{"cursors":{"before":"CU9","after":null}}}`:                              false,
		`{"results":[{"email":"a@example.com"}],"paging":{"next":{"after":"7"}}}`:                                                 true, // HubSpot
		`{"list":[{"email":"a@example.com"}],"next_offset":"[1]"}`:                                                                true, // Chargebee
		`{"data":[{"email":"a@example.com"}],"links":{"self":"x","next":"https://example.com/2"}}`:                                true, // JSON:API
		`{"data":[{"email":"a@example.com"}],"links":{"self":"x","next":null},"meta":{"total":1}}`:                                false,
	} {
		checked := checkText(t, "list.json", text, ReadOptions{}, Rules{})
		got := slices.ContainsFunc(checked.Groups, func(g Group) bool { return g.Kind == "more_pages" })
		if err := checked.Err(); err != nil || checked.Rows != 1 || got != more {
			t.Errorf("%s: %v, %d rows, more pages: %v", text, err, checked.Rows, got)
		}
	}
}

// An object that gives a field itself is a customer, also when it has a list of others in it.
func TestJSONList_InsideCustomer(t *testing.T) {
	t.Parallel()
	for text, args := range map[string]string{
		`{"email":"a@example.com","contacts":[{"email":"b@example.com"}]}`:   "--ignore-columns contacts",
		`{"company":"Acme","contacts":[{"email":"b@example.com"}]}`:          "",
		`{"contacts":[{"email":"b@example.com"}],"email":"a@example.com"}`:   "",
		`{"contacts":[{"email":"b@example.com"}],"company_name":"Acme Ltd"}`: "",
	} {
		for _, name := range []string{"in.json", "in.jsonl", "in"} {
			err := checkText(t, name, text, ReadOptions{}, Rules{}).Err()
			got := strings.Join(argsOf(err), " ")
			if err == nil || name != "in.jsonl" && (got != args || args == "" && !strings.Contains(err.Error(), "jq -c")) {
				t.Errorf("%s, %s: %v, with %q", name, text, err, got)
			}
		}
	}
}
