package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

const journalVersion = 1

// Header says what a journal's import is about. It holds no credential.
type Header struct {
	Version     int    `json:"version"`
	Operation   string `json:"operation"`      // create or clone
	Host        string `json:"host"`           // the API's address
	Tenant      string `json:"tenant"`         // "" when the server does not report it
	Login       string `json:"login,omitzero"` // see [Owner]
	New         bool   `json:"new,omitzero"`   // an import of its own, whatever others of this content there are
	KeyKind     string `json:"key_kind"`       // live, test or "": what the key's prefix says
	SHA256      string `json:"sha256"`         // of the input, in hex
	File        string `json:"file"`           // as the user named it
	Mapping     string `json:"mapping"`        // how columns become fields, in any stable form
	CloneSource string `json:"clone_source,omitzero"`
	NoRules     bool   `json:"no_rules,omitzero"`    // clones leave the source's rules out
	ResumeFrom  string `json:"resume_from,omitzero"` // the directory of the journal that this one continues
	// Settings are the caller's, kept as they are for a later resume.
	Settings jsontext.Value `json:"settings,omitzero"`
	Created  time.Time      `json:"created"`
}

// ImportID names an import: the same operation on the same tenant (or host, when the tenant is not known) with the same
// content has the same id, whatever the file is called. It is "" for a temporary journal, which knows no content.
func ImportID(h Header) string {
	where := h.Tenant
	switch {
	case h.SHA256 == "":
		return ""
	case where != "":
	case h.Owner().tenantLogin():
		where = h.Host + " " + h.Login
	default:
		where = h.Host
	}
	text := h.Operation + "\n" + where + "\n" + h.CloneSource + "\n" + h.SHA256
	if h.New {
		text += "\nnew\n" + h.Login
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}

// Owner is whose import it is by its header.
func (h Header) Owner() Owner { return Owner{h.Tenant, h.Login} }

// PlanRecord is the start of a run, as the journal keeps it.
type PlanRecord struct {
	Rows int `json:"rows"`
	// SkewMS is the server's clock less this machine's, in milliseconds.
	SkewMS int64 `json:"skew_ms"`
	// Out are the rows that validation took out, by state; nil where an older program kept no count.
	Out map[record.State]int `json:"out,omitzero"`
	// Path is where the file was, absolute; "" for a copy of stdin, which lies beside the journal.
	Path string `json:"path,omitzero"`
	// Owner is whose run it is.
	Owner Owner `json:"owner,omitzero"`
	// Place identifies the machine and the folder in which the run had the journal. [Journal.Begin] sets it, and Copied, which
	// reports whether an earlier run had it in another one.
	Place  string `json:"place,omitzero"`
	Copied bool   `json:"copied,omitzero"`
}

// Skew returns how far the server's clock is ahead of this machine's.
func (p PlanRecord) Skew() time.Duration { return time.Duration(p.SkewMS) * time.Millisecond }

// The events of a [Note].
const (
	EventStopped   = "stopped"   // a run ended early
	EventFinished  = "finished"  // every row has its final state
	EventCarried   = "carried"   // what an earlier import has sent was taken over
	EventContinued = "continued" // another import has taken this one over
	EventDecided   = "decided"   // the user has decided about unknown rows
)

// Note is the end of a run or of an import.
type Note struct {
	Event  string               `json:"event"`
	Reason string               `json:"reason,omitzero"`
	Import string               `json:"import,omitzero"` // the journal that continues it
	At     time.Time            `json:"at"`
	Counts map[record.State]int `json:"counts,omitzero"`
}
