package config

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	keyringService = "hydractl"
	keyringLimit   = 3 * time.Second
)

// keyringVault is one entry of the operating system's keyring. The functions are go-keyring's; none of them can be
// broken off, so that one that takes too long is left behind.
type keyringVault struct {
	account string
	check   func() error // whether there may be a keyring at all
	get     func(service, account string) (string, error)
	set     func(service, account, text string) error
	del     func(service, account string) error
}

func newKeyringVault(account string, lookup Lookup) keyringVault {
	return keyringVault{
		account: account, check: func() error { return sessionBus(lookup) },
		get: keyring.Get, set: keyring.Set, del: keyring.Delete,
	}
}

func (v keyringVault) read(ctx context.Context) ([]byte, error) {
	var text string
	err := v.withLimit(ctx, func() (err error) {
		text, err = v.get(keyringService, v.account)
		return err
	})
	if err != nil {
		return nil, err
	}
	return []byte(text), nil
}

func (v keyringVault) write(ctx context.Context, text []byte) error {
	return v.withLimit(ctx, func() error { return v.set(keyringService, v.account, string(text)) })
}

func (v keyringVault) remove(ctx context.Context) error {
	return v.withLimit(ctx, func() error { return v.del(keyringService, v.account) })
}

// withLimit allows the keyring three seconds, and returns in one line why it cannot be used.
func (v keyringVault) withLimit(ctx context.Context, call func() error) error {
	if err := v.check(); err != nil {
		return keyringError(err.Error())
	}
	answered := make(chan error, 1)
	go func() { answered <- call() }()
	timer := time.NewTimer(keyringLimit)
	defer timer.Stop()
	select {
	case err := <-answered:
		switch {
		case errors.Is(err, keyring.ErrNotFound):
			return ErrNotStored
		case errors.Is(err, keyring.ErrSetDataTooBig):
			return err
		case err != nil:
			return keyringError(err.Error())
		}
		return nil
	case <-timer.C:
		return keyringError(fmt.Sprintf("it did not answer within %s; it may be locked", keyringLimit))
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func keyringError(reason string) error {
	return &KeyringError{
		Reason: "the keyring of this system cannot be used: " + reason,
		Hint:   "unlock it, or keep the credential in a file that only you can read: hydractl auth login --store file",
	}
}

// sessionBus returns why there can be no Secret Service on Unix. Without this check the D-Bus library would start a bus of
// its own, which has no Secret Service and stays behind.
func sessionBus(lookup Lookup) error {
	address := nonEmpty(lookup, "DBUS_SESSION_BUS_ADDRESS")
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" || address != "" && address != "autolaunch:" {
		return nil
	}
	folder := fmt.Sprintf("/run/user/%d", os.Getuid())
	for _, name := range []string{"bus", "dbus-session"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			return nil
		}
	}
	return errors.New("there is no D-Bus session here")
}
