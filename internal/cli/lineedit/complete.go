package lineedit

import (
	"fmt"
	"io"
	"strings"

	"github.com/hydracore/hydractl/internal/output"
)

const (
	mostOffered = 8
	leastRoom   = 8 // columns for what is typed
)

// complete puts an option in place of what is typed; of several ones what they have in common, and lists them.
func (e *Editor) complete() {
	if e.Options == nil || e.after != "" {
		return
	}
	found, starts := match(e.Options(), e.before)
	switch {
	case len(found) == 0:
		_, _ = io.WriteString(e.Out, "\a")
		return
	case len(found) == 1:
		e.before = found[0].Text
		return
	case starts:
		if common := commonPrefix(found); common != e.before {
			e.before = common
			return
		}
	}
	var b strings.Builder
	b.WriteByte('\n')
	for i, option := range found {
		if i == mostOffered {
			fmt.Fprintf(&b, "  and %d more\n", len(found)-mostOffered)
			break
		}
		b.WriteString(output.CutLine("  "+option.Text+"  "+option.Name, max(e.Width(), 20)-1) + "\n")
	}
	_, _ = io.WriteString(e.Out, b.String())
}

// match returns the options whose text starts with what is typed, in any case (starts is true then); else those which contain it,
// in their text or their name.
func match(options []Option, typed string) (found []Option, starts bool) {
	typed = strings.ToLower(typed)
	var others []Option
	for _, o := range options {
		switch text := strings.ToLower(o.Text); {
		case strings.HasPrefix(text, typed):
			found = append(found, o)
		case strings.Contains(text+"\n"+strings.ToLower(o.Name), typed):
			others = append(others, o)
		}
	}
	if len(found) > 0 {
		return found, true
	}
	return others, false
}

// commonPrefix returns what the texts of all options start with, in any case.
func commonPrefix(options []Option) string {
	prefix := options[0].Text
	for _, o := range options[1:] {
		for !strings.HasPrefix(strings.ToLower(o.Text), strings.ToLower(prefix)) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return prefix
}
