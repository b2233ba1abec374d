package bulk

import (
	"errors"
	"testing"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestClassify_EveryOutcome(t *testing.T) {
	t.Parallel()
	const id = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	transport := func(code client.ErrorCode, status int, applied bool) error {
		return &client.TransportError{Method: "POST", Code: code, Status: status, MaybeApplied: applied, Err: errors.New("x")}
	}
	status := func(n int) error { return &client.Error{Method: "POST", Status: n, Code: "c"} }
	for name, test := range map[string]struct {
		ID   string
		err  error
		want classification
		stop StopReason
		odd  bool
	}{
		"created":                {ID: id, want: classCreated},
		"no id":                  {want: classUnconfirmed, odd: true},
		"nil id":                 {ID: "00000000-0000-0000-0000-000000000000", want: classUnconfirmed, odd: true},
		"no connection":          {err: transport("connection_failed", 0, false), want: classNotSent},
		"time-out while dialing": {err: transport("timeout", 0, false), want: classNotSent},
		"certificate":            {err: transport("tls_failed", 0, false), want: classStop, stop: StopServer},
		"reset":                  {err: transport("connection_lost", 0, true), want: classUnconfirmed},
		"time-out":               {err: transport("timeout", 0, true), want: classUnconfirmed},
		"cancelled in flight":    {err: transport("canceled", 0, true), want: classUnconfirmed},
		"cut short":              {err: transport("connection_lost", 201, true), want: classUnconfirmed},
		"HTML":                   {err: transport("bad_answer", 200, true), want: classUnconfirmed, odd: true},
		"endless":                {err: transport("answer_too_large", 200, true), want: classUnconfirmed, odd: true},
		"status 99":              {err: transport("bad_answer", 99, true), want: classUnconfirmed},
		"cannot be sent":         {err: errors.New("a clone's company name has 0 characters"), want: classRefused},
		"301":                    {err: status(301), want: classUnconfirmed, stop: StopRedirect},
		"304":                    {err: status(304), want: classUnconfirmed, stop: StopRedirect},
		"307":                    {err: status(307), want: classUnconfirmed, stop: StopRedirect},
		"400":                    {err: status(400), want: classRefused},
		"401":                    {err: status(401), want: classStop, stop: StopAuth},
		"402":                    {err: status(402), want: classRefused},
		"403":                    {err: status(403), want: classStop, stop: StopAuth},
		"404":                    {err: status(404), want: classStop, stop: StopAddress},
		"404 of a clone's source": {
			err:  &client.Error{Status: 404, Code: "not_found", Path: "/v1/customers/" + id + "/clone"},
			want: classStop, stop: StopNoSource,
		},
		"405": {err: status(405), want: classStop, stop: StopAddress},
		"407": {err: status(407), want: classStop, stop: StopServer},
		"408": {err: status(408), want: classUnconfirmed},
		"409": {err: status(409), want: classRefused},
		"410": {err: status(410), want: classRefused},
		"413": {err: status(413), want: classRefused},
		"415": {err: status(415), want: classStop, stop: StopAddress},
		"418": {err: status(418), want: classRefused},
		"422": {err: status(422), want: classRefused},
		"425": {err: status(425), want: classUnconfirmed},
		"429": {err: status(429), want: classNotProcessed},
		"451": {err: status(451), want: classRefused},
		"500": {err: status(500), want: classUnconfirmed},
		"501": {err: status(501), want: classUnconfirmed},
		"502": {err: status(502), want: classUnconfirmed},
		"503": {err: status(503), want: classUnconfirmed},
		"504": {err: status(504), want: classUnconfirmed},
		"527": {err: status(527), want: classUnconfirmed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := classify(&client.CreatedCustomer{ID: test.ID}, test.err)
			if got.class != test.want || got.stop != test.stop || got.unexpected != test.odd {
				t.Errorf("proves %d, stop %q, odd %v; want %d, %q, %v", got.class, got.stop, got.unexpected, test.want, test.stop, test.odd)
			}
		})
	}
}

func TestClassify_RefusalListsFiveFields(t *testing.T) {
	t.Parallel()
	var many []client.FieldError
	for range 10_000 {
		many = append(many, client.FieldError{Field: "email", Message: "no", Type: "t"})
	}
	v := classify(nil, &client.Error{Status: 422, Code: "invalid_input", Message: "10000 fields were refused", Fields: many})
	if want := "email: no; email: no; email: no; email: no; email: no; and 9995 more"; v.Text != want {
		t.Errorf("%q, want %q", v.Text, want)
	}
	if sign := v.signature(); len(sign) > 100 {
		t.Errorf("signature of %d bytes", len(sign))
	}
}

func TestSignature_IgnoresTheValue(t *testing.T) {
	t.Parallel()
	sign := func(message, field, kind string) string {
		e := &client.Error{Status: 422, Code: "invalid_input", Message: message}
		if field != "" {
			e.Fields = []client.FieldError{{Field: field, Message: message, Type: kind}}
		}
		v := classify(nil, e)
		return v.signature()
	}
	if a, b := sign("a@x is bad", "email", "value_error"), sign("b@x is bad", "email", "value_error"); a != b {
		t.Errorf("%q and %q differ", a, b)
	}
	for _, other := range []string{sign("x", "email", "missing"), sign("x", "currency", "value_error"), sign("x", "", "")} {
		if other == sign("x", "email", "value_error") {
			t.Errorf("%q is not told apart", other)
		}
	}
}
