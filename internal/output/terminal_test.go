package output

import (
	"io"
	"strings"
	"testing"
)

func TestTerminal_TextAboveStatus(t *testing.T) {
	var b strings.Builder
	terminal := NewTerminal(&b)
	_, _ = io.WriteString(terminal, "before\n")
	terminal.SetStatus("10 %")
	terminal.SetStatus("10 %") // the same one is not drawn again
	_, _ = io.WriteString(terminal, "a note\n")
	terminal.SetStatus("20 %")
	_, _ = io.WriteString(terminal, "Go on? [y/N] ")
	terminal.SetStatus("30 %") // not over a question
	_, _ = io.WriteString(terminal, "y\n")
	terminal.SetStatus("")
	const c = clearStatus
	want := "before\n" + c + "10 %" + c + "a note\n10 %" + c + "20 %" + c + "Go on? [y/N] " + "y\n30 %" + c
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
