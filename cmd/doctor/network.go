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
	certificateOf = 14 * 24 * time.Hour // an earlier end is a warning
)

// network goes to the server step by step, each as far as the one before has come.
func (d *diagnostics) network(ctx context.Context) {
	// No step may take long, and none is repeated: the report is about the present.
	s := *d.settings
	s.RequestTimeout, s.Retries, s.Timeout = min(s.RequestTimeout, stepLimit), 0, 0
	if s.RequestTimeout <= 0 {
		s.RequestTimeout = stepLimit
	}
	d.settings = &s
	address, credential, credentialErr := d.target(ctx)
	rest := []string{"dns", "tls", "latency", "clock"}
	base, err := url.Parse(address)
	if err != nil || address == "" {
		d.skip("there is no address", append([]string{"proxy"}, rest...)...)
		d.access(ctx, address, credential, credentialErr, errors.New("there is no address"))
		return
	}
	proxied, err := d.proxy(base)
	if err == nil {
		err = d.dns(ctx, base, proxied)
	} else {
		d.skip("the proxy cannot be used", "dns")
	}
	if err != nil {
		d.skip("the server cannot be reached", rest[1:]...)
	} else {
		err = d.reach(ctx, base)
	}
	d.access(ctx, address, credential, credentialErr, err)
}

// target is where requests go and what signs them, with the reason where there is none.
func (d *diagnostics) target(ctx context.Context) (string, config.Credential, error) {
	if d.settings.IsSandbox() {
		address, credential, err := d.app.StartSandbox(ctx, d.settings)
		if err != nil {
			d.fail("sandbox", "hydractl sandbox reset", "the built-in sandbox does not start: %v", err)
		}
		return address, credential, err
	}
	limited, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	credential, err := d.settings.Credential(limited, config.Read)
	return d.settings.APIURL, credential, err
}

