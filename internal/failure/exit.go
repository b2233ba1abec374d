package failure

// The exit codes of the program. They are part of the command line's contract; [ExitCodes] describes them.
const (
	ExitOK         = 0
	ExitUnexpected = 1
	ExitUsage      = 2
	ExitNotFound   = 3
	ExitAuth       = 4
	ExitDuplicate  = 5
	ExitRejected   = 6
	ExitRateLimit  = 7
	ExitPartial    = 8
	ExitUnknown    = 9
	ExitServer     = 10
	ExitJournal    = 11
	ExitTimeout    = 124
	ExitInterrupt  = 130
	ExitTerminated = 143
)

// ExitCode is an exit code with its meaning.
type ExitCode struct {
	Code    int
	Meaning string
}

// ExitCodes returns the table of all exit codes in ascending order.
func ExitCodes() []ExitCode {
	return []ExitCode{
		{ExitOK, `done; "already exists" with --if-not-exists and an empty list included`},
		{ExitUnexpected, "unexpected: a bug, a full disk outside an import, or --jq or --template failing on the data"},
		{ExitUsage, "usage, bad configuration, or input refused here before anything was sent"},
		{ExitNotFound, "not found"},
		{ExitAuth, "not authenticated or not allowed (401, 403, missing scope)"},
		{ExitDuplicate, "duplicate email without --if-not-exists"},
		{ExitRejected, "the server rejected the input (other 4xx), or every row was rejected"},
		{ExitRateLimit, "rate limited and the wait budget ran out; safe to repeat"},
		{ExitPartial, "partial: some rows failed, or a listing is known to be incomplete"},
		{ExitUnknown, "the outcome of at least one write is unknown: look before repeating"},
		{ExitServer, "server or network failure, or an answer that breaks the contract, with nothing half done"},
		{ExitJournal, "the import's journal is in use by another process, damaged, unwritable, or belongs to another tenant or file; or its --results or --rejects could not be written"},
		{ExitTimeout, "--timeout or wait expired"},
		{ExitInterrupt, "SIGINT"},
		{ExitTerminated, "SIGTERM"},
	}
}
