package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

const (
	slowAnswer    = 2 * time.Second
	smallSkew     = 5 * time.Second // a server's Date is to the second
	largeSkew     = 5 * time.Minute
	certificateOf = 14 * 24 * time.Hour // an end that is nearer is worth a word
)

// network goes to the server step by step, each as far as the one before has come.
func (x *examination) network(ctx context.Context) {
	// No step may take long, and none is repeated: what happens now is what is told.
	s := *x.settings
	s.RequestTimeout, s.Retries, s.Timeout = min(s.RequestTimeout, stepLimit), 0, 0
	if s.RequestTimeout <= 0 {
		s.RequestTimeout = stepLimit
	}
	x.settings = &s
	address, credential, credentialErr := x.target(ctx)
	rest := []string{"dns", "tls", "latency", "clock"}
	base, err := url.Parse(address)
	if err != nil || address == "" {
		x.skip("there is no address", append([]string{"proxy"}, rest...)...)
		x.access(ctx, address, credential, credentialErr, errors.New("there is no address"))
		return
	}
	proxied, err := x.proxy(base)
	if err == nil {
		err = x.dns(ctx, base, proxied)
	} else {
		x.skip("the proxy cannot be used", "dns")
	}
	if err != nil {
		x.skip("the server cannot be reached", rest[1:]...)
	} else {
		err = x.reach(ctx, base)
	}
	x.access(ctx, address, credential, credentialErr, err)
}

// target is where requests go and what signs them, with the reason where there is none.
func (x *examination) target(ctx context.Context) (string, config.Credential, error) {
	if x.settings.IsSandbox() {
		address, credential, err := x.app.StartSandbox(ctx, x.settings)
		if err != nil {
			x.fail("sandbox", "hydractl sandbox reset", "the built-in sandbox does not start: %v", err)
		}
		return address, credential, err
	}
	limited, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	credential, err := x.settings.Credential(limited, config.Read)
	return x.settings.APIURL, credential, err
}

// proxy tells which proxy is in between, without its user name and password.
func (x *examination) proxy(base *url.URL) (proxied bool, err error) {
	const name = "proxy"
	proxy, err := cli.EnvironmentProxy(x.app.Variable)(&http.Request{URL: base})
	if err == nil && proxy != nil && (proxy.Hostname() == "" || strings.HasSuffix(proxy.Host, ":")) {
		err = errors.New("no host") // http://http:... is what is left of an address that cannot be read
	}
	switch {
	case err != nil:
		x.fail(name, "set HTTPS_PROXY to an address such as http://proxy.example.com:3128", "the proxy's address cannot be read")
	case proxy == nil:
		x.ok(name, "none")
	case base.Scheme != "https":
		err = errors.New("plain http")
		x.fail(name, "use https://, or name the host in NO_PROXY", "%s would read the credential: %s is plain http", proxyName(proxy), base.Host)
	default:
		x.ok(name, "%s", proxyName(proxy))
	}
	return proxy != nil, err
}

func proxyName(u *url.URL) string {
	text := u.Scheme + "://" + u.Host
	if u.User != nil {
		text += " (with a user name, not shown)"
	}
	return text
}

func (x *examination) dns(ctx context.Context, base *url.URL, proxied bool) error {
	const name = "dns"
	host := base.Hostname()
	if _, err := netip.ParseAddr(host); err == nil {
		x.ok(name, "not needed: %s is an address", host)
		return nil
	}
	if proxied {
		x.ok(name, "left to the proxy")
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	began := time.Now()
	found, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		why := "it does not exist"
		if e, ok := errors.AsType[*net.DNSError](err); !ok || !e.IsNotFound {
			why = "no name server answers"
		}
		x.fail(name, "check the network, and the name: hydractl config get api_url", "%s has no address: %s", host, why)
		return err
	}
	more := ""
	if len(found) > 1 {
		more = " and " + cli.Plural(int64(len(found)-1), "other")
	}
	x.ok(name, "%s is %s%s, %s", host, found[0], more, cli.Shortly(time.Since(began)))
	return nil
}

