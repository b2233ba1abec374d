// Package client is the Go SDK of HydraCore's customers API.
//
//	c, err := client.New("https://api.hydracore.io", client.WithAPIKey(key))
//	page, err := c.Customers.List(ctx, client.ListOptions{PerPage: 100})
//
// # Writes
//
// The API has no undo, no idempotency key and no bulk call, so the client is built around one question: may this
// write have been carried out? Create and Clone are repeated only where it is proven that they were not:
//
//   - no connection was ever obtained (DNS, refused, proxy), but for a server that TLS does not trust,
//   - 429, after the wait that it asks for.
//
// Every other status below 500 is a refusal, but for 408 and 425. After those, after 5xx, and after a connection that
// was lost, a time-out, or an answer that cannot be believed, [MaybeApplied] is true: look before sending it again.
//
// # Reads
//
// List, Get and KeyContext are repeated on 408, 425, 429, 5xx, and on every failure to get an answer that a repeat can
// cure; on answers that are not HydraCore's JSON twice at most. The pause doubles from 250 ms to 8 s, less up to half
// of it by chance. [WithMaxRetries], [WithAttemptTimeout] and [WithWaitBudget] bound it all.
//
// # Signing in
//
// An API key or an access token is sent as it is given. A [Session] has tokens that renew themselves: a minute before
// the access token's end and on 401, once for all who need it, and stored before use. Login, Refresh and Logout may be
// carried out twice, so they are repeated as reads are.
//
// # Answers
//
// An answer is trusted only when it is whole: a body that is cut short, not JSON (RFC 8259, no name twice, at most 64
// levels) or not of the contract's shape is an error and never an empty value. A list may have 8 MiB, any other answer
// 1 MiB, the headers 64 KiB. Records keep the fields that this package does not know.
//
// # Transport
//
// HTTP/1.1 only, since net/http may replay requests of HTTP/2; TLS 1.2 or later, without a way to skip verification.
// A read follows redirects within its own scheme, host and port, a write never does, so that the credential reaches no
// other server. Cookies are not kept. This package logs nothing; net/http reports an answer that nobody asked for
// through package log.
//
// # Errors
//
// A call fails with an [*Error] for an answer other than 2xx, with a [*TransportError] when no usable answer came, and
// with any other error when the request could not be made from its arguments; then nothing was sent.
package client
