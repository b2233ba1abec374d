package journal

// What proves a state, in the journal.
const (
	ByAnswer  = "answer"   // the answer to the send
	ByRefusal = "refusal"  // the answer, and a look for the customer
	BySearch  = "search"   // a look for the customer
	byEarlier = "earlier"  // the import that this one continues
	byUser    = "user"     // the user's word
	NotDone   = "not_done" // the send was not carried out
)

// otherEmail is the code of an answer about a customer with another email.
const OtherEmail = "other_email"
