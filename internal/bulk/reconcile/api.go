package reconcile

import (
	"context"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// API is what an import needs of HydraCore. Its writes and Probe must not be repeated by themselves (see [NewAPI]); its
// reads may be.
type API interface {
	Create(ctx context.Context, r client.CreateRequest) (*client.CreatedCustomer, error)
	Clone(ctx context.Context, sourceID string, r client.CloneRequest) (*client.CreatedCustomer, error)
	List(ctx context.Context, o client.ListOptions) (*client.CustomerPage, error)
	FindByEmail(ctx context.Context, email string) ([]client.Customer, error)
	Get(ctx context.Context, id string) (*client.CustomerDetail, error)
	// Probe reads as little as possible, to find out whether the server answers.
	Probe(ctx context.Context) error
}

// NewAPI joins two clients of one deployment with the same credential: reads repeats what a repeat can cure; writes must
// be made with client.WithMaxRetries(0), because the import alone decides when a write, or a probe, may be sent again. Both
// need client.WithLimiter with the import's rate limiter.
func NewAPI(reads, writes *client.Client) API {
	return twoClients{reads.Customers, writes.Customers}
}

type twoClients struct {
	*client.CustomersService // for reads

	writes *client.CustomersService
}

func (t twoClients) Create(ctx context.Context, r client.CreateRequest) (*client.CreatedCustomer, error) {
	return t.writes.Create(ctx, r)
}

func (t twoClients) Clone(ctx context.Context, sourceID string, r client.CloneRequest) (*client.CreatedCustomer, error) {
	return t.writes.Clone(ctx, sourceID, r)
}

func (t twoClients) Probe(ctx context.Context) error {
	_, err := t.writes.List(ctx, client.ListOptions{PerPage: 1})
	return err
}

// ReadUntil reads a customer again and again while reads lag behind; nil when it does not appear until then.
func ReadUntil(ctx context.Context, api API, id string, until time.Time) (*client.CustomerDetail, error) {
	for pause := time.Second; ; pause = min(2*pause, AbsenceInterval) {
		d, err := api.Get(ctx, id)
		switch {
		case err == nil:
			return d, nil
		case !client.IsNotFound(err):
			return nil, err
		case !time.Now().Before(until):
			return nil, nil //nolint:nilnil // it does not appear
		}
		if err := Sleep(ctx, min(pause, time.Until(until))); err != nil {
			return nil, err
		}
	}
}

// Sleep waits, or returns the context's cause when that ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
