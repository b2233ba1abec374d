package reconcile

import (
	"context"

	"github.com/hydracore/hydractl/pkg/client"
)

// NewAPI joins two clients of one deployment with the same credential: reads repeats what a repeat can cure, writes must
// be made with client.WithMaxRetries(0), because the import alone decides when a write, or a probe, may be sent again. Both
// need client.WithLimiter with the import's Pacer.
func NewAPI(reads, writes *client.Client) API {
	return twoClients{reads: reads.Customers, writes: writes.Customers}
}

type twoClients struct{ reads, writes *client.CustomersService }

func (t twoClients) Create(ctx context.Context, r client.CreateRequest) (*client.CreatedCustomer, error) {
	return t.writes.Create(ctx, r)
}

func (t twoClients) Clone(ctx context.Context, sourceID string, r client.CloneRequest) (*client.CreatedCustomer, error) {
	return t.writes.Clone(ctx, sourceID, r)
}

func (t twoClients) List(ctx context.Context, o client.ListOptions) (*client.CustomerPage, error) {
	return t.reads.List(ctx, o)
}

func (t twoClients) FindByEmail(ctx context.Context, email string) ([]client.Customer, error) {
	return t.reads.FindByEmail(ctx, email)
}

func (t twoClients) Get(ctx context.Context, id string) (*client.CustomerDetail, error) {
	return t.reads.Get(ctx, id)
}

func (t twoClients) Probe(ctx context.Context) error {
	_, err := t.writes.List(ctx, client.ListOptions{PerPage: 1})
	return err
}
