package imports

import (
	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/cli"
)

// stopText is why an import has stopped.
func stopText(stop *bulk.StopError) string {
	text := map[bulk.StopReason]string{
		bulk.StopAddress:   "there is no HydraCore at this address",
		bulk.StopNoSource:  "the customer to clone is gone",
		bulk.StopAuth:      "the credential is refused",
		bulk.StopRateLimit: "the server asks for a pause that is too long",
		bulk.StopErrors:    "too many rows were refused, the last one with",
		bulk.StopCanary:    "one of the first rows did not become what was sent",
		bulk.StopExisting:  "a customer exists already (--on-exists error)",
		bulk.StopApproval:  "the first rows are created",
		bulk.StopServer:    "cannot talk to the server",
		bulk.StopOutage:    "the server kept failing for too long",
		bulk.StopContract:  "the server's answers are not HydraCore's",
		bulk.StopJournal:   "the journal cannot be written",
		bulk.StopFile:      "the file has changed since it was checked",

		bulk.StopInterrupted: "interrupted",
	}[stop.Reason]
	switch {
	case stop.Err == nil:
		return text
	case text == "": // a redirect describes itself
		return cli.Describe(stop.Err)
	}
	return text + ": " + cli.Describe(stop.Err)
}
