package auth

import (
	"context"
	"errors"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// The two ways to sign in.
const (
	byKey   = "key"
	byEmail = "email"
)

// wizard asks a person for what auth login needs to know. An answer that led to an error is suggested in the next round.
type wizard struct {
	app      *cli.App
	settings *config.Settings
	store    *config.Store
	asksURL  bool // the address is not set anywhere
	reached  bool // an answer of HydraCore has shown that the address is right

	method, email string
}

// runWizard asks, tries and asks again until a credential works, and only then stores it.
func runWizard(ctx context.Context, app *cli.App, s *config.Settings) error {
	set, err := s.Find("api_url")
	if err != nil {
		return err
	}
	w := &wizard{app: app, settings: s, asksURL: set.Origin.Kind == config.FromDefault, method: byKey}
	status := app.Status()
	status.Note("Sign in (profile %s). Ctrl-C changes nothing.", s.Profile)
	if !w.asksURL {
		status.Note("Address: %s (%s)", s.APIURL, set.Origin)
	}
	for {
		secret, err := w.ask(ctx)
		if err != nil {
			return err
		}
		within := app.Bounded(ctx, w.settings)
		status.Note("Trying the credential at %s ...", w.settings.APIURL)
		once := *w.settings
		once.Retries = 0 // the user sees the failure, and can repeat it
		got, err := try(within, app, &once, w.email, secret)
		if err == nil {
			return w.finish(within, got)
		}
		if context.Cause(within) != nil || !w.canCorrect(err) {
			return err
		}
		app.PrintError(within, err)
		status.Note("Try again. Enter accepts the value in brackets.")
	}
}

// canCorrect reports whether other answers may lead further. A credential that is refused has reached the server.
func (w *wizard) canCorrect(err error) bool {
	_, refused := errors.AsType[*failure.Failure](err)
	_, wrongMode := errors.AsType[*config.Error](err)
	w.reached = refused || wrongMode
	return w.asksURL || w.reached
}

// ask asks for what is not known yet, and returns the secret.
func (w *wizard) ask(ctx context.Context) (secret string, err error) {
	if w.asksURL && !w.reached {
		if err := w.askURL(ctx); err != nil {
			return "", err
		}
	}
	if w.method, err = w.app.AskChoice(ctx, "Sign in with", w.method, byKey, byEmail); err != nil {
		return "", err
	}
	if w.method == byKey {
		w.email = ""
	} else if w.email, err = w.app.Ask(ctx, cli.Question{Text: "Email", Default: w.email, Check: emailaddr.Check}); err != nil {
		return "", err
	}
	if secret, err = askSecret(ctx, w.app, w.settings, w.email); err != nil || w.store != nil {
		return secret, err
	}
	return secret, w.askStore(ctx)
}

// askURL asks for the address, with the checks of --api-url.
func (w *wizard) askURL(ctx context.Context) error {
	_, err := w.app.Ask(ctx, cli.Question{Text: "Address of the HydraCore API", Default: w.settings.APIURL, Check: func(answer string) error {
		given := w.app.Given()
		if answer != w.settings.APIURL {
			given["api_url"] = answer
		}
		s, err := loginSettings(w.app, given)
		if err == nil {
			w.settings = s
		}
		return err
	}})
	return err
}

// askStore asks where to store the credential: the keyring is suggested where it works.
func (w *wizard) askStore(ctx context.Context) error {
	keyring, err := w.settings.Store(config.StoreKeyring)
	if err != nil {
		return err
	}
	suggested := config.StoreKeyring
	if set, err := w.settings.Find("credential_store"); err == nil && set.Value != "" {
		suggested = set.Value
	}
	unusable := probe(ctx, keyring)
	if unusable != nil && suggested == config.StoreKeyring {
		suggested = config.StoreFile
		w.app.Status().Note("A file is suggested: %v.", unusable)
	}
	for {
		kind, err := w.app.AskChoice(ctx, "Store it in", suggested, config.StoreKeyring, config.StoreFile)
		if err != nil {
			return err
		}
		if kind == config.StoreKeyring && unusable != nil {
			w.app.PrintError(ctx, unusable)
			continue
		}
		w.store, err = w.settings.Store(kind)
		return err
	}
}

// finish stores the credential, and prints what is in use now and what to type next.
func (w *wizard) finish(ctx context.Context, got login) error {
	if err := storeLogin(ctx, w.app, w.settings, w.store, got); err != nil {
		return err
	}
	inUse := printLogin(w.app, w.settings, w.store, got)
	next := "hydractl customers list"
	if !inUse {
		next = "hydractl -p " + files.ShellWord(w.settings.Profile) + " customers list"
	}
	w.app.Status().Note("Next: %s", next)
	return nil
}
