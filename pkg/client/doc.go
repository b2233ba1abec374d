// Package client is the Go SDK of HydraCore's customers API.
//
// The API has no undo, no idempotency key and no bulk call, so the client is built around one question: may this
// write have been carried out? A write is repeated only where the answer proves that it was not (429, or no
// connection was ever obtained); in every other case the caller gets an error for which [MaybeApplied] is true.
// Reads are repeated on anything that a repeat can cure.
//
//	c, err := client.New("https://api.hydracore.io", client.WithAPIKey(key))
//	page, err := c.Customers.List(ctx, client.ListOptions{PerPage: 100})
//
// Answers are trusted only when they are whole: a body that is cut short, too large, not JSON or not of the
// contract's shape is an error and never an empty value. Records keep the fields that this package does not know.
package client
