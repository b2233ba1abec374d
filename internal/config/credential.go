package config

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hydracore/hydractl/internal/files"
)

// Credential is what signs requests: an API key, a bearer token, or a sign-in, only one of them.
type Credential struct {
	APIKey      Secret
	AccessToken Secret
	SignIn      *SignIn // tokens that renew themselves
	Origin      Origin
	Place       string // where it is kept, for people; "" when the origin says it all
	Note        string // one line for the user when another credential was passed over; may be empty
}

// SignIn is a sign-in and where it is kept.
type SignIn struct {
	Store  *Store
	Stored Stored
}

// Credential returns the credential of the pair that [File.Resolve] has chosen: of a flag, of the profile that the call
// names, of the environment, or of the profile in use. Note is one line for the user where another one was passed over. A
// stored credential goes only to the host that the file names for it. Key and token in the same place, a key that the
// setting mode does not allow, and a write where the environment and the profile in use disagree are an [*Error]; no
// credential at all is a [*NoCredentialError], a keyring that does not answer a [*KeyringError]. Only here is a keyring
// asked or a key_command run.
func (s *Settings) Credential(ctx context.Context, access Access) (Credential, error) {
	if s.pair.clash != nil {
		return Credential{}, s.pair.clash
	}
	all := s.credentials(s.pair.from)
	if len(all) == 0 {
		return Credential{}, s.none()
	}
	if len(all) > 1 {
		return Credential{}, conflict(all)
	}
	c, err := s.read(ctx, all[0])
	if err != nil {
		return Credential{}, err
	}
	if err := s.checkPair(ctx, &c, access); err != nil {
		return Credential{}, err
	}
	return c, s.CheckMode(c)
}

// SilentCredential is Credential for a reader that must neither prompt nor run a program: a credential in a keyring or of a
// key_command is a [*NoCredentialError]. A sign-in is its access token alone, which is not renewed.
func (s *Settings) SilentCredential(ctx context.Context) (Credential, error) {
	for _, f := range s.credentials(s.pair.from) {
		if f.definition.Kind == Command || f.definition.Name == "credential_store" && f.text == StoreKeyring {
			return Credential{}, &NoCredentialError{Reason: "the credential may ask for a password"}
		}
	}
	c, err := s.Credential(ctx, Read)
	if err == nil && c.SignIn != nil {
		c.AccessToken, c.SignIn = c.SignIn.Stored.AccessToken, nil
	}
	return c, err
}

// credentials lists what one layer has, in the order of the definitions. Where auth login keeps the credential is a
// matter of the file alone.
func (s *Settings) credentials(kind OriginKind) []found {
	var all []found
	for _, d := range Definitions() {
		if !d.Credential() || s.IsSandbox() || kind == FromEnv && d.Name == "credential_store" {
			continue
		}
		if f := s.sources.find(d, kind); f.origin.Kind == kind {
			all = append(all, f)
		}
	}
	return all
}

// read turns what was found into the credential.
func (s *Settings) read(ctx context.Context, f found) (Credential, error) {
	c := Credential{Origin: f.origin}
	if f.definition.Name == "credential_store" {
		return s.readStore(ctx, c, f.text)
	}
	err := s.checkHost(f.origin.Kind)
	if err != nil {
		return c, err
	}
	switch f.definition.Name {
	case "api_key_file":
		c.Place = s.expand(f.text, f.origin)
		c.APIKey, err = readKeyFile(c.Place)
		return c, err
	case "key_command":
		c.Place = "key_command"
		c.APIKey, err = s.runKeyCommand(ctx, f)
		return c, err
	}
	secret, err := ParseSecret(f.text)
	if err != nil {
		return c, &Error{Code: CodeValue, Where: f.origin.String(), Message: fmt.Sprintf("the value of %s %v", f.definition.Name, err)}
	}
	if f.definition.Name == "access_token" {
		c.AccessToken = secret
	} else {
		c.APIKey = secret
	}
	return c, nil
}