// reach sends one request without a credential: whatever is answered, the way there is open.
func (x *examination) reach(ctx context.Context, base *url.URL) error {
	var seen client.Attempt
	began := x.app.Now()
	a, err := x.app.Open(ctx, x.settings, base.String(), config.Credential{}, client.WithTrace(client.Trace{
		Attempt: func(a client.Attempt) { seen = a },
	}))
	if err == nil {
		_, err = a.Do(ctx, client.Request{Method: http.MethodGet, Path: "/"})
		a.Close()
	}
	if seen.Status != 0 {
		err = nil // even a bad answer is one
	}
	x.tls(base, seen, err)
	if err != nil {
		x.latency(err)
		x.skip("the server cannot be reached", "clock")
		return err
	}
	if seen.Duration > slowAnswer {
		x.warn("latency", "hydractl customers list --debug shows what takes how long", "an answer took %s%s", cli.Shortly(seen.Duration), cli.Phases(seen))
	} else {
		x.ok("latency", "an answer took %s%s", cli.Shortly(seen.Duration), cli.Phases(seen))
	}
	x.clock(seen, began)
	return nil
}

func (x *examination) latency(err error) {
	hint := "check the network, and the address: hydractl config get api_url"
	if te, ok := errors.AsType[*client.TransportError](err); ok {
		if te.Code == "tls_failed" {
			x.skip("there is no connection that can be trusted", "latency")
			return
		}
		err = te.Err
	}
	x.fail("latency", hint, "no answer: %v", err)
}

// tls tells how the connection is kept secret and how long its certificate lasts.
func (x *examination) tls(base *url.URL, seen client.Attempt, err error) {
	const name = "tls"
	te, _ := errors.AsType[*client.TransportError](err)
	switch {
	case base.Scheme == "http" && x.settings.PlainHTTP():
		x.warn(name, "use https://", "requests to %s are not encrypted", base.Host)
	case base.Scheme == "http":
		x.ok(name, "not needed: %s is this machine", base.Host)
	case te != nil && te.Code == "tls_failed":
		x.fail(name, mendTLS(te), "%v", te.Err)
	case seen.TLS == nil || len(seen.TLS.PeerCertificates) == 0:
		x.skip("there is no connection", name)
	default:
		x.certificate(seen.TLS)
	}
}

func mendTLS(err error) string {
	if bad, ok := errors.AsType[x509.CertificateInvalidError](err); ok && bad.Reason == x509.Expired {
		return "compare this machine's clock; if it is right, the server's certificate has to be renewed"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "for a certificate authority of your own: hydractl config set ca_cert FILE"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "check the address: hydractl config get api_url"
	}
	return "check the address, and whether a firewall or proxy breaks the connection"
}

func (x *examination) certificate(state *tls.ConnectionState) {
	leaf := state.PeerCertificates[0]
	left := leaf.NotAfter.Sub(x.app.Now())
	issuer := leaf.Issuer.CommonName
	if len(leaf.Issuer.Organization) > 0 {
		issuer = leaf.Issuer.Organization[0]
	}
	issuer = output.EscapeCut(issuer, 60)
	text := tls.VersionName(state.Version) + ", certificate of " + issuer + " for " + cli.Plural(int64(left.Hours()/24), "more day")
	if left < certificateOf {
		x.warn("tls", "tell who runs the server: its certificate ends on "+leaf.NotAfter.UTC().Format(time.DateOnly), "%s", text)
		return
	}
	x.ok("tls", "%s", text)
}

// clock compares this machine's clock with the server's, at the middle of the request.
func (x *examination) clock(seen client.Attempt, began time.Time) {
	const name = "clock"
	date, err := http.ParseTime(seen.Received.Get("Date"))
	if err != nil {
		x.skip("the server does not tell its time", name)
		return
	}
	skew := began.Add(seen.Duration / 2).Sub(date).Round(time.Second)
	const mend = "set this machine's clock, for example: sudo timedatectl set-ntp true"
	switch size := skew.Abs(); {
	case size > largeSkew:
		x.fail(name, mend, "%s %s", skew.Abs(), aheadOrBehind(skew))
	case size > smallSkew:
		x.warn(name, mend, "%s %s", skew.Abs(), aheadOrBehind(skew))
	default:
		x.ok(name, "as the server's, to within %s", smallSkew)
	}
}

func aheadOrBehind(skew time.Duration) string {
	if skew < 0 {
		return "behind the server's"
	}
	return "ahead of the server's"
}
