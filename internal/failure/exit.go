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
	Short   string // a few words, for the help of a command
	Meaning string
}

// ExitCodes returns the table of all exit codes in ascending order.
func ExitCodes() []ExitCode {
	return []ExitCode{
		{ExitOK, "done", `done; "already exists" with --if-not-exists and an empty list included`},
		{ExitUnexpected, "unexpected error", "unexpected: a bug, a full disk outside an import, or --jq or --template failing on the data"},
		{ExitUsage, "usage, configuration, or input refused before anything was sent", "usage, bad configuration, or input refused here before anything was sent"},
		{ExitNotFound, "not found", "not found"},
		{ExitAuth, "not authenticated or not allowed", "not authenticated or not allowed (401, 403, missing scope)"},
		{ExitDuplicate, "duplicate email without --if-not-exists", "duplicate email without --if-not-exists"},
		{ExitRejected, "rejected by the server", "the server rejected the input (other 4xx), or every row was rejected"},
		{ExitRateLimit, "rate limited: safe to repeat", "rate limited and the wait budget ran out; safe to repeat"},
		{ExitPartial, "partial: some rows failed, or the listing is incomplete", "partial: some rows failed, or a listing is known to be incomplete"},
		{ExitUnknown, "outcome of a write unknown: look before repeating", "the outcome of at least one write is unknown: look before repeating"},
		{ExitServer, "server or network failure, nothing half done", "server or network failure, or an answer that breaks the contract, with nothing half done"},
		{ExitJournal, "the import's journal cannot be used", "the import's journal is in use by another process, damaged, unwritable, or belongs to another tenant or file; or its --results or --rejects could not be written"},
		{ExitTimeout, "timed out", "--timeout or wait expired"},
		{ExitInterrupt, "stopped by SIGINT", "SIGINT"},
		{ExitTerminated, "stopped by SIGTERM or SIGHUP", "SIGTERM or SIGHUP"},
	}
}