// proxy checks the proxy, without its user name and password.
func (d *diagnostics) proxy(base *url.URL) (proxied bool, err error) {
	const name = "proxy"
	proxy, err := cli.EnvironmentProxy(d.app.Variable)(&http.Request{URL: base})
	if err == nil && proxy != nil && (proxy.Hostname() == "" || strings.HasSuffix(proxy.Host, ":")) {
		err = errors.New("no host") // http://http:... is what is left of an address that cannot be read
	}
	switch {
	case err != nil:
		d.fail(name, "set HTTPS_PROXY to an address such as http://proxy.example.com:3128", "the proxy's address cannot be read")
	case proxy == nil:
		d.ok(name, "none")
	case base.Scheme != "https":
		err = errors.New("plain http")
		d.fail(name, "use https://, or name the host in NO_PROXY", "%s would read the credential: %s is plain http", proxyName(proxy), base.Host)
	default:
		d.ok(name, "%s", proxyName(proxy))
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

func (d *diagnostics) dns(ctx context.Context, base *url.URL, proxied bool) error {
	const name = "dns"
	host := base.Hostname()
	if _, err := netip.ParseAddr(host); err == nil {
		d.ok(name, "not needed: %s is an address", host)
		return nil
	}
	if proxied {
		d.ok(name, "resolved by the proxy")
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
		d.fail(name, "check the network, and the name: hydractl config get api_url", "%s has no address: %s", host, why)
		return err
	}
	more := ""
	if len(found) > 1 {
		more = " and " + cli.Plural(int64(len(found)-1), "other")
	}
	d.ok(name, "%s is %s%s, %s", host, found[0], more, cli.ShortDuration(time.Since(began)))
	return nil
}

// reach sends one request without a credential: whatever is answered, the way there is open.
func (d *diagnostics) reach(ctx context.Context, base *url.URL) error {
	var seen client.Attempt
	began := d.app.Now()
	a, err := d.app.Open(ctx, d.settings, base.String(), config.Credential{}, client.WithTrace(client.Trace{
		Attempt: func(a client.Attempt) { seen = a },
	}))
	if err == nil {
		_, err = a.Do(ctx, client.Request{Method: http.MethodGet, Path: "/"})
		a.Close()
	}
	if seen.Status != 0 {
		err = nil // even a bad answer is one
	}
	d.tls(base, seen, err)
	if err != nil {
		d.latency(err)
		d.skip("the server cannot be reached", "clock")
		return err
	}
	if seen.Duration > slowAnswer {
		d.warn("latency", "hydractl customers list --debug shows what takes how long", "an answer took %s%s", cli.ShortDuration(seen.Duration), cli.Phases(seen))
	} else {
		d.ok("latency", "an answer took %s%s", cli.ShortDuration(seen.Duration), cli.Phases(seen))
	}
	d.clock(seen, began)
	return nil
}

func (d *diagnostics) latency(err error) {
	hint := "check the network, and the address: hydractl config get api_url"
	if te, ok := errors.AsType[*client.TransportError](err); ok {
		if te.Code == "tls_failed" {
			d.skip("there is no connection that can be trusted", "latency")
			return
		}
		err = te.Err
	}
	d.fail("latency", hint, "no answer: %v", err)
}

// tls checks the encryption of the connection and how long its certificate is valid.
func (d *diagnostics) tls(base *url.URL, seen client.Attempt, err error) {
	const name = "tls"
	te, _ := errors.AsType[*client.TransportError](err)
	switch {
	case base.Scheme == "http" && d.settings.PlainHTTP():
		d.warn(name, "use https://", "requests to %s are not encrypted", base.Host)
	case base.Scheme == "http":
		d.ok(name, "not needed: %s is this machine", base.Host)
	case te != nil && te.Code == "tls_failed":
		d.fail(name, tlsHint(te), "%v", te.Err)
	case seen.TLS == nil || len(seen.TLS.PeerCertificates) == 0:
		d.skip("there is no connection", name)
	default:
		d.certificate(seen.TLS)
	}
}

func tlsHint(err error) string {
	if bad, ok := errors.AsType[x509.CertificateInvalidError](err); ok && bad.Reason == x509.Expired {
		return "compare this machine's clock; if it is right, the server's certificate has to be renewed"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "for a certificate authority of your own: hydractl config set ca_cert FILE"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "check the address: hydractl config get api_url"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || strings.Contains(err.Error(), http.ErrSchemeMismatch.Error()) {
		return "this port does not use https: write the address with http://, or name the port for https"
	}
	return "check the address, and whether a firewall or proxy breaks the connection"
}

func (d *diagnostics) certificate(state *tls.ConnectionState) {
	leaf := state.PeerCertificates[0]
	left := leaf.NotAfter.Sub(d.app.Now())
	issuer := leaf.Issuer.CommonName
	if len(leaf.Issuer.Organization) > 0 {
		issuer = leaf.Issuer.Organization[0]
	}
	issuer = output.EscapeCut(issuer, 60)
	text := tls.VersionName(state.Version) + ", certificate of " + issuer + " for " + cli.Plural(int64(left.Hours()/24), "more day")
	if left < certificateOf {
		d.warn("tls", "tell the operator of the server: its certificate expires on "+leaf.NotAfter.UTC().Format(time.DateOnly), "%s", text)
		return
	}
	d.ok("tls", "%s", text)
}

// clock compares this machine's clock with the server's, at the middle of the request.
func (d *diagnostics) clock(seen client.Attempt, began time.Time) {
	const name = "clock"
	date, err := http.ParseTime(seen.Received.Get("Date"))
	if err != nil {
		d.skip("the server does not report its time", name)
		return
	}
	skew := began.Add(seen.Duration / 2).Sub(date).Round(time.Second)
	const hint = "set this machine's clock, for example: sudo timedatectl set-ntp true"
	switch size := skew.Abs(); {
	case size > largeSkew:
		d.fail(name, hint, "%s %s", skew.Abs(), aheadOrBehind(skew))
	case size > smallSkew:
		d.warn(name, hint, "%s %s", skew.Abs(), aheadOrBehind(skew))
	default:
		d.ok(name, "as the server's, to within %s", smallSkew)
	}
}

func aheadOrBehind(skew time.Duration) string {
	if skew < 0 {
		return "behind the server's"
	}
	return "ahead of the server's"
}
