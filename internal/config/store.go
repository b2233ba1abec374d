package config

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/hydracore/hydractl/internal/files"
)

// The places where auth login keeps a credential: the values of the setting credential_store.
const (
	StoreKeyring = "keyring" // of the operating system
	StoreFile    = "file"    // beside the configuration, for its owner alone
)

// renewWait is how long a process waits for another one that renews the same tokens.
const renewWait = 45 * time.Second

// ErrNotStored means that a store holds no credential.
var ErrNotStored = errors.New("there is no credential in the store")

// Stored is a credential that auth login keeps: an API key, or the tokens of a sign-in.
type Stored struct {
	APIURL       string // where it was tried: it is sent nowhere else
	APIKey       Secret
	SignIn       string // names the sign-in, so that one is not taken for another
	Email        string // whose sign-in it is
	AccessToken  Secret
	RefreshToken Secret
	Obtained     time.Time     // the tokens, by this machine's clock
	Lifetime     time.Duration // of the access token; 0 when it is not known
}

// Store keeps the credential of one profile.
type Store struct {
	Kind  string // keyring or file
	Place string // for people: the keyring, or the path of the file
	vault vault
	lock  string // path of the lock, without .lock
}

// vault keeps one text.
type vault interface {
	read(ctx context.Context) ([]byte, error) // ErrNotStored when there is none
	write(ctx context.Context, text []byte) error
	remove(ctx context.Context) error // ErrNotStored when there is none
}

// Store returns the store of the profile in use. Nothing is opened yet.
func (s *Settings) Store(kind string) (*Store, error) {
	path, err := filepath.Abs(s.path)
	if s.path == "" {
		return nil, errNowhere()
	}
	if err != nil {
		return nil, err
	}
	base := filepath.Join(path+".credentials", s.Profile)
	if kind == StoreFile {
		return &Store{Kind: kind, Place: base + ".json", vault: fileVault(base + ".json"), lock: base}, nil
	}
	account := s.Profile + " in " + path
	return &Store{Kind: kind, Place: "the keyring, as hydractl: " + account, vault: newKeyringVault(account, s.sources.lookup), lock: base}, nil
}

// Lock keeps other processes from changing what is stored, until unlock is called.
func (st *Store) Lock(ctx context.Context) (unlock func(), err error) {
	if err := files.MakePrivateDir(filepath.Dir(st.lock)); err != nil {
		return nil, err
	}
	return files.WaitLock(ctx, st.lock, renewWait)
}

// Load reads the credential. It fails with ErrNotStored, with a *KeyringError, or with an *Error when the file is not
// what Save has written, belongs to another user or is open to others.
func (st *Store) Load(ctx context.Context) (Stored, error) {
	text, err := st.vault.read(ctx)
	if err != nil {
		return Stored{}, err
	}
	stored, err := decodeStored(text)
	if err != nil {
		return Stored{}, &Error{Code: CodeRead, Where: st.Place, Message: "is not a credential that auth login has stored: " + err.Error(), Hint: "hydractl auth login"}
	}
	return stored, nil
}

// Save replaces the credential as a whole. A keyring that has no room for the access token is left without it: the
// refresh token is enough to get another one.
func (st *Store) Save(ctx context.Context, c Stored) error {
	if err := files.MakePrivateDir(filepath.Dir(st.lock)); err != nil {
		return err
	}
	text, err := encodeStored(c)
	if err != nil {
		return err
	}
	err = st.vault.write(ctx, text)
	if errors.Is(err, keyring.ErrSetDataTooBig) && !c.AccessToken.IsZero() {
		c.AccessToken = Secret{}
		return st.Save(ctx, c)
	}
	return err
}

// Remove deletes the credential. It fails with ErrNotStored when there is none.
func (st *Store) Remove(ctx context.Context) error { return st.vault.remove(ctx) }

// fileVault is a file that only its owner can read, at this path.
type fileVault string

func (v fileVault) read(context.Context) ([]byte, error) {
	path := string(v)
	text, info, err := readFile(path, maxFileBytes, false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotStored
	}
	if err != nil {
		return nil, err
	}
	return text, files.CheckPrivate(path, info)
}

func (v fileVault) write(_ context.Context, text []byte) error {
	if err := refuseLink(string(v)); err != nil {
		return err
	}
	return files.Replace(string(v), text)
}

func (v fileVault) remove(context.Context) error {
	err := files.Remove(string(v))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotStored
	}
	return err
}

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
		return Stored{}, errors.New("it has neither a key nor tokens, or both")
	case tokens && c.SignIn == "":
		return Stored{}, errors.New("its sign-in has no name")
	case r.Lifetime < 0 || r.Lifetime > int64(longest/time.Second):
		return Stored{}, errors.New("its lifetime is out of range")
	}
	return c, nil
}
