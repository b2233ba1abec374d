package cli

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// describeAPI describes an error of the SDK: the exit code follows from the status and from whether a write may have
// been carried out.
func (a *App) describeAPI(r *failure.Report, c *cobra.Command, err error) bool {
	if e, ok := errors.AsType[*client.Error](err); ok {
		a.describeAnswer(r, c, e, err)
		return true
	}
	if e, ok := errors.AsType[*client.TransportError](err); ok {
		return a.describeTransport(r, e)
	}
	if e, ok := errors.AsType[*client.SignedOutError](err); ok { // a token that was asked for outside of a request
		describeSignedOut(r, e.Reason)
		return true
	}
	if e, ok := errors.AsType[*client.IncompleteError](err); ok {
		r.Code, r.ExitCode, r.Outcome, r.Retryable = "incomplete_list", failure.ExitPartial, failure.OutcomePartial, true
		r.Message = e.Error()
		r.Hint = "run it again: customers may have been created or deleted meanwhile; if it fails again, the server's pages are inconsistent"
		return true
	}
	return false
}

func (a *App) describeAnswer(r *failure.Report, c *cobra.Command, e *client.Error, err error) {
	r.Code, r.Status, r.RequestID = string(e.Code), status(e.Status), e.RequestID
	r.Message = ServerMessage(e)
	r.Fields = places(c, e, err)
	switch {
	case client.MaybeApplied(e):
		describeUnknown(r)
	case e.Code == "redirect":
		r.ExitCode = failure.ExitUsage
		r.Message = redirectText(e)
		r.Hint = "set the address of the API itself: hydractl config set api_url URL, or --api-url"
	case e.Code == "no_such_route" || e.Code == "method_not_allowed" || e.Status == http.StatusUnsupportedMediaType:
		r.ExitCode = failure.ExitUsage
		r.Message = fmt.Sprintf("there is no HydraCore at this address: %s %s: %s", e.Method, e.Path, r.Message)
		r.Hint = "check the address: hydractl config get api_url"
	case e.Status == http.StatusProxyAuthRequired:
		r.ExitCode = failure.ExitServer
		r.Message, r.Hint = "a proxy in front of the server asks for a user and password (407)", proxyHint
	case e.Status == http.StatusBadRequest && !e.JSON && strings.Contains(e.Message, "HTTPS"):
		r.ExitCode = failure.ExitUsage
		r.Message, r.Hint = "this port of the server uses https: "+r.Message, "write the address with https://: hydractl config get api_url"
	case e.Code == "not_found":
		r.ExitCode = failure.ExitNotFound
	case e.Code == "signed_out":
		describeSignedOut(r, e.Message)
	case !e.JSON && e.Message != "" && (e.Code == "not_authenticated" || e.Code == "not_allowed"):
		r.ExitCode = failure.ExitAuth
		r.Hint = "this answer is not HydraCore's: a firewall or proxy in front of it refuses the request: ask its operators"
	case e.Code == "not_authenticated":
		r.ExitCode, r.Hint = failure.ExitAuth, "hydractl auth status shows which credential is used, hydractl auth login stores another"
		if a.Variable("CI") != "" {
			r.Hint = "check HYDRACORE_API_KEY; hydractl auth status shows which credential is used"
		}
	case e.Code == "not_allowed":
		r.ExitCode, r.Hint = failure.ExitAuth, "the credential is not accepted here, or it lacks a scope: customers:read to read, customers:write to create"
	case e.Code == "rate_limited":
		r.ExitCode, r.Retryable = failure.ExitRateLimit, true
		r.Hint = "nothing was done; repeat the command later" + after(e.RetryAfter)
	case e.Status >= http.StatusInternalServerError || e.Status == http.StatusRequestTimeout || e.Status == http.StatusTooEarly:
		r.ExitCode, r.Retryable = failure.ExitServer, true
		r.Hint = "nothing was changed: repeat the command later" + after(e.RetryAfter) + "; hydractl doctor checks the server"
		r.Message = "the server failed at " + e.Method + " " + e.Path + ": " + r.Message
	default:
		r.ExitCode = failure.ExitRejected
		r.Message = "the server refuses this: " + r.Message
	}
}

func describeSignedOut(r *failure.Report, reason string) {
	r.Code, r.ExitCode, r.Message, r.Hint = "signed_out", failure.ExitAuth, reason, "hydractl auth login"
}

func redirectText(e *client.Error) string {
	if e.Location == "" {
		return fmt.Sprintf("the server answers %s with a redirect to nowhere (%d)", e.Path, e.Status)
	}
	return fmt.Sprintf("the server redirects %s to %q (%d); that is not followed", e.Path, e.Location, e.Status)
}

func (a *App) describeTransport(r *failure.Report, e *client.TransportError) bool {
	r.Code, r.Status, r.RequestID, r.Message = string(e.Code), status(e.Status), e.RequestID, e.Method+" "+e.Path+": "+e.Err.Error()
	switch {
	case e.MaybeApplied:
		describeUnknown(r)
		return true
	case errors.Is(e.Err, ErrTimeout) || errors.As(e.Err, new(Interrupted)):
		return false // the end of the whole command, not of a request
	}
	r.ExitCode = failure.ExitServer
	proxyAuth := e.Code == "connection_failed" && e.Status == http.StatusProxyAuthRequired
	r.Retryable = e.Code != "tls_failed" && e.Code != "answer_too_large" && !proxyAuth
	const repeat = "nothing was changed: repeat the command; hydractl doctor checks the network"
	switch {
	case proxyAuth:
		r.Message, r.Hint = "cannot reach the server: "+e.Err.Error(), proxyHint
	case e.Code == "tls_failed":
		a.describeTLS(r, e)
	case e.Code == "timeout":
		r.Message += " (--request-timeout)"
		r.Hint = "--request-timeout 2m waits longer; hydractl doctor measures the server"
	case e.Code == "connection_lost":
		r.Message, r.Hint = "the connection was lost: "+describeRequest(e), repeat
	case e.Code == "connection_failed":
		r.Message = "cannot reach the server: " + e.Err.Error()
		r.Hint = "check the address and the network: hydractl config get api_url"
		if op, ok := errors.AsType[*net.OpError](e.Err); ok && op.Op == "proxyconnect" {
			r.Message = "cannot reach the proxy: " + op.Err.Error()
			r.Hint = "check the proxy's address (HTTPS_PROXY, or https_proxy), or name the server in NO_PROXY"
		}
	case e.Code == "bad_answer" && !e.MaybeApplied:
		r.Hint = "check the address: hydractl config get api_url; a proxy or the sign-in page of a network may answer in place of HydraCore"
	}
	return true
}

