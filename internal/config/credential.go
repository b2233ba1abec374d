package config

import (
	"fmt"
	"strings"
)

// Credential is what signs requests: an API key or a bearer token, never both.
type Credential struct {
	APIKey      Secret
	AccessToken Secret
	Origin      Origin
	File        string // the file that holds the key, when it is not the configuration
	Note        string // one line for the user when something was left out in its favour; may be empty
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
// it is not used. Key and token from the same source are an [*Error]; none at all is a [*NoCredentialError].
func (s *Settings) Credential() (Credential, error) {
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
		if err := s.checkHost(kind); err != nil {
			return Credential{}, err
		}
		credential, err := s.read(all[0])
		if kind == FromProfile && order[i+1] == FromEnv {
			credential.Note = s.overridden()
		}
		return credential, err
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
func (s *Settings) read(f found) (Credential, error) {
	credential := Credential{Origin: f.origin}
	if f.definition.Name == "api_key_file" {
		credential.File = s.expand(f.text, f.origin)
		var err error
		credential.APIKey, err = readKeyFile(credential.File)
		return credential, err
	}
	secret, err := ParseSecret(f.text)
	if err != nil {
		return Credential{}, &Error{Code: CodeValue, Where: f.origin.String(), Message: fmt.Sprintf("the value of %s %v", f.definition.Name, err)}
	}
	if f.definition.Name == "access_token" {
		credential.AccessToken = secret
	} else {
		credential.APIKey = secret
	}
	return credential, nil
}

// readKeyFile reads an API key from a file that nobody else can read.
func readKeyFile(path string) (Secret, error) {
	data, info, err := readFile(path, maxSecretBytes+2)
	if err != nil {
		return Secret{}, err
	}
	if err := ownerOnly(path, info); err != nil {
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
	return &NoCredentialError{Profile: s.Profile, Reason: reason, Hint: "set HYDRACORE_API_KEY, or store a key: hydractl config set api_key -"}
}
