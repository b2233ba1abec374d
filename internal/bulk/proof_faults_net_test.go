package bulk

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/sandbox"
	"github.com/hydracore/hydractl/pkg/client"
)

// faultLimit is the key's limit in requests per minute.
const faultLimit = 60

// network joins a real client with a real sandbox in memory, so that both live in virtual time.
type network struct {
	sandbox *sandbox.Server
	source  string // a customer to be cloned
	cases   int
	states  map[record.State]int // of all rows at their ends

	mu       sync.Mutex
	listener *pipes
	requests []time.Time // of this import
}

// pipes is a listener of connections in memory.
type pipes struct {
	coming chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.coming:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (n *network) listen(context.Context, string) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.listener = &pipes{coming: make(chan net.Conn), closed: make(chan struct{})}
	return n.listener, nil
}

func (n *network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	n.mu.Lock()
	to := n.listener
	n.mu.Unlock()
	ours, theirs := net.Pipe()
	select {
	case to.coming <- theirs:
		return ours, nil
	case <-to.closed:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// counted is the network's transport, as the client's own is, and remembers when requests leave.
type counted struct {
	*http.Transport
	network *network
}

func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	c.network.mu.Lock()
	c.network.requests = append(c.network.requests, time.Now())
	c.network.mu.Unlock()
	return c.Transport.RoundTrip(r)
}

func (n *network) transport() counted {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return counted{network: n, Transport: &http.Transport{
		DialContext: n.dial, IdleConnTimeout: 3 * time.Second, MaxResponseHeaderBytes: 64 << 10, DisableCompression: true,
		Protocols: &protocols,
	}}
}

// startNetwork starts a sandbox that ends with the test.
func startNetwork(t *testing.T) *network {
	t.Helper()
	n := &network{states: map[record.State]int{}}
	s, err := sandbox.Start(t.Context(), sandbox.Options{Seed: 1, Listen: n.listen})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	n.sandbox = s
	n.source = n.truth(t).Customers[0].ID
	return n
}

func (n *network) truth(t *testing.T) sandbox.Snapshot {
	t.Helper()
	truth, err := n.sandbox.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return truth
}

// run is one process, with the clients that the import command makes: reads repeat themselves, writes never do.
func (n *network) run(t *testing.T, g *rig) *Summary {
	t.Helper()
	tr, pacer := n.transport(), NewRateLimiter()
	defer tr.CloseIdleConnections()
	connect := func(retries int) *client.Client {
		c, err := client.New(n.sandbox.URL(), client.WithHTTPClient(&http.Client{Transport: tr}), client.WithAPIKey(n.sandbox.Key()), client.WithMaxRetries(retries),
			client.WithLimiter(pacer), client.WithTrace(client.Trace{Attempt: pacer.Observe}))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	pacer.SetLimits(Limits{PerMinute: faultLimit})
	j, err := g.open()
	if err != nil {
		t.Fatal(err)
	}
	o := g.options
	o.API, o.Journal, o.Rows, o.Limiter, o.ClockKnown = reconcile.NewAPI(connect(4), connect(0)), j, g.seq(), pacer, true
	o.Plan.Rows = len(g.rows)
	s, err := NewRunner(o).Run(t.Context())
	if err = errors.Join(err, j.Close()); err != nil {
		t.Fatal(err)
	}
	return s
}
