package client_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestRecords_NullOrMissingIsNil(t *testing.T) {
	t.Parallel()
	nulls := `{"active_subscription_count":null,"company_name":null,"country_code":null,"created_at":null,"currency":null,` +
		`"email":null,"id":"` + someID + `","instance_count":null,"instances":null,"latest_subscription_status":null,` +
		`"locale":null,"running_instance_count":null,"stripe_customer_id":null,"subscription_count":null,` +
		`"subscriptions":null,"timezone":null,"updated_at":null}`
	for _, text := range []string{nulls, `{"id":"` + someID + `"}`} {
		var row client.Customer
		var detail client.CustomerDetail
		var created client.CreatedCustomer
		for _, record := range []json.Unmarshaler{&row, &detail, &created} {
			if err := record.UnmarshalJSON([]byte(text)); err != nil {
				t.Fatalf("%T: %v", record, err)
			}
		}
		if diff := cmp.Diff(client.Customer{ID: someID}, row, fieldsOnly()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(client.CustomerDetail{Customer: client.Customer{ID: someID}}, detail, fieldsOnly()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(client.CreatedCustomer{ID: someID}, created, fieldsOnly()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestRecords_FieldOfAnotherKind(t *testing.T) {
	t.Parallel()
	for member, want := range map[string]string{
		`"email":5`:               "field email: a number where a string is expected",
		`"company_name":{}`:       "field company_name: an object where a string is expected",
		`"instance_count":"x"`:    "field instance_count: a string where a whole number is expected",
		`"instance_count":true`:   "field instance_count: a boolean where a whole number is expected",
		`"instance_count":0.5`:    "field instance_count: a number that is not whole, or does not fit in 64 bits",
		`"instance_count":1e400`:  "field instance_count: a number that is not whole, or does not fit in 64 bits",
		`"instance_count":1e4000`: "field instance_count: a number out of range",
		`"subscriptions":{}`:      "field subscriptions: an object where a list is expected",
		`"x":` + strings.Repeat("[", 64) + strings.Repeat("]", 64): "nested more than 64 levels deep",
		`"email":"a","email":"a"`:                                  `duplicate object member name "email"`,
	} {
		var detail client.CustomerDetail
		err := detail.UnmarshalJSON([]byte(`{"id":"` + someID + `",` + member + `}`))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %q", member, err, want)
		}
	}
	for text, want := range map[string]string{
		"[]":                         "a list where an object is expected",
		"null":                       "null where an object is expected",
		"{}":                         "the record has no id",
		`{"ID":"x"}`:                 "the record has no id",
		`{"id":null}`:                "the record has no id",
		`{"id":"x"}`:                 "the record's id is not a UUID",
		`{"id":["x"]}`:               "field id: a list where a string is expected",
		`{"id":"` + someID + `"} {}`: "after top-level value",
	} {
		var row client.Customer
		if err := row.UnmarshalJSON([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	var row client.Customer
	if err := row.UnmarshalJSON(nil); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("nothing: %v", err)
	}
}

func TestRecords_WholeNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"0": 0, "-0": 0, "5": 5, `"5"`: 5, "5.0": 5, `"5.0"`: 5, "5e0": 5, "1e3": 1000, "1E+3": 1000, "1200e-2": 12, "1.5e1": 15,
		"-7": -7, `"-7"`: -7, "9223372036854775807": 1<<63 - 1, "-9223372036854775808": -1 << 63, "9.223372036854775807e18": 1<<63 - 1,
		"9007199254740993.0": 9007199254740993, `"\u0035"`: 5,
	} {
		var row client.Customer
		if err := row.UnmarshalJSON([]byte(`{"id":"` + someID + `","instance_count":` + text + `}`)); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if *row.InstanceCount != want {
			t.Errorf("%s is read as %d", text, *row.InstanceCount)
		}
	}
}

func TestRecords_ExactNames(t *testing.T) {
	t.Parallel()
	var row client.Customer
	text := `{"Email":"no","EMAIL":"no","\u0065mail":"a@example.com","id":"` + someID + `","company_name":"caf\u00e9 \ud83d\ude00 \"x\"\\"}`
	if err := row.UnmarshalJSON([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if *row.Email != "a@example.com" || *row.CompanyName != `café 😀 "x"\` {
		t.Errorf("email %q, company %q", *row.Email, *row.CompanyName)
	}
}

func TestRecords_MarshalTheirFields(t *testing.T) {
	t.Parallel()
	at := client.Timestamp{Time: time.Date(2024, 5, 6, 7, 8, 9, 0, time.FixedZone("", 3600))}
	for want, record := range map[string]any{
		`{"company_name":"Foo \u0026 Co","created_at":"2024-05-06T06:08:09Z","email":null,"id":"` + someID + `"}`: client.CreatedCustomer{
			CompanyName: new("Foo & Co"), CreatedAt: at, ID: someID,
		},
		`{"api_key_id":"k","customer_id":null,"hash_version":2,"needs_reissue":false,"rate_limit_per_hour":null,"rate_limit_per_minute":60,` +
			`"scopes":["customers:read"],"tenant_id":"t","user_id":null}`: &client.KeyContext{
			APIKeyID: "k", HashVersion: 2, RateLimitPerMinute: new(int64(60)), Scopes: []string{"customers:read"}, TenantID: "t",
		},
	} {
		if got, err := json.Marshal(record); err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
	for _, record := range []any{client.Customer{ID: someID}, client.CustomerDetail{Customer: client.Customer{ID: someID}}} {
		got, err := json.Marshal(record)
		var fields map[string]any
		if err != nil || json.Unmarshal(got, &fields) != nil || fields["id"] != someID || len(fields) < 12 {
			t.Errorf("%T: %s, %v", record, got, err)
		}
	}
}

func TestCustomer_MarshalsItsFields(t *testing.T) {
	t.Parallel()
	const text = `{"id":"` + someID + `","email":"a@example.com","unknown":1}`
	var row client.Customer
	if err := json.Unmarshal([]byte(text), &row); err != nil {
		t.Fatal(err)
	}
	row.Email = new("b@example.com")
	got, err := json.Marshal([]client.Customer{row})
	if err != nil || !strings.Contains(string(got), `"email":"b@example.com"`) || strings.Contains(string(got), "unknown") {
		t.Errorf("%s, %v", got, err)
	}
	if row.RawJSON() != text {
		t.Errorf("the server's text is %s", row.RawJSON())
	}
}

func TestCustomerDetail_ListsAndFields(t *testing.T) {
	t.Parallel()
	text := `{"id":"` + someID + `","email":"a@example.com","instances":[ {"a": 1} , 2,[]],"subscriptions":[],"instance_count":3,"created_at":"2024-01-02T03:04:05"}`
	var detail client.CustomerDetail
	if err := detail.UnmarshalJSON([]byte(text)); err != nil {
		t.Fatal(err)
	}
	want := []json.RawMessage{json.RawMessage(`{"a": 1}`), json.RawMessage("2"), json.RawMessage("[]")}
	if diff := cmp.Diff(want, detail.Instances); diff != "" {
		t.Error(diff)
	}
	if detail.Subscriptions == nil || len(detail.Subscriptions) != 0 {
		t.Errorf("subscriptions %v", detail.Subscriptions)
	}
	var row client.Customer
	if err := row.UnmarshalJSON([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(row, detail.Customer, fieldsOnly()); diff != "" {
		t.Error(diff)
	}
}

// fieldsOnly compares what a caller can see.
func fieldsOnly() cmp.Option {
	return cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".rawText" || p.Last().String() == ".Response" }, cmp.Ignore())
}

func TestResponse_OfEverySuccess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &spy{reply: func(_ int, r *http.Request) *http.Response {
			body := `{"customers":[],"id":"` + someID + `"}`
			return response(r, http.StatusCreated, body, "X-Request-Id", "r-1", "X-RateLimit-Limit", "60", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "30")
		}}
		c := newClient(t, "https://api.example.com", withTransport(s))
		page, err := c.Customers.List(t.Context(), client.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		detail, err := c.Customers.Get(t.Context(), someID)
		if err != nil {
			t.Fatal(err)
		}
		created, err := c.Customers.Create(t.Context(), client.CreateRequest{})
		if err != nil {
			t.Fatal(err)
		}
		key, err := c.Auth.KeyContext(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := &client.Response{
			Status: http.StatusCreated, RequestID: "r-1", RateLimit: 60, RateRemaining: 0, RateReset: time.Now().Add(30 * time.Second),
		}
		for _, got := range []*client.Response{page.Response, detail.Response, created.Response, key.Response} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
	})
}

func TestResponse_RateLimitHeaders(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		headers          []string
		limit, remaining int64
		reset            time.Time
	}{
		{nil, -1, -1, time.Time{}},
		{[]string{"X-RateLimit-Limit", "-5", "X-RateLimit-Remaining", "many", "X-RateLimit-Reset", "soon"}, -1, -1, time.Time{}},
		{[]string{"X-RateLimit-Limit", "1000", "X-RateLimit-Reset", "1700000000"}, 1000, -1, time.Unix(1700000000, 0)},
	} {
		s := &spy{reply: func(_ int, r *http.Request) *http.Response { return response(r, 200, emptyPage, tt.headers...) }}
		page, err := newClient(t, "https://api.example.com", withTransport(s)).Customers.List(t.Context(), client.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if r := page.Response; r.RateLimit != tt.limit || r.RateRemaining != tt.remaining || !r.RateReset.Equal(tt.reset) {
			t.Errorf("%v: %+v", tt.headers, r)
		}
	}
}
