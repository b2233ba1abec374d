package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// record is a Stored as it is written: the one place where secrets are text.
type record struct {
	APIURL       string    `json:"api_url"`
	APIKey       string    `json:"api_key,omitempty"`
	SignIn       string    `json:"sign_in,omitempty"`
	Email        string    `json:"email,omitempty"`
	AccessToken  string    `json:"access_token,omitempty"`
	RefreshToken string    `json:"refresh_token,omitempty"`
	Obtained     time.Time `json:"obtained,omitzero"`
	Lifetime     int64     `json:"lifetime_seconds,omitempty"`
}

func encodeStored(c Stored) ([]byte, error) {
	return json.Marshal(record{
		APIURL: c.APIURL, APIKey: c.APIKey.Reveal(), SignIn: c.SignIn, Email: c.Email,
		AccessToken: c.AccessToken.Reveal(), RefreshToken: c.RefreshToken.Reveal(),
		Obtained: c.Obtained.UTC().Truncate(time.Second), Lifetime: int64(c.Lifetime / time.Second),
	})
}

// decodeStored reads what encodeStored wrote. It was on a disk or with another program since, so that everything is
// checked again. Its errors quote nothing.
func decodeStored(text []byte) (Stored, error) {
	var r record
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&r) != nil {
		return Stored{}, errors.New("it is cut short or damaged")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Stored{}, errors.New("something follows it")
	}
	address, err := BaseURL(r.APIURL, true)
	if err != nil {
		return Stored{}, fmt.Errorf("its address %w", err)
	}
	c := Stored{APIURL: address, SignIn: r.SignIn, Email: r.Email, Obtained: r.Obtained, Lifetime: time.Duration(r.Lifetime) * time.Second}
	for _, field := range []struct {
		text   string
		secret *Secret
	}{{r.APIKey, &c.APIKey}, {r.AccessToken, &c.AccessToken}, {r.RefreshToken, &c.RefreshToken}} {
		if field.text == "" {
			continue
		}
		if *field.secret, err = ParseSecret(field.text); err != nil {
			return Stored{}, fmt.Errorf("a key or token in it %w", err)
		}
	}
	const longest = 20 * 365 * 24 * time.Hour // time.Duration ends at 292 years
	switch tokens := !c.AccessToken.IsZero() || !c.RefreshToken.IsZero(); {
	case tokens == !c.APIKey.IsZero():
		return Stored{}, errors.New("it holds neither a key nor tokens, or both")
	case tokens && c.SignIn == "":
		return Stored{}, errors.New("its sign-in has no name")
	case r.Lifetime < 0 || r.Lifetime > int64(longest/time.Second):
		return Stored{}, errors.New("its lifetime is out of range")
	}
	return c, nil
}
