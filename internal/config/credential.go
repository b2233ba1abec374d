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
	Setting     string // that holds it or leads to it, such as api_key_file
	Place       string // where it is kept, for people; "" when the origin says it all
	Note        string // one line for the user when something was left out in its favour; may be empty
}

// SignIn is a sign-in and where it is kept.
type SignIn struct {
	Store  *Store
	Stored Stored
}

// found is one credential setting of one layer.
type found struct {
	definition Definition
	text       string
	origin     Origin
}

// Credential finds the credential: of the flags, else of the environment, else of the profile, else of the file's defaults.
// With an explicit --profile flag that profile's credential beats the environment's, and Note says so. One that
// the file holds goes only to the host that the file names for it: when a flag or variable points elsewhere,
// it is not used. Key and token from the same source are an [*Error], and so is a key that the setting mode does not
// allow; none at all is a [*NoCredentialError], a keyring that does not answer a [*KeyringError]. Only here is a keyring
// asked or a key_command run.
func (s *Settings) Credential(ctx context.Context) (Credential, error) {
	order := []OriginKind{FromFlag, FromEnv, FromProfile, FromFile}
	if s.ProfileOrigin.Kind == FromFlag {
		order = []OriginKind{FromFlag, FromProfile, FromEnv, FromFile}
	}
	for i, kind := range order {
		all := s.credentials(kind)
		if len(all) == 0 {
			continue
		}
		if len(all) > 1 {
			return Credential{}, conflict(all)
		}
		credential, err := s.read(ctx, all[0])
		if err != nil {
			return Credential{}, err
		}
		if kind == FromProfile && order[i+1] == FromEnv {
			credential.Note = s.overridden()
		}
		return credential, s.CheckMode(credential)
	}
	return Credential{}, s.none()
}

// credentials lists what one layer has, api_key, api_key_file and access_token in this order.
func (s *Settings) credentials(kind OriginKind) []found {
	var all []found
	for _, l := range s.layers {
		if l.kind != kind {
			continue
		}
		for _, d := range Definitions() {
			if !d.Credential() {
				continue
			}
			if text, origin, ok := l.get(d); ok && (text != "" || origin.Kind == FromFlag) {
				all = append(all, found{d, text, origin})
			}
		}
	}
	return all
}

// read turns what was found into the credential.
func (s *Settings) read(ctx context.Context, f found) (Credential, error) {
	c := Credential{Origin: f.origin, Setting: f.definition.Name}
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
		return c, &NoCredentialError{Profile: s.Profile, Reason: fmt.Sprintf("the %s holds no credential for profile %s", kind, s.Profile), Hint: "hydractl auth login"}
	}
	if err != nil {
		return c, err
	}
	if !sameHost(stored.APIURL, s.APIURL) {
		return c, &NoCredentialError{
			Profile: s.Profile,
			Reason:  fmt.Sprintf("the stored credential of profile %s is for %s and is not sent to %s, which %s names", s.Profile, stored.APIURL, s.APIURL, s.origin("api_url")),
			Hint:    "hydractl auth login, for that host too",
		}
	}
	c.Place, c.APIKey = store.Place, stored.APIKey
	if c.APIKey.IsZero() {
		c.SignIn = &SignIn{Store: store, Stored: stored}
	}
	return c, nil
}

// readKeyFile reads an API key from a file that nobody else can read.
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
	own := s.addressBelow(kind)
	if sameHost(own, s.APIURL) {
		return nil
	}
	owner := "the file's defaults"
	if kind == FromProfile {
		owner = "profile " + s.Profile
	}
	source := s.origin("api_url")
	return &NoCredentialError{
		Profile: s.Profile,
		Reason:  fmt.Sprintf("the credential of %s is for %s and is not sent to %s, which %s names", owner, own, s.APIURL, source),
		Hint:    "give a credential for that host with HYDRACORE_API_KEY or --api-key-file, or add a profile for it",
	}
}

// addressBelow is the address as the layer and the weaker ones give it.
func (s *Settings) addressBelow(kind OriginKind) string {
	d, _ := Define("api_url")
	below := false
	for _, l := range s.layers {
		below = below || l.kind == kind
		if text, _, ok := l.get(d); below && ok {
			settled, _ := BaseURL(text, true)
			return settled
		}
	}
	return ""
}

// overridden says which variables the --profile flag outweighs.
func (s *Settings) overridden() string {
	var names []string
	for _, f := range s.credentials(FromEnv) {
		names = append(names, f.origin.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("using the credential of profile %s; %s is ignored because --profile was given", s.Profile, strings.Join(names, " and "))
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

// none says that there is no credential, and which variables look as if there were one.
func (s *Settings) none() *NoCredentialError {
	reason := "no API key or token for profile " + s.Profile
	for _, name := range s.empty {
		if name == "HYDRACORE_API_KEY" || name == "HYDRACORE_ACCESS_TOKEN" {
			reason += "; " + name + " is set but empty"
		}
	}
	return &NoCredentialError{Profile: s.Profile, Reason: reason, Hint: "hydractl auth login"}
}