// readStore takes the credential that auth login has stored, and keeps it from going to another host than the one
// where it was tried.
func (s *Settings) readStore(ctx context.Context, c Credential, kind string) (Credential, error) {
	store, err := s.Store(kind)
	if err != nil {
		return c, err
	}
	stored, err := store.Load(ctx)
	if errors.Is(err, ErrNotStored) {
		return c, &NoCredentialError{Reason: fmt.Sprintf("the %s has no credential for profile %s", kind, s.Profile), Hint: "hydractl auth login"}
	}
	if err != nil {
		return c, err
	}
	if !sameHost(stored.APIURL, s.APIURL) {
		return c, &NoCredentialError{
			Reason: fmt.Sprintf("the stored credential of profile %s is for %s and is not sent to %s, which %s names", s.Profile, stored.APIURL, s.APIURL, s.origin("api_url")),
			Hint:   "hydractl auth login, for that host too",
		}
	}
	c.Place, c.APIKey = store.Place, stored.APIKey
	if c.APIKey.IsZero() {
		c.SignIn = &SignIn{Store: store, Stored: stored}
	}
	return c, nil
}

// readKeyFile reads an API key from a file that only its owner can read.
func readKeyFile(path string) (Secret, error) {
	data, info, err := readFile(path, maxSecretBytes+2, true)
	if err != nil {
		return Secret{}, err
	}
	if err := files.CheckPrivate(path, info); err != nil {
		return Secret{}, err
	}
	secret, err := ParseSecret(string(data))
	if err != nil {
		return Secret{}, &Error{Code: CodeValue, Where: path, Message: "the API key " + err.Error()}
	}
	return secret, nil
}

// checkHost keeps a credential of the file from going to a host that its own part of the file does not name.
func (s *Settings) checkHost(kind OriginKind) error {
	if kind != FromProfile && kind != FromFile {
		return nil
	}
	own := s.addressOf(kind)
	if sameHost(own, s.APIURL) {
		return nil
	}
	owner := "the file's defaults"
	if kind == FromProfile {
		owner = "profile " + s.Profile
	}
	source := s.origin("api_url")
	return &NoCredentialError{
		Reason: fmt.Sprintf("the credential of %s is for %s and is not sent to %s, which %s names", owner, own, s.APIURL, source),
		Hint:   "give a credential for that host with HYDRACORE_API_KEY or --api-key-file, or add a profile for it",
	}
}

// conflict names every place where a credential of the same source is set.
func conflict(all []found) *Error {
	var places []string
	for _, f := range all {
		place := f.origin.Name
		if f.origin.Kind == FromProfile || f.origin.Kind == FromFile {
			place = f.definition.Name + " (" + f.origin.String() + ")"
		}
		places = append(places, place)
	}
	return &Error{
		Code:    CodeConflict,
		Message: "more than one credential: " + strings.Join(places, " and ") + " are set, only one can be used",
		Hint:    "remove all but one of them",
	}
}

// none explains that there is no credential, and names the ways to give one.
func (s *Settings) none() error {
	if len(s.credentials(FromFile)) > 0 {
		if err := s.checkHost(FromFile); err != nil {
			return err
		}
	}
	reason := "no API key or token for profile " + s.Profile
	for _, name := range []string{"HYDRACORE_API_KEY", "HYDRACORE_ACCESS_TOKEN"} {
		if text, set := s.sources.lookup(name); set && text == "" {
			reason += "; " + name + " is set but empty"
		}
	}
	if s.hidden != nil {
		reason += "; " + s.hidden.Error()
	}
	ways := []string{"hydractl auth login", "set HYDRACORE_API_KEY"}
	if nonEmpty(s.sources.lookup, "CI") != "" || s.Profile == Environment {
		ways = []string{"set HYDRACORE_API_KEY", "hydractl auth login"}
	}
	return &NoCredentialError{Reason: reason, Hint: strings.Join(ways, ", or ") + "; to try things out: -p sandbox"}
}

// CheckMode refuses a credential that cannot be shown to be of the kind that the setting mode allows: only the prefix
// of an API key shows live or test, so that tokens and other keys are refused too.
func (s *Settings) CheckMode(c Credential) error {
	if s.Mode == "" || s.IsSandbox() {
		return nil
	}
	what := "this credential is a bearer token, which is neither live nor test"
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
		Hint:    "choose another profile with --profile, or remove the guard: hydractl config unset mode",
	}
}
