package config

import (
	"context"
	"fmt"
	"strings"
)

// Access is what a command does with the credential.
type Access bool

// The kinds of access.
const (
	Read  Access = false
	Write Access = true
)

// pair is the layer whose credential is used, and the address that goes with it. It follows from what is set alone:
// nothing is read or run to choose it.
type pair struct {
	from    OriginKind // FromFlag, FromEnv, FromProfile, FromFile; "" when there is no credential
	own     OriginKind // the layer of the credential that the file has for the profile; "" when there is none
	address found
	ignored bool  // HYDRACORE_API_URL, in favour of the address of the profile that the call names
	moved   bool  // the environment has credential and address, and the profile in use another address
	clash   error // HYDRACORE_API_URL and the profile in use name different addresses for one credential
}

// choosePair chooses the credential and the address together. A profile that --profile or HYDRACTL_PROFILE names comes
// before the environment, one that is only in use comes after it. An address of the environment alone redirects no
// credential of a profile.
func (s *Settings) choosePair() pair {
	url, _ := Define("api_url")
	inFile, inEnv := s.sources.find(url, FromProfile, FromFile), s.sources.find(url, FromEnv)
	p := pair{own: s.ownCredential(), address: inFile}
	switch env := len(s.credentials(FromEnv)) > 0; {
	case len(s.credentials(FromFlag)) > 0:
		p.from = FromFlag
	case p.own != "" && (s.named() || !env):
		p.from = p.own
	case env:
		p.from = FromEnv
	}
	addressed := inFile.origin.Kind != FromDefault
	switch flag := s.sources.find(url, FromFlag); {
	case flag.origin.Kind == FromFlag:
		p.address = flag
	case inEnv.origin.Kind == FromDefault || addressed && sameAddress(inEnv.text, inFile.text):
	case s.named() && (addressed || p.own != ""):
		p.ignored = !sameAddress(inEnv.text, inFile.text)
	case p.from != FromEnv && (p.own != "" || addressed && s.inUse()) && !sameAddress(inEnv.text, inFile.text):
		p.clash = s.clash(inFile.text, inEnv.text)
		if p.own == "" {
			p.address = inEnv
		}
	default:
		p.address = inEnv
		p.moved = p.from == FromEnv && addressed && s.inUse()
	}
	return p
}

// named reports whether the call itself names the profile.
func (s *Settings) named() bool {
	return s.ProfileOrigin.Kind == FromFlag || s.ProfileOrigin.Kind == FromEnv
}

// inUse reports whether the file puts the profile in use.
func (s *Settings) inUse() bool { return s.ProfileOrigin.Kind == FromFile }

// ownCredential returns the layer of the credential that the file has for the profile: its own, or that of the file's
// defaults, unless these are for another host.
func (s *Settings) ownCredential() OriginKind {
	switch {
	case len(s.credentials(FromProfile)) > 0:
		return FromProfile
	case len(s.credentials(FromFile)) > 0 && sameHost(s.addressOf(FromFile), s.addressOf(FromProfile)):
		return FromFile
	}
	return ""
}

// addressOf returns the address that a layer of the file has for its credential.
func (s *Settings) addressOf(kind OriginKind) string {
	url, _ := Define("api_url")
	layers := []OriginKind{FromProfile, FromFile}
	if kind == FromFile {
		layers = layers[1:]
	}
	address, _ := BaseURL(s.sources.find(url, layers...).text, true)
	return address
}

// sameAddress reports whether two addresses are the same, in whatever form. What is no address differs.
func sameAddress(a, b string) bool {
	one, errA := BaseURL(a, true)
	other, errB := BaseURL(b, true)
	return errA == nil && errB == nil && one == other
}

// CheckAddress refuses to go on when the profile in use and HYDRACORE_API_URL name different addresses.
func (s *Settings) CheckAddress() error { return s.pair.clash }

