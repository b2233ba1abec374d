// Package client is the Go SDK of HydraCore's customers API.
//
//	c, err := client.New("https://api.hydracore.io", client.WithAPIKey(key))
//	if err != nil {
//		return err
//	}
//	for customer, err := range c.Customers.All(ctx, client.ListOptions{}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(customer.ID, customer.CreatedAt.Time)
//	}
//
// A [Client] has a service for each part of the API: [CustomersService] lists, reads, creates and clones customers,
// [AuthService] signs in and out and reads what an API key may do. [Client.Do] sends any other request.
//
// # Writes happen at most once
//
// The API has no undo, no idempotency key and no bulk call, so the client is built around one question: may this write
// have been carried out? Create and Clone are repeated only where it is proven that they were not:
//
//   - there was no connection (DNS, refused, proxy), except where TLS does not trust the server,
//   - the server answered 429, after the wait that it asks for.
//
// Every other status below 500 is a refusal, except 408 and 425. After those, after 5xx, and after a connection that was
// lost, a time-out, or an answer that cannot be used, [MaybeApplied] is true: look before sending it again.
//
// # Reads are repeated
//
// List, Get and KeyContext are repeated on 408, 425, 429, 5xx, and on every failure to get an answer that a repeat can
// cure; on answers that are not HydraCore's JSON twice at most. The pause doubles from 250 ms to 8 s, less up to half of it
// by chance; a Retry-After of a 429 or a 503 is honoured. [WithMaxRetries], [WithAttemptTimeout] and [WithWaitBudget]
// bound it all, and every call ends when its context ends.
//
// # Lists are complete or say so
//
// [CustomersService.All] walks every page while customers come and go. It compares the server's counts with what came,
// reads the list again when a customer may be missing, and otherwise ends with an [*IncompleteError]. It relies on
// created_at being at most five minutes older than the moment at which a customer appears; [Pager.Verified] does not.
//
// # Signing in
//
// An API key or an access token is sent as it is given. A [Session] has tokens that renew themselves: a minute before
// the access token expires and on 401, once for all calls that need it, and stored before use. Login, Refresh and Logout
// may be carried out twice, so they are repeated as reads are.
//
// # Errors
//
// A call fails with an [*Error] for an answer other than 2xx, with a [*TransportError] when no usable answer came, and
// with any other error when the request could not be made from its arguments; then nothing was sent. The first two have
// an [ErrorCode]. [IsNotFound], [IsDuplicate], [IsInvalid], [IsUnauthorized], [IsForbidden] and [IsRateLimited] answer the
// usual questions, also about wrapped errors.
//
// # Answers
//
// An answer is used only when it is whole: a body that is cut short, not JSON (RFC 8259, no name twice, at most 64
// levels) or not of the contract's shape is an error and never an empty value. A list may have 8 MiB, any other answer
// 1 MiB, the headers 64 KiB. A record has the fields of the contract, and by RawJSON the text that the server sent. Its
// strings are copies: keeping one keeps nothing else in memory. The [Response] that comes with it has the request ID, the
// server's date and what is left of the rate limit.
//
// # Transport
//
// HTTP/1.1 only, because net/http may replay requests of HTTP/2; TLS 1.2 or later. A read follows redirects within its
// own scheme, host and port, a write never does, so that the credential reaches no other server. Cookies are not kept.
// [WithHTTPClient] brings a proxy or certificate authorities. This package logs nothing; net/http reports an answer that
// was not asked for through package log.
//
// # Testing
//
// A program that uses this package is tested against an [net/http/httptest.Server]: give its address to [New].
//
// # Stability
//
// Exported names, the meaning of their zero values, error codes and JSON names are stable: they change in incompatible
// ways with a new major version only. Not part of that are the texts of errors, warnings and [WalkReport.Drift], the number
// and order of the requests that a call sends, and the fields that structs may gain: use field names in literals.
package client
