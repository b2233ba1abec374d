package cmd

// The exit codes; exitCodes says what each means. They are part of the command line's contract.
const (
	exitOK         = 0
	exitUnexpected = 1
	exitUsage      = 2
	exitNotFound   = 3
	exitAuth       = 4
	exitDuplicate  = 5
	exitRejected   = 6
	exitRateLimit  = 7
	exitPartial    = 8
	exitUnknown    = 9
	exitServer     = 10
	exitJournal    = 11
	exitTimeout    = 124
	exitInterrupt  = 130
	exitTerminated = 143
)

// exitCode is a row of the table.
type exitCode struct {
	Code    int
	Meaning string
}

// exitCodes is the whole table: for help exit-codes, the docs and the tests.
func exitCodes() []exitCode {
	return []exitCode{
		{exitOK, `done; "already exists" with --if-not-exists and an empty list included`},
		{exitUnexpected, "unexpected: a bug, a full disk outside an import, or --jq or --template failing on the data"},
		{exitUsage, "usage, bad configuration, or input refused here before anything was sent"},
		{exitNotFound, "not found"},
		{exitAuth, "not authenticated or not allowed (401, 403, missing scope)"},
		{exitDuplicate, "duplicate email without --if-not-exists"},
		{exitRejected, "the server rejected the input (other 4xx), or every row was rejected"},
		{exitRateLimit, "rate limited and the wait budget ran out; safe to repeat"},
		{exitPartial, "partial: some rows failed, or a listing is known to be incomplete"},
		{exitUnknown, "the outcome of at least one write is unknown: look before repeating"},
		{exitServer, "server or network failure, or an answer that breaks the contract, with nothing half done"},
		{exitJournal, "the import's journal is in use by another process, damaged, unwritable, or belongs to another tenant or file; or its --results or --rejects could not be written"},
		{exitTimeout, "--timeout or wait expired"},
		{exitInterrupt, "SIGINT"},
		{exitTerminated, "SIGTERM"},
	}
}
