package config

import "fmt"

// CheckMode refuses a credential that cannot be shown to be of the kind that the setting mode allows: only the prefix
// of an API key tells live from test, so that tokens and other keys are refused too.
func (s *Settings) CheckMode(c Credential) error {
	if s.Mode == "" || s.IsSandbox() {
		return nil
	}
	what := "this credential is a bearer token, which does not tell live from test"
	if !c.APIKey.IsZero() {
		kind := c.APIKey.Kind()
		switch kind {
		case s.Mode:
			return nil
		case "":
			what = "the prefix of this API key is neither hc_live_ nor hc_test_"
		default:
			what = "this is a " + kind + " key"
		}
	}
	return &Error{
		Code: CodeMode, Where: fmt.Sprintf("mode (%s)", s.origin("mode")),
		Message: fmt.Sprintf("only %s keys are allowed, and %s (from %s)", s.Mode, what, c.Origin),
		Hint:    "choose another profile with --profile, or take the guard away: hydractl config unset mode",
	}
}
