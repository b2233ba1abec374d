package imports

import (
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// An annotation holds foreign text too: none of it may end the annotation's line, or one of its properties.
func TestAnnotation_IsOneCommand(t *testing.T) {
	t.Parallel()
	for _, text := range append(clitest.HostileBytes(), "a,line=1::b", "100%", "%0A::error::x", "a\n::error::b", "##[error]x") {
		for _, got := range []string{message(text), property(text)} {
			if strings.ContainsAny(got, "\r\n") || strings.Contains(strings.ReplaceAll(got, "%25", ""), "%0A") || strings.Contains(got, "##[") {
				t.Errorf("%q becomes %q", text, got)
			}
		}
		if got := property(text); strings.ContainsAny(got, ":,") {
			t.Errorf("the property %q becomes %q", text, got)
		}
	}
}