func (s *Settings) clash(inFile, inEnv string) error {
	profile, errFile := BaseURL(inFile, true)
	variable, errEnv := BaseURL(inEnv, true)
	switch {
	case errEnv != nil:
		return &Error{Code: CodeURL, Where: "HYDRACORE_API_URL", Message: errEnv.Error()}
	case errFile != nil:
		return &Error{Code: CodeURL, Where: s.path, Message: "api_url " + errFile.Error()}
	}
	return &NoCredentialError{
		Reason: fmt.Sprintf("profile %s, which is in use, is for %s, and HYDRACORE_API_URL names %s", s.Profile, profile, variable),
		Hint:   s.waysOut() + ", or unset HYDRACORE_API_URL",
	}
}

// waysOut names the two choices between a profile in use and the environment.
func (s *Settings) waysOut() string {
	return fmt.Sprintf("-p %s uses the profile, -p %s the environment", s.Profile, Environment)
}

// checkPair compares the credential with the other one that the environment or the profile has. Where they differ, a
// note says which one is used, and a write is refused unless the call names the profile.
func (s *Settings) checkPair(ctx context.Context, c *Credential, access Access) error {
	var ignored []string
	switch p := s.pair; {
	case p.from == FromEnv && (p.moved || p.own != "" && !s.isOwn(ctx, *c, access)):
		return s.preferEnvironment(c, access)
	case p.from == p.own && s.named():
		ignored = s.otherVariables(*c)
	}
	if s.pair.ignored {
		ignored = append(ignored, "HYDRACORE_API_URL")
	}
	if len(ignored) == 0 {
		return nil
	}
	why := "--profile was given"
	if s.ProfileOrigin.Kind == FromEnv {
		why = "HYDRACTL_PROFILE is set"
	}
	verb := "is"
	if len(ignored) > 1 {
		verb = "are"
	}
	c.Note = fmt.Sprintf("%s %s ignored because %s: using profile %s at %s.", strings.Join(ignored, " and "), verb, why, s.Profile, s.APIURL)
	return nil
}

// preferEnvironment lets reads use the environment beside a profile in use, and refuses writes.
func (s *Settings) preferEnvironment(c *Credential, access Access) error {
	other := "another credential"
	if s.pair.own == "" {
		other = "another address"
	}
	if access == Write {
		return &Error{
			Code:    CodeConflict,
			Message: fmt.Sprintf("%s is set, and profile %s, which is in use, has %s: a write could reach the wrong tenant", c.Origin.Name, s.Profile, other),
			Hint:    s.waysOut(),
		}
	}
	c.Note = fmt.Sprintf("Using %s at %s: profile %s, which is in use, has %s (-p %s uses it).", c.Origin.Name, s.APIURL, s.Profile, other, s.Profile)
	return nil
}

// isOwn reports whether the profile has the same credential for the same address. A program is not run to find out, and
// a keyring is asked for a write only: where that proves nothing the credentials count as different.
func (s *Settings) isOwn(ctx context.Context, c Credential, access Access) bool {
	all := s.credentials(s.pair.own)
	if len(all) != 1 || all[0].definition.Kind == Command || all[0].text == StoreKeyring && access == Read ||
		!sameAddress(s.APIURL, s.addressOf(s.pair.own)) {
		return false
	}
	own, err := s.read(ctx, all[0])
	return err == nil && own.SignIn == nil && own.APIKey.Reveal() == c.APIKey.Reveal() && own.AccessToken.Reveal() == c.AccessToken.Reveal()
}

// otherVariables lists the variables that hold or lead to another credential.
func (s *Settings) otherVariables(c Credential) []string {
	var names []string
	for _, f := range s.credentials(FromEnv) {
		secret, err := ParseSecret(f.text)
		same := c.APIKey
		if f.definition.Name == "access_token" {
			same = c.AccessToken
		}
		if !f.definition.Secret() || err != nil || secret.Reveal() != same.Reveal() {
			names = append(names, f.origin.Name)
		}
	}
	return names
}
