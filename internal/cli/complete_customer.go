package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

const (
	completionLimit  = 300 * time.Millisecond // for asking the server: the user waits at each Tab
	completionMaxAge = time.Minute            // of an answer that is used again
	completionBytes  = 1 << 20                // of the file that holds the answer
)

// candidate is a customer that a word may be completed to.
type candidate struct {
	ID      string `json:"id"`
	Email   string `json:"email"`
	Company string `json:"company"`
}

// completionAnswer is the latest answer of the server, as the cache holds it.
type completionAnswer struct {
	For        string      `json:"for"` // a hash of address and credential
	Search     string      `json:"search"`
	Whole      bool        `json:"whole"` // these are all the customers that match
	At         time.Time   `json:"at"`
	Candidates []candidate `json:"candidates"`
}

// CompleteCustomer completes a word to the email or the ID of a customer: out of the latest answer of the server, or by one
// request. It offers nothing when a setting is off, the credential may prompt or the server is slow.
func (a *App) CompleteCustomer(c *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(c.Context(), completionLimit)
	defer cancel()
	var all []cobra.Completion
	for _, found := range a.customersLike(ctx, typed) {
		company := output.EscapeCut(found.Company, 40)
		if isPlainWord(found.Email) && hasFoldedPrefix(found.Email, typed) {
			all = append(all, cobra.CompletionWithDesc(typed+found.Email[len(typed):], company))
		}
		if typed != "" && strings.HasPrefix(found.ID, typed) {
			all = append(all, cobra.CompletionWithDesc(found.ID, strings.TrimSpace(output.EscapeCut(found.Email, 60)+" "+company)))
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

func hasFoldedPrefix(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

// isPlainWord reports whether a shell takes an unquoted text as one word: what a completion offers is put on the command
// line unquoted, and customers choose it.
func isPlainWord(text string) bool {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+@-"
	return text != "" && text[0] != '-' && text[0] != '%' && strings.Trim(text, plain) == ""
}

// isIDPrefix reports whether a word may be the start of an ID, which the server does not search for.
func isIDPrefix(word string) bool {
	return word != "" && strings.Trim(word, "0123456789abcdef-") == "" && (len(word) >= 8 || strings.ContainsAny(word, "0123456789"))
}

// customersLike returns the customers that the server finds for a word; for the start of an ID, the newest ones.
func (a *App) customersLike(ctx context.Context, word string) []candidate {
	s, err := a.Settings()
	if err != nil || !s.CompleteCustomers || s.StateDir == "" {
		return nil
	}
	whose, connect, err := a.silentTarget(ctx, s)
	if err != nil {
		return nil
	}
	sum := sha256.Sum256([]byte(whose))
	answer := completionAnswer{For: hex.EncodeToString(sum[:8]), Search: word, At: a.Now()}
	if isIDPrefix(word) {
		answer.Search = ""
	}
	path := filepath.Join(s.StateDir, "completion.json")
	if known, ok := readCompletions(path, answer); ok {
		return known
	}
	session, err := connect()
	if err != nil {
		return nil
	}
	page, err := session.Customers.List(ctx, client.ListOptions{PerPage: client.MaxPerPage, Search: answer.Search})
	if err != nil {
		return nil
	}
	answer.Whole = page.Total == int64(len(page.Customers))
	for _, found := range page.Customers {
		answer.Candidates = append(answer.Candidates, candidate{found.ID, textOf(found.Email), textOf(found.CompanyName)})
	}
	writeCompletions(path, answer)
	return answer.Candidates
}

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// silentTarget returns whose customers are meant, and how to connect to them without printing or asking anything. The sandbox
// is used only once it exists.
func (a *App) silentTarget(ctx context.Context, s *config.Settings) (whose string, connect func() (*Session, error), err error) {
	if s.IsSandbox() {
		db, err := SandboxDB(s)
		if err == nil {
			_, err = os.Stat(db)
		}
		return db, func() (*Session, error) {
			address, credential, err := a.StartSandbox(ctx, s)
			if err != nil {
				return nil, err
			}
			return a.Open(ctx, s, address, credential, client.WithMaxRetries(0))
		}, err
	}
	c, err := s.SilentCredential(ctx)
	if err != nil {
		return "", nil, err
	}
	return s.APIURL + "\n" + c.APIKey.Reveal() + c.AccessToken.Reveal(), func() (*Session, error) {
		return a.Open(ctx, s, s.APIURL, c, client.WithMaxRetries(0))
	}, nil
}

// readCompletions returns the answer of the cache when it holds what is looked for and is not too old.
func readCompletions(path string, want completionAnswer) ([]candidate, bool) {
	data, info, err := files.ReadSmall(path, completionBytes, false)
	if err != nil || files.CheckPrivate(path, info) != nil {
		return nil, false
	}
	var known completionAnswer
	if json.Unmarshal(data, &known) != nil || known.For != want.For {
		return nil, false
	}
	age := want.At.Sub(known.At)
	within := known.Whole && strings.HasPrefix(want.Search, known.Search)
	return known.Candidates, age >= 0 && age < completionMaxAge && (within || want.Search == known.Search)
}

// writeCompletions keeps an answer; without a folder for it the server is asked each time.
func writeCompletions(path string, answer completionAnswer) {
	data, err := json.Marshal(answer)
	if err == nil && files.MakePrivateDir(filepath.Dir(path)) == nil {
		_ = files.Replace(path, data)
	}
}
