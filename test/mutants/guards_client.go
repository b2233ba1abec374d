package main

// requests is what keeps one call from becoming two requests.
func requests() []guard {
	const (
		carries = "TestWrite_NotReplayable"
		lost    = "TestWrite_LostAnswerMeansOneRequest"
		refused = "TestRedirect_WriteNeverFollows"
	)
	return []guard{
		{
			name: "a write's body cannot be rewound", file: "pkg/client/transport.go", tests: carries,
			old: "r.GetBody = nil", off: "_ = r.GetBody",
		},
		{
			name: "a write has no Idempotency-Key", file: "pkg/client/request.go", tests: carries,
			old: `encoding := "identity"`, off: `encoding := "identity"; h["Idempotency-Key"] = []string{"1"}`,
		},
		{
			name: "HTTP/2 is off", file: "pkg/client/transport.go", tests: "TestTLS_HTTP2ServerGetsHTTP11",
			old: "t.Protocols.SetHTTP1(true)\n\tt.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}", off: "t.Protocols.SetHTTP1(true)\n\tt.Protocols.SetHTTP2(true)",
		},
		{
			name: "resty repeats nothing", file: "pkg/client/client.go", tests: lost,
			old: "rc.SetRetryCount(0)", off: "rc.SetRetryCount(2)",
		},
		{
			name: "an unconfirmed write is not repeated", file: "pkg/client/retry.go", tests: "TestRetry_Policy",
			old: "if !ok || te.MaybeApplied {", off: "if !ok {",
		},
		{
			name: "a write that met a 5xx is not repeated", file: "pkg/client/retry.go", tests: "TestRetry_Policy",
			old: "case cl.isWrite():\n\t\t\treturn false", off: "case false:\n\t\t\treturn false",
		},
		{
			name: "a write is not redirected", file: "pkg/client/transport.go", tests: refused,
			old: "if method != http.MethodGet || hop", off: "if hop",
		},
		{
			name: "net/http follows no redirect", file: "pkg/client/transport.go", tests: refused + " TestRedirect_CredentialStaysAtOrigin",
			old: `delete(resp.Header, "Location")`, off: "_ = setAside",
		},
		{
			name: "a credential stays with its host", file: "pkg/client/transport.go", tests: "TestRedirect_CredentialStaysAtOrigin",
			old: "if to.Scheme != from.Scheme || !strings.EqualFold(to.Host, from.Host) {", off: "if strings.EqualFold(from.Host, \"\") {",
		},
		{
			name: "idle connections end before the server ends them", file: "pkg/client/transport.go", tests: "TestTransport_Limits",
			old: "idleTimeout    = 3 * time.Second", off: "idleTimeout    = 30 * time.Second",
		},
	}
}

// answers is what keeps an answer from being believed that proves nothing.
func answers() []guard {
	const (
		lost     = "TestWrite_LostAnswerMeansOneRequest"
		classify = "TestClassify_EveryOutcome"
		bulk     = "internal/bulk/outcome.go"
	)
	return []guard{
		{
			name: "a connection makes the outcome open", file: "pkg/client/attempt.go", tests: lost,
			old: "MaybeApplied: !unsent && a.call.isWrite()", off: "MaybeApplied: false",
		},
		{
			name: "a 5xx leaves a write unconfirmed", file: "pkg/client/errors.go", tests: lost + " TestWrite_RefusalNeedsNoBody FuzzReadError TestPredicates_WrappedErrors",
			old: "cl.isWrite() && (e.Status >= 500 || e.Status", off: "cl.isWrite() && (e.Status",
		},
		{
			name: "an answer names a customer by a UUID", file: "pkg/client/customer.go", tests: lost,
			old: "return checkID(*id)", off: "_ = checkID\n\treturn nil",
		},
		{
			name: "an answer is about the email that was sent", file: "pkg/client/customers.go", tests: lost,
			old: "if email != nil && made.Email != nil && !emailaddr.Same(*email, *made.Email) {", off: "if false {",
		},
		{
			name: "an answer is whole", file: "pkg/client/attempt.go", tests: lost,
			old: "case err != nil:\n\t\treturn err\n\tcase a.call.raw", off: "case err != nil && false:\n\t\treturn err\n\tcase a.call.raw",
		},
		{
			name: "a search is filtered by the whole email", file: "pkg/client/customers.go", tests: "TestFindByEmail",
			old: "if c.Email != nil && emailaddr.Fold(*c.Email) == folded {", off: "if c.Email != nil && folded != \"\" {",
		},
		{
			name: "emails are folded", file: "internal/emailaddr/emailaddr.go", tests: "TestFold_SpellingsOfOneAddress",
			old: "email = strings.ToLower(norm.NFC.String(strings.TrimSpace(email)))", off: "email = strings.TrimSpace(email)",
		},
		{
			name: "Retry-After is a second at least", file: "pkg/client/retry.go", tests: "FuzzRetryAfter TestRetryAfter_Forms",
			old: "seconds = min(max(seconds, minRateWait.Seconds()), maxRateWait.Seconds())", off: "seconds = min(max(seconds, 0), maxRateWait.Seconds())",
		},
		{
			name: "the nil UUID is no customer", file: bulk, tests: classify,
			old: "if err != nil || id == uuid.Nil {", off: "if err != nil {",
		},
		{
			name: "401 and 403 stop the run", file: bulk, tests: classify + " TestStop_AnswerThatConcernsEveryRow",
			old: "case http.StatusUnauthorized, http.StatusForbidden:\n\t\treturn result{class: classStop", off: "case http.StatusUnauthorized, http.StatusForbidden:\n\t\treturn result{class: classRefused",
		},
		{
			name: "404 on the collection stops the run", file: bulk, tests: classify + " TestStop_AnswerThatConcernsEveryRow",
			old: "case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType:\n\t\treturn result{class: classStop", off: "case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType:\n\t\treturn result{class: classRefused",
		},
		{
			name: "a redirected write stops the run", file: bulk, tests: classify + " TestStop_AnswerThatConcernsEveryRow",
			old: "return result{class: classUnconfirmed, stop: StopRedirect}", off: "return result{class: classUnconfirmed}",
		},
		{
			name: "a redirected write may have been carried out", file: bulk, tests: "TestRun_OneFaultForEveryRow",
			old: "return result{class: classUnconfirmed, stop: StopRedirect}", off: "return result{class: classStop, stop: StopRedirect}",
		},
	}
}