// describeTLS describes a handshake that failed: a port without TLS, a certificate, or the authorities to check it with.
func (a *App) describeTLS(r *failure.Report, e *client.TransportError) {
	_, plain := errors.AsType[tls.RecordHeaderError](e.Err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](e.Err)
	bundle := a.Variable("SSL_CERT_FILE")
	_, unreadable := os.Stat(bundle)
	switch {
	case plain || strings.Contains(e.Err.Error(), http.ErrSchemeMismatch.Error()):
		r.Message = "this port of the server does not use https: " + r.Message
		r.Hint = "write the address with http:// (and --allow-http for another host than this one), or name the port for https"
	case unknown && bundle != "" && unreadable != nil:
		r.Hint = "SSL_CERT_FILE names the file of certificate authorities, and it cannot be read: " + unreadable.Error()
	case unknown:
		r.Hint = "name the file of a private certificate authority with --ca-cert, HYDRACTL_CA_CERT or SSL_CERT_FILE"
	default:
		r.Hint = "check the address, the clock of this machine, and --ca-cert for a private certificate authority"
	}
}

// proxyHint is what to do about a proxy that asks for a password.
const proxyHint = "put the user and password into the proxy's address: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT, or name the server in NO_PROXY"

// describeUnknown describes the one failure after which repeating the command may create a customer twice.
func describeUnknown(r *failure.Report) {
	r.Code, r.ExitCode, r.Outcome, r.Retryable = "outcome_unknown", failure.ExitUnknown, failure.OutcomeUnknown, false
	r.Message = "the outcome is unknown, the customer may have been created: " + r.Message
	r.Hint = "look before you repeat: hydractl customers list --per-page 5"
}

// ServerMessage returns the server's message with the status.
func ServerMessage(e *client.Error) string {
	text := e.Message
	if text == "" {
		text = strings.TrimSpace("the server answered with " + cmp.Or(http.StatusText(e.Status), "a status"))
	}
	return fmt.Sprintf("%s (%d)", shortened(text), e.Status)
}

// inPlaces is an API error with the places at which the user gave its fields, where those are not flags of the same name.
type inPlaces struct {
	error
	places map[string]failure.Field // by the API's name, without a message
}

func (e *inPlaces) Unwrap() error { return e.error }

// WithPlaces returns err with the places at which the user gave the fields that the API may refuse, by the API's name.
func WithPlaces(err error, places map[string]failure.Field) error {
	return &inPlaces{err, places}
}

// maxFields is how many refused fields are shown one by one.
const maxFields = 5

// places names the refused fields as the user gave them: in a file, as a flag, or else by the API's name.
func places(c *cobra.Command, e *client.Error, err error) []failure.Field {
	given := map[string]failure.Field{}
	if in, ok := errors.AsType[*inPlaces](err); ok {
		given = in.places
	}
	var fields []failure.Field
	for i, f := range e.Fields {
		if i == maxFields {
			fields = append(fields, failure.Field{Field: "...", Message: fmt.Sprintf("and %d more", len(e.Fields)-maxFields)})
			break
		}
		place, known := given[f.Field]
		if !known {
			place.Field = flagFor(c, f)
		}
		place.Message = f.Message
		fields = append(fields, place)
	}
	return fields
}

func flagFor(c *cobra.Command, f client.FieldError) string {
	name := strings.ReplaceAll(f.Field, "_", "-")
	if c != nil && c.Flags().Lookup(name) != nil {
		return "--" + name
	}
	if f.In == "path" {
		return "ID"
	}
	if f.Field == "" {
		return cmp.Or(f.In, "request")
	}
	return f.Field
}

func after(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return ", in " + output.Duration(d.Round(time.Second))
}

// status is an HTTP status, or nil where no answer came.
func status(code int) *int {
	if code == 0 {
		return nil
	}
	return &code
}

// describeRequest returns what went wrong with a request, with its method and path.
func describeRequest(err error) string {
	request := ""
	if e, ok := errors.AsType[*client.Error](err); ok {
		request = e.Method + " " + e.Path + ": "
	} else if e, ok := errors.AsType[*client.TransportError](err); ok {
		request = e.Method + " " + e.Path + ": "
	}
	return request + Describe(err)
}

// Describe returns what went wrong with a request, without the request.
func Describe(err error) string {
	if e, ok := errors.AsType[*client.Error](err); ok {
		if e.Code == "redirect" {
			return redirectText(e)
		}
		return ServerMessage(e)
	}
	if e, ok := errors.AsType[*client.TransportError](err); ok {
		err = e.Err
		if e.Code == "connection_lost" && errors.Is(err, io.EOF) {
			return "the server closed the connection"
		}
	}
	return shortened(err.Error())
}
