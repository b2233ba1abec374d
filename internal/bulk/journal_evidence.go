package bulk

// What proves a state, in the journal.
const (
	byAnswer  = "answer"   // the answer to the send
	byRefusal = "refusal"  // the answer, and a look for the customer
	bySearch  = "search"   // a look for the customer
	byEarlier = "earlier"  // the import that this one continues
	byUser    = "user"     // the user's word
	notDone   = "not_done" // the send was not carried out
)

// otherEmail is the code of an answer about a customer with another email.
const otherEmail = "other_email"
