package reconcile

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/bulk/simulate"
	"github.com/hydracore/hydractl/pkg/client"
)

// reticent is a server whose lists leave the time zone out; detail is what it tells of it otherwise.
type reticent struct {
	*simulate.Server
	detail string // members of the customer in JSON, each with a comma before it
}

func (r reticent) hide(found []client.Customer) []client.Customer {
	for i := range found {
		found[i].Timezone = nil
	}
	return found
}

func (r reticent) FindByEmail(ctx context.Context, email string) ([]client.Customer, error) {
	found, err := r.Server.FindByEmail(ctx, email)
	return r.hide(found), err
}

func (r reticent) List(ctx context.Context, o client.ListOptions) (*client.CustomerPage, error) {
	page, err := r.Server.List(ctx, o)
	if err == nil {
		r.hide(page.Customers)
	}
	return page, err
}

func (r reticent) Get(_ context.Context, id string) (*client.CustomerDetail, error) {
	d := &client.CustomerDetail{}
	return d, d.UnmarshalJSON([]byte(`{"id":"` + id + `","company_name":"Foo, Inc.","country_code":"DE","currency":"EUR"` + r.detail + `}`))
}

// A list may leave a field out. What we made is then ours or unknown, never somebody else's.
func TestWhatAListDoesNotTellIsAskedFor(t *testing.T) {
	t.Parallel()
	for detail, want := range map[string]record.State{
		`,"timezone":"Europe/Berlin"`: record.Created,
		`,"timezone":"Asia/Tokyo"`:    record.Exists,
		`,"timezone":null`:            record.Exists,
		``:                            record.Unknown,
	} {
		for _, email := range []string{"a@example.com", ""} {
			t.Run(email+detail, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := simulate.NewServer(nil)
					sent := time.Now()
					s.Pending = append(s.Pending, simulate.Customer{ID: uuid.New(), Values: sentValues(email), At: sent})
					r := &Reconciler{API: reticent{s, detail}, ClockKnown: true}
					want := want
					if email == "" && want == record.Exists {
						want = record.Unknown // nobody's who can be named
					}
					got, err := r.Reconcile(t.Context(), Write{Sent: sentValues(email), First: sent, Last: sent})
					if err != nil || got.State != want || want == record.Unknown && !strings.Contains(got.Reason, "fields") {
						t.Errorf("%+v, %v; want %s", got, err, want)
					}
				})
			})
		}
	}
}
