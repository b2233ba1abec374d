package client_test

import (
	"context"
	"io"
	"net/http"

	"github.com/hydracore/hydractl/pkg/client"
)

// readAndWrite is one call of each kind, for rules that hold for both or differ between them.
func readAndWrite() map[string]func(context.Context, *client.Client) error {
	return map[string]func(context.Context, *client.Client) error{
		http.MethodGet: func(ctx context.Context, c *client.Client) error {
			_, err := c.Customers.List(ctx, client.ListOptions{})
			return err
		},
		http.MethodPost: func(ctx context.Context, c *client.Client) error {
			_, err := c.Customers.Create(ctx, client.CreateRequest{CompanyName: new("Foo, Inc.")})
			return err
		},
	}
}

// answer is a server that does what it is asked.
func answer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodPost {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, made)
		return
	}
	_, _ = io.WriteString(w, emptyPage)
}
